"""How far people get in a song, as numbers: the curve, how sure it is, and where it falls the most."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from dashboards.queries.audience import POINTS, Curve

LEAST_DROP = 0.05  #: of all listens, that a musician is pointed to
LEAST_LEAVING = 30  #: listens that a drop is of: fewer may be chance
Z = 1.959964  #: of a 95% interval
#: By how much the variance of a share grows for each listen that a listener adds to the first (a design effect, Kish,
#: "Survey Sampling", 1965). In the made audience .02 to .2, .08 in the middle, at 2–9 listens a listener.
ALIKE = 0.08


@dataclass(frozen=True)
class Point:
    """The share of ``n`` listens that were still going at a place in a song, with a 95% interval."""

    at: int  #: per cent of the song
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Drop:
    """Where the most people leave after the first tenth: between two places, what share of all listens."""

    begin: int
    end: int
    share: float


def wilson(share: float, n: float) -> tuple[float, float]:
    """The 95% interval of a share of ``n``: Wilson, "Probable Inference", JASA 1927.

    >>> [round(edge, 3) for edge in wilson(0.5, 100)]
    [0.404, 0.596]
    """
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def independent(curve: Curve) -> float:
    """How many listens of different people would tell as much: one person's are a little alike."""
    return curve.n / (1 + ALIKE * max(0.0, curve.n / curve.listeners - 1)) if curve.listeners else curve.n


def points(curve: Curve) -> list[Point]:
    """The curve from the start to the end of the song."""
    shares = zip((*POINTS, 100), (*curve.shares, curve.finished), strict=True)
    return [Point(0, 1.0, 1.0, 1.0), *(Point(at, share, *wilson(share, independent(curve))) for at, share in shares)]


def still_listening(curve: Curve, at: int) -> float:
    """The share at a place, one of ``POINTS``."""
    return curve.shares[POINTS.index(at)]


def steepest(curve: Curve) -> Drop | None:
    """Where the curve falls the most after the first tenth, in which people leave any song."""
    shown = [point for point in points(curve) if point.at >= POINTS[0]]
    drops = [Drop(a.at, b.at, a.share - b.share) for a, b in pairwise(shown)]
    found = max(drops, key=lambda drop: drop.share, default=None)
    return found if found and found.share > 0 else None


def stands_out(drop: Drop, curve: Curve) -> bool:
    """Whether a drop is more than twice what is usual between two places of this song, 5 of 100 listens, and 30."""
    shown: Sequence[Point] = [point for point in points(curve) if point.at >= POINTS[0]]
    usual = (shown[0].share - shown[-1].share) / max(1, len(shown) - 1)
    return drop.share > max(2 * usual, LEAST_DROP, LEAST_LEAVING / curve.n) and len(shown) > 2
