"""What is known of a listener: how much of each song they hear, and how often each genre.

It is all that the recommender keeps of one: eight bytes a song heard, and some three hundred more. A listen changes it
at once (``app.tastes``), and a night takes it into mart.taste (``etl.jobs.build_tastes``): the same.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: The share of a song that counts as heard where it is not known: who writes down what was heard, without how far, does
#: so from half of a song on (Last.fm and ListenBrainz: half, or four minutes).
UNKNOWN = 0.5
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
        """From stored arrays; tracks may come in any order, each once; how much is heard may be unknown (None)."""
        ids = np.asarray(tracks, np.int32)
        order = np.argsort(ids)
        return Taste(
            ids[order], np.nan_to_num(np.asarray(heard, np.float32), nan=UNKNOWN)[order], np.asarray(listens, np.int32),
            np.asarray(artists, np.int32)[-LATEST:],
        )  # fmt: skip

    @staticmethod
    def empty(genres: int = GENRES) -> "Taste":
        """Of somebody who has heard nothing."""
        return Taste.of([], [], np.zeros(genres), [])

    @staticmethod
    def said(tracks: ArrayLike) -> "Taste":
        """Of somebody of whom it is only said that they like these songs, each as much; they may come twice."""
        ids = np.unique(np.asarray(tracks, np.int32))
        return Taste.of(ids, np.ones(len(ids)), np.zeros(GENRES), [])

    @property
    def nbytes(self) -> int:
        """What its arrays take."""
        return self.tracks.nbytes + self.heard.nbytes + self.listens.nbytes + self.artists.nbytes
