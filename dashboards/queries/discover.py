"""What the page Discover asks and does; what computes its songs is ``etl.live.suggest``."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from dashboards.queries import sql
from dashboards.queries.clips import MIMETYPES
from etl.live import suggest
from etl.live.suggest import Say
from etl.recommend.rotation import variety
from etl.store.warehouse import Warehouse
from etl.tables import TOP_GENRES


@dataclass(frozen=True)
class Week:
    """How varied a week's listening was, in effective genres; None where too little was heard."""

    week: date  #: a Monday
    mine: float | None
    friends: float | None  #: the median; None of fewer than three


def state(warehouse: Warehouse, listener_id: int, now: datetime) -> suggest.State | None:
    """What a list would be made of at this moment, of songs that browsers play; None before there is a model."""
    return suggest.state(warehouse, listener_id, now, tuple(MIMETYPES))


def weeks(warehouse: Warehouse, listener_id: int) -> list[Week]:
    """How varied each week's listening was, in order of time."""
    rows = warehouse.query_as(sql("discover_weeks"), {}, listener_id=listener_id)
    return [
        Week(row["week"], variety(np.array(row["listens"])) if sum(row["listens"] or []) else None, row["median"])
        for row in rows
    ]


def say(warehouse: Warehouse, listener_id: int, track_id: int, said: Say | None) -> None:
    """Say something of a song, or take it back."""
    if said is None:
        warehouse.query_as(sql("discover_unsay"), {"track_id": track_id}, listener_id=listener_id)
    else:
        warehouse.query_as(sql("discover_say"), {"track_id": track_id, "said": said}, listener_id=listener_id)


def never(warehouse: Warehouse, listener_id: int, genre: str, on: bool) -> None:
    """Want no song of a genre any more, or again."""
    if genre in TOP_GENRES:
        warehouse.query_as(sql("discover_never" if on else "discover_again"), {"genre": genre}, listener_id=listener_id)
