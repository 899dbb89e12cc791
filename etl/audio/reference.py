"""The 245 numbers as librosa computes them, which ours are held against: FMA's ``features.py``, limited to our five.

Every night some clips are checked so, and ``overtone evaluate features`` does it with many. librosa is imported when it
is asked: it takes CPU-seconds.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType

import numpy as np
import soundfile

from etl.audio.banks import HOP, NOMINAL_RATE, PITCHES, WINDOW
from etl.audio.decode import Signal
from etl.audio.features import FEATURE_NAMES, Description, describe
from etl.errors import SetupFailed

#: Seconds of a clip that are checked, its beginning: librosa holds all frames at once.
CHECKED_S = 60


@dataclass(frozen=True)
class Check:
    """A description beside librosa's: of the 245 numbers the one that is farthest off."""

    number: str  #: its name
    ours: float
    expected: float
    deviation: float

    def __str__(self) -> str:
        return f"{self.number} is {self.ours:g}, and {self.expected:g} by librosa: {self.deviation:.2g} off"


def librosa() -> ModuleType:
    """librosa itself.

    Raises:
        SetupFailed: it is not installed.
    """
    try:
        import librosa
    except ImportError as error:
        reason = "it is what features are checked against, and it cannot be imported"
        raise SetupFailed("librosa", reason, "Run: make setup, which installs what Overtone needs.") from error
    return librosa


def warm() -> None:
    """Compile librosa's loops, which are kept for later processes.

    Two processes that compile its generalised ufuncs at once may leave two files that do not fit each other, and each
    process that reads them crashes: https://github.com/numba/numba/issues/10128
    """
    file = io.BytesIO()
    soundfile.write(file, np.random.default_rng(0).uniform(-1, 1, NOMINAL_RATE), NOMINAL_RATE, format="WAV")
    reference_order(file.getvalue())


def check(one: Description, signal: Signal) -> Check | None:
    """Hold a clip's description against librosa's of the same samples; of a long clip, both of its beginning.

    Args:
        signal: what was described.

    Returns:
        None for a silent clip: the shape of what only rounds is another in librosa's float32.
    """
    if len(signal.samples) > CHECKED_S * signal.rate:
        signal = Signal(signal.samples[: CHECKED_S * signal.rate], signal.rate)
        one = describe(signal)
    if one.silent:
        return None
    expected = np.nan_to_num(shared_stft(signal.samples, signal.rate)[0])
    off = deviation(one.features, expected)
    at = int(off.argmax())
    return Check(FEATURE_NAMES[at], float(one.features[at]), float(expected[at]), float(off[at]))


def deviation(ours: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """How far numbers are from those expected, absolute or relative, whichever is smaller; of the same shape."""
    off = np.abs(ours - expected)
    return off / np.maximum(np.abs(expected), 1)


def reference_order(data: bytes) -> np.ndarray:
    """Decode and describe a clip in FMA's own order of work, with the constant-Q transform of its three other features.

    Returns:
        shape (245,), in the order of ``FEATURE_NAMES``.
    Source:
        https://github.com/mdeff/fma/blob/master/features.py
    """
    lib = librosa()
    with _quiet():
        samples, rate = lib.load(io.BytesIO(data), sr=None, mono=True)
        crossings = lib.feature.zero_crossing_rate(samples, frame_length=WINDOW, hop_length=HOP)
        np.abs(lib.cqt(samples, sr=rate, hop_length=HOP, bins_per_octave=12, n_bins=7 * 12, tuning=None))
        return _moments(crossings, *_spectral(samples, rate)[0])


def shared_stft(samples: np.ndarray, rate: int) -> tuple[np.ndarray, float]:
    """Describe a signal by librosa with one Fourier transform for all features.

    Returns:
        shape (245,), and the tuning. Skew and kurtosis of what does not change are NaN.
    """
    lib = librosa()
    with _quiet():
        crossings = lib.feature.zero_crossing_rate(samples, frame_length=WINDOW, hop_length=HOP)
        frames, tuning = _spectral(samples, rate)
        return _moments(crossings, *frames), tuning


def _spectral(samples: np.ndarray, rate: int) -> tuple[list[np.ndarray], float]:
    feature, lib = librosa().feature, librosa()
    stft = np.abs(lib.stft(samples, n_fft=WINDOW, hop_length=HOP))
    # what chroma_stft does where no tuning is given
    tuning = lib.estimate_tuning(S=stft**2, sr=NOMINAL_RATE, bins_per_octave=PITCHES)
    mel = feature.melspectrogram(sr=rate, S=stft**2)
    frames = [
        feature.chroma_stft(S=stft**2, n_chroma=PITCHES, tuning=tuning),
        feature.spectral_centroid(S=stft),
        feature.spectral_rolloff(S=stft),
        feature.mfcc(S=lib.power_to_db(mel), n_mfcc=20),
    ]
    return frames, float(tuning)


def _moments(*frames: np.ndarray) -> np.ndarray:
    from scipy import stats

    moments = (np.mean, np.std, stats.skew, stats.kurtosis, np.median, np.min, np.max)
    return np.concatenate([moment(values, axis=1) for values in frames for moment in moments])


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the words on clips that have no peaks to tune by, no sound in a mel band, or no change."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
