"""The item graph ranks: which artists the artists that somebody hears point at, learnt from all listeners at night.

EASE (Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019): the weights B, without a diagonal, by
which what one hears tells best what else one hears. B = −P / diag(P), P the inverse of XᵀX + λ I. It is exact and has
one parameter. Artists, not songs: songs are too many, and too seldom heard, to learn from.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack
from scipy.sparse import csr_array

TOP = 100  #: artists that each points at
PENALTY = 100.0  #: λ; chosen on validation listeners of `overtone evaluate recommender`
LARGEST = 10_000  #: artists at most, those with the most listeners: the inverse is dense
FEWEST = 3  #: listeners from which on an artist has a place


@dataclass(frozen=True)
class Graph:
    """What each artist points at: a sparse square matrix by rows, ``TOP`` entries a row."""

    artists: NDArray[np.int32]  #: ids, ascending
    targets: NDArray[np.int32]  #: shape (artists, TOP or fewer): places in ``artists``
    weight: NDArray[np.float32]  #: the same shape

    @cached_property
    def _place_of(self) -> NDArray[np.int32]:
        """Place by artist id; −1: none."""
        place = np.full(int(self.artists[-1]) + 2 if len(self.artists) else 1, -1, np.int32)
        place[self.artists] = np.arange(len(self.artists))
        return place

    def places(self, artist_ids: NDArray[np.integer]) -> NDArray[np.int32]:
        """Where artists are in the graph; −1 for one that is not."""
        known = (artist_ids >= 0) & (artist_ids < len(self._place_of))
        return np.where(known, self._place_of[np.where(known, artist_ids, 0)], -1)

    def score(self, latest: NDArray[np.integer], artist_ids: NDArray[np.integer]) -> NDArray[np.float64]:
        """How strongly the latest artists point at each of others; 0 for an artist without a place."""
        begin = self.places(latest)
        begin = begin[begin >= 0]
        targets, weight = self.targets[begin].ravel(), self.weight[begin].ravel()
        total = np.zeros(len(self.artists) + 1)  # the last: what points at artists without a place
        if len(targets):
            total += np.bincount(targets, weight, len(total))
        return total[self.places(artist_ids)]

    def nearest(self, latest: NDArray[np.integer], artist_ids: NDArray[np.integer]) -> list[int | None]:
        """For each artist, which of the latest points at it most strongly; None where none does."""
        begin = self.places(latest)
        latest, begin = latest[begin >= 0], begin[begin >= 0]
        targets, weight = self.targets[begin], self.weight[begin]
        found: list[int | None] = []
        for place in self.places(artist_ids):
            points = (targets == place) & (weight > 0)
            rows = np.nonzero(points)[0]
            found.append(int(latest[rows[weight[points].argmax()]]) if len(rows) else None)
        return found


def fit(plays: csr_array, artists: NDArray[np.integer], penalty: float = PENALTY, largest: int = LARGEST) -> Graph:
    """Learn the graph.

    Args:
        plays: how much each listener hears each artist, shape (listeners, artists), not negative.
        artists: their ids, ascending.
        penalty: λ.
        largest: how many artists at most have a place. The inverse needs 4 n² bytes, and as much again while it is cut.
    """
    listeners = np.bincount(plays.indices, minlength=plays.shape[1])
    enough = np.flatnonzero(listeners >= FEWEST)
    kept = np.sort(enough[np.argsort(-listeners[enough], kind="stable")[:largest]])
    return _cut(ease(plays[:, kept], penalty), artists[kept].astype(np.int32))


def ease(plays: csr_array, penalty: float) -> NDArray[np.float32]:
    """The whole matrix B, shape (artists, artists): row j says what one who hears j hears, too."""
    single = plays.astype(np.float32)
    gram = (single.T @ single).toarray().T  # symmetric: its transpose is the same in the order that LAPACK wants
    gram[np.diag_indices_from(gram)] += penalty
    if not len(gram):
        return gram
    # Cholesky, in place: half the time of a general inverse; λ keeps it well enough conditioned for float32.
    factor, failed = lapack.spotrf(gram, lower=1, overwrite_a=1)
    inverse, failed_too = lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed or failed_too:
        raise np.linalg.LinAlgError(f"the Gram matrix has no inverse (potrf {failed}, potri {failed_too})")
    for column in range(len(inverse)):  # the lower half is what LAPACK fills
        inverse[column, column + 1 :] = inverse[column + 1 :, column]
    inverse /= -inverse.diagonal().copy()
    np.fill_diagonal(inverse, 0)
    return inverse


def _cut(matrix: NDArray[np.float32], artists: NDArray[np.int32]) -> Graph:
    """Keep the ``TOP`` weightiest of each row, of either sign: what speaks against an artist counts, too."""
    width = min(TOP, max(len(artists) - 1, 0))
    targets = np.zeros((len(artists), width), np.int32)
    weight = np.zeros((len(artists), width), np.float32)
    for row, values in enumerate(matrix):
        best = np.sort(np.argpartition(-np.abs(values), width)[:width])
        targets[row], weight[row] = best, values[best]
    return Graph(artists, targets, weight)
