"""Drawing from many uneven distributions at once, in constant time a draw."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.synthetic.activity.world import Floats, Ints


@dataclass(frozen=True)
class Pools:
    """Alias tables of many pools, one after the other (Walker 1977): a draw costs two look-ups, whatever the size."""

    begin: NDArray[np.uint64]  #: of each pool, where its slots begin
    size: NDArray[np.uint64]
    keep: NDArray[np.uint32]  #: of each slot, the chance of its own item, of 2**32
    own: NDArray[np.int32]
    other: NDArray[np.int32]

    @classmethod
    def of(cls, items: Ints, weights: Floats, sizes: Ints) -> "Pools":
        """Tables for pools that stand one after the other in ``items``; nothing may be drawn from an empty one."""
        end = np.cumsum(sizes)
        keep, other = np.empty(len(items)), np.empty(len(items), np.int32)
        for start, stop in zip(end - sizes, end, strict=True):
            if stop > start:
                keep[start:stop], slots = alias_table(weights[start:stop])
                other[start:stop] = items[start:stop][slots]
        quantised = np.minimum(keep * 2.0**32, 2.0**32 - 1).astype(np.uint32)
        return cls((end - sizes).astype(np.uint64), sizes.astype(np.uint64), quantised, items.astype(np.int32), other)

    def draw(self, pool: Ints, random: NDArray[np.uint64]) -> NDArray[np.int32]:
        """An item of each named pool, by a random word each."""
        slot = (self.begin[pool] + ((random >> np.uint64(32)) * self.size[pool] >> np.uint64(32))).view(np.int64)
        return np.where(random.astype(np.uint32) <= self.keep[slot], self.own[slot], self.other[slot])


def alias_table(weights: Floats) -> tuple[NDArray[np.float64], Ints]:
    """How likely each slot keeps its own item, and whose it is else.

    The light slots, in order, are filled up from the heavy ones, in order; a heavy one that has given too much is
    filled up by the next. Both meet on the running sums of what is missing and what is left over, so nothing loops.
    Source: Hübschle-Schneider & Sanders, "Parallel Weighted Random Sampling", 2019.
    """
    scaled = weights * (len(weights) / weights.sum())
    keep, other = np.ones(len(scaled)), np.arange(len(scaled))
    light, heavy = np.flatnonzero(scaled < 1), np.flatnonzero(scaled >= 1)
    if not len(light) or not len(heavy):  # all alike, but for rounding
        return keep, other
    missing, over = np.cumsum(1 - scaled[light]), np.cumsum(scaled[heavy] - 1)
    giver = np.searchsorted(over, np.concatenate([[0.0], missing[:-1]]))
    keep[light], other[light] = scaled[light], heavy[np.minimum(giver, len(heavy) - 1)]
    last = np.searchsorted(
        missing, over[:-1], side="right"
    )  # the light slot that a heavy one cannot fill up without giving too much
    [gives_on] = np.nonzero(last < len(light))
    keep[heavy[gives_on]] = np.clip(1 + over[gives_on] - missing[last[gives_on]], 0, 1)
    other[heavy[gives_on]] = heavy[gives_on + 1]
    return keep, other
