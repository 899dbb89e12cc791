"""What somebody does with a result: save it, say that a match is wrong. For the request's account."""

from collections.abc import Callable, Mapping
from typing import Any

from dashboards.auth import Account, who
from dashboards.components.acts import Done, act, undo
from dashboards.components.numbers import duration
from dashboards.components.similar.view import View, read, search_of
from dashboards.pages import query_of
from dashboards.pages.acts import Act
from dashboards.queries import similar as ask
from dashboards.queries import uploads
from etl.store.warehouse import Warehouse

SAVED = ("similar-saved",)
AFTER = ("creators", "expect")  #: the steps that a wrong match changes, after its own


def save(warehouse: Warehouse, account: Account, asked: Mapping[str, Any]) -> Done:
    """Save what the address asks, with what its song is like."""
    view = read(query_of(str(asked["search"])))[0]
    found = ask.question(warehouse, account.account_id, view.upload, view.part, view.like)
    if found is None:
        return Done("It is no longer here. Drop the song again.")
    kept, part = None, view.part or (None, None)
    if view.upload:
        kept = uploads.keep(warehouse, account.account_id, view.upload, *part)
    saved = View(kept, None, view.like, view.genre, view.country, view.chosen)
    name = found.name if not view.part else f"{found.name}, {duration(view.part[0])} to {duration(view.part[1])}"
    if found.track:
        name = f"Like {found.name}"
    if view.genre:
        name += f", in {view.genre}"
    saved_id = ask.save(warehouse, account.account_id, name, search_of(saved), kept)
    back = undo("forget-result", "save this result", id=saved_id, sure=True)
    return Done("Saved. It is in your list above.", [back], SAVED)


def forget(warehouse: Warehouse, account: Account, asked: Mapping[str, Any]) -> Done:
    """Remove a saved result, once somebody is sure: what its song is like goes with it, and does not come back."""
    if asked.get("sure") is not True:
        sure = act("Remove", "forget-result", "Remove it for good", "text-button", id=asked["id"], sure=True)
        return Done("For good?", [sure, act("Keep", "keep-result", "Keep it", "text-button")])
    ask.remove(warehouse, account.account_id, str(asked["id"]))
    return Done("" if asked.get("place") else "It is not saved any more.", again=SAVED)


def wrong(warehouse: Warehouse, account: Account, asked: Mapping[str, Any]) -> Done:
    """A match is wrong; its row stays where it is, to be taken back."""
    track = int(asked["track"])
    ask.say_wrong(warehouse, account.account_id, track, str(asked["sound"]))
    words = "It is not shown to you again, and counts in how matches are judged."
    return Done(words, [undo("match-right", "this match is wrong", tracks=[track])], AFTER)


def right(warehouse: Warehouse, account: Account, asked: Mapping[str, Any]) -> Done:
    """Matches are shown again."""
    ask.take_back(warehouse, account.account_id, [int(track) for track in asked["tracks"]])
    return Done(again=AFTER) if asked.get("place") else Done("Shown again.", again=("tiktok", *AFTER))


def _mine(does: Callable[[Warehouse, Account, Mapping[str, Any]], Done]) -> Act:
    def done(warehouse: Warehouse, asked: Mapping[str, Any]) -> Done:
        account = who()
        return does(warehouse, account, asked) if account else Done()

    return done


ACTS: Mapping[str, Act] = {
    "save-result": _mine(save),
    "forget-result": _mine(forget),
    "keep-result": lambda *_: Done(),
    "match-wrong": _mine(wrong),
    "match-right": _mine(right),
}
