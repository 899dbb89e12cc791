"""The 35 numbers of each frame with numpy alone: the definition in short, and what runs where nothing can be compiled.

``etl.audio.kernels`` computes the same four times as fast.

Where a last bit decides, the arithmetic is librosa's own, in its types and order: the spectrum, the roll-off (a bin)
and the tuning (an argmax that moves all 84 chroma numbers). No sum goes through BLAS, whose last bits may depend on its
number of threads.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

from etl.audio.banks import (
    END_PEAK,
    FIRST_PEAK,
    HOP,
    MELS,
    NOMINAL_HZ,
    NOMINAL_RATE,
    ROLLOFF,
    WINDOW,
    chroma_bank,
    cosines,
    frame_count,
    hann,
    mel_bank,
)
from etl.audio.decode import Signal

#: Frames worked on at a time: their spectra (4 MB) stay in cache.
BLOCK = 256
#: Power spectra are kept for the second pass up to this many frames (134 MB, 6 minutes at 44.1 kHz); for longer
#: signals they are computed twice, so that memory stays bounded.
KEEP = 32_768


def per_frame(signal: Signal) -> tuple[np.ndarray, float]:
    """The 35 numbers of each frame, and the tuning that its chroma is relative to.

    Returns:
        float64, shape (1 + n_samples // 512, 35): zcr, chroma (12), centroid, roll-off, mfcc (20).
        The tuning as ``estimate_tuning`` gives it.
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
    tuning = estimate_tuning(*map(np.concatenate, zip(*peaks, strict=True)))
    powers: Iterable[np.ndarray] = kept if keep else map(np.square, magnitudes(samples))
    chroma = np.concatenate([pitch_classes(power, tuning) for power in powers])
    spectral = map(np.concatenate, (centroids, rolloffs))
    table = [crossing_rate(samples), relative(chroma), *spectral, mfcc(np.concatenate(mels))]
    return np.column_stack(table), tuning


def magnitudes(samples: np.ndarray) -> Iterator[np.ndarray]:
    """The magnitude spectrum of each frame, in blocks of float32 of shape (frames, 1025); beyond the ends is silence.

    As in librosa the transform is in float64 and its result is rounded to float32. A transform in float32 would be no
    faster in numpy, and its noise alone moves the centroid of a constant signal by 1 %.
    """
    half = WINDOW // 2
    padded = np.pad(samples, half)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    for start in range(0, len(frames), BLOCK):
        spectrum = np.fft.rfft(frames[start : start + BLOCK] * hann())
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
    return NOMINAL_HZ[np.count_nonzero(summed < ROLLOFF * summed[:, -1:], axis=1)]


def spectral_peaks(power: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The pitches (Hz) and heights of the local maxima from 150 to 4000 Hz above a tenth of their frame's highest.

    A parabola through each maximum and its neighbours places it between the bins (``librosa.piptrack``).
    """
    here, below, above = (power[:, FIRST_PEAK + step : END_PEAK + step] for step in (0, -1, 1))
    is_peak = (here > np.float32(0.1) * power.max(axis=1, keepdims=True)) & (here > below) & (here >= above)
    rows, bins = np.nonzero(is_peak)
    height, below, above = here[rows, bins], below[rows, bins], above[rows, bins]
    # float32 sums, then float64: numba types librosa's ``a + b - 2 * c`` so, and the tuning depends on it
    curvature = (above + below).astype(float) - 2.0 * height
    slope = (above - below).astype(float) / 2
    inside = np.abs(slope) < np.abs(curvature)
    shift = np.divide(-slope, curvature, out=np.zeros_like(slope), where=inside).astype(np.float32)
    pitch = ((bins + FIRST_PEAK + shift) * float(NOMINAL_RATE) / WINDOW).astype(np.float32)
    return pitch, height + 0.5 * ((above - below) / 2) * shift


def estimate_tuning(pitch: np.ndarray, height: np.ndarray) -> float:
    """How far a piece is tuned from A = 440 Hz, in hundredths of a semitone from -0.5 to 0.49; 0 without peaks.

    The most frequent deviation among the higher half of the peaks; of equally frequent ones, the lowest.
    """
    if not len(pitch):
        return 0.0
    pitch = pitch[height >= np.median(height)]
    deviation = np.mod(12 * np.log2(pitch / (440.0 / 16)), 1.0)
    deviation[deviation >= 0.5] -= 1.0
    counts, edges = np.histogram(deviation, np.linspace(-0.5, 0.5, 101))
    return float(edges[np.argmax(counts)])


def pitch_classes(power: np.ndarray, tuning: float) -> np.ndarray:
    """The strength of the 12 pitch classes (C first), float32 of shape (frames, 12)."""
    return np.einsum("tf,cf->tc", power, chroma_bank(tuning))


def relative(chroma: np.ndarray) -> np.ndarray:
    """Chroma with the strongest pitch class of each frame as 1; a frame without sound stays 0."""
    strongest = chroma.max(axis=1, keepdims=True)
    return chroma / np.where(strongest < np.finfo(np.float32).tiny, 1, strongest)


def mel_power(power: np.ndarray, rate: int) -> np.ndarray:
    """The power in 128 mel bands, float32 of shape (frames, 128)."""
    mel = np.zeros((len(power), MELS), np.float32)
    first, ends, weights = mel_bank(rate)
    for number, (begin, end) in enumerate(pairwise(ends)):
        band = power[:, first[number] : first[number] + end - begin]
        np.einsum("tf,f->t", band, weights[begin:end], out=mel[:, number])
    return mel


def mfcc(mel: np.ndarray) -> np.ndarray:
    """20 cepstral coefficients of each frame; decibels are cut 80 dB below the loudest band of the whole signal."""
    decibel = 10 * np.log10(np.maximum(mel, 1e-10))
    return np.einsum("tm,km->tk", np.maximum(decibel, decibel.max() - 80), cosines())
