"""On what two tracks agree: the cosine of their vectors, taken apart.

A vector is its parts side by side, so the cosine is the sum of what each part adds, exactly. How close two tracks are
in one part is told by the archive: the share of pairs of its tracks by two artists that are farther apart in it.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from etl.similarity.parts import DERIVED, PARTS, SLICES

#: Parts as they stand in a vector; genre is zeros where nothing was learned from labels.
PLACES = SLICES | {"genre": slice(DERIVED, None)}
SHOWN = ("timbre", "rhythm", "harmony", "brightness")
QUANTILES = np.linspace(0, 1, 101)
ALIKE, CLOSE, APART = 0.95, 0.8, 0.5  #: closeness from which all parts or one are shared, and up to which one differs
#: How much the mean of a part's numbers must differ to name the side, in standard deviations of one number.
SIDE = 0.5
SIDES = {"brightness": ("brighter than yours", "darker than yours")}


class Agreement(NamedTuple):
    """How far two tracks agree in one part."""

    part: str
    closeness: float  #: 0 to 1: the share of the archive's pairs by two artists that are farther apart in it
    adds: float  #: to the cosine; those of all parts sum to it


def adds(one: np.ndarray, other: np.ndarray) -> dict[str, float]:
    """What each part adds to the cosine of two vectors of length 1, each of shape (245,)."""
    return {part: float(one[place] @ other[place]) for part, place in PLACES.items()}


def spreads(one: np.ndarray, other: np.ndarray) -> dict[str, np.ndarray]:
    """For each shown part the quantiles of what it adds over pairs of vectors, rows of ``one`` and ``other``.

    Of no pairs nothing is known: then from the least to the most that a part can add.
    """
    products = one * other
    spread = {}
    for part in SHOWN:
        added = products[:, PLACES[part]].sum(axis=1)
        values = np.quantile(added, QUANTILES) if len(one) else PARTS[part] * (2 * QUANTILES - 1)
        spread[part] = values.astype(np.float32)
    return spread


def agreement(spread: Mapping[str, np.ndarray], one: np.ndarray, other: np.ndarray) -> list[Agreement]:
    """How far two tracks agree in each shown part, the closest first; the genre's share is left to the score.

    Args:
        spread: of the archive, by ``spreads``.
        one: vector of length 1, shape (245,).
        other: the same of the other track.
    """
    added = adds(one, other)
    found = [Agreement(part, float(np.interp(added[part], spread[part], QUANTILES)), added[part]) for part in SHOWN]
    return sorted(found, key=lambda each: -each.closeness)  # equal ones stay in the order of SHOWN


def in_words(found: list[Agreement], yours: np.ndarray, theirs: np.ndarray) -> str:
    """One sentence, such as "Closest in timbre and harmony; brighter than yours."."""
    if all(each.closeness >= ALIKE for each in found):
        return "Close in timbre, rhythm, harmony and brightness."
    shared = [each.part for each in found[:2] if each.closeness >= CLOSE] or [found[0].part]
    differs = [_difference(each.part, yours, theirs) for each in found[::-1] if each.closeness <= APART]
    rest = [words for words in differs if words and not any(part in words for part in shared)][:1]
    return "; ".join([f"Closest in {' and '.join(shared)}", *rest]) + "."


def _difference(part: str, yours: np.ndarray, theirs: np.ndarray) -> str:
    if part not in SIDES:
        return f"apart in {part}"
    place = PLACES[part]
    scale = np.sqrt((theirs[place] @ theirs[place]) / (place.stop - place.start))
    difference = float((theirs[place] - yours[place]).mean() / scale) if scale else 0.0
    more, less = SIDES[part]
    return more if difference > SIDE else less if difference < -SIDE else f"apart in {part}"
