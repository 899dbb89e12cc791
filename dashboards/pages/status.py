"""Status: how fresh every number is, what the last loads did, what was refused, and whether features are still right.

Everyone who is logged in may see it: it names tables and files, never a person. It is an operator's first page, with
links to the runs in Airflow; in the demo an operator asks here for the next night.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from dash import Dash, Input, Output, dcc, html, no_update, set_props
from dash.development.base_component import Component
from flask import current_app, request

from dashboards.auth import Account, who
from dashboards.components import states, still
from dashboards.components import status as draw
from dashboards.components.acts import Done, act
from dashboards.listens import DEMO
from dashboards.pages import Page, Query
from dashboards.queries import status as ask
from etl.store.warehouse import Warehouse

AIRFLOW = "OVERTONE_AIRFLOW_PORT"  #: the configuration's name for Airflow's port
LOOK_AGAIN_MS = 15_000
LOOK_AT_NIGHT_MS = 2_000  #: of who waits for a night


def layout(warehouse: Warehouse, _: Query) -> Component:
    """The page with what is known now; it keeps itself up to date."""
    return html.Div(
        [
            html.Div([html.H1("How fresh is the data?"), *_next_night(warehouse)], className="status-head"),
            html.Div(states.explained(lambda: state(warehouse)), id="status-state"),
            dcc.Interval(id="status-again", interval=LOOK_AGAIN_MS),
        ],
        className="status",
    )


def register(app: Dash, warehouse: Warehouse) -> None:
    """Look again, in place: what has not changed does not move."""
    fold = still.folding(app)

    @app.callback(Output("status-state", "children"), Input("status-again", "n_intervals"), prevent_initial_call=True)
    def look_again(_: int) -> Any:
        return fold(states.explained(lambda: state(warehouse)))

    @app.callback(
        Output("night-words", "children"),
        Output("night-ask", "disabled"),
        Output("night-ask", "children"),
        Input("night-again", "n_intervals"),
        prevent_initial_call=True,
    )
    def look_at_night(_: int) -> Any:
        return _night(warehouse) if _of_the_demo() else (no_update, no_update, no_update)


def next_night(warehouse: Warehouse, _: Mapping[str, Any]) -> Done:
    """Ask for the demo's next night, for an operator; what becomes of it is said beside the button."""
    operator = _of_the_demo()
    if operator is None:
        return Done("This is for the operators of a demo.")
    ask.want_night(warehouse, operator.account_id)
    words, closed, name = _night(warehouse)
    set_props("night-words", {"children": words})
    set_props("night-ask", {"disabled": closed, "children": name})
    return Done()


def state(warehouse: Warehouse) -> Any:
    """The state of the warehouse, drawn."""
    status, now = ask.status(warehouse), datetime.now(UTC)
    if status is None:
        return states.setting_up()
    last = [] if _of_the_demo() else [draw.last_night(status, now, _runs(status.latest))]  # there it is at the button
    return [
        draw.summary(status),
        *last,
        draw.refused(status.refused),
        draw.tables(status),
        draw.loads(status.loads, now),
        draw.checked(status.check),
    ]


def _operator() -> Account | None:
    account = who()
    return account if account and account.role == "operator" else None


def _of_the_demo() -> Account | None:
    """Who may ask for a night: an operator, in the demo."""
    return _operator() if current_app.config.get(DEMO) else None


def _next_night(warehouse: Warehouse) -> list[Component]:
    """What became of the demo's nights, and the button that asks for the next."""
    if _of_the_demo() is None:
        return []
    words, closed, name = _night(warehouse)
    return [
        html.Div(
            [
                act(name, "next-night", look="button", props={"id": "night-ask", "disabled": closed}),
                html.P(words, id="night-words", className="quiet", role="status"),
                dcc.Interval(id="night-again", interval=LOOK_AT_NIGHT_MS),
            ],
            className="night",
        )
    ]


def _night(warehouse: Warehouse) -> tuple[list[Any], bool, str]:
    """What became of the demo's nights, with a link to the run; whether none can be asked for; the button's name."""
    nights = ask.nights(warehouse)
    words, closed, name = draw.night(nights, datetime.now(UTC))
    return [words, *_runs(draw.told(nights))], closed, name


def _runs(day: date | None) -> list[Any]:
    """A link for operators to a day's run in Airflow; nothing for others, or where there is no day."""
    port = current_app.config.get(AIRFLOW)
    if day is None or port is None or _operator() is None:
        return []
    kind = "backfill" if current_app.config.get(DEMO) else "scheduled"
    run = quote(f"{kind}__{day + timedelta(days=1)}T00:00:00+00:00")  # a run is named by the midnight after its day
    address = f"http://{urlsplit(request.host_url).hostname}:{port}/dags/nightly_refresh/runs/{run}"
    return [" ", html.A("Its run in Airflow", href=address, target="_blank", rel="noopener")]


PAGE = Page(
    "/status", "Status", "pulse", layout, register, first_for=frozenset({"operator"}), acts={"next-night": next_night}
)
