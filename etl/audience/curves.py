"""Whether the listeners of one country get further in the music than the others: a log-rank test of noisy histograms.

A person "survives" to a tenth of a song; who finished it is censored at the end. Their furthest tenth is all that is
told, so the test is the one for grouped times (Mantel, "Evaluation of survival data and two new rank order statistics
arising in its consideration", Cancer Chemotherapy Reports 1966), with two allowances so that "different" is not said
too easily: each bin of a histogram has noise (``etl/audience/people.py``), and who is in several spans is told in each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.stats import chi2

from etl.audience.people import Z

SURE = 0.03  #: of a family of equal groups, to call one different in fewer than 5 of 100: noise is only nearly normal


@dataclass(frozen=True)
class Heard:
    """How far the people of a group got, by the furthest tenth that each reached.

    ``bins``: how many got no further than the first tenth, the second, …, and how many to the end, shape (11,); they
    may be below zero. ``error``: the standard deviation of the noise of each, while their sum has next to none.
    """

    bins: Sequence[float]
    error: float

    @property
    def reached(self) -> np.ndarray:
        """How many got to 0, 10, … 100 % of a song, shape (11,)."""
        return np.cumsum(np.asarray(self.bins, float)[::-1])[::-1]

    @property
    def points(self) -> list[tuple[float, float, float]]:
        """The shares that got to 0, 10, … 100 %, each with a 95 % interval; they never rise.

        The interval is of both the people (binomial) and the noise of the bins.
        """
        reached = self.reached
        people, count = max(1.0, reached[0]), len(reached)
        shares = np.clip(isotonic_regression(reached / people, increasing=False).x, 0, 1)
        found = [(1.0, 1.0, 1.0)]
        for place, share in enumerate(shares[1:], 1):
            noise = self.error**2 * place * (count - place) / count  # of the bins beyond, given the sum of all
            half = Z * sqrt((share * (1 - share) + noise / people) / people)
            found.append((float(share), max(0.0, float(share) - half), min(1.0, float(share) + half)))
        return found

    @property
    def mean(self) -> float:
        """The share of a song that a person got through on average: the area under the curve."""
        shares = np.array([share for share, _, _ in self.points])
        return float(((shares[1:] + shares[:-1]) / 2).sum() / 10)


def together(groups: Sequence[Heard]) -> Heard:
    """Several groups as one."""
    bins = np.sum([np.asarray(one.bins, float) for one in groups], axis=0)
    return Heard(tuple(bins), sqrt(sum(one.error**2 for one in groups)))


def log_rank(here: Heard, others: Heard) -> float:
    """The p-value of "these two groups leave alike"; 1 where there is nothing to tell them apart by."""
    first, both = np.asarray(here.bins, float), np.asarray(here.bins, float) + np.asarray(others.bins, float)
    left_first, left = first[:-1], both[:-1]
    at_risk_first, at_risk = here.reached[:-1], here.reached[:-1] + others.reached[:-1]
    there = (at_risk > 1) & (at_risk_first > 0)
    if at_risk_first[0] <= 0 or not there.any():
        return 1.0
    hazard = np.where(there, left / np.where(there, at_risk, 1), 0)
    part = np.where(there, np.clip(at_risk_first / np.where(there, at_risk, 1), 0, 1), 0)
    score = ((left_first - left * part) * there).sum()
    spread = np.clip(left, 0, None) * part * (1 - part) * np.clip(at_risk - left, 0, None)
    chance = (spread / np.where(there, at_risk - 1, 1) * there).sum()
    # One person more in a bin moves the score by their own leaving, less the hazards that they lived through.
    leaves = np.append(there.astype(float), 0)
    moves = leaves - np.append(np.cumsum(hazard), hazard.sum())
    share = part[0]
    noise = ((moves - moves.mean()) ** 2).sum() * (here.error**2 * (1 - share) ** 2 + others.error**2 * share**2)
    return float(chi2.sf(score**2 / (chance + noise), 1)) if chance + noise > 0 else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values corrected for how many there are: Holm, "A simple sequentially rejective multiple test procedure", 1979.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    steps = np.asarray(p_values, float)[order] * np.arange(len(order), 0, -1)
    corrected = np.empty(len(order))
    corrected[order] = np.minimum(1, np.maximum.accumulate(steps))
    return corrected.tolist()
