"""The 35 numbers of each frame in loops that numba compiles, four times as fast as ``etl.audio.plain``.

The definition is that of ``plain``, and so are the types: the transform is in float64 and rounded to float32, and sums
over bins run bin by bin. Frames are worked on in blocks that stay in cache, and every inner loop runs over the frames
of a block: it becomes vector instructions without any sum being reordered, so that the same signal gives the same bits.

numba makes vector instructions of a loop only where at most 8 checks show that its arrays do not overlap, and where an
index cannot be negative. Hence the real and imaginary parts in one array, the sums in loops of their own, and functions
that are inlined so that their constants are known. numba and the compiled code take 0.7 CPU-seconds to load, and ten to
compile: import this where it is needed.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

from etl.audio.banks import (
    BINS,
    CEPSTRA,
    END_PEAK,
    FIRST_PEAK,
    HOP,
    MELS,
    NOMINAL_HZ,
    NOMINAL_RATE,
    PITCHES,
    ROLLOFF,
    WINDOW,
    chroma_bank,
    cosines,
    frame_count,
    hann,
    mel_bank,
)
from etl.audio.decode import Signal
from etl.audio.plain import KEEP, crossing_rate, estimate_tuning, relative

BLOCK = 64  #: frames of a block; its power spectra take 262 kB
LANES = 16  #: frames that are transformed together; their spectra take 262 kB
CHUNK = 64  #: blocks between two returns to Python, 17 MB of power spectra
#: The columns of a frame's 35 numbers.
CROSSINGS, CHROMA, CENTROID, ROLLOFF_HZ, MFCC = 0, 1, 13, 14, 15

HALF = WINDOW // 2  #: a real transform of 2048 is a complex one of 1024, its even samples real, its odd imaginary
#: From the real to the imaginary parts of a spectrum. Some cache lines more than a power of two: rows that are powers
#: of two apart would drive each other out of the cache.
IMAG = HALF * LANES + 128
HANN = hann()
MOST_PEAKS = (END_PEAK - FIRST_PEAK + 1) // 2  #: of a frame: no two neighbours are peaks
COSINES = cosines()
ONE_TENTH, ONE_HALF = np.float32(0.1), np.float32(0.5)


def _turns(length: int) -> np.ndarray:
    """exp(-2 pi i p j / length) for p < length / 4; columns: real parts of j = 1, 2, 3, then imaginary parts."""
    turns = np.exp(-2j * np.pi * np.arange(length // 4)[:, None] * np.arange(1, 4) / length)
    return np.concatenate([turns.real, turns.imag], axis=1)


#: Of the five stages, one after the other: 4 ** 5 = 1024.
TURNS = np.concatenate([_turns(4**stage) for stage in (5, 4, 3, 2, 1)])
SPLIT = np.exp(-2j * np.pi * np.arange(BINS) / WINDOW).view(float).reshape(-1, 2)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile on the first call and keep the result on disk, or in this process where no folder can be written to."""
    try:
        return njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # numba: no locator available
        return njit(nogil=True, error_model="numpy")(function)


