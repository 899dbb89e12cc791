"""Drawing from many uneven distributions at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.synthetic.activity.world import Floats, Ints
from etl.tables import TOP_GENRES as GENRES

TOGETHER = len(GENRES)  #: pools of a kind, one a genre; the first kind is that of everyone
NEAR = 2  #: steps from where the guide leads to; the few that are farther are searched for


@dataclass(frozen=True)
class Pools:
    """Running weights of many pools, one after the other: a draw is a search in one pool's."""

    items: NDArray[np.int32]
    running: NDArray[np.int64]  #: of the weights, of 2**40 for all
    base: NDArray[np.int64]  #: of each pool, where its weights begin
    total: NDArray[np.float64]  #: of each pool
    pool: NDArray[np.int16]  #: pool number → itself; where nothing is in it: that of everyone
    guide: NDArray[np.int32]  #: of even parts of all weights, the item that each begins in
    shift: int  #: bits of a weight within a part

    @classmethod
    def of(cls, items: Ints, weights: Floats, sizes: Ints) -> "Pools":
        """Pools of so many items each, which stand one after the other; nothing may be drawn from an empty one."""
        running = np.cumsum((weights * (2.0**40 / max(weights.sum(), 1e-300))).astype(np.int64))
        ends = np.concatenate([[0], running])[np.cumsum(sizes)]
        base = np.concatenate([[0], ends[:-1]])
        number = np.arange(len(sizes))
        pool = np.where(ends > base, number, number % TOGETHER).astype(np.int16)
        shift = 40 - min(20, len(items).bit_length() + 2)
        parts = np.arange((1 << 40 - shift) + 1, dtype=np.int64) << shift
        guide = np.searchsorted(running, parts, side="right").astype(np.int32)
        return cls(items.astype(np.int32), running, base, (ends - base).astype(np.float64), pool, guide, shift)

    def draw(self, pool: Ints, random: NDArray[np.uint64]) -> NDArray[np.int32]:
        """An item of each named pool, by a random word each."""
        pool = self.pool[pool]
        at = self.base[pool] + ((random >> np.uint64(12)) * 2.0**-52 * self.total[pool]).astype(np.int64)
        place = self.guide[at >> self.shift]
        for _ in range(NEAR):
            place += self.running[place] <= at
        [far] = np.nonzero(self.running[place] <= at)
        place[far] = np.searchsorted(self.running, at[far], side="right")
        return self.items[place]
