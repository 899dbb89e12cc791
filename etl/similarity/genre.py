"""Learn from an archive's own labels: a direction in which genres differ, and which genre a track may be.

Linear discriminant analysis with a shrunken covariance: numbers that vary within a genre count less, those that tell
genres apart count more. Every genre weighs the same, so that a rare one is not drowned by Rock. What it claims is
checked on tracks of artists it never saw (``out_of_fold``): tracks of one artist share a room, a voice and a mastering,
and a model that knows the artist knows the genre too.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from etl.similarity.parts import DERIVED, unit

SHRINKAGE = 0.3  #: of the covariance within genres, towards a sphere; .1 to .6 do as well
FOLDS = 5
#: A genre is learned from so many tracks by so many artists; with fewer artists a fold may hold all of it.
MIN_TRACKS, MIN_ARTISTS = 8, 3
#: Labelled tracks (of such genres) below which nothing is learned: twice as many dimensions would fit them by heart.
MIN_LABELLED = 150
LARGEST = 245 - DERIVED  #: dimensions of the head at most, so that a vector has as many as there are raw numbers
SUGGESTED = 3


class Suggestion(NamedTuple):
    """A genre that a track may be, and how likely."""

    genre: str
    confidence: float  #: calibrated: of the suggestions with .7, seven in ten are right


@dataclass(frozen=True)
class Head:
    """What was learned from labels."""

    genres: tuple[str, ...]  #: in alphabetical order
    centre: np.ndarray  #: float32, shape (209,)
    project: np.ndarray  #: float32, shape (209, n_dimensions)
    middles: np.ndarray  #: float32, shape (n_genres, n_dimensions), of each genre in the projection
    prior: np.ndarray  #: float32, shape (n_genres,), the logarithm of each genre's share of the archive
    sharpness: float = 1.0  #: how far to trust distances in the projection


def learnable(genres: np.ndarray, artists: np.ndarray) -> np.ndarray:
    """Which tracks have a genre (no empty text) that can be learned; none where they are too few to learn from."""
    enough = []
    for genre in np.unique(genres[genres != ""]):
        own = artists[genres == genre]
        if len(own) >= MIN_TRACKS and len(np.unique(own)) >= MIN_ARTISTS:
            enough.append(genre)
    chosen = np.isin(genres, enough)
    return chosen if len(enough) > 1 and chosen.sum() >= MIN_LABELLED else np.zeros(len(chosen), bool)


def fit(vectors: np.ndarray, genres: np.ndarray) -> Head:
    """Learn from labelled tracks.

    Args:
        vectors: joined parts, shape (n_tracks, 209).
        genres: a genre for each, at least two different ones.
    """
    # here: a click, which learns nothing, does not wait for the seconds that these imports take
    from scipy.linalg import eigh
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    names, counts = np.unique(genres, return_counts=True)
    even = np.full(len(names), 1 / len(names))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Only one sample")  # it has no spread, and that is fine
        learned = LinearDiscriminantAnalysis("lsqr", shrinkage=SHRINKAGE, priors=even).fit(vectors, genres)
    centre = learned.means_.mean(axis=0)
    away = learned.means_ - centre
    # not its solver "eigen": that weighs what lies between genres by their tracks
    strength, axes = eigh(away.T @ away, learned.covariance_)
    project = axes[:, strength > 1e-10 * strength[-1]][:, : -LARGEST - 1 : -1]
    centre_, project_, middles, prior = (
        part.astype(np.float32) for part in (centre, project, away @ project, np.log(counts / counts.sum()))
    )
    return Head(tuple(map(str, names)), centre_, project_, middles, prior)


def directions(head: Head, vectors: np.ndarray) -> np.ndarray:
    """Where tracks lie among the genres, rows of length 1, shape (n_tracks, n_dimensions)."""
    return unit((vectors - head.centre) @ head.project)


def probabilities(head: Head, vectors: np.ndarray) -> np.ndarray:
    """How likely each track is of each genre, shape (n_tracks, n_genres); rows sum to 1."""
    return _softmax(_closeness(head, vectors), head.prior, head.sharpness)


def suggest(head: Head | None, vector: np.ndarray) -> list[Suggestion]:
    """The likeliest genres of a track, likeliest first; none where nothing was learned.

    Args:
        head: of the archive.
        vector: joined parts, shape (209,).
    """
    if head is None:
        return []
    likely = probabilities(head, vector[np.newaxis])[0]
    order = sorted(range(len(head.genres)), key=lambda at: (-likely[at], head.genres[at]))
    return [Suggestion(head.genres[at], float(likely[at])) for at in order[:SUGGESTED]]


def folds(genres: np.ndarray, artists: np.ndarray, count: int = FOLDS) -> np.ndarray:
    """A fold for each track: an artist's tracks share one, and each genre's artists are dealt out evenly.

    Which artist goes where is fixed by the names and the number of tracks.
    """
    first = {artist: genre for genre, artist in sorted(zip(genres, artists, strict=True), reverse=True)}
    order = np.random.default_rng(0).permutation(sorted(first))
    dealt = {artist: at % count for at, artist in enumerate(sorted(order, key=lambda artist: first[artist]))}
    return np.array([dealt[artist] for artist in artists])


def out_of_fold(vectors: np.ndarray, genres: np.ndarray, fold: np.ndarray) -> Iterator[tuple[np.ndarray, Head]]:
    """For each fold its tracks (as bools) and a head that was fitted on the other folds; no genre is an empty text."""
    for at in np.unique(fold):
        seen = (fold != at) & (genres != "")
        yield fold == at, fit(vectors[seen], genres[seen])


def can_be_checked(genres: np.ndarray, fold: np.ndarray) -> bool:
    """Whether two genres are left to learn from without any two folds."""
    return all(
        len(set(genres[(fold != one) & (fold != other)]) - {""}) > 1
        for one in np.unique(fold)
        for other in np.unique(fold)
    )


def unseen(vectors: np.ndarray, genres: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """The cosines of directions, each pair by a head that saw neither's fold; shape (n_tracks, n_tracks)."""
    cosines = np.empty((len(vectors), len(vectors)), np.float32)
    names = np.unique(fold)
    for at, one in enumerate(names):
        for other in names[at:]:
            seen = (fold != one) & (fold != other) & (genres != "")
            head = fit(vectors[seen], genres[seen])
            rows, columns = np.flatnonzero(fold == one), np.flatnonzero(fold == other)
            block = directions(head, vectors[rows]) @ directions(head, vectors[columns]).T
            cosines[np.ix_(rows, columns)] = block
            cosines[np.ix_(columns, rows)] = block.T
    return cosines


