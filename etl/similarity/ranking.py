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
    return _right(found, labels)[:, :count].mean(axis=1)


def average_precision(found: np.ndarray, labels: np.ndarray, excluded: np.ndarray) -> np.ndarray:
    """Average precision within what was found, by the most that could be (AP@k); nan where no other has the label."""
    right = _right(found, labels)
    able = (labels[:, None] == labels) & ~excluded
    np.fill_diagonal(able, False)
    most = np.minimum(able.sum(axis=1), found.shape[1]).astype(float)
    so_far = np.cumsum(right, axis=1) / np.arange(1, found.shape[1] + 1)
    return (so_far * right).sum(axis=1) / np.where(most > 0, most, np.nan)


def _right(found: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return (labels[found] == labels[:, None]) & (found >= 0)
