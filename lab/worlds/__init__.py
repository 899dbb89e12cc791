"""Worlds for tests: other laws than the demo's, for what is estimated to be tried on. No estimator looks in here.

A world is written as others bring theirs: drops, that ``overtone land`` takes, and beside them ``truth/``, which
nothing but an evaluation reads.
"""

from lab.worlds.laws import LAWS
from lab.worlds.write import truth, write

__all__ = ["LAWS", "truth", "write"]
