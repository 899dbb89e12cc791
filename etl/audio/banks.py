"""What every frame is weighed with: the window, the mel and pitch class banks, the cosines; as librosa 0.11 makes them.

Chroma, centroid and roll-off are computed as if every file were sampled at 22 050 Hz: a quirk of the reference.
"""

from functools import lru_cache

import numpy as np

WINDOW = 2048
HOP = 512
BINS = 1 + WINDOW // 2
MELS = 128
PITCHES = 12
CEPSTRA = 20
ROLLOFF = np.float32(0.85)
NOMINAL_RATE = 22_050  #: librosa's default, which the reference leaves in place for chroma, centroid and roll-off
NOMINAL_HZ = np.arange(BINS) * (NOMINAL_RATE / WINDOW)
#: The bins from 150 to 4000 Hz, in which peaks tell the tuning.
FIRST_PEAK, END_PEAK = (int(bin) for bin in np.searchsorted(NOMINAL_HZ, (150.0, 4000.0)))


def frame_count(samples: np.ndarray) -> int:
    """Frames are centred on every 512th sample, the first on sample 0."""
    return 1 + len(samples) // HOP


@lru_cache(maxsize=1)
def hann() -> np.ndarray:
    """The periodic Hann window, to the last bit that of ``scipy.signal.get_window``."""
    return 0.5 + 0.5 * np.cos(np.linspace(-np.pi, np.pi, WINDOW + 1))[:-1]


@lru_cache(maxsize=100)
def chroma_bank(tuning: float) -> np.ndarray:
    """How much each bin counts for each pitch class, float32 of shape (12, 1025); there are 100 tunings.

    A Gaussian around each pitch class, of unit length per bin, under a Gaussian of 2 octaves around the fifth
    (``librosa.filters.chroma``).
    """
    hz = np.arange(1, WINDOW) * (NOMINAL_RATE / WINDOW)
    semitone = 12 * np.log2(hz / (440.0 * 2.0 ** (tuning / 12) / 16))
    semitone = np.concatenate([[semitone[0] - 18], semitone])  # the bin of 0 Hz: 1.5 octaves below the next
    width = np.concatenate([np.maximum(np.diff(semitone), 1), [1]])
    distance = np.remainder(semitone - np.arange(PITCHES)[:, None] + 6, 12) - 6
    weight = np.exp(-0.5 * (2 * distance / width) ** 2)
    weight /= np.sqrt((weight**2).sum(axis=0))
    weight *= np.exp(-0.5 * ((semitone / 12 - 5) / 2) ** 2)
    return np.ascontiguousarray(np.roll(weight, -3, axis=0)[:, :BINS], dtype=np.float32)


@lru_cache(maxsize=16)
def mel_bank(rate: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """128 mel bands: triangles of equal area (``librosa.filters.mel``).

    Bands narrower than a bin, at high rates, have no weights: their power is 0, as in librosa.

    Returns:
        first: the first bin of each band, shape (128,).
        ends: where the weights of each band begin and the last one's end, shape (129,).
        weights: float32, those of all bands one after the other.
    """
    top = _mel(rate / 2)
    corner_hz = _hz(np.linspace(0, top, MELS + 2))
    step = np.diff(corner_hz)
    ramp = corner_hz[:, None] - np.fft.rfftfreq(WINDOW, 1 / rate)
    triangles = np.maximum(0, np.minimum(-ramp[:-2] / step[:-1, None], ramp[2:] / step[1:, None]))
    triangles = (triangles * (2 / (corner_hz[2:] - corner_hz[:-2]))[:, None]).astype(np.float32)
    inside = triangles > 0
    return inside.argmax(axis=1), np.cumsum([0, *inside.sum(axis=1)]), triangles[inside]


def _mel(hz: float) -> float:
    """Slaney's mel scale: linear to 1000 Hz (15 mel), then 27 mel for a factor of 6.4."""
    return hz * 3 / 200 if hz < 1000 else 15 + 27 * np.log(hz / 1000) / np.log(6.4)


def _hz(mel: np.ndarray) -> np.ndarray:
    """The inverse of ``_mel``."""
    return np.where(mel < 15, mel * 200 / 3, 1000 * 6.4 ** ((mel - 15) / 27))


@lru_cache(maxsize=1)
def cosines() -> np.ndarray:
    """The first 20 rows of the orthonormal cosine transform (type 2) of 128 values."""
    order = np.arange(CEPSTRA)[:, None]
    rows = np.sqrt(2 / MELS) * np.cos(np.pi * order * (2 * np.arange(MELS) + 1) / (2 * MELS))
    rows[0] /= np.sqrt(2)
    return rows
