"""What the page Friends asks and does. Who is whose friend is decided in the warehouse: ``app.friend_act``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dashboards.queries import sql
from etl.live.circle import Song, Tastes, songs
from etl.recommend.friends import match
from etl.store.warehouse import Warehouse
from etl.tables import TOP_GENRES

Act = Literal["ask", "accept", "decline", "withdraw", "remove", "block", "unblock"]
Became = Literal["asked", "friends", "declined", "ended", "blocked", "unblocked", "nobody", "nothing", "enough"]

SHORTEST_SEARCH = 3  #: letters
SHARED_SONGS = 5  #: that are shown of two friends


@dataclass(frozen=True)
class Request:
    """A request that is open; one of mine that was declined is open for me."""

    listener_id: int
    name: str
    country: str | None
    from_me: bool
    since: date
    synthetic: bool


@dataclass(frozen=True)
class Found:
    """Somebody whose name was searched for."""

    listener_id: int
    name: str
    country: str | None
    in_common: int  #: friends
    state: Literal["friends", "asked", "asks", "stranger"]


@dataclass(frozen=True)
class Blocked:
    """Somebody whom one has blocked, as they were called then."""

    listener_id: int
    name: str
    country: str | None


@dataclass(frozen=True)
class Likeness:
    """How alike two friends' tastes are, and why."""

    score: float  #: cosine of how much of each song they hear, 0 … 1
    shared: int  #: songs heard by both
    best: Sequence[Song]  #: of these, what adds most to the score
    genres: Sequence[tuple[str, float, float]]  #: heard by both: share of one's own listens, of the friend's


def requests(warehouse: Warehouse, listener_id: int) -> list[Request]:
    """Requests to and from one, the newest first."""
    return [Request(**row) for row in warehouse.query_as(sql("friend_requests"), {}, listener_id=listener_id)]


def blocked(warehouse: Warehouse, listener_id: int) -> list[Blocked]:
    """Whom one has blocked, by name."""
    return [Blocked(**row) for row in warehouse.query_as(sql("friend_blocked"), {}, listener_id=listener_id)]


def find(warehouse: Warehouse, listener_id: int, words: str) -> list[Found]:
    """People by a part of their name: at most 20, who has the most friends in common first.

    Whoever shares nothing cannot be found, nor can who is blocked or has blocked the one who asks.
    """
    rows = warehouse.query_as(sql("friend_find"), {"words": words[:64]}, listener_id=listener_id)
    return [Found(**row) for row in rows]


def act(warehouse: Warehouse, listener_id: int, other: int, what: Act) -> Became:
    """Do something about somebody who is known or may be found, and say what became of it.

    Of others "nobody" is said, whether they exist or not.
    """
    rows = warehouse.query_as(sql("friend_act"), {"other": other, "act": what}, listener_id=listener_id)
    return rows[0]["became"]


def likenesses(known: Tastes) -> dict[int, float]:
    """How alike one's taste and that of each friend is who shares by name."""
    return {one.listener_id: match(known.mine, one.taste).score for one in known.friends if one.named}


def likeness(warehouse: Warehouse, listener_id: int, known: Tastes, friend_id: int) -> Likeness | None:
    """How alike one's taste and a friend's is; None unless the friend shares by name."""
    friend = next((one for one in known.friends if one.named and one.listener_id == friend_id), None)
    if friend is None:
        return None
    found = match(known.mine, friend.taste)
    best = [int(track) for track in found.tracks[:SHARED_SONGS]]
    named = songs(warehouse, listener_id, best)
    return Likeness(
        found.score,
        len(found.tracks),
        [named[track] for track in best if track in named],
        [(TOP_GENRES[genre], mine, theirs) for genre, mine, theirs in found.genres],
    )
