"""A song by what it is like on the whole, and by its frames, of which any part can be described later.

The catalogue holds clips of half a minute. A long song is described by stretches spread evenly over it: they find what
all its frames find (docs/uploads.md) at a third of the work.
"""

from dataclasses import dataclass

import numpy as np

from etl.audio.banks import HOP, WINDOW
from etl.audio.decode import Signal
from etl.audio.features import COMMON_RATE, FEATURES, extractor, summarise

WIDTH = sum(FEATURES.values())  #: numbers of a frame: 35
FRAMES_A_SECOND = COMMON_RATE / HOP
STRETCHES, STRETCH_S = 8, 15
#: Samples of a stretch: whole hops, so that frames lie as they would in a file of their own.
STRETCH = round(STRETCH_S * FRAMES_A_SECOND) * HOP
WHOLE = STRETCHES * STRETCH * 5 // 4  #: samples up to which a song is described by all of it: 2 1/2 minutes
_STEPS = 65_535


@dataclass(frozen=True)
class Frames:
    """The 35 numbers of each frame, each as one of 65,536 steps between the lowest and the highest of its column."""

    low: np.ndarray  #: float64, shape (35,)
    high: np.ndarray  #: the same
    steps: np.ndarray  #: uint16, shape (frames, 35)

    @classmethod
    def of(cls, table: np.ndarray) -> "Frames":
        """Keep a table of shape (frames, 35); no number moves by more than half a step."""
        low, high = table.min(axis=0), table.max(axis=0)
        scale = _STEPS / np.where(high > low, high - low, 1)
        return cls(low, high, np.rint((table - low) * scale).astype(np.uint16))

    def table(self, first: int = 0, last: int | None = None) -> np.ndarray:
        """Some frames as they were, float64."""
        return self.low + self.steps[first:last] * ((self.high - self.low) / _STEPS)

    def to_bytes(self) -> bytes:
        """As ``from_bytes`` reads it: 70 float64, then the steps, frame by frame."""
        return np.stack([self.low, self.high]).astype("<f8").tobytes() + self.steps.astype("<u2").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frames":
        """What ``to_bytes`` made.

        Raises:
            ValueError: this cannot be frames.
        """
        size, width = len(data) - 16 * WIDTH, 2 * WIDTH
        if size < width or size % width:
            raise ValueError(f"{len(data)} bytes are no frames")
        low, high = np.frombuffer(data, "<f8", 2 * WIDTH).reshape(2, WIDTH)
        if not (np.isfinite(low).all() and np.isfinite(high).all() and (low <= high).all()):
            raise ValueError("frames without bounds")
        return cls(low, high, np.frombuffer(data, "<u2", offset=16 * WIDTH).reshape(-1, WIDTH))


def frames(samples: np.ndarray) -> np.ndarray:
    """The 35 numbers of each frame of samples at the common rate, shape (frames, 35)."""
    return extractor()(Signal(samples, COMMON_RATE))[0]


def spread(samples: np.ndarray) -> np.ndarray:
    """Stretches of a long song, one after the other: each from the middle of its eighth."""
    starts = (len(samples) * (2 * np.arange(STRETCHES) + 1) // (2 * STRETCHES)) - STRETCH // 2
    return np.concatenate([samples[start : start + STRETCH] for start in starts])


def describe_spread(samples: np.ndarray) -> np.ndarray:
    """The 245 numbers of a long song, float32, from its stretches; no frame that hears two of them counts."""
    table = frames(spread(samples))
    reach = WINDOW // 2 // HOP - 1  # frames before and after a join that hear both sides, besides the one upon it
    joins = np.arange(1, STRETCHES) * (STRETCH // HOP)
    across = (joins[:, None] + np.arange(-reach, reach + 1)).ravel()
    return summarise(np.delete(table, across, axis=0)).astype(np.float32)


def describe_part(kept: Frames, start_s: float, end_s: float) -> np.ndarray:
    """The 245 numbers of a part, float32: of the frames whose middle is in it.

    Describing the cut-out file instead differs in what a song has as a whole: its tuning, to which chroma is relative,
    its loudest moment, 80 dB below which nothing counts, and the two frames at each end, which hear beyond the cut.
    """
    first, last = np.ceil(np.array([start_s, end_s]) * FRAMES_A_SECOND).astype(int)
    return summarise(kept.table(first, last)).astype(np.float32)
