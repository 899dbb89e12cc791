"""All that turns raw numbers into vectors and cosines into answers, fitted to an archive and stored under a version.

A vector is the joined parts of ``parts``, then the direction among genres of ``genre`` where that was learned and
helps, then zeros up to 245. It has length 1; vectors are compared by cosine.
"""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from etl.similarity import agreement, genre, quantiles, ranking, score
from etl.similarity.parts import DERIVED, NAMES, derive, join

#: How it is fitted: another one wherever the same tracks give another model, and stored models are fitted anew.
METHOD = "s2"
DIMENSIONS = len(NAMES)
#: The genre's share of the cosine where it is used; a half does as well on large archives and worse on small ones.
GENRE_SHARE = 1 / 3
#: What is checked and calibrated is so on so many tracks, whole artists: it takes all pairs of them.
SAMPLE = 3000
BLOCK = 10_000  #: tracks transformed at a time


@dataclass(frozen=True)
class Model:
    """Fitted to the tracks of an archive."""

    scaler: quantiles.Scaler
    head: genre.Head | None  #: None where there are too few labels
    share: float  #: of the genre in the cosine: ``GENRE_SHARE``, or 0 where the check failed
    calibration: score.Calibration
    spread: dict[str, np.ndarray]  #: of each part over the archive's pairs, see ``agreement.spreads``

    @property
    def version(self) -> str:
        """How it was fitted, and a hash of all its numbers."""
        return f"{METHOD}-" + _digest(self.to_bytes())[:12]

    def to_bytes(self) -> bytes:
        """Everything, to store: numpy's npz without pickles, some 250 KB; the same model, the same bytes."""
        arrays: dict[str, Any] = {
            "values": self.scaler.values,
            "points": self.scaler.points,
            "share": np.float64(self.share),
            "calibration": np.array([self.calibration.offset, self.calibration.slope]),
            **{f"spread_{part}": values for part, values in self.spread.items()},
        }
        if self.head:
            arrays |= {f"head_{name}": np.asarray(value) for name, value in vars(self.head).items()}
        file = io.BytesIO()
        np.savez(file, **arrays)
        return file.getvalue()

    @staticmethod
    def from_bytes(stored: bytes) -> "Model":
        """What ``to_bytes`` gave."""
        with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
            head = None
            if "head_genres" in arrays:
                centre, project, middles, prior = (
                    arrays[f"head_{name}"] for name in ("centre", "project", "middles", "prior")
                )
                names, sharp = tuple(arrays["head_genres"].tolist()), float(arrays["head_sharpness"])
                head = genre.Head(names, centre, project, middles, prior, sharp)
            return Model(
                quantiles.Scaler(arrays["values"], arrays["points"]),
                head,
                float(arrays["share"]),
                score.Calibration(*arrays["calibration"].tolist()),
                {part: arrays[f"spread_{part}"] for part in agreement.SHOWN},
            )


def fit(features: np.ndarray, genres: Sequence[str | None], artists: Sequence[str]) -> Model:
    """Fit to an archive; the order of its tracks does not matter.

    Args:
        features: shape (n_tracks, 245), at least one track, finite. Leave silent clips out.
        genres: the label of each track, None or empty where it has none.
        artists: who made each; empty is somebody of their own.
    """
    rows = [_digest(track.tobytes()) for track in np.ascontiguousarray(features, np.float32)]
    named = np.array([artist or f"the artist of {row}" for artist, row in zip(artists, rows, strict=True)])
    known = np.array([label or "" for label in genres])
    # Artists by a hash, so that the first of them are a fair sample.
    order = sorted(range(len(rows)), key=lambda at: (_digest(str(named[at]).encode()), rows[at], known[at]))
    features, known, named = features[order], known[order], named[order]
    numbers = derive(features)
    scaler = quantiles.fit(numbers)
    joined = join(quantiles.transform(scaler, numbers))
    known = np.where(genre.learnable(known, named), known, "")
    sample = slice(SAMPLE)
    fold = genre.folds(known[sample], named[sample])
    head, share = _learn(joined, known, named, fold)
    vectors = _unseen_vectors(joined[sample], known[sample], fold, share)
    one, other, artist = score.pairs_of_one(named[sample])
    two = score.pairs_of_two(named[sample])
    alike = fold[two[0]] == fold[two[1]] if share else np.ones(len(two[0]), bool)  # one head, that saw neither
    far = vectors[two[0][alike]], vectors[two[1][alike]]
    calibration = score.calibrate(_dot(vectors[one], vectors[other]), artist, _dot(*far))
    return Model(scaler, head, share, calibration, agreement.spreads(*far))