def sharpness(vectors: np.ndarray, genres: np.ndarray, fold: np.ndarray) -> float:
    """The sharpness that gives tracks of artists never seen the likeliest genres (least logarithmic loss)."""
    grid = np.geomspace(0.05, 2, 60)
    loss = np.zeros(len(grid))
    for tested, head in out_of_fold(vectors, genres, fold):
        known = {genre: at for at, genre in enumerate(head.genres)}
        right = np.array([known.get(genre, -1) for genre in genres[tested]])  # -1: no genre, or none of the others'
        closeness, seen = _closeness(head, vectors[tested]), right >= 0
        for at, sharp in enumerate(grid):
            likely = _softmax(closeness[seen], head.prior, sharp)
            loss[at] -= np.log(np.maximum(likely[np.arange(seen.sum()), right[seen]], 1e-12)).sum()
    return float(grid[loss.argmin()])


def _closeness(head: Head, vectors: np.ndarray) -> np.ndarray:
    """Minus half the squared distance to each genre's middle, in the projection."""
    place = ((vectors - head.centre) @ head.project).astype(np.float64)
    return place @ head.middles.T - 0.5 * (head.middles.astype(np.float64) ** 2).sum(axis=1)


def _softmax(closeness: np.ndarray, prior: np.ndarray, sharp: float) -> np.ndarray:
    logit = sharp * closeness + prior
    odds = np.exp(logit - logit.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)
