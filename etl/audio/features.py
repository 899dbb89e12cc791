"""Describe a signal by 245 numbers: 35 per frame, each summarised over time by 7 moments.

The definition is that of FMA's ``features.py`` on librosa 0.11, with its quirk: chroma, centroid and roll-off are
computed as if every file were sampled at 22 050 Hz, mel uses the real rate. So the same music at another rate gets
other numbers: ``describe`` keeps a file's own rate, ``describe_alike`` brings what is to be compared to one rate.

``kernels`` computes the 35 numbers of a frame, compiled; where numba cannot be imported, ``plain`` does.
``overtone evaluate features`` holds both against librosa.

Source: Defferrard et al., "FMA: A Dataset for Music Analysis", ISMIR 2017.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import soxr

from etl.audio.decode import MIN_SAMPLES, Signal
from etl.errors import AudioNotFinite, AudioTooShort, AudioUnreadable

#: Stored with each row; a new number here makes every clip be described again.
EXTRACTOR = "fma245-2"

FEATURES = {"zcr": 1, "chroma_stft": 12, "spectral_centroid": 1, "spectral_rolloff": 1, "mfcc": 20}
MOMENTS = ("mean", "std", "skew", "kurtosis", "median", "min", "max")
FEATURE_NAMES = tuple(
    f"{feature}_{moment}_{number:02d}"
    for feature, count in FEATURES.items()
    for moment in MOMENTS
    for number in range(1, count + 1)
)

COMMON_RATE = 44_100  #: Hz, the rate of nearly all of FMA's clips
LOWEST_RATE = 2_000  #: Hz; below it is no music, and an hour of samples would become days
#: No sample farther than this from another (-80 dB of full scale, 3 steps of 16 bits): nothing is heard.
SILENT_RANGE = 2e-4


@dataclass(frozen=True)
class Description:
    """What we know about how a clip sounds."""

    features: np.ndarray  #: float32, shape (245,), finite, in the order of ``FEATURE_NAMES``
    duration_s: float
    rate_hz: int  #: of the file
    silent: bool  #: digital silence, a constant, or noise below ``SILENT_RANGE``; not comparable with music


def describe(signal: Signal) -> Description:
    """Describe a clip by 245 numbers, at its own rate.

    What does not change over time has no shape: its skew and kurtosis are 0, where scipy says NaN.

    Raises:
        AudioNotFinite: a number is not finite, which no signal from ``decode`` leads to.
    """
    return _describe(signal, signal)


def describe_alike(signal: Signal, name: str) -> Description:
    """Describe a clip so that it can be compared with any other: as if it had been sampled at 44 100 Hz.

    Args:
        name: what to call the clip in an error.

    Raises:
        AudioTooShort: too few samples are left of it.
        AudioUnreadable: it is sampled at less than ``LOWEST_RATE``.
    """
    return _describe(at_common_rate(signal, name), signal)


def at_common_rate(signal: Signal, name: str) -> Signal:
    """Resample a signal to ``COMMON_RATE``; one that has this rate is returned as it is. Raises: as above."""
    if signal.rate == COMMON_RATE:
        return signal
    if signal.rate < LOWEST_RATE:
        reason = f"it is sampled at {signal.rate} Hz, and music needs at least {LOWEST_RATE}"
        raise AudioUnreadable(name, reason, "Export the clip again.")
    samples = soxr.resample(signal.samples, signal.rate, COMMON_RATE)
    if len(samples) < MIN_SAMPLES:
        reason = f"{len(samples)} samples are left at {COMMON_RATE} Hz and one analysis window is {MIN_SAMPLES}"
        raise AudioTooShort(name, reason, "Give a longer clip.")
    return Signal(samples, COMMON_RATE, signal.decoder)


def _describe(heard: Signal, original: Signal) -> Description:
    features = summarise(extractor()(heard)[0]).astype(np.float32)
    if not np.isfinite(features).all():
        raise AudioNotFinite("a signal", "its description is not finite", "Export the clip again.")
    silent = bool(np.ptp(original.samples) < SILENT_RANGE)
    return Description(features, original.duration_s, original.rate, silent)


def warm() -> None:
    """Compile what describing needs, which is kept for later processes, or find an installation broken."""
    noise = np.random.default_rng(0).uniform(-1, 1, COMMON_RATE).astype(np.float32)
    describe(Signal(noise, COMMON_RATE))


@cache
def extractor() -> Callable[[Signal], tuple[np.ndarray, float]]:
    """What computes the 35 numbers of each frame, and the tuning.

    Imported at the first description: commands that describe nothing need not wait for numba.
    """
    try:
        from etl.audio.kernels import per_frame
    except ImportError:
        from etl.audio.plain import per_frame
    return per_frame


def summarise(table: np.ndarray) -> np.ndarray:
    """Moments over time of each column.

    Chroma is summed in float32, frame after frame, as the reference does: its kurtosis differs from that of an exact
    sum by up to 1e-3 of its value, and values are to be those of the reference.

    Args:
        table: shape (frames, 35).

    Returns:
        float64, shape (245,), in the order of ``FEATURE_NAMES``. Skew and kurtosis (of Fisher) are biased, as in scipy.
    """
    crossings, chroma, rest = np.split(table, [1, 13], axis=1)
    exact = _moments(np.ascontiguousarray(np.hstack([crossings, rest]).T))
    rounded = _moments(chroma.astype(np.float32).T)
    moments = np.hstack([exact[:, :1], rounded, exact[:, 1:]])
    ends = np.cumsum(list(FEATURES.values()))[:-1]
    return np.concatenate([part.ravel() for part in np.split(moments, ends, axis=1)])


def _moments(series: np.ndarray) -> np.ndarray:
    """The seven moments of each row, shape (7, rows), in the type and in the memory order of ``series``."""
    mean = series.mean(axis=1)
    centred = series - mean[:, None]
    square = centred * centred
    second, third, fourth = square.mean(axis=1), (square * centred).mean(axis=1), (square * square).mean(axis=1)
    # A spread below float32's resolution is rounding: scipy draws the same line for float32 and answers NaN.
    flat = second <= (1e-6 * mean) ** 2
    spread = np.where(flat, 1, second)
    skew = np.where(flat, 0, third / spread**1.5)
    kurtosis = np.where(flat, 0, fourth / spread**2 - 3)
    ordered = np.ascontiguousarray(series)
    return np.stack(
        [mean, np.sqrt(second), skew, kurtosis, np.median(ordered, axis=1), ordered.min(axis=1), ordered.max(axis=1)]
    )
