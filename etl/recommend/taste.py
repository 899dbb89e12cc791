"""What is known of a listener: how much of each song they hear, and how often each genre. A listen changes it at once.

It is all that the recommender keeps of one: eight bytes a song heard, and some three hundred more.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

STEP = 0.3  #: by which a new listen moves how much of a song somebody hears
LATEST = 60  #: artists that say what somebody is in the mood for
GENRES = 16


@dataclass(frozen=True)
class Taste:
    """One listener. Arrays are not changed in place."""

    tracks: NDArray[np.int32]  #: heard, ascending
    heard: NDArray[np.float32]  #: of each the moving mean of the share heard, 0 … 1
    listens: NDArray[np.int32]  #: started, by genre
    artists: NDArray[np.int32]  #: the last ones, each once, the latest last

    @staticmethod
    def of(tracks: ArrayLike, heard: ArrayLike, listens: ArrayLike, artists: ArrayLike) -> "Taste":
        """From stored arrays; tracks may come in any order, each once."""
        ids = np.asarray(tracks, np.int32)
        order = np.argsort(ids)
        return Taste(
            ids[order], np.asarray(heard, np.float32)[order], np.asarray(listens, np.int32),
            np.asarray(artists, np.int32)[-LATEST:],
        )  # fmt: skip

    @staticmethod
    def empty(genres: int = GENRES) -> "Taste":
        """Of somebody who has heard nothing."""
        return Taste.of([], [], np.zeros(genres), [])

    @property
    def nbytes(self) -> int:
        """What its arrays take."""
        return self.tracks.nbytes + self.heard.nbytes + self.listens.nbytes + self.artists.nbytes


def after(taste: Taste, track_id: int, artist_id: int, genre: int, share: float) -> Taste:
    """What it is after one more listen.

    The first listen of a song counts whole; each later one moves the mean by ``STEP`` of the way.

    Args:
        taste: before.
        track_id, artist_id: what was played.
        genre: its place among the genres; −1: none.
        share: how much of it was heard, 0 … 1.
    """
    tracks, heard, listens = taste.tracks, taste.heard, taste.listens.copy()
    if genre >= 0:
        listens[genre] += 1
    at = int(tracks.searchsorted(track_id))
    if at < len(tracks) and tracks[at] == track_id:
        heard = heard.copy()
        heard[at] += STEP * (share - heard[at])
    else:
        tracks = np.concatenate((tracks[:at], np.array([track_id], np.int32), tracks[at:]))
        heard = np.concatenate((heard[:at], np.array([share], np.float32), heard[at:]))
    others = taste.artists[taste.artists != artist_id]
    return Taste(tracks, heard, listens, np.append(others[1 - LATEST :], np.int32(artist_id)))
