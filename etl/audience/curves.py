"""Whether the listeners of one country get further in the music than the others: a log-rank test on published counts.

A listen "survives" to a tenth of a song; what is finished is censored at the end. Counts at the tenths are all that is
published, so the test is the one for grouped times (Mantel, "Evaluation of survival data and two new rank order
statistics arising in its consideration", Cancer Chemotherapy Reports 1966), with two allowances so that "different" is
not said too easily:

- One listener's listens are alike, so that they tell less than as many listeners' would. The variance is multiplied by
  a design effect 1 + (m − 1)·¼ at m listens a listener (Kish, "Survey Sampling", 1965). A quarter is the most that was
  measured in the made audience (.02 to .26 for six artists): listens of one person correlate by .02 to .07 there, and
  few people make many of them, which multiplies that by four to five. What is published does not tell it by itself.
- Counts are rounded to tens, up or down, in each week's cell: a variance of 100/6 a cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

ROUNDING = 100 / 6  #: variance of a count that was rounded to a ten above or below, fair on average
SURE = 0.05  #: how often at most a family of equal groups is called different
ALIKE = 0.25  #: by how much each further listen of a listener adds to the variance


@dataclass(frozen=True)
class Heard:
    """How far the listens of a group got.

    ``reached``: of a group's listens, how many got to 0, 10, … % of a song, the last how many finished it or got as
    far as may be shown; never rises. ``cells``: how many rounded counts each is the sum of; 0: it is exact.
    """

    reached: Sequence[int]
    listeners: int
    cells: int = 0

    @property
    def alike(self) -> float:
        """The design effect: how many times as much its shares vary as those of as many people's listens."""
        return 1 + ALIKE * max(0.0, self.reached[0] / max(1, self.listeners) - 1)

    def without(self, part: "Heard") -> "Heard":
        """The rest of this group once a part of it is left out."""
        places = len(part.reached)
        left = np.maximum(np.subtract(self.reached[:places], part.reached), 0)
        listeners = max(1, self.listeners - part.listeners)
        return Heard(np.minimum.accumulate(left).tolist(), listeners, self.cells)


def log_rank(here: Heard, others: Heard) -> float:
    """The p-value of "these two groups leave alike"; 1 where there is nothing to tell them apart by.

    Only as many tenths are compared as both have. A part of the others' rounding is that of ``here``, which it was
    subtracted from; it counts once.
    """
    places = min(len(here.reached), len(others.reached))
    first, second = (np.asarray(one.reached[:places], float) for one in (here, others))
    left_first, left = -np.diff(first), -np.diff(first) - np.diff(second)
    at_risk = (first + second)[:-1]
    there = (at_risk > 1) & (left > 0)
    if not there.any():
        return 1.0
    at_risk, left = at_risk[there], left[there]
    part = first[:-1][there] / at_risk
    score = (left_first[there] - left * part).sum()
    chance = (left * part * (1 - part) * (at_risk - left) / (at_risk - 1)).sum()
    if chance <= 0:
        return 1.0
    # The score is a sum of counts, each times the share that leaves after it, and the last one whole.
    swing = 1 + (left / at_risk)[1:].sum()
    rounding = ROUNDING * swing**2 * (here.cells + part[0] ** 2 * others.cells)
    return float(chi2.sf(score**2 / (chance * max(here.alike, others.alike) + rounding), 1))


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


def mean_heard(heard: Heard) -> float:
    """The share of a song that a listen got through on average: the area under the curve, as far as it is known."""
    shares = np.asarray(heard.reached, float) / heard.reached[0]
    return float(((shares[1:] + shares[:-1]) / 2).sum() / 10)
