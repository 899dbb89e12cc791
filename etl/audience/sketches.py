"""Distinct listeners over weeks and songs: sketches that merge, exact while few and some 1.6 % off when many.

A sketch is HyperLogLog's (Flajolet et al., "HyperLogLog: the analysis of a near-optimal cardinality estimation
algorithm", AofA 2007) as Apache DataSketches keeps it: a list of who was there up to some 380, 4,096 bytes beyond, of
any number. Spark's ``hll_sketch_agg`` writes the same.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from math import sqrt
from typing import Any

import numpy as np
from datasketches import hll_sketch, hll_union, tgt_hll_type
from numpy.typing import NDArray

LG_PLACES = 12  #: Spark's default
KIND = tgt_hll_type.HLL_8  #: the one that Spark writes
LISTED = 3 * 2 ** (LG_PLACES - 5)  #: of no more a sketch is a list of who was there
ERROR = 1.04 / sqrt(2**LG_PLACES)  #: standard error of a count of more, as a share of it


def hidden(key: bytes, listeners: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers that stand for listeners, shape (n,), and tell nobody without the key who they are (keyed BLAKE2b).

    A sketch of few is a list of who is in it, and pages may read it.
    """
    every, which = np.unique(listeners, return_inverse=True)
    said = b"".join(blake2b(one.tobytes(), digest_size=8, key=key).digest() for one in every)
    return np.frombuffer(said, "<i8")[which]


def sketch(who: Iterable[int]) -> bytes:
    """The sketch of some listeners; in the order of their numbers, so that the same ones give the same bytes.

    >>> distinct([sketch([1, 2, 3]), sketch([3, 4])])
    4
    """
    found = hll_sketch(LG_PLACES, KIND)
    deque(map(found.update, who), 0)
    return found.serialize_compact()


def merged(sketches: Iterable[bytes]) -> bytes:
    """The sketch of all who are in one of some sketches."""
    return _union(sketches).get_result(KIND).serialize_compact()


def distinct(sketches: Iterable[bytes]) -> int:
    """How many listeners are in at least one of some sketches."""
    return round(_union(sketches).get_estimate())


def uncertain(count: int) -> float:
    """The relative standard error of ``distinct``."""
    return ERROR if count > LISTED else 0.0


def listeners(row: Mapping[str, Any]) -> int:
    """How many listeners a row of sql/queries/audience_heard.sql stands for."""
    if row["seen"] is None:
        return int(row["all_listeners"])
    return int(max(row["most_listeners"], min(row["all_listeners"], distinct(row["seen"]))))


def _union(sketches: Iterable[bytes]) -> hll_union:
    union = hll_union(LG_PLACES)
    for one in sketches:
        union.update(hll_sketch.deserialize(bytes(one)))
    return union
