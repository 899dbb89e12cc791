"""Follow music that sounds alike to TikTok: which of it is used there, when, and by whom.

Reads core.track_vector, core.track_match and core.video; writes nothing. No part of the refresh: the app asks it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np

from etl.live.find_similar import SimilarTrack, check_genre, current, described, matches_of, nearest, rows
from etl.similarity.model import transform
from etl.similarity.score import cosine_of
from etl.store.vectors import literal
from etl.store.warehouse import Warehouse

LOOSE = 0.5  #: the score from which on a track counts as similar
AT_LEAST = 10  #: nearest tracks that count as similar, however far they are
MOST_USERS = 12  #: creators that are named
LOOKED_AT = 200  #: nearest tracks that are asked for a match


@dataclass(frozen=True)
class Week:
    """Videos of a week."""

    week: date  #: its Monday
    videos: int
    plays: int
    synthetic: int = 0  #: of these videos


@dataclass(frozen=True)
class SoundUser:
    """A creator who used some of the sounds."""

    creator_id: str
    name: str
    handle: str | None
    followers: int | None
    influencer_id: str | None  #: where they may be suggested, too
    videos: int  #: with these sounds
    sounds: int
    plays: int  #: of these videos
    synthetic: bool = False  #: whether they or one of these videos were made


@dataclass(frozen=True)
class Followed:
    """Music that sounds alike, on TikTok."""

    similar_tracks: int  #: at least loosely similar, and the nearest ``AT_LEAST``
    matched_tracks: int  #: of them, on TikTok
    tracks: list[SimilarTrack]  #: the nearest that have a match, nearest first
    hidden: list[int]  #: tracks that were looked at and whose match is said to be wrong
    weeks: list[Week]  #: of these tracks' sounds, every week from the first to the last
    users: list[SoundUser]  #: of these sounds, the most played first

    @property
    def sound_ids(self) -> list[str]:
        """The sounds of the tracks, each once."""
        return list(dict.fromkeys(track.match.tiktok_track_id for track in self.tracks if track.match))


def follow(
    warehouse: Warehouse,
    features: np.ndarray,
    genre: str | None,
    without: int | None = None,
    wrong: Collection[tuple[int, str]] = (),
    limit: int = 8,
    most_users: int = MOST_USERS,
) -> Followed:
    """Find the nearest tracks that are on TikTok, and how their sounds are used there.

    Args:
        features: shape (245,), of what is asked about.
        genre: a top genre to search in; None for all.
        without: a track that is left out.
        wrong: matches (track, sound) that are not to be shown.
        limit: how many tracks at most.
        most_users: how many creators at most.

    Raises:
        ArgumentInvalid: there is no such genre.
        NothingDescribed: the first refresh has not come so far.
    """
    check_genre(warehouse, genre)
    with warehouse.transaction() as cursor:
        version, model = current(cursor)
        vector = transform(model, features[np.newaxis])[0]
        near = [track for track in nearest(cursor, version, vector, genre, LOOKED_AT) if track["track_id"] != without]
        distance = max([1 - cosine_of(model.calibration, LOOSE), *(track["distance"] for track in near[:AT_LEAST])])
        looked_at = [track for track in near if track["distance"] <= distance]
        found = matches_of(cursor, looked_at)
        hidden = [track_id for track_id, match in found.items() if (track_id, match.tiktok_track_id) in wrong]
        matches = {track_id: match for track_id, match in found.items() if track_id not in hidden}
        [counts] = rows(
            cursor, "similar_coverage", version=version, vector=literal(vector), genre=genre, distance=distance,
            without=without, wrong=[f"{track_id} {sound_id}" for track_id, sound_id in wrong],
        )  # fmt: skip
        chosen = [track for track in looked_at if track["track_id"] in matches][:limit]
        shown = {track["track_id"]: matches[track["track_id"]] for track in chosen}
        tracks = described(cursor, version, model, vector, chosen, shown)
        sounds = [match.tiktok_track_id for match in shown.values()]
        weeks = [Week(**row) for row in rows(cursor, "sound_weeks", sound_ids=sounds)]
        users = [SoundUser(**row) for row in rows(cursor, "sound_creators", sound_ids=sounds, limit=most_users)]
    return Followed(counts["similar_tracks"], counts["matched_tracks"], tracks, hidden, weeks, users)