def per_frame(signal: Signal) -> tuple[np.ndarray, float]:
    """The 35 numbers of each frame, and the tuning that its chroma is relative to.

    Returns:
        float64, shape (1 + n_samples // 512, 35): zcr, chroma (12), centroid, roll-off, mfcc (20).
        The tuning as ``estimate_tuning`` gives it.
    """
    samples = signal.samples
    frames = frame_count(samples)
    blocks = -(-frames // BLOCK)
    padded = np.zeros((blocks * BLOCK + WINDOW // HOP - 1) * HOP, np.float32)
    padded[HALF : HALF + len(samples)] = samples
    numbers = np.empty((blocks, MFCC + CEPSTRA, BLOCK))
    mel = np.empty((blocks, MELS, BLOCK), np.float32)
    chroma = np.empty((blocks, PITCHES, BLOCK), np.float32)
    peaks = np.empty((2, CHUNK * BLOCK * MOST_PEAKS), np.float32)
    chunks = [slice(start, min(start + CHUNK, blocks)) for start in range(0, blocks, CHUNK)]
    powers: list[np.ndarray | None] = []
    found = []
    for chunk in chunks:
        power = np.empty((chunk.stop - chunk.start, BINS, BLOCK), np.float32)
        count = analyse(padded, chunk.start, frames, *mel_bank(signal.rate), power, numbers[chunk], mel[chunk], peaks)
        found.append(peaks[:, :count].copy())
        powers.append(power if frames <= KEEP else None)
    tuning = estimate_tuning(*np.concatenate(found, axis=1))
    for chunk, kept in zip(chunks, powers, strict=True):
        if kept is None:
            kept = np.empty((chunk.stop - chunk.start, BINS, BLOCK), np.float32)
            transform(padded, chunk.start, kept)
        sum_pitches(kept, chroma_bank(tuning), chroma[chunk])
    mel[-1, :, frames - (blocks - 1) * BLOCK :] = 0  # what lies beyond the end
    decibel = 10 * np.log10(np.maximum(mel, np.float32(1e-10)))
    sum_cosines(np.maximum(decibel, decibel.max() - 80), numbers)
    table = numbers.transpose(0, 2, 1).reshape(blocks * BLOCK, -1)[:frames]
    table[:, CROSSINGS] = crossing_rate(samples)
    table[:, CHROMA:CENTROID] = relative(chroma.transpose(0, 2, 1).reshape(blocks * BLOCK, -1)[:frames])
    return table, tuning


@compiled
def analyse(padded, start, frames, first, ends, weights, power, numbers, mel, peaks):
    """Fill power, numbers, mel and peaks for some blocks of frames.

    Args:
        padded: the signal behind half a window of silence, as long as all blocks need.
        start: the first block.
        frames: how many there are in the whole signal.
        first, ends, weights: as ``mel_bank`` gives them.
        power: float32, shape (blocks, 1025, 64).
        numbers: float64, shape (blocks, 35, 64), of which centroid and roll-off are filled.
        mel: float32, shape (blocks, 128, 64).
        peaks: float32, pitches and heights, shape (2, the most that there can be).
    Returns:
        How many peaks there are.
    """
    summed = np.empty((BINS, BLOCK), np.float32)
    highest = np.empty(BLOCK, np.float32)
    count = 0
    for block in range(len(power)):
        transform(padded, start + block, power[block : block + 1])
        _sum_magnitudes(power[block], summed, highest, numbers[block])
        within = min(BLOCK, frames - (start + block) * BLOCK)
        count = _find_peaks(power[block], highest, within, peaks, count)
        _sum_bands(power[block], first, ends, weights, mel[block])
    return count


@compiled
def transform(padded, start, power):
    """Fill power, shape (blocks, 1025, 64), with the power spectra of the frames from block ``start`` on.

    A Stockham transform of radix 4: five stages from one array to the other and back, the spectra sorted at the end.
    """
    samples = np.empty((HOP, BLOCK + WINDOW // HOP - 1), np.float32)
    work = np.empty(4 * IMAG)
    one, other = work[: 2 * IMAG], work[2 * IMAG + 64 :]
    for block in range(len(power)):
        _transpose(padded, (start + block) * BLOCK * HOP, samples)
        for lane in range(0, BLOCK, LANES):
            _window(samples, lane, one)
            _butterflies(one, other, 64, 4 * LANES, 256)
            _butterflies(other, one, 16, 16 * LANES, 320)
            _butterflies(one, other, 4, 64 * LANES, 336)
            _butterflies(other, one, 1, 256 * LANES, 340)
            _split(one, lane, power[block])


@njit(inline="always")
def _transpose(padded, start, samples):
    """Sort samples so that those of neighbouring frames are neighbours; a frame's next hop is a column further."""
    for row in range(0, HOP, LANES):  # in tiles, for the cache
        for hop in range(BLOCK + WINDOW // HOP - 1):
            for r in range(row, row + LANES):
                samples[r, hop] = padded[start + hop * HOP + r]


@njit(inline="always")
def _window(samples, lane, out):
    """The first stage, on windowed samples: a quarter of the transform further is a hop further."""
    for p in range(HALF // 4):
        even, odd = 2 * p, 2 * p + 1
        u0, u1, u2, u3 = HANN[even], HANN[even + HOP], HANN[even + 2 * HOP], HANN[even + 3 * HOP]
        v0, v1, v2, v3 = HANN[odd], HANN[odd + HOP], HANN[odd + 2 * HOP], HANN[odd + 3 * HOP]
        for q in range(LANES):
            hop = lane + q
            points = _four_points(
                samples[even, hop] * u0,
                samples[odd, hop] * v0,
                samples[even, hop + 1] * u1,
                samples[odd, hop + 1] * v1,
                samples[even, hop + 2] * u2,
                samples[odd, hop + 2] * v2,
                samples[even, hop + 3] * u3,
                samples[odd, hop + 3] * v3,
            )
            _put(out, 4 * p * LANES + q, LANES, points, p)


@njit(inline="always")
def _butterflies(data, out, quarter, step, turns):
    """A stage: ``quarter`` groups of four points, each ``step`` numbers long; their turns begin at row ``turns``."""
    for p in range(quarter):
        for q in range(step):
            at = p * step + q
            points = _four_points(
                data[at],
                data[IMAG + at],
                data[at + quarter * step],
                data[IMAG + at + quarter * step],
                data[at + 2 * quarter * step],
                data[IMAG + at + 2 * quarter * step],
                data[at + 3 * quarter * step],
                data[IMAG + at + 3 * quarter * step],
            )
            _put(out, 4 * p * step + q, step, points, turns + p)


@njit(inline="always")
def _four_points(ar, ai, br, bi, cr, ci, dr, di):
    """The transform of four complex numbers, given and returned as real and imaginary parts in turns."""
    sum_r, sum_i, far_r, far_i = ar + cr, ai + ci, ar - cr, ai - ci
    odd_r, odd_i, gap_r, gap_i = br + dr, bi + di, br - dr, bi - di
    return (
        sum_r + odd_r,
        sum_i + odd_i,
        far_r + gap_i,
        far_i - gap_r,
        sum_r - odd_r,
        sum_i - odd_i,
        far_r - gap_i,
        far_i + gap_r,
    )


@njit(inline="always")
def _put(out, at, step, points, row):
    """Write four complex numbers, the last three turned by a row of ``TURNS``."""
    c1, c2, c3, s1, s2, s3 = TURNS[row, 0], TURNS[row, 1], TURNS[row, 2], TURNS[row, 3], TURNS[row, 4], TURNS[row, 5]
    r0, i0, r1, i1, r2, i2, r3, i3 = points
    out[at] = r0
    out[IMAG + at] = i0
    out[at + step] = r1 * c1 - i1 * s1
    out[IMAG + at + step] = r1 * s1 + i1 * c1
    out[at + 2 * step] = r2 * c2 - i2 * s2
    out[IMAG + at + 2 * step] = r2 * s2 + i2 * c2
    out[at + 3 * step] = r3 * c3 - i3 * s3
    out[IMAG + at + 3 * step] = r3 * s3 + i3 * c3


@njit(inline="always")
def _split(data, lane, power):
    """From the transform of even samples + i · odd samples to the power of the real signal's bins.

    The spectrum is rounded to float32 and its magnitude is taken as numpy takes it, to the bit: the larger part times
    sqrt(1 + ratio²). In what has no pitch, such as a click, last bits alone are peaks, and decide the tuning.
    """
    for k in range(BINS):
        here, there = k % HALF * LANES, (HALF - k) % HALF * LANES
        c, s = SPLIT[k, 0], SPLIT[k, 1]
        for q in range(LANES):
            ar, ai = data[here + q], data[IMAG + here + q]
            br, bi = data[there + q], data[IMAG + there + q]
            even_r, even_i, odd_r, odd_i = ar + br, ai - bi, ai + bi, br - ar
            real = abs(np.float32(0.5 * (even_r + (odd_r * c - odd_i * s))))
            imag = abs(np.float32(0.5 * (even_i + (odd_r * s + odd_i * c))))
            larger = real if real > imag else imag
            smaller = imag if real > imag else real
            ratio = np.float64(smaller / larger if larger > 0 else np.float32(0))
            magnitude = larger * np.sqrt(np.float32(1 + ratio * ratio))
            power[k, lane + q] = magnitude * magnitude


@njit
def _sum_magnitudes(power, summed, highest, numbers):
    """Centroid and roll-off of a block's frames, and the highest power of each.

    ``summed``, shape (1025, 64), is room for the running sums: in float32 and bin by bin, since the roll-off is a bin.
    """
    total, weighted = np.zeros(BLOCK, np.float32), np.zeros(BLOCK)
    highest[:] = 0
    for k in range(BINS):
        for q in range(BLOCK):
            total[q] += np.sqrt(power[k, q])
            summed[k, q] = total[q]
        for q in range(BLOCK):
            weighted[q] += np.sqrt(power[k, q]) * NOMINAL_HZ[k]
        for q in range(BLOCK):
            highest[q] = max(highest[q], power[k, q])
    below = np.zeros(BLOCK, np.int32)
    limit = total * ROLLOFF
    for k in range(BINS):
        for q in range(BLOCK):
            below[q] += summed[k, q] < limit[q]
    for q in range(BLOCK):
        numbers[CENTROID, q] = weighted[q] / total[q] if total[q] > 0 else 0.0
        numbers[ROLLOFF_HZ, q] = NOMINAL_HZ[below[q]]


@njit
def _find_peaks(power, highest, within, peaks, count):
    """Append the pitches (Hz) and heights of the peaks of a block's first ``within`` frames; return the new count."""
    limit = highest * ONE_TENTH
    is_peak = np.empty(BLOCK, np.bool_)
    eights = is_peak.view(np.uint64)  # peaks are rare: look at eight at once
    for k in range(FIRST_PEAK, END_PEAK):
        for q in range(BLOCK):
            here = power[k, q]
            is_peak[q] = (here > limit[q]) & (here > power[k - 1, q]) & (here >= power[k + 1, q])
        for eight in range(BLOCK // 8):
            if eights[eight]:
                for q in range(8 * eight, min(8 * eight + 8, within)):
                    if is_peak[q]:
                        height, below, above = power[k, q], power[k - 1, q], power[k + 1, q]
                        curvature = np.float64(above + below) - 2.0 * height
                        slope = np.float64(above - below) / 2
                        shift = np.float32(-slope / curvature if abs(slope) < abs(curvature) else 0.0)
                        peaks[0, count] = (k + np.float64(shift)) * NOMINAL_RATE / WINDOW
                        peaks[1, count] = height + ONE_HALF * ((above - below) * ONE_HALF) * shift
                        count += 1
    return count


@njit
def _sum_bands(power, first, ends, weights, mel):
    """The power of a block's frames in each mel band."""
    mel[:] = 0
    for band in range(MELS):
        for at in range(ends[band], ends[band + 1]):
            weight, k = weights[at], first[band] + at - ends[band]
            for q in range(BLOCK):
                mel[band, q] += weight * power[k, q]


@compiled
def sum_pitches(power, bank, chroma):
    """The strength of the 12 pitch classes, shape (blocks, 12, 64); eight bins at a time, for the sake of speed."""
    for block in range(len(power)):
        for pitch in range(PITCHES):
            last = bank[pitch, BINS - 1]
            for q in range(BLOCK):
                chroma[block, pitch, q] = last * power[block, BINS - 1, q]
        for k in range(0, BINS - 1, 8):
            for pitch in range(PITCHES):
                a, b, c, d = bank[pitch, k], bank[pitch, k + 1], bank[pitch, k + 2], bank[pitch, k + 3]
                e, f, g, h = bank[pitch, k + 4], bank[pitch, k + 5], bank[pitch, k + 6], bank[pitch, k + 7]
                for q in range(BLOCK):
                    low = (a * power[block, k, q] + b * power[block, k + 1, q]) + (
                        c * power[block, k + 2, q] + d * power[block, k + 3, q]
                    )
                    high = (e * power[block, k + 4, q] + f * power[block, k + 5, q]) + (
                        g * power[block, k + 6, q] + h * power[block, k + 7, q]
                    )
                    chroma[block, pitch, q] += low + high


@compiled
def sum_cosines(decibel, numbers):
    """The cepstral coefficients, into rows of ``numbers``, from decibels in mel bands, shape (blocks, 128, 64)."""
    numbers[:, MFCC:] = 0
    for block in range(len(decibel)):
        for band in range(MELS):
            for order in range(CEPSTRA):
                weight = COSINES[order, band]
                for q in range(BLOCK):
                    numbers[block, MFCC + order, q] += weight * decibel[block, band, q]
