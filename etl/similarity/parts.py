"""What the 245 numbers say about timbre, rhythm, harmony and brightness.

Two things are taken out, because they do not make music sound different. The key: twelve pitch classes become the
strengths of their Fourier series around the circle, which no transposition changes. The level: of the first MFCC, which
is loudness, only how it moves is kept.

Rhythm is as much of it as these numbers know: how far loudness, timbre and brightness move, and how unevenly. No tempo
and no beat is measured.
"""

import numpy as np

#: The 245 numbers in the order of ``etl.audio.features``; methods do not import each other, so a test compares.
FEATURES = {"zcr": 1, "chroma_stft": 12, "spectral_centroid": 1, "spectral_rolloff": 1, "mfcc": 20}
MOMENTS = ("mean", "std", "skew", "kurtosis", "median", "min", "max")
NAMES = [
    f"{feature}_{moment}_{number:02d}"
    for feature, count in FEATURES.items()
    for moment in MOMENTS
    for number in range(1, count + 1)
]

#: The parts and their shares of the cosine. All shares near these do as well (docs/adr/0007).
PARTS = {"timbre": 0.4, "rhythm": 0.2, "harmony": 0.2, "brightness": 0.2}

MOVES = ("std", "skew", "kurtosis")
LIES = ("mean", "median", "min", "max")
BRIGHT = ("zcr", "spectral_centroid", "spectral_rolloff")
TIMBRE = [f"{moment}_{number:02d}" for moment in MOMENTS if moment != "std" for number in range(2, 21)]

_COLUMN = {name: at for at, name in enumerate(NAMES)}


def _columns(names: list[str]) -> np.ndarray:
    return np.array([_COLUMN[name] for name in names])


_TIMBRE = _columns([f"mfcc_{name}" for name in TIMBRE])
_LEVEL = _columns([f"mfcc_{moment}_01" for moment in ("median", "min", "max")])
_MOVING = _columns(
    [f"mfcc_{moment}_01" for moment in MOVES]
    + [f"mfcc_std_{number:02d}" for number in range(2, 21)]
    + [f"{feature}_{moment}_01" for feature in BRIGHT for moment in MOVES]
)
_CHROMA = _columns([f"chroma_stft_{moment}_{number:02d}" for moment in MOMENTS for number in range(1, 13)])
_BRIGHT = _columns([f"{feature}_{moment}_01" for feature in BRIGHT for moment in LIES])

#: Where each part stands among the derived numbers.
SLICES: dict[str, slice] = {}
for _part, _size in zip(PARTS, (len(_TIMBRE), len(_LEVEL) + len(_MOVING), 7 * len(MOMENTS), len(_BRIGHT)), strict=True):
    _start = max((one.stop for one in SLICES.values()), default=0)
    SLICES[_part] = slice(_start, _start + _size)
DERIVED = SLICES["brightness"].stop  #: 209


def derive(features: np.ndarray) -> np.ndarray:
    """Derive the numbers that are compared, part by part as in ``SLICES``.

    Args:
        features: shape (n_tracks, 245), in the order of ``NAMES``.

    Returns:
        float64, shape (n_tracks, 209).
    """
    numbers = np.asarray(features, np.float64)
    level = numbers[:, _LEVEL] - numbers[:, [_COLUMN["mfcc_mean_01"]]]
    circle = numbers[:, _CHROMA].reshape(len(numbers), len(MOMENTS), 12)
    harmony = np.abs(np.fft.rfft(circle, axis=2)).reshape(len(numbers), -1)
    return np.hstack([numbers[:, _TIMBRE], level, numbers[:, _MOVING], harmony, numbers[:, _BRIGHT]])


def join(scaled: np.ndarray) -> np.ndarray:
    """Make each part one direction and join them, so that the cosine is the shares' mean of the parts' cosines.

    A part that lies exactly on the archive's middle has no direction. It is given the same share of every number, so
    that it is found as identical to itself and to its twins.

    Args:
        scaled: derived numbers on one scale around 0, shape (n_tracks, 209).

    Returns:
        the same shape, each row of length 1.
    """
    joined = np.empty_like(scaled)
    for part, share in PARTS.items():
        joined[:, SLICES[part]] = np.sqrt(share) * unit(scaled[:, SLICES[part]])
    return joined


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows of length 1; a row of zeros points the same way in every dimension."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(length > 0, vectors / np.where(length > 0, length, 1), 1 / np.sqrt(vectors.shape[1]))
