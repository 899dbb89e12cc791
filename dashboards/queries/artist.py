"""What is an artist's own: their tracks."""

from dataclasses import dataclass

from dashboards.queries import sql
from etl.store.warehouse import Warehouse


@dataclass(frozen=True)
class OwnTrack:
    """A track of an artist."""

    track_id: int
    title: str
    genre: str | None
    duration_s: float | None
    synthetic: bool = False


def own_tracks(warehouse: Warehouse, artist_id: int) -> list[OwnTrack]:
    """All tracks of an artist, by title, heard or not."""
    return [OwnTrack(**row) for row in warehouse.query_as(sql("artist_tracks"), {}, artist_id)]
