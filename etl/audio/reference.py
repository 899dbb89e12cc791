"""The 245 numbers as librosa computes them, which ours are held against: FMA's ``features.py``, limited to our five.

librosa is no dependency of the product: it is in the environment of development.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType

import numpy as np
import soundfile

from etl.audio.banks import HOP, NOMINAL_RATE, PITCHES, WINDOW
from etl.errors import SetupFailed


def librosa() -> ModuleType:
    """librosa itself.

    Raises:
        SetupFailed: it is not installed.
    """
    try:
        import librosa
    except ImportError as error:
        reason = "it is what features are measured against, and it is not installed"
        raise SetupFailed(
            "librosa", reason, "Run: make setup, which installs the environment of development."
        ) from error
    return librosa


def warm() -> None:
    """Compile librosa's loops, which are kept for later processes, where it is installed.

    Two processes that compile its generalised ufuncs at once may leave two files that do not fit each other, and each
    process that reads them crashes: https://github.com/numba/numba/issues/10128
    """
    file = io.BytesIO()
    soundfile.write(file, np.random.default_rng(0).uniform(-1, 1, NOMINAL_RATE), NOMINAL_RATE, format="WAV")
    with suppress(SetupFailed):
        reference_order(file.getvalue())


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
