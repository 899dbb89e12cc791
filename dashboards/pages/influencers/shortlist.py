"""What the account's shortlist does: creators are put on it, written about, and taken off it."""

import time
from collections.abc import Sequence
from datetime import date
from typing import Any

from dash import ALL as EACH
from dash import MATCH, Dash, Input, Output, ctx, set_props

from dashboards.components import states
from dashboards.components.card import About
from dashboards.components.influencers import shortlist as draw
from dashboards.components.marks import CREATORS, invented
from dashboards.pages import language
from dashboards.pages.influencers.whose import artist, for_artists
from dashboards.queries import influencers as ask
from etl.errors import OvertoneError
from etl.store.warehouse import Warehouse


def register(app: Dash, warehouse: Warehouse) -> None:
    """Add what the buttons and the notes do."""

    @app.callback(Output("influencers-shortlist-body", "children"), Input("influencers-shortlist-again", "data"))
    def list_short(said: Any) -> Any:
        return draw.CARD.explained(lambda: shortlist(warehouse, said))

    @app.callback(
        Input({"part": "shortlist", "do": EACH, "id": EACH, "where": EACH}, "n_clicks"),
        prevent_initial_call=True,
    )
    def change(clicks: list[int | None]) -> None:
        wish = ctx.triggered_id
        if any(clicks) and isinstance(wish, dict) and ctx.triggered[0]["value"]:
            said = changed(warehouse, str(wish["do"]), str(wish["id"]))
            again = {"at": time.time(), "about": wish["id"], "said": said}
            set_props("influencers-shortlist-again", {"data": again})

    @app.callback(
        Output({"part": "noted", "id": MATCH}, "children"),
        Output({"part": "note", "id": MATCH}, "error"),
        Input({"part": "note", "id": MATCH}, "value"),
        prevent_initial_call=True,
    )
    def note(text: str | None) -> tuple[str, str]:
        said, error = noted(warehouse, str(ctx.triggered_id["id"]), text or "") if ctx.triggered_id else ("", "")
        if said:
            set_props("influencers-shortlist-foot", {"children": foot(warehouse)})
        return said, error


def shortlist(warehouse: Warehouse, said: Any = None) -> Any:
    """The account's shortlist."""
    if (account := artist()) is None:
        return for_artists()
    if (through := ask.through(warehouse)) is None:
        return states.setting_up()
    found = ask.shortlist(warehouse, account.account_id)
    if not found:
        return draw.CARD.notice(
            "Nobody yet", "Open a creator and add them. You can write a note beside each, and take the list as a file."
        )
    return draw.shortlist(found, _about(found, through), said_of(said), language())


def changed(warehouse: Warehouse, do: str, influencer_id: str) -> str:
    """Put a creator on the account's list or take them off it, and what came of it in words."""
    account = artist()
    if account is None or do not in ("add", "remove"):
        return ""
    try:
        (ask.add if do == "add" else ask.remove)(warehouse, account.account_id, influencer_id)
    except OvertoneError as error:
        return _why(error)
    return "Added to your shortlist, below the ranking." if do == "add" else "Removed from your shortlist."


def noted(warehouse: Warehouse, influencer_id: str, text: str) -> tuple[str, str]:
    """Keep a note, and say so or why not."""
    account = artist()
    if account is None:
        return "", ""
    try:
        ask.write_note(warehouse, account.account_id, influencer_id, text)
    except OvertoneError as error:
        return "", _why(error)
    return "Saved", ""


def foot(warehouse: Warehouse) -> Any:
    """The table and the file of the list, after a note has changed."""
    account, through = artist(), ask.through(warehouse)
    found = ask.shortlist(warehouse, account.account_id) if account and through else []
    return draw.foot(found, _about(found, through)) if through else None


def said_of(said: Any, about: str | None = None) -> str:
    """What is to be said of the last wish, in the panel of whom it was about or, without one, in the list."""
    if not isinstance(said, dict) or (about is not None and said.get("about") != about):
        return ""
    return str(said.get("said", ""))


def _about(found: Sequence[ask.Listed], through: ask.Through) -> About:
    day = through.creators or date.min
    return About("your shortlist", day, invented({CREATORS: [bool(one.synthetic) for one in found]}))


def _why(error: OvertoneError) -> str:
    return f"{states.sentence(error.reason)} {states.sentence(error.next_step)}"
