"""A signal as a picture of it: how loud it is, from left to right."""

from itertools import pairwise

import numpy as np


def peaks(samples: np.ndarray, bars: int) -> np.ndarray:
    """The loudest sample of each of some equal stretches, the loudest of all being 1.

    Args:
        samples: float32, shape (n,).
        bars: how many stretches.

    Returns:
        float32, shape (bars,), in [0, 1]; zeros where there is nothing.
    """
    edges = np.linspace(0, len(samples), bars + 1).astype(int)
    loudest = np.array([_loudest(samples[a:b]) for a, b in pairwise(edges)], np.float32)
    return loudest / max(float(loudest.max(initial=0.0)), 1e-9)


def _loudest(samples: np.ndarray) -> float:
    return float(max(samples.max(initial=0.0), -samples.min(initial=0.0)))  # np.abs would copy them
