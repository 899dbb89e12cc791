"""The noise that hides each listener in what is told of people: drawn once, from the home's key and what is told.

Discrete Gaussian noise (Canonne, Kamath & Steinke, "The discrete Gaussian for differential privacy", NeurIPS 2020) by
inverse of its distribution: a function of a key, a name and the true numbers, so that asking again tells nothing new.
"""

import hashlib
from collections.abc import Sequence
from decimal import Decimal, localcontext
from functools import cache

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def drawn(key: bytes, names: Sequence[str], true: Ints, count: int) -> NDArray[np.uint64]:
    """Equally likely places, shape (n, ``count``), that hang on the key, the names and the true numbers, shape (n, m).

    Whoever has not the key knows nothing of one place by the others (SHAKE-256, FIPS 202).
    """
    said, width = np.ascontiguousarray(true, "<i8").tobytes(), 8 * true.shape[1]
    digests = (
        hashlib.shake_256(key + name.encode() + said[row * width : (row + 1) * width]).digest(8 * count)
        for row, name in enumerate(names)
    )
    return np.frombuffer(b"".join(digests), "<u8").reshape(len(names), count)


@cache
def _edges(deviation: float) -> tuple[int, NDArray[np.uint64]]:
    """The smallest value, and by value where the next begins, of 2⁶⁴ equally likely places."""
    furthest = int(np.ceil(9.5 * deviation))
    with localcontext() as context:
        context.prec = 50
        width = 2 * Decimal(str(deviation)) ** 2
        weights = [(-(Decimal(value) ** 2) / width).exp() for value in range(-furthest, furthest + 1)]
        whole, so_far, edges = sum(weights), Decimal(0), []
        for weight in weights[:-1]:
            so_far += weight
            edges.append(int(so_far / whole * 2**64))
    return -furthest, np.array(edges, np.uint64)


def discrete_gaussian(places: NDArray[np.uint64], deviation: float) -> Ints:
    """Values of the discrete Gaussian, by inverse of its distribution, of equally likely places of any shape."""
    smallest, edges = _edges(deviation)
    return smallest + np.searchsorted(edges, places, side="right")
