"""A listener and their friends: who they are, what they hear, and what songs are called, as it is at this moment.

Reads mart.taste with what app.heard has since (``app.tastes``), activity.friendship, activity.listener and core.track,
as the listener may; writes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from etl.recommend import friends as recommend
from etl.recommend.taste import Taste
from etl.store.warehouse import Warehouse, sql
from etl.tables import Sharing


@dataclass(frozen=True)
class Friend:
    """A friend, and what they share."""

    listener_id: int
    name: str
    country: str | None
    since: date
    sharing: Sharing
    synthetic: bool


@dataclass(frozen=True)
class Tastes:
    """What one hears, and what friends hear who let it be used; none who is blocked."""

    mine: Taste
    #: By name with their ids; in sum only with negative numbers, in no order, and with no more than is said of them.
    friends: Sequence[recommend.Friend]


@dataclass(frozen=True)
class Song:
    """A track by its names."""

    track_id: int
    title: str
    artist_id: int
    artist_name: str
    genre: str | None
    synthetic: bool


def friends(warehouse: Warehouse, listener_id: int) -> list[Friend]:
    """One's friends, by name."""
    return [Friend(**row) for row in rows(warehouse, listener_id, "friend_list")]


def tastes(warehouse: Warehouse, listener_id: int) -> Tastes:
    """What one hears, and what friends hear who let it be used."""
    known = {
        row["listener_id"]: Taste.of(row["track_ids"], row["heard"], row["listens"], row["artist_ids"])
        for row in rows(warehouse, listener_id, "discover_tastes")
    }
    mine = known.pop(listener_id, Taste.empty())
    in_sum = rows(warehouse, listener_id, "discover_in_sum")
    friends = [recommend.Friend(friend, taste) for friend, taste in known.items()]
    friends += [
        recommend.Friend(-number, Taste.said(row["track_ids"]), named=False)
        for number, row in enumerate(in_sum, start=1)
    ]
    return Tastes(mine, friends)


def songs(warehouse: Warehouse, listener_id: int, track_ids: Sequence[int]) -> dict[int, Song]:
    """What tracks are called, by id."""
    named = rows(warehouse, listener_id, "discover_tracks", track_ids=list(track_ids))
    return {row["track_id"]: Song(**row) for row in named}


def rows(warehouse: Warehouse, listener_id: int, question: str, **params: object) -> list[dict]:
    """Rows of ``sql/queries/<question>.sql`` that a listener may see."""
    return warehouse.query_as(sql(f"queries/{question}"), params, listener_id=listener_id)
