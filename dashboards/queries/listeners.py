"""What every page of a listener asks: who they are, what they and their friends hear, and whether it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dashboards.queries import ready, sql
from etl.recommend.friends import Friend
from etl.recommend.taste import Taste
from etl.store.warehouse import Warehouse

Sharing = Literal["off", "sum", "name"]

PRIVATE_HOURS = 6  #: after which a private session that was forgotten ends


@dataclass(frozen=True)
class Me:
    """The listener who asks."""

    listener_id: int
    name: str
    country: str | None
    synthetic: bool
    private_until: datetime | None  #: until then nothing that they hear is kept
    sharing: Sharing


@dataclass(frozen=True)
class Tastes:
    """What one hears, and what friends hear who let it be used; none who is blocked."""

    mine: Taste
    friends: Sequence[Friend]  #: by name with their ids; in sum only with negative numbers, in no order


@dataclass(frozen=True)
class Song:
    """A track by its names."""

    track_id: int
    title: str
    artist_id: int
    artist_name: str
    genre: str | None


def me(warehouse: Warehouse, listener_id: int) -> Me | None:
    """Who a listener is; None while nobody of this id has been loaded."""
    if not ready(warehouse):
        return None
    rows = warehouse.query_as(sql("listener_me"), {}, listener_id=listener_id)
    return Me(**rows[0]) if rows else None


def share(warehouse: Warehouse, listener_id: int, sharing: Sharing) -> None:
    """Choose what friends may know of what one hears."""
    warehouse.query_as(sql("listener_sharing"), {"sharing": sharing}, listener_id=listener_id)


def private(warehouse: Warehouse, listener_id: int, on: bool) -> datetime | None:
    """Begin or end a private session; return until when nothing is kept."""
    hours = PRIVATE_HOURS if on else 0
    rows = warehouse.query_as(sql("listener_private"), {"hours": hours}, listener_id=listener_id)
    return rows[0]["private_until"]


def hear(
    warehouse: Warehouse, listener_id: int, listen_id: str, track_id: int, listened_at: datetime, heard_pct: int
) -> Literal["counted", "known", "private", "no_track"]:
    """Count a listen in the app, once, with all that follows from it, in one transaction."""
    listen = {"listen_id": listen_id, "track_id": track_id, "listened_at": listened_at, "heard_pct": heard_pct}
    return warehouse.query_as(sql("listener_hear"), listen, listener_id=listener_id)[0]["became"]


def tastes(warehouse: Warehouse, listener_id: int) -> Tastes:
    """What one hears, and what friends hear who let it be used."""
    rows = warehouse.query_as(sql("discover_tastes"), {}, listener_id=listener_id)
    known = {
        row["listener_id"]: Taste.of(row["track_ids"], row["heard"], row["listens"], row["artist_ids"]) for row in rows
    }
    mine = known.pop(listener_id, Taste.empty())
    in_sum = warehouse.query_as(sql("discover_in_sum"), {}, listener_id=listener_id)
    friends = [Friend(friend, taste) for friend, taste in known.items()]
    friends += [
        Friend(-number, Taste.of(row["track_ids"], row["heard"], row["listens"], []), named=False)
        for number, row in enumerate(in_sum, start=1)
    ]
    return Tastes(mine, friends)


def songs(warehouse: Warehouse, listener_id: int, track_ids: Sequence[int]) -> dict[int, Song]:
    """What tracks are called, by id."""
    rows = warehouse.query_as(sql("discover_tracks"), {"track_ids": list(track_ids)}, listener_id=listener_id)
    return {row["track_id"]: Song(**row) for row in rows}


def through(warehouse: Warehouse) -> date | None:
    """The day up to which listens are known; those in the app count at once."""
    return warehouse.query(sql("data_through"), {"table_names": ["activity.listen"]})[0]["through"]
