"""What somebody does with a result: save it, say that a match is wrong, list a creator. For the request's account."""

from dashboards.auth import who
from dashboards.components import states
from dashboards.components.numbers import duration
from dashboards.components.similar.creators import shortlist_words
from dashboards.components.similar.view import View, search_of
from dashboards.queries import influencers, uploads
from dashboards.queries import similar as ask
from etl.errors import UserError
from etl.store.warehouse import Warehouse


def keep(warehouse: Warehouse, view: View) -> str:
    """Save a result, with what its song is like, and say so or why not."""
    account = who()
    if account is None:
        return ""
    try:
        asked = ask.question(warehouse, account.account_id, view.upload, view.part, view.like)
        if asked is None:
            return "It is no longer here. Drop the song again."
        kept, part = None, view.part or (None, None)
        if view.upload:
            kept = uploads.keep(warehouse, account.account_id, view.upload, *part)
        saved = View(kept, None, view.like, view.genre, view.country, view.chosen)
        name = asked.name if not view.part else f"{asked.name}, {duration(view.part[0])} to {duration(view.part[1])}"
        if asked.track:
            name = f"Like {asked.name}"
        if view.genre:
            name += f", in {view.genre}"
        ask.save(warehouse, account.account_id, name, search_of(saved), kept)
    except UserError as error:
        return f"{states.sentence(error.reason)} {states.sentence(error.next_step)}"
    return "Saved. It is in your list above."


def forget(warehouse: Warehouse, saved_id: str) -> None:
    """Remove a saved result."""
    if account := who():
        ask.remove(warehouse, account.account_id, saved_id)


def wrong(warehouse: Warehouse, track_id: int, sound_id: str) -> None:
    """A match is wrong."""
    if (account := who()) and 0 < track_id < 2**31:
        ask.say_wrong(warehouse, account.account_id, track_id, sound_id)


def shortlisted(warehouse: Warehouse, influencer_id: str) -> tuple[str, str]:
    """Put a creator on the shortlist, or take them off; what the button says then."""
    account = who()
    if account is None:
        return "", "false"
    listed = {one.influencer_id for one in influencers.shortlist(warehouse, account.account_id)}
    if influencer_id in listed:
        influencers.remove(warehouse, account.account_id, influencer_id)
        return shortlist_words(False), "false"
    try:
        influencers.add(warehouse, account.account_id, influencer_id)
    except UserError as error:
        return f"{states.sentence(error.reason)} {states.sentence(error.next_step)}", "false"
    return shortlist_words(True), "true"
