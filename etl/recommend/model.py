"""What the recommender knows of music rather than of people: built every night, stored whole, read whole."""

import hashlib
import io
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from etl.recommend.items import Graph
from etl.recommend.taste import GENRES


@dataclass(frozen=True)
class Model:
    """Songs by their id (no other look-up is needed), and the item graph."""

    artist: NDArray[np.int32]  #: by track id; −1: there is no such track
    genre: NDArray[np.int8]  #: by track id, place among the genres; −1: none
    popularity: NDArray[np.float32]  #: by track id, 0 … 1: see ``popularity``
    graph: Graph

    @property
    def version(self) -> str:
        """A hash of all its numbers."""
        return "r1-" + hashlib.sha256(self.to_bytes()).hexdigest()[:12]

    def to_bytes(self) -> bytes:
        """Everything, to store: numpy's npz without pickles; the same model, the same bytes."""
        file = io.BytesIO()
        np.savez(
            file, artist=self.artist, genre=self.genre, popularity=self.popularity,
            graph_artists=self.graph.artists, graph_targets=self.graph.targets, graph_weight=self.graph.weight,
        )  # fmt: skip
        return file.getvalue()

    @staticmethod
    def from_bytes(stored: bytes) -> "Model":
        """What ``to_bytes`` gave."""
        with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
            graph = Graph(*(arrays[f"graph_{name}"] for name in ("artists", "targets", "weight")))
            return Model(arrays["artist"], arrays["genre"], arrays["popularity"], graph)

    @cached_property
    def charts(self) -> list[NDArray[np.integer]]:
        """Songs of each genre, the most popular first; of two alike the smaller id."""
        order = np.argsort(-self.popularity, kind="stable").astype(np.int32)
        return [order[self.genre[order] == genre] for genre in range(GENRES)]

    def known(self, tracks: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Which tracks have a genre here."""
        inside = (tracks >= 0) & (tracks < len(self.genre))
        return inside & (self.genre[np.where(inside, tracks, 0)] >= 0) if len(self.genre) else inside


def popularity(listeners: NDArray[np.integer]) -> NDArray[np.float32]:
    """From how many people like each song: its logarithm over that of the most liked one's, 0 … 1."""
    log = np.log1p(listeners)
    return (log / max(float(log.max(initial=0)), 1e-9)).astype(np.float32)
