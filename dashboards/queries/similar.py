"""What the page Similar music asks."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from dashboards.queries import ready, sql
from etl.live.find_similar import SimilarTrack, similar_to, suggest_genre
from etl.similarity.genre import Suggestion
from etl.store.warehouse import Warehouse

TABLES = ["core.track", "core.track_vector", "core.sound", "core.video", "core.track_match"]


@dataclass(frozen=True)
class Catalogue:
    """What there is to search now."""

    through: date | None
    genres: dict[str, int]  #: described tracks by top genre, those that have any

    @property
    def tracks(self) -> int:
        """How many recordings can be found."""
        return sum(self.genres.values())


def catalogue(warehouse: Warehouse) -> Catalogue | None:
    """What there is to search; None while the first refresh is still making its tables."""
    if not ready(warehouse):
        return None
    genres = {row["genre"]: row["track_count"] for row in warehouse.query(sql("genre_counts"))}
    return Catalogue(warehouse.query(sql("data_through"), {"table_names": TABLES})[0]["through"], genres)


def nearest(
    warehouse: Warehouse, features: np.ndarray, genre: str | None, without: int | None = None, limit: int = 10
) -> list[SimilarTrack]:
    """The tracks that sound most like what was described, nearest first; where they are used is another question."""
    return similar_to(warehouse, features, genre, limit, without, tiktok=False)


def suggested(warehouse: Warehouse, features: np.ndarray) -> list[Suggestion]:
    """The genres that it may be, likeliest first; none where too few recordings have a genre."""
    return suggest_genre(warehouse, features)