def transform(model: Model, features: np.ndarray) -> np.ndarray:
    """Turn raw numbers into vectors of length 1 that are compared by cosine.

    Args:
        model: of the archive.
        features: shape (n_tracks, 245), finite.

    Returns:
        float32, shape (n_tracks, 245).
    """
    blocks = [features[start : start + BLOCK] for start in range(0, max(len(features), 1), BLOCK)]
    return np.concatenate([_assemble(_joined(model, block), model.head, model.share) for block in blocks])


def suggest(model: Model, features: np.ndarray) -> list[genre.Suggestion]:
    """The likeliest genres of one track, likeliest first; none where nothing was learned.

    Args:
        model: of the archive.
        features: shape (245,).
    """
    return genre.suggest(model.head, _joined(model, features[np.newaxis])[0])


def _joined(model: Model, features: np.ndarray) -> np.ndarray:
    return join(quantiles.transform(model.scaler, derive(features)))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _learn(
    joined: np.ndarray, genres: np.ndarray, artists: np.ndarray, fold: np.ndarray
) -> tuple[genre.Head | None, float]:
    """A head, and the share it gets: none, unless it finds more of the genre among tracks it never saw."""
    labelled, sample = genres != "", slice(SAMPLE)
    if not labelled.any() or not genre.can_be_checked(genres[sample], fold):
        return None, 0.0
    sharp = genre.sharpness(joined[sample], genres[sample], fold)
    learned = genre.fit(joined[labelled], genres[labelled])
    head = replace(learned, sharpness=sharp)
    return head, GENRE_SHARE if _helps(joined[sample], genres[sample], artists[sample], fold) else 0.0


def _helps(joined: np.ndarray, genres: np.ndarray, artists: np.ndarray, fold: np.ndarray) -> bool:
    """Whether P@5 by tracks of other artists rises by more than its standard error, artists being what is drawn."""
    kept = genres != ""
    joined, genres, artists, fold = joined[kept], genres[kept], artists[kept], fold[kept]
    same = artists[:, None] == artists
    plain = joined @ joined.T
    mixed = (1 - GENRE_SHARE) * plain + GENRE_SHARE * genre.unseen(joined, genres, fold)
    before, after = (ranking.precision(ranking.nearest(each, same, 5), genres) for each in (plain, mixed))
    _, who, count = np.unique(artists, return_inverse=True, return_counts=True)
    gain = np.bincount(who, after - before)  # of each artist, in tracks
    error = np.sqrt((gain - gain.sum() / count.sum() * count).var() * len(count)) / count.sum()
    return bool(gain.sum() / count.sum() > error)


def _unseen_vectors(joined: np.ndarray, genres: np.ndarray, fold: np.ndarray, share: float) -> np.ndarray:
    """Vectors of tracks as if they were uploads, by heads that did not see their fold."""
    if not share:
        return _assemble(joined, None, share)
    vectors = np.empty((len(joined), DIMENSIONS), np.float32)
    for tested, head in genre.out_of_fold(joined, genres, fold):
        vectors[tested] = _assemble(joined[tested], head, share)
    return vectors


def _assemble(joined: np.ndarray, head: genre.Head | None, share: float) -> np.ndarray:
    vectors = np.zeros((len(joined), DIMENSIONS), np.float32)
    vectors[:, :DERIVED] = np.sqrt(1 - share) * joined
    if head is not None and share:
        among = genre.directions(head, joined)
        vectors[:, DERIVED : DERIVED + among.shape[1]] = np.sqrt(share) * among
    return vectors


def _dot(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.einsum("td,td->t", one, other)
