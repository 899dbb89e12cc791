"""The choices of a page: lists to choose from, and what is said below them of the data and of the address.

A page's choices and its address follow each other (``assets/choices.js``): what is chosen goes to a store of what is
wanted and from there into the address; the store ``came`` has an address that one came to in another way, by Back or a
link, and only then are the choices set to it, but for those that were changed before its answer was there. So an answer
that is on its way never takes back what was chosen since. Where each choice is asked about by itself, it wants its own
part of the address, and leaves the others as they are by then; it has a store of its own, for of two answers that come
to one store in one moment the browser hears of the last alone.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboards.components.marks import badge_of

Option = dict[str, str]


def came() -> Component:
    """What carries an address to the choices."""
    return dcc.Store(id="came")


def register(app: Dash) -> None:
    """Tell apart who changed the address."""
    app.clientside_callback(
        ClientsideFunction("choices", "come"),
        Output("came", "data"),
        Input("url", "search"),
        prevent_initial_call=True,
    )


def stores(page: str, *wanting: str) -> list[Component]:
    """What carries an address to the choices of a page and from them, in the page: so none is asked about by itself.

    Args:
        wanting: the names for ``wanted``, where choices are asked about one by one; otherwise that of the page.
    """
    return [dcc.Store(id=f"{page}-came"), *(dcc.Store(id=f"{name}-wanted") for name in wanting or [page])]


def wanted(app: Dash, name: str) -> Output:
    """Where one callback of choices puts what they ask for: the address from ``?`` on, or some of its parts by name."""
    output = Output(f"{name}-wanted", "data")
    app.clientside_callback(
        ClientsideFunction("choices", "go"), Input(output.component_id, "data"), prevent_initial_call=True
    )
    return output


def outputs(page: str, names: Sequence[str]) -> list[Output]:
    """What follows an address: the choices, by the part of the address that each sets."""
    return [Output(f"{page}-{name}", "value") for name in names]


def register_follow(
    app: Dash,
    page: str,
    choices: Sequence[Output],
    values: Callable[[str], Sequence[Any] | None],
    shown: Mapping[int, State] | None = None,
    together: Sequence[int] = (),
) -> None:
    """Have choices follow an address that one came to, but for those that are changed while its answer is on its way.

    Args:
        values: what each is set to at the part of an address after ``?``; nothing where there is nothing to set. Of a
            pattern, what each of those in ``ctx.states_list`` is set to.
        shown: what tells that a choice was changed, by its place, where it is not what is set.
        together: the places of choices that each change the others: where one was changed, all of them stay.
    """
    now = [(shown or {}).get(n, State(one.component_id, one.component_property)) for n, one in enumerate(choices)]

    @app.callback(Output(f"{page}-came", "data"), Input("came", "data"), *now, prevent_initial_call=True)
    def answer(search: str, *was: Any) -> Any:
        given = values(search)
        if given is None:
            return no_update
        several = [
            [{"id": one["id"], "was": one.get("value"), "value": value} for one, value in zip(ones, of, strict=True)]
            if isinstance(ones, list)
            else of
            for ones, of in zip(ctx.states_list, given, strict=True)
        ]
        return {"was": was, "values": several, "together": together}

    app.clientside_callback(
        ClientsideFunction("choices", "settle"),
        list(choices),
        Input(f"{page}-came", "data"),
        *now,
        prevent_initial_call=True,
    )


def register_either(app: Dash, one: str, other: str) -> None:
    """Let one of two lists be chosen from: the other goes back to its first option at once, before any answer."""
    for name, left in ((one, other), (other, one)):
        app.clientside_callback(
            ClientsideFunction("choices", "either"),
            Output(left, "value", allow_duplicate=True),
            Input(name, "value"),
            State(name, "data"),
            State(left, "value"),
            State(left, "data"),
            prevent_initial_call=True,
        )


def register_words(app: Dash, page: str, paths: Collection[str], words: Callable[[str], Any]) -> None:
    """Have what stands below the choices follow the address, while the page is open."""

    @app.callback(
        Output(f"{page}-shown", "children"),
        Input("url", "search"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    def tell(search: str, path: str) -> Any:
        return words(search) if path in paths else no_update


def selects(
    page: str, options: Mapping[str, tuple[str, Sequence[Option]]], values: Mapping[str, Any]
) -> list[Component]:
    """A list for each part of the address: its label and its options, with a field to search in where it is long."""
    return [
        dmc.Select(
            id=f"{page}-{name}",
            label=label,
            data=choices,
            value=values[name],
            allowDeselect=False,
            searchable=len(choices) > 8,
            clearSearchOnFocus=True,
            nothingFoundMessage="Nothing by this name",
            maxDropdownHeight=320,
        )
        for name, (label, choices) in options.items()
    ]


def through(words: Sequence[str], invented: str) -> Component:
    """How far the data goes; and what of it is invented (``marks.invented``), if any is."""
    return html.P([*map(html.Span, words), *badge_of(invented)], className="through")


def unread(words: Sequence[str]) -> list[Component]:
    """What of the address could not be read, if any of it."""
    return [html.Div([html.P(one) for one in words], className="wrong", role="status")] if words else []
