"""The one callback that answers every button that does something; what each does stands with its page."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, html, set_props

from dashboards.components import states
from dashboards.components.acts import PLACE, SAID, Done
from etl.errors import OvertoneError
from etl.store.warehouse import Warehouse

#: Does what a button says, for the account of the request, and says what became of it.
Act = Callable[[Warehouse, Mapping[str, Any]], Done]

log = logging.getLogger(__name__)


def register(app: Dash, warehouse: Warehouse, acts: Mapping[str, Act]) -> None:
    """Answer clicks, one after the other; the browser hears of it when one is over, even if it failed."""

    @app.callback(Input("act", "data"), running=[(Output("acting", "data"), True, False)], prevent_initial_call=True)
    def answer(asked: Any) -> None:
        if not isinstance(asked, dict) or not isinstance(asked.get("do"), str) or asked["do"] not in acts:
            return
        done, place = done_of(warehouse, acts, asked), str(asked.get("place"))
        said = [html.Span(done.words), *done.ways] if done.words else []
        set_props(place if place.startswith(PLACE) else SAID, {"children": said})
        for card in done.again:
            set_props(f"{card}-again", {"data": time.time()})

    app.clientside_callback(ClientsideFunction("acts", "over"), Input("acting", "data"), prevent_initial_call=True)


def done_of(warehouse: Warehouse, acts: Mapping[str, Act], asked: Mapping[str, Any]) -> Done:
    """Do it; where that cannot be, say why."""
    try:
        return acts[asked["do"]](warehouse, asked)
    except OvertoneError as error:
        return Done(states.said(error))
    except (KeyError, TypeError, ValueError) as error:  # what is on no button of ours
        log.warning("%s was asked for with what it cannot be: %s: %s", asked["do"], type(error).__name__, error)
        return Done("It cannot be done so. Reload the page and try again.")
    except Exception:
        log.exception("%s could not be done", asked["do"])
        return Done("It stopped on a defect of ours. Trying again may help.")
