"""Find the tracks that sound like a piece of audio, and how music like it is used on TikTok.

Reads core.scaler, core.track_vector, core.track_match and core.video; writes nothing. No part of the refresh: the
command line and the app ask it.

A small genre is searched exactly. A large one is searched by an index that finds more than 99 in 100 of the true first
ten (`overtone bench similarity`), and which one it misses may change when the index is built anew.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from etl.audio.decode import Signal, decode
from etl.audio.features import Description, describe_alike
from etl.errors import ArgumentInvalid, AudioSilent, OvertoneError
from etl.similarity.agreement import Agreement, agreement, in_words
from etl.similarity.genre import Suggestion
from etl.similarity.model import Model, suggest, transform
from etl.similarity.score import score, words
from etl.store.vectors import literal
from etl.store.warehouse import Cursor, Warehouse, ask, sql

VIDEOS_PER_SOUND = 6


class NothingDescribed(OvertoneError):
    """No track has been described yet, so that none can be compared."""


@dataclass(frozen=True)
class Match:
    """The sound on TikTok that a track was linked to."""

    tiktok_track_id: str
    title: str
    artist_name: str
    title_score: float | None
    artist_score: float | None
    total_score: float
    probability: float
    synthetic: bool = False  #: whether the sound was made


@dataclass(frozen=True)
class Video:
    """A TikTok post that uses a matched sound."""

    video_id: str
    url: str | None
    cover: str | None
    caption: str
    creator: str
    plays: int | None
    created_at: datetime
    synthetic: bool = False


@dataclass(frozen=True)
class SimilarTrack:
    """A track like the one asked for, its match if it has one, and that sound's most played videos."""

    track_id: int
    title: str
    artist: str
    genre: str | None
    score: float  #: calibrated, 0 to 1: see etl/similarity/score.py
    closeness: str  #: the score in words, such as "very close"
    agreement: list[Agreement]  #: in timbre, rhythm, harmony and brightness, the closest first
    agrees: str  #: the same as a sentence
    match: Match | None
    videos: list[Video]
    license: str | None = None
    synthetic: bool = False


def listen(data: bytes, name: str) -> tuple[Signal, Description]:
    """Decode a clip, at its own rate, and describe it as the tracks of the archive are.

    Raises:
        AudioError: it cannot be described, or it is silent.
    """
    signal = decode(data, name)
    description = describe_alike(signal, name)
    if description.silent:
        raise AudioSilent(name, "it is silent from beginning to end", "Choose a clip with sound in it.")
    return signal, description


def similar_to(
    warehouse: Warehouse,
    features: np.ndarray,
    genre: str | None = None,
    limit: int = 10,
    without: int | None = None,
    tiktok: bool = True,
) -> list[SimilarTrack]:
    """Find the tracks nearest to what was described.

    Args:
        warehouse: with described tracks.
        features: shape (245,), as ``etl.audio.features`` gives them.
        genre: a top genre to search in; None for all.
        limit: how many tracks at most.
        without: a track that is left out, such as the one that is asked about.
        tiktok: whether to look for matches and videos, too.

    Returns:
        The nearest first; of two equally near the smaller track id first.

    Raises:
        ArgumentInvalid: there is no such genre.
        NothingDescribed: the first refresh has not come so far.
    """
    check_genre(warehouse, genre)
    with warehouse.transaction() as cursor:
        version, model = current(cursor)
        vector = transform(model, features[np.newaxis])[0]
        tracks = nearest(cursor, version, vector, genre, limit + (without is not None))
        tracks = [track for track in tracks if track["track_id"] != without][:limit]
        return described(cursor, version, model, vector, tracks, matches_of(cursor, tracks) if tiktok else {})


