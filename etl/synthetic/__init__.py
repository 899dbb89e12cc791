"""What Overtone makes up: the demo drop, and later the activity of listeners. Everything here is invented.

Chance is fixed by a seed and by what it is for, never by the clock or by what was drawn before, so that any part can be
made again alone and comes out the same, byte for byte.
"""

from zlib import crc32

import numpy as np


def chance(seed: int, *about: object) -> np.random.Generator:
    """The generator for one thing, e.g. ``chance(7, "posts", day)``; other things draw from other streams."""
    return np.random.default_rng([seed, *(crc32(str(part).encode()) for part in about)])
