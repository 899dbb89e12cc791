"""Status: how fresh every number is, what the last loads did, what was refused, and whether features are still right.

Everyone who is logged in may see it: it names tables and files, never a person.
"""

from datetime import UTC, datetime
from typing import Any

from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboards.components import states
from dashboards.components import status as draw
from dashboards.pages import Page, Query
from dashboards.queries import status as ask
from etl.store.warehouse import Warehouse

LOOK_AGAIN_MS = 15_000


def layout(warehouse: Warehouse, _: Query) -> Component:
    """The page with what is known now; it keeps itself up to date."""
    return html.Div(
        [
            html.H1("How fresh is the data?"),
            html.Div(states.explained(lambda: state(warehouse)), id="status-state"),
            dcc.Interval(id="status-again", interval=LOOK_AGAIN_MS),
        ],
        className="status",
    )


def register(app: Dash, warehouse: Warehouse) -> None:
    """Look again, in place: what has not changed does not move."""

    @app.callback(Output("status-state", "children"), Input("status-again", "n_intervals"), prevent_initial_call=True)
    def look_again(_: int) -> Any:
        return states.explained(lambda: state(warehouse))


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
