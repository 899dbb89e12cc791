"""Bring numbers of any unit and any spread to one scale: that of the archive's own quantiles.

Roll-off and centroid (in Hz) hold 99 % of the variance of raw features, and skew and kurtosis have long tails in which
one strange clip decides alone. Each number is replaced by the point of the normal distribution that has as much of the
archive below it.
"""

from dataclasses import dataclass

import numpy as np

KNOTS = 129  #: quantiles that are kept of each number; between them the scale is linear
#: What is nearer than this share of a column's largest number is rounding, and must not be spread out as music.
ROUNDING = 1e-5


@dataclass(frozen=True)
class Scaler:
    """For each number the archive's quantiles and where they go; beyond the ends it is level."""

    values: np.ndarray  #: float32, shape (n_numbers, n_knots), not falling
    points: np.ndarray  #: float32, the same shape


def fit(numbers: np.ndarray) -> Scaler:
    """Fit a scaler to the tracks of an archive; their order does not matter, to the bit.

    Args:
        numbers: shape (n_tracks, n_numbers) with at least one track, finite.
    """
    from scipy.special import ndtri  # here: a click, which fits nothing, does not wait for this import

    if not len(numbers):
        raise ValueError("a scaler needs at least one track")
    knots = min(len(numbers), KNOTS)
    shares = (np.arange(knots) + 0.5) / knots
    values = np.quantile(numbers, shares, axis=0, method="hazen").T
    points = np.empty_like(values)
    for row, own in zip(points, values, strict=True):
        _level(own, row, ndtri(shares))
    return Scaler(values.astype(np.float32), points.astype(np.float32))


def transform(scaler: Scaler, numbers: np.ndarray) -> np.ndarray:
    """Scale numbers; what lies beyond the archive's outermost quantiles counts as much as they.

    Returns:
        float64, the shape of ``numbers``.
    """
    scaled = np.empty(numbers.shape)
    for at, (values, points) in enumerate(zip(scaler.values, scaler.points, strict=True)):
        scaled[:, at] = np.interp(numbers[:, at], values, points)
    return scaled


def _level(values: np.ndarray, points: np.ndarray, targets: np.ndarray) -> None:
    """Give equal values (but for rounding) one point, the mean of theirs, and make them equal."""
    tolerance = ROUNDING * np.abs(values).max()
    group = np.concatenate([[0], np.cumsum(np.diff(values) > tolerance)])
    size = np.bincount(group)
    values[:] = (np.bincount(group, values) / size)[group]
    points[:] = np.round(np.bincount(group, targets) / size, 6)[group]  # a mean of opposite points is 0, not rounding
