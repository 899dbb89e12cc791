"""A list a week that stays as it is, unlike the one that follows every listen; it may be kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboards.queries import sql
from etl.store.warehouse import Warehouse

SONGS = 20


@dataclass(frozen=True)
class WeeklyList:
    """The songs of a week."""

    week: date  #: its Monday
    track_ids: Sequence[int]
    kept_at: datetime | None  #: None: it goes when the next week's is made


def lists(warehouse: Warehouse, listener_id: int) -> list[WeeklyList]:
    """The lists there are, the latest first."""
    return [WeeklyList(**row) for row in warehouse.query_as(sql("weekly_lists"), {}, listener_id=listener_id)]


def make(warehouse: Warehouse, listener_id: int, week: date, track_ids: Sequence[int]) -> None:
    """Make the list of a week if there is none; those of weeks before that were not kept go."""
    params = {"week": week, "track_ids": list(track_ids)}
    warehouse.query_as(sql("weekly_make"), params, listener_id=listener_id)


def keep(warehouse: Warehouse, listener_id: int, week: date, on: bool) -> None:
    """Keep the list of a week, or let it go with the week."""
    warehouse.query_as(sql("weekly_keep"), {"week": week, "keep": on}, listener_id=listener_id)


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())
