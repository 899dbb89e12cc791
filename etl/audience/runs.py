"""Rows that are grouped by being sorted."""

import numpy as np
from numpy.typing import NDArray


def runs(*sorted_by: NDArray) -> NDArray[np.int64]:
    """Where runs of equal rows begin.

    >>> runs(np.array([1, 1, 2]), np.array([5, 6, 6])).tolist()
    [0, 1, 2]
    """
    changes = np.zeros(len(sorted_by[0]), bool)
    changes[:1] = True
    for values in sorted_by:
        changes[1:] |= values[1:] != values[:-1]
    return np.flatnonzero(changes)


def ordered(*keys: NDArray[np.integer]) -> NDArray[np.int64]:
    """The order of rows by the first of some whole numbers, then by the next, and so on; of equal ones any.

    >>> ordered(np.array([2, 1, 2]), np.array([0, 5, -1])).tolist()
    [1, 2, 0]
    """
    together, values = np.zeros(len(keys[0]), np.int64), 1
    for key in keys if len(together) else ():
        least, most = int(key.min()), int(key.max())
        values *= most - least + 1
        if values >= 2**62:  # they do not fit into one number
            return np.lexsort(keys[::-1])
        together = together * (most - least + 1) + (key - least)
    return np.argsort(together)
