"""What an account saved: addresses of Similar music, for each of its sessions."""

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components.acts import act, place
from dashboards.components.icons import icon
from dashboards.components.marks import data
from dashboards.components.numbers import ago
from dashboards.components.similar.view import PATH
from dashboards.queries.similar import Saved


def actions() -> Component:
    """What can be done with the whole of a result."""
    return html.Div(
        [
            act("Save this result", "save-result", look="button"),
            html.Button("Copy the link", type="button", className="text-button", **data(copy="address")),
        ],
        className="actions",
    )


def listed(saved: Sequence[Saved], opened: bool) -> list[Component]:
    """The saved results, the latest first; nothing where there are none.

    Args:
        opened: whether they are shown, and not behind a click.
    """
    if not saved:
        return []
    rows = [
        html.Li(
            [
                dcc.Link(one.name, href=f"{PATH}{one.search}"),
                html.Span(ago(one.saved_at), className="quiet"),
                place(
                    f"saved-{at}",
                    act(icon("close"), "forget-result", f"Remove {one.name}", "icon-button", id=one.saved_id),
                ),
            ]
        )
        for at, one in enumerate(saved)
    ]
    return [
        html.Details(
            [
                html.Summary(f"Saved results ({len(saved)})"),
                html.P("A link to one opens it in every session of your account, in nobody else’s.", className="quiet"),
                html.Ul(rows, className="saved-list"),
            ],
            open=opened,
        )
    ]
