"""What the account's shortlist does: creators are put on it, written about, and taken off it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash import MATCH, Dash, Input, Output, ctx, set_props
from dash.development.base_component import Component

from dashboards.auth import who
from dashboards.components import states, still
from dashboards.components.acts import Done, undo
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
    fold = still.folding(app)

    @app.callback(Output("influencers-shortlist-body", "children"), Input("influencers-shortlist-again", "data"))
    def list_short(_: Any) -> Any:
        return fold(draw.CARD.explained(lambda: shortlist(warehouse)))

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


def shortlist(warehouse: Warehouse) -> Any:
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
    return draw.shortlist(found, _about(found, through), language())


def add(warehouse: Warehouse, asked: Mapping[str, Any]) -> Done:
    """Put a creator on the account's list, with the note that they had where that they went is taken back."""
    account, influencer_id, note = who(), str(asked["id"]), str(asked.get("note") or "")
    if account is None:
        return Done()
    ask.add(warehouse, account.account_id, influencer_id)
    if note:
        ask.write_note(warehouse, account.account_id, influencer_id, note)
    return _changed(warehouse, asked, "Added to your shortlist.", _back("remove", influencer_id))


def remove(warehouse: Warehouse, asked: Mapping[str, Any]) -> Done:
    """Take a creator off the account's list; the way back has their note."""
    account, influencer_id = who(), str(asked["id"])
    if account is None:
        return Done()
    notes = {one.influencer_id: one.note for one in ask.shortlist(warehouse, account.account_id)}
    ask.remove(warehouse, account.account_id, influencer_id)
    back = _back("add", influencer_id, note=notes.get(influencer_id, ""))
    return _changed(warehouse, asked, "Removed from your shortlist.", back)


def noted(warehouse: Warehouse, influencer_id: str, text: str) -> tuple[str, str]:
    """Keep a note, and say so or why not."""
    account = artist()
    if account is None:
        return "", ""
    try:
        ask.write_note(warehouse, account.account_id, influencer_id, text)
    except OvertoneError as error:
        return "", states.said(error)
    return "Saved", ""


def foot(warehouse: Warehouse) -> Any:
    """The table and the file of the list, after a note has changed."""
    account, through = artist(), ask.through(warehouse)
    found = ask.shortlist(warehouse, account.account_id) if account and through else []
    return draw.foot(found, _about(found, through)) if through else None


def _changed(warehouse: Warehouse, asked: Mapping[str, Any], words: str, back: Component) -> Done:
    """Say it in the row in which it was done, which stays where it is; else at the foot of the window."""
    here = asked.get("place") is not None
    if here:
        set_props("influencers-shortlist-foot", {"children": foot(warehouse)})
    cards = ("influencers-chosen",) if here else ("influencers-chosen", draw.CARD.name)
    return Done(again=cards) if here and asked.get("back") else Done(words, [back], cards)


def _back(do: str, influencer_id: str, **more: Any) -> Component:
    return undo(f"shortlist-{do}", "the shortlist is as before", id=influencer_id, back=True, **more)


def _about(found: Sequence[ask.Listed], through: ask.Through) -> About:
    day = through.creators or date.min
    return About("your shortlist", day, invented({CREATORS: [bool(one.synthetic) for one in found]}))


ACTS = {"shortlist-add": add, "shortlist-remove": remove}
