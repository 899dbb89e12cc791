"""What every page of a listener asks and does: who they are, what they share, and whether what they hear is kept."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dashboards.queries import ready, sql
from etl.store import loads
from etl.store.warehouse import Warehouse
from etl.tables import Sharing

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
    warehouse: Warehouse,
    listener_id: int,
    listen_id: str,
    track_id: int,
    listened_at: datetime,
    heard_pct: int,
    began: datetime | None = None,
) -> Literal["counted", "known", "private", "no_track", "too_soon"]:
    """Count a listen in the app, once, with all that follows from it, in one transaction.

    Args:
        listened_at: when it began.
        began: the same by the server's clock, where ``listened_at`` is by the demo's.
    """
    listen = {
        "listen_id": listen_id, "track_id": track_id, "listened_at": listened_at, "heard_pct": heard_pct,
        "began": began,
    }  # fmt: skip
    return warehouse.query_as(sql("listener_hear"), listen, listener_id=listener_id)[0]["became"]


def through(warehouse: Warehouse) -> date | None:
    """The day up to which listens are known; those in the app count at once."""
    with warehouse.transaction() as cursor:
        return loads.through(cursor, "lake/listens")
