"""Find the tracks that sound like a piece of audio, and how music like it is used on TikTok.

Reads core.track_vector, core.track_match and core.video; writes nothing. No part of the refresh: the command line and
the app ask it.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from etl.audio.decode import Signal, decode
from etl.audio.features import Description, describe
from etl.errors import ArgumentInvalid, AudioSilent, OvertoneError
from etl.similarity.scaler import Scaler, transform
from etl.warehouse import Warehouse, sql

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


@dataclass(frozen=True)
class SimilarTrack:
    """A track like the one asked for, its match if it has one, and that sound's most played videos."""

    track_id: int
    title: str
    artist: str
    genre: str | None
    score: float  #: cosine of the scaled features, clipped to [0, 1]
    match: Match | None
    videos: list[Video]


def find_similar(
    warehouse: Warehouse, data: bytes, name: str, genre: str | None = None, limit: int = 10
) -> list[SimilarTrack]:
    """Describe the bytes of an audio file, which errors call ``name``, and find the nearest tracks.

    Raises:
        AudioError: the audio cannot be compared. And what ``similar_to`` raises.
    """
    return similar_to(warehouse, listen(data, name)[1].features, genre, limit)


def listen(data: bytes, name: str) -> tuple[Signal, Description]:
    """Decode and describe what is to be compared with music.

    Raises:
        AudioError: it cannot be described, or it is silent.
    """
    signal = decode(data, name)
    description = describe(signal)
    if description.silent:
        raise AudioSilent(name, "it is silent from beginning to end", "Choose a clip with sound in it.")
    return signal, description


def similar_to(
    warehouse: Warehouse, features: np.ndarray, genre: str | None = None, limit: int = 10
) -> list[SimilarTrack]:
    """Find the tracks nearest to what was described.

    Args:
        warehouse: with described tracks.
        features: shape (245,), as ``etl.audio.features`` gives them.
        genre: a top genre to search in; None for all.
        limit: how many tracks at most.

    Returns:
        The nearest first; of two equally near the smaller track id first.

    Raises:
        ArgumentInvalid: there is no such genre.
        NothingDescribed: the first refresh has not come so far.
    """
    scaler = _scaler(warehouse)
    if genre is not None and genre not in (known := top_genres(warehouse)):
        raise ArgumentInvalid(f"genre {genre!r}", "there is no such top genre", f"Choose one of {', '.join(known)}.")
    vector = transform(scaler, features[np.newaxis])[0].tolist()
    tracks = _ask(warehouse, "similar_tracks", vector=f"[{','.join(map(repr, vector))}]", genre=genre, limit=limit)
    matches = {
        row.pop("track_id"): Match(**row)
        for row in _ask(warehouse, "track_matches", track_ids=[track["track_id"] for track in tracks])
    }
    videos: dict[str, list[Video]] = {}
    sounds = [match.tiktok_track_id for match in matches.values()]
    for row in _ask(warehouse, "match_videos", sound_ids=sounds, per_sound=VIDEOS_PER_SOUND):
        videos.setdefault(row.pop("sound_id"), []).append(Video(**row))
    return [
        SimilarTrack(
            **track,
            match=(match := matches.get(track["track_id"])),
            videos=videos.get(match.tiktok_track_id, []) if match else [],
        )
        for track in tracks
    ]


def top_genres(warehouse: Warehouse) -> list[str]:
    """The titles of the top genres, in alphabetical order."""
    return [
        row["title"] for row in warehouse.query("SELECT title FROM core.genre WHERE parent_id IS NULL ORDER BY title")
    ]


def _scaler(warehouse: Warehouse) -> Scaler:
    rows = warehouse.query("SELECT version, centre, scale FROM core.scaler WHERE current")
    if not rows:
        raise NothingDescribed(
            "core.track_vector",
            "no track has been described yet",
            "Land clips and run: overtone refresh --day D.",
        )
    return Scaler(rows[0]["version"], np.array(rows[0]["centre"]), np.array(rows[0]["scale"]))


def _ask(warehouse: Warehouse, question: str, **params: object) -> list[dict]:
    return warehouse.query(sql(f"queries/{question}"), params)
