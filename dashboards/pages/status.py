"""Status: how fresh every number is, what the last loads did, what was refused, and whether features are still right.

Everyone who is logged in may see it: it names tables and files, never a person. In the demo an operator asks here for
the next night.
"""

from datetime import UTC, datetime
from typing import Any

from dash import Dash, Input, Output, ctx, dcc, html, no_update
from dash.development.base_component import Component
from flask import current_app

from dashboards.auth import Account, who
from dashboards.components import states
from dashboards.components import status as draw
from dashboards.listens import DEMO
from dashboards.pages import Page, Query
from dashboards.queries import status as ask
from etl.store.warehouse import Warehouse

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
    """Look again, in place: what has not changed does not move. And ask for a night."""

    @app.callback(Output("status-state", "children"), Input("status-again", "n_intervals"), prevent_initial_call=True)
    def look_again(_: int) -> Any:
        return states.explained(lambda: state(warehouse))

    @app.callback(
        Output("night-words", "children"),
        Output("night-ask", "disabled"),
        Output("night-ask", "children"),
        Input("night-ask", "n_clicks"),
        Input("night-again", "n_intervals"),
        prevent_initial_call=True,
    )
    def next_night(clicks: int | None, _: int | None) -> Any:
        operator = _operator()
        if operator is None:
            return no_update, no_update, no_update
        if ctx.triggered_id == "night-ask" and clicks:
            ask.want_night(warehouse, operator.account_id)
        return draw.night(ask.nights(warehouse), datetime.now(UTC))


def _operator() -> Account | None:
    """Who may ask for a night: an operator, in the demo."""
    account = who()
    return account if account and account.role == "operator" and current_app.config.get(DEMO) else None


def _next_night(warehouse: Warehouse) -> list[Component]:
    """What became of the demo's nights, and the button that asks for the next."""
    if _operator() is None:
        return []
    words, closed, name = draw.night(ask.nights(warehouse), datetime.now(UTC))
    return [
        html.Div(
            [
                html.Button(name, id="night-ask", type="button", className="button", disabled=closed),
                html.P(words, id="night-words", className="quiet", role="status"),
                dcc.Interval(id="night-again", interval=LOOK_AT_NIGHT_MS),
            ],
            className="night",
        )
    ]


def state(warehouse: Warehouse) -> Any:
    """The state of the warehouse, drawn."""
    status = ask.status(warehouse)
    if status is None:
        return states.setting_up()
    return [
        draw.summary(status),
        draw.tables(status),
        draw.loads(status.loads, datetime.now(UTC)),
        draw.refused(status.refused),
        draw.checked(status.check),
    ]


PAGE = Page("/status", "Status", "pulse", layout, register)
