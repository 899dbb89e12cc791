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