def described(
    cursor: Cursor, version: str, model: Model, vector: np.ndarray, tracks: list[dict], matches: dict[int, Match]
) -> list[SimilarTrack]:
    """Rows of ``nearest`` with how close they are, in what, and the videos of their matches."""
    ids = [track["track_id"] for track in tracks]
    vectors = rows(cursor, "similar_vectors", version=version, track_ids=ids)
    theirs = {row["track_id"]: np.array(row["vector"], np.float32) for row in vectors}
    videos: dict[str, list[Video]] = {}
    sounds = [match.tiktok_track_id for match in matches.values()]
    for row in rows(cursor, "match_videos", sound_ids=sounds, per_sound=VIDEOS_PER_SOUND) if sounds else []:
        videos.setdefault(row.pop("sound_id"), []).append(Video(**row))
    return [
        SimilarTrack(
            track["track_id"],
            track["title"],
            track["artist"],
            track["genre"],
            score=(likely := float(score(model.calibration, 1 - track["distance"]))),
            closeness=words(likely),
            agreement=(agreed := agreement(model.spread, vector, theirs[track["track_id"]])),
            agrees=in_words(agreed, vector, theirs[track["track_id"]]),
            match=(match := matches.get(track["track_id"])),
            videos=videos.get(match.tiktok_track_id, []) if match else [],
            license=track["license"],
            synthetic=track["synthetic"],
        )
        for track in tracks
    ]


def matches_of(cursor: Cursor, tracks: list[dict]) -> dict[int, Match]:
    """The match of each of some tracks that has one."""
    found = rows(cursor, "track_matches", track_ids=[track["track_id"] for track in tracks])
    return {row.pop("track_id"): Match(**row) for row in found}


def check_genre(warehouse: Warehouse, genre: str | None) -> None:
    """Let only a top genre pass, or none. Raises: ArgumentInvalid."""
    if genre is not None and genre not in (known := top_genres(warehouse)):
        raise ArgumentInvalid(f"genre {genre!r}", "there is no such top genre", f"Choose one of {', '.join(known)}.")


def top_genres(warehouse: Warehouse) -> list[str]:
    """The titles of the top genres, in alphabetical order."""
    return [
        row["title"] for row in warehouse.query("SELECT title FROM core.genre WHERE parent_id IS NULL ORDER BY title")
    ]


def suggest_genre(warehouse: Warehouse, features: np.ndarray) -> list[Suggestion]:
    """The genres that what was described may be, likeliest first; none where labels are too few to learn from.

    Raises:
        NothingDescribed: the first refresh has not come so far.
    """
    with warehouse.transaction() as cursor:
        return suggest(current(cursor)[1], features)


def nearest(cursor: Cursor, version: str, vector: np.ndarray, genre: str | None, limit: int) -> list[dict]:
    """Rows of sql/queries/similar_tracks.sql for a vector, shape (245,), that was scaled by ``version``."""
    return rows(cursor, "similar_tracks", version=version, vector=literal(vector), genre=genre, limit=limit)


#: The model that was asked for last, by its version, which is a hash of it: a quarter of a megabyte to read.
_LAST: dict[str, Model] = {}


def current(cursor: Cursor) -> tuple[str, Model]:
    """The current version and its model; its vectors stay until the cursor's transaction ends."""
    versions = rows(cursor, "current_scaler")
    if not versions:
        raise NothingDescribed(
            "core.track_vector",
            "no track has been described yet",
            "Land clips and run: overtone refresh --day D.",
        )
    [version] = versions[0].values()
    model = _LAST.get(version)
    if model is None:
        stored = ask(cursor, "SELECT model FROM core.scaler WHERE version = %s", (version,))
        model = Model.from_bytes(bytes(stored["model"]))
        _LAST.clear()
        _LAST[version] = model
    return version, model


def rows(cursor: Cursor, question: str, **params: object) -> list[dict]:
    """Rows of ``sql/queries/<question>.sql``."""
    cursor.execute(sql(f"queries/{question}"), params)
    return [dict(row) for row in cursor.fetchall()]
