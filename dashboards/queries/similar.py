"""What the page Similar music asks: what there is to compare with, what is like a song, and what an account keeps."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from dashboards.queries import ready, sql, uploads
from dashboards.queries.uploads import Upload
from etl.errors import ArgumentInvalid
from etl.live.find_similar import SimilarTrack, similar_to, suggest_genre
from etl.live.follow_sounds import Followed, follow
from etl.similarity.genre import Suggestion
from etl.store import loads
from etl.store.warehouse import Warehouse

MOST_SAVED = 50  #: results of an account
TIKTOK = "tiktok"  #: what an account agrees to: that its browser asks TikTok for pictures
MUSIC = ("core.track", "core.track_vector")
USED = ("core.sound", "core.video", "core.track_match")  #: what is known of TikTok


@dataclass(frozen=True)
class Catalogue:
    """What there is to search now."""

    through: date | None
    genres: dict[str, int]  #: described tracks by top genre, those that have any

    @property
    def tracks(self) -> int:
        """How many recordings can be found."""
        return sum(self.genres.values())


@dataclass(frozen=True)
class Track:
    """A described track that is asked about: "more like this one"."""

    track_id: int
    title: str
    artist: str
    genre: str | None
    duration_s: float | None
    synthetic: bool


@dataclass(frozen=True)
class Question:
    """What is compared: a song that somebody sent, or a part of it, or a track."""

    name: str
    features: np.ndarray  #: float32, shape (245,), unscaled
    upload: Upload | None
    track: Track | None


@dataclass(frozen=True)
class Saved:
    """A result that an account saved."""

    saved_id: str
    name: str
    search: str  #: the address after the path
    upload_id: str | None
    saved_at: datetime


def catalogue(warehouse: Warehouse) -> Catalogue | None:
    """What there is to search; None while the first refresh is still making its tables."""
    if not ready(warehouse):
        return None
    genres = {row["genre"]: row["track_count"] for row in warehouse.query(sql("genre_counts"))}
    return Catalogue(through(warehouse, MUSIC + USED), genres)


def question(
    warehouse: Warehouse,
    account_id: int,
    upload_id: str | None,
    part: tuple[float, float] | None = None,
    like: int | None = None,
) -> Question | None:
    """What an address asks about; None when it is gone, somebody else's, or never was.

    Args:
        part: seconds of the upload; None: all of it.
        like: a track, which is asked about in place of the upload.

    Raises:
        ArgumentInvalid, TemporaryError: as ``uploads.part``.
    """
    if like is not None:
        rows = warehouse.query(sql("track_question"), {"track_id": like})
        if not rows:
            return None
        features = np.asarray(rows[0].pop("features"), np.float32)
        track = Track(**rows[0])
        return Question(track.title, features, None, track)
    if upload_id is None:
        return None
    if part is None:
        upload = uploads.read(warehouse, account_id, upload_id)
    else:
        upload = uploads.part(warehouse, account_id, upload_id, *part)
    return Question(upload.name, upload.features, upload, None) if upload else None


def nearest(
    warehouse: Warehouse, features: np.ndarray, genre: str | None, without: int | None = None, limit: int = 10
) -> list[SimilarTrack]:
    """The tracks that sound most like what was described, nearest first; where they are used is another question."""
    return similar_to(warehouse, features, genre, limit, without, tiktok=False)


def suggested(warehouse: Warehouse, features: np.ndarray) -> list[Suggestion]:
    """The genres that it may be, likeliest first; none where too few recordings have a genre."""
    return suggest_genre(warehouse, features)


def on_tiktok(warehouse: Warehouse, account_id: int, asked: Question, genre: str | None) -> Followed:
    """How music like what is asked about is used on TikTok, without the matches that this account says are wrong."""
    wrong = {
        (row["track_id"], row["sound_id"])
        for row in warehouse.query_as(sql("wrong_matches"), {}, account_id=account_id)
    }
    return follow(warehouse, asked.features, genre, asked.track.track_id if asked.track else None, wrong)


def through(warehouse: Warehouse, tables: Sequence[str]) -> date | None:
    """The day that all of some tables are complete to."""
    with warehouse.transaction() as cursor:
        return loads.through(cursor, *tables)


def say_wrong(warehouse: Warehouse, account_id: int, track_id: int, sound_id: str) -> None:
    """An account says that a match is wrong; it does not see it again."""
    asked = {"track_id": track_id, "sound_id": sound_id}
    warehouse.query_as(sql("wrong_match_add"), asked, account_id=account_id)


def take_back(warehouse: Warehouse, account_id: int, track_ids: list[int]) -> None:
    """An account sees the matches of some tracks again."""
    warehouse.query_as(sql("wrong_match_remove"), {"track_ids": track_ids}, account_id=account_id)


def agreed(warehouse: Warehouse, account_id: int, what: str = TIKTOK) -> bool:
    """Whether an account agreed to something."""
    return bool(warehouse.query_as(sql("consent"), {"what": what}, account_id=account_id)[0]["given"])


def agree(warehouse: Warehouse, account_id: int, given: bool, what: str = TIKTOK) -> None:
    """An account agrees to something, or does no longer."""
    warehouse.query_as(sql("consent_give" if given else "consent_take"), {"what": what}, account_id=account_id)


def saved(warehouse: Warehouse, account_id: int) -> list[Saved]:
    """What an account saved, the latest first."""
    return [Saved(**row) for row in warehouse.query_as(sql("saved_results"), {}, account_id=account_id)]


def save(warehouse: Warehouse, account_id: int, name: str, search: str, upload_id: str | None) -> str:
    """Save a result under a name; its id.

    Args:
        search: the address after the path.
        upload_id: of the song in it, which was kept; None: it asks about a track.

    Raises:
        ArgumentInvalid: as many are saved as may be.
    """
    row = {
        "saved_id": secrets.token_urlsafe(9),
        "name": "".join(letter for letter in name if letter.isprintable()).strip()[:120] or "Untitled",
        "search": search,
        "upload_id": upload_id,
        "most": MOST_SAVED,
    }
    if not warehouse.query_as(sql("saved_result_add"), row, account_id=account_id):
        raise ArgumentInvalid(
            "your saved results", f"there are {MOST_SAVED}, which is all there may be", "Remove one first."
        )
    return str(row["saved_id"])


def remove(warehouse: Warehouse, account_id: int, saved_id: str) -> None:
    """Forget a saved result, and what its song is like."""
    for row in warehouse.query_as(sql("saved_result_remove"), {"saved_id": saved_id}, account_id=account_id):
        if row["upload_id"]:
            uploads.forget(warehouse, account_id, row["upload_id"])
