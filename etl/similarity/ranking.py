"""How good a ranking is: of the nearest tracks, how many share the label."""

import numpy as np


def nearest(similarity: np.ndarray, excluded: np.ndarray, count: int) -> np.ndarray:
    """For each track the ``count`` most similar others, of equally similar ones the first; -1 where there are no more.

    Args:
        similarity: shape (n_tracks, n_tracks).
        excluded: pairs that are not compared, the same shape; a track and itself never are.
    """
    open_to = np.where(excluded, -np.inf, similarity)
    np.fill_diagonal(open_to, -np.inf)
    order = np.argsort(-open_to, axis=1, kind="stable")[:, :count]
    return np.where(np.isfinite(np.take_along_axis(open_to, order, axis=1)), order, -1)


def precision(found: np.ndarray, labels: np.ndarray, count: int = 5) -> np.ndarray:
    """Of each track's ``count`` nearest, the share that has its label (P@count)."""
    return right(found, labels)[:, :count].mean(axis=1)


def right(found: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Which of those found have the label of the track that they are near; of the shape of ``found``."""
    return (labels[found] == labels[:, None]) & (found >= 0)
