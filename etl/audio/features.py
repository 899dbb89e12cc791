"""Describe a signal by 245 numbers: 35 per frame, each summarised over time by 7 moments.

The definition is that of FMA's ``features.py`` on librosa 0.11, in its own order of work and with its quirk: chroma,
centroid and roll-off are computed as if every file were sampled at 22 050 Hz, mel uses the real rate. One short-time
Fourier transform serves all of it, and the code is numpy alone, because

- importing librosa's filters takes 4 CPU-seconds per process, and its numba code compiles for 20 more on first use;
- no sum goes through BLAS, whose last bits may depend on its number of threads: the same signal gives the same bits.

Where a last bit decides, the arithmetic is librosa's own, in its types and order: the spectrum, the roll-off (a bin)
and the tuning (an argmax that moves all 84 chroma numbers). ``tests/unit/test_features.py`` compares with librosa.

Source: Defferrard et al., "FMA: A Dataset for Music Analysis", ISMIR 2017.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from etl.audio.decode import Signal
from etl.errors import AudioNotFinite

#: Stored with each row; a new number here makes every clip be described again.
EXTRACTOR = "fma245-1"

FEATURES = {"zcr": 1, "chroma_stft": 12, "spectral_centroid": 1, "spectral_rolloff": 1, "mfcc": 20}
MOMENTS = ("mean", "std", "skew", "kurtosis", "median", "min", "max")
FEATURE_NAMES = tuple(
    f"{feature}_{moment}_{number:02d}"
    for feature, count in FEATURES.items()
    for moment in MOMENTS
    for number in range(1, count + 1)
)

WINDOW = 2048
HOP = 512
BINS = 1 + WINDOW // 2
MELS = 128
NOMINAL_RATE = 22_050  #: librosa's default, which the reference leaves in place for chroma, centroid and roll-off
NOMINAL_HZ = np.arange(BINS) * (NOMINAL_RATE / WINDOW)

#: No sample farther than this from another (-80 dB of full scale, 3 steps of 16 bits): nothing is heard.
SILENT_RANGE = 2e-4
#: Frames worked on at a time: their spectra (4 MB) stay in cache.
BLOCK = 256
#: Power spectra are kept for the second pass up to this many frames (134 MB, 6 minutes at 44.1 kHz); for longer
#: signals they are computed twice, so that memory stays bounded.
KEEP = 32_768


@dataclass(frozen=True)
class Description:
    """What we know about how a clip sounds."""

    features: np.ndarray  #: float32, shape (245,), finite, in the order of ``FEATURE_NAMES``
    duration_s: float
    rate_hz: int
    silent: bool  #: digital silence, a constant, or noise below ``SILENT_RANGE``; not comparable with music


def describe(signal: Signal) -> Description:
    """Describe a clip by 245 numbers.

    What does not change over time has no shape: its skew and kurtosis are 0, where scipy says NaN.

    Raises:
        AudioNotFinite: a number is not finite, which no signal from ``decode`` leads to.
    """
    features = summarise(per_frame(signal)).astype(np.float32)
    if not np.isfinite(features).all():
        raise AudioNotFinite("a signal", "its description is not finite", "Export the clip again.")
    silent = bool(np.ptp(signal.samples) < SILENT_RANGE)
    return Description(features, signal.duration_s, signal.rate, silent)


def warm() -> None:
    """Describe a second of noise, so that a broken installation shows at set-up; nothing is left to compile."""
    describe(Signal(np.random.default_rng(0).uniform(-1, 1, NOMINAL_RATE).astype(np.float32), NOMINAL_RATE))


def per_frame(signal: Signal) -> np.ndarray:
    """The 35 numbers of each frame.

    Returns:
        float64, shape (1 + n_samples // 512, 35): zcr, chroma (12), centroid, roll-off, mfcc (20).
    """
    samples = signal.samples
    keep = frame_count(samples) <= KEEP
    kept, peaks, centroids, rolloffs, mels = [], [], [], [], []
    for magnitude in magnitudes(samples):
        power = np.square(magnitude)
        peaks.append(spectral_peaks(power))
        centroids.append(centroid_hz(magnitude))
        rolloffs.append(rolloff_hz(magnitude))
        mels.append(mel_power(power, signal.rate))
        if keep:
            kept.append(power)
    tuning = estimate_tuning(peaks)
    powers: Iterable[np.ndarray] = kept if keep else map(np.square, magnitudes(samples))
    chromas = [chroma(power, tuning) for power in powers]
    spectral = map(np.concatenate, (chromas, centroids, rolloffs))
    return np.column_stack([crossing_rate(samples), *spectral, mfcc(np.concatenate(mels))])


def frame_count(samples: np.ndarray) -> int:
    """Frames are centred on every 512th sample, the first on sample 0."""
    return 1 + len(samples) // HOP


def magnitudes(samples: np.ndarray) -> Iterator[np.ndarray]:
    """The magnitude spectrum of each frame, in blocks of float32 of shape (frames, 1025); beyond the ends is silence.

    As in librosa the transform is in float64 and its result is rounded to float32. A transform in float32 would be no
    faster in numpy, and its noise alone moves the centroid of a constant signal by 1 %.
    """
    half = WINDOW // 2
    padded = np.pad(samples, half)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    for start in range(0, len(frames), BLOCK):
        spectrum = np.fft.rfft(frames[start : start + BLOCK] * _hann())
        yield np.abs(spectrum.astype(np.complex64))


def crossing_rate(samples: np.ndarray) -> np.ndarray:
    """Zero crossings per sample in each frame, shape (frames,).

    Beyond the ends the signal stays at its first and last value; a crossing into a frame's first sample is not counted.
    """
    half, frames = WINDOW // 2, frame_count(samples)
    negative = samples < -1e-10  # librosa: what is nearer to zero than 1e-10 is zero, and zero is positive
    crossings = np.zeros(len(samples) + WINDOW, bool)
    np.not_equal(negative[1:], negative[:-1], out=crossings[half + 1 : half + len(samples)])
    hops = np.count_nonzero(crossings[: (frames + 3) * HOP].reshape(-1, HOP), axis=1)
    inside = sum(hops[shift : shift + frames] for shift in range(WINDOW // HOP)) - crossings[::HOP][:frames]
    return inside / WINDOW


def centroid_hz(magnitude: np.ndarray) -> np.ndarray:
    """The mean frequency of each frame, weighted by magnitude; 0 where there is no sound."""
    total = magnitude.sum(axis=1)
    weighted = np.einsum("tf,f->t", magnitude, NOMINAL_HZ.astype(np.float32))
    return weighted / np.where(total > 0, total, 1)


def rolloff_hz(magnitude: np.ndarray) -> np.ndarray:
    """The frequency below which 85 % of each frame's magnitude lies; 0 where there is no sound.

    Summed bin by bin in float32 like librosa: a more exact sum may end in the neighbouring bin.
    """
    summed = np.cumsum(magnitude, axis=1)
    return NOMINAL_HZ[np.count_nonzero(summed < 0.85 * summed[:, -1:], axis=1)]


def spectral_peaks(power: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The pitches (Hz) and heights of the local maxima from 150 to 4000 Hz above a tenth of their frame's highest.

    A parabola through each maximum and its neighbours places it between the bins (``librosa.piptrack``).
    """
    first, last = np.searchsorted(NOMINAL_HZ, (150.0, 4000.0))
    here, below, above = (power[:, first + step : last + step] for step in (0, -1, 1))
    is_peak = (here > 0.1 * power.max(axis=1, keepdims=True)) & (here > below) & (here >= above)
    rows, bins = np.nonzero(is_peak)
    height, below, above = here[rows, bins], below[rows, bins], above[rows, bins]
    # float32 sums, then float64: numba types librosa's ``a + b - 2 * c`` so, and the tuning depends on it
    curvature = (above + below).astype(float) - 2.0 * height
    slope = (above - below).astype(float) / 2
    inside = np.abs(slope) < np.abs(curvature)
    shift = np.divide(-slope, curvature, out=np.zeros_like(slope), where=inside).astype(np.float32)
    pitch = ((bins + first + shift) * float(NOMINAL_RATE) / WINDOW).astype(np.float32)
    return pitch, height + 0.5 * ((above - below) / 2) * shift


def estimate_tuning(peaks: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """How far a piece is tuned from A = 440 Hz, in hundredths of a semitone from -0.5 to 0.49; 0 without peaks.

    The most frequent deviation among the higher half of the peaks; of equally frequent ones, the lowest.
    """
    pitch, height = (np.concatenate(parts) for parts in zip(*peaks, strict=True))
    if not len(pitch):
        return 0.0
    pitch = pitch[height >= np.median(height)]
    deviation = np.mod(12 * np.log2(pitch / (440.0 / 16)), 1.0)
    deviation[deviation >= 0.5] -= 1.0
    counts, edges = np.histogram(deviation, np.linspace(-0.5, 0.5, 101))
    return float(edges[np.argmax(counts)])


def chroma(power: np.ndarray, tuning: float) -> np.ndarray:
    """The strength of the 12 pitch classes (C first), the strongest of each frame being 1; shape (frames, 12)."""
    raw = np.einsum("tf,cf->tc", power, _chroma_bank(tuning))
    strongest = raw.max(axis=1, keepdims=True)
    return raw / np.where(strongest < np.finfo(np.float32).tiny, 1, strongest)


def mel_power(power: np.ndarray, rate: int) -> np.ndarray:
    """The power in 128 mel bands, float32 of shape (frames, 128)."""
    mel = np.zeros((len(power), MELS), np.float32)
    for number, (first, weights) in enumerate(_mel_bank(rate)):
        np.einsum("tf,f->t", power[:, first : first + len(weights)], weights, out=mel[:, number])
    return mel


def mfcc(mel: np.ndarray) -> np.ndarray:
    """20 cepstral coefficients of each frame; decibels are cut 80 dB below the loudest band of the whole signal."""
    decibel = 10 * np.log10(np.maximum(mel, 1e-10))
    return np.einsum("tm,km->tk", np.maximum(decibel, decibel.max() - 80), _cosines())


def summarise(table: np.ndarray) -> np.ndarray:
    """Moments over time of each column.

    Args:
        table: shape (frames, 35).

    Returns:
        float64, shape (245,), in the order of ``FEATURE_NAMES``. Skew and kurtosis (of Fisher) are biased, as in scipy.
    """
    series = np.ascontiguousarray(table.T)
    mean = series.mean(axis=1)
    centred = series - mean[:, None]
    square = centred * centred
    second, third, fourth = square.mean(axis=1), (square * centred).mean(axis=1), (square * square).mean(axis=1)
    # A spread below float32's resolution is rounding: scipy draws the same line for float32 and answers NaN.
    flat = second <= (1e-6 * mean) ** 2
    spread = np.where(flat, 1, second)
    skew = np.where(flat, 0, third / spread**1.5)
    kurtosis = np.where(flat, 0, fourth / spread**2 - 3)
    moments = np.stack(
        [mean, np.sqrt(second), skew, kurtosis, np.median(series, axis=1), series.min(axis=1), series.max(axis=1)]
    )
    ends = np.cumsum(list(FEATURES.values()))[:-1]
    return np.concatenate([part.ravel() for part in np.split(moments, ends, axis=1)])


@lru_cache(maxsize=1)
def _hann() -> np.ndarray:
    """The periodic Hann window, to the last bit that of ``scipy.signal.get_window``."""
    return 0.5 + 0.5 * np.cos(np.linspace(-np.pi, np.pi, WINDOW + 1))[:-1]


@lru_cache(maxsize=100)
def _chroma_bank(tuning: float) -> np.ndarray:
    """How much each bin counts for each pitch class, float32 of shape (12, 1025); there are 100 tunings.

    A Gaussian around each pitch class, of unit length per bin, under a Gaussian of 2 octaves around the fifth
    (``librosa.filters.chroma``).
    """
    hz = np.arange(1, WINDOW) * (NOMINAL_RATE / WINDOW)
    semitone = 12 * np.log2(hz / (440.0 * 2.0 ** (tuning / 12) / 16))
    semitone = np.concatenate([[semitone[0] - 18], semitone])  # the bin of 0 Hz: 1.5 octaves below the next
    width = np.concatenate([np.maximum(np.diff(semitone), 1), [1]])
    distance = np.remainder(semitone - np.arange(12)[:, None] + 6, 12) - 6
    weight = np.exp(-0.5 * (2 * distance / width) ** 2)
    weight /= np.sqrt((weight**2).sum(axis=0))
    weight *= np.exp(-0.5 * ((semitone / 12 - 5) / 2) ** 2)
    return np.ascontiguousarray(np.roll(weight, -3, axis=0)[:, :BINS], dtype=np.float32)


@lru_cache(maxsize=16)
def _mel_bank(rate: int) -> list[tuple[int, np.ndarray]]:
    """For each of 128 bands its first bin and its weights: triangles of equal area (``librosa.filters.mel``).

    Bands narrower than a bin, at high rates, have no weights: their power is 0, as in librosa.
    """
    top = _mel(rate / 2)
    corner_hz = _hz(np.linspace(0, top, MELS + 2))
    step = np.diff(corner_hz)
    ramp = corner_hz[:, None] - np.fft.rfftfreq(WINDOW, 1 / rate)
    triangles = np.maximum(0, np.minimum(-ramp[:-2] / step[:-1, None], ramp[2:] / step[1:, None]))
    triangles = (triangles * (2 / (corner_hz[2:] - corner_hz[:-2]))[:, None]).astype(np.float32)
    bands = []
    for triangle in triangles:
        inside = np.flatnonzero(triangle)
        first, last = (inside[0], inside[-1] + 1) if len(inside) else (0, 0)
        bands.append((int(first), triangle[first:last]))
    return bands


def _mel(hz: float) -> float:
    """Slaney's mel scale: linear to 1000 Hz (15 mel), then 27 mel for a factor of 6.4."""
    return hz * 3 / 200 if hz < 1000 else 15 + 27 * np.log(hz / 1000) / np.log(6.4)


def _hz(mel: np.ndarray) -> np.ndarray:
    """The inverse of ``_mel``."""
    return np.where(mel < 15, mel * 200 / 3, 1000 * 6.4 ** ((mel - 15) / 27))


@lru_cache(maxsize=1)
def _cosines() -> np.ndarray:
    """The first 20 rows of the orthonormal cosine transform (type 2) of 128 values."""
    order = np.arange(FEATURES["mfcc"])[:, None]
    rows = np.sqrt(2 / MELS) * np.cos(np.pi * order * (2 * np.arange(MELS) + 1) / (2 * MELS))
    rows[0] /= np.sqrt(2)
    return rows
