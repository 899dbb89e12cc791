"""Hear a stranger's file: block by block, trusting no header, at the common rate, in memory that its length bounds.

The samples are, to the bit, those of ``decode`` brought to the common rate; what differs is what is refused.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import soundfile
import soxr

from etl.audio.decode import CONVERT, MAX_LEVEL, MIN_SAMPLES, explain_failure, to_mono
from etl.audio.features import COMMON_RATE, LOWEST_RATE, SILENT_RANGE
from etl.errors import AudioError, AudioNotFinite, AudioSilent, AudioTooLong, AudioTooShort, AudioUnreadable

LONGEST_S = 10 * 60
HIGHEST_RATE = 192_000  #: Hz; no music is sold above it, and a header may claim any number
MOST_CHANNELS = 8
BLOCK = 16_384  #: samples of each channel that are decoded at a time

_QUIET = np.float32(1e20)  #: a sum of squares, none of which can be of a sample near ``MAX_LEVEL``
_HEAD = 64  #: bytes that tell of what kind a file is
#: How files that we hear begin. Nothing else reaches a decoder: libsndfile knows twenty formats more.
MARKS = (b"RIFF", b"RF64", b"FORM", b"fLaC", b"OggS", b"ID3")
KINDS = {"WAV", "WAVEX", "RF64", "AIFF", "FLAC", "OGG", "MP3"}


@contextmanager
def held(data: bytes) -> Iterator[int]:
    """A handle of these bytes, in memory of no name."""
    clip = os.memfd_create("clip")
    try:
        with os.fdopen(clip, "wb", closefd=False) as file:
            file.write(data)
        yield clip
    finally:
        os.close(clip)


@dataclass(frozen=True)
class Song:
    """One channel of what was heard."""

    samples: np.ndarray  #: float32, shape (n,), at ``COMMON_RATE``, finite, at least ``MIN_SAMPLES``
    duration_s: float
    rate_hz: int  #: of the file


class _Forward(soundfile.SoundFile):
    """A file that is read from its beginning to its end.

    soundfile seeks after each block, and after a seek mpg123 does not decode every file to the same samples.
    """

    def seekable(self) -> bool:
        return False


def hear(clip: int) -> Song:
    """Decode a file to one channel at the common rate.

    Args:
        clip: a handle of it, which stays open and is read from its beginning.
    Raises:
        AudioError: it is none, or none that we take; errors call it "the file".
    """
    os.lseek(clip, 0, os.SEEK_SET)
    head = os.read(clip, _HEAD)
    if not head:
        raise AudioUnreadable("the file", "the file is empty", "Copy or download it again.")
    if not looks_like_audio(head):
        raise AudioUnreadable("the file", explain_failure(head, ValueError("it does not begin like audio")), CONVERT)
    os.lseek(clip, 0, os.SEEK_SET)
    try:
        with _Forward(clip, closefd=False) as file:
            return _hear(file)
    except AudioError:
        raise
    except MemoryError:
        raise AudioTooLong("the file", "its samples do not fit into memory", "Give a shorter song.") from None
    except Exception as error:  # whatever a decoder does with hostile bytes
        raise AudioUnreadable("the file", explain_failure(head, error), CONVERT) from error


def looks_like_audio(data: bytes) -> bool:
    """Whether a file begins like one of the kinds that we hear; a frame of mp3 begins with eleven bits set."""
    return data.startswith(MARKS) or (len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0)


def _hear(file: soundfile.SoundFile) -> Song:
    rate = file.samplerate
    if file.format not in KINDS:
        raise AudioUnreadable("the file", f"it is {file.format}, which is not taken here", CONVERT)
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        reason = f"it is sampled at {rate} Hz, and music is at {LOWEST_RATE} to {HIGHEST_RATE}"
        raise AudioUnreadable("the file", reason, "Export it again at 44100 Hz.")
    if file.channels > MOST_CHANNELS:
        raise AudioUnreadable("the file", f"it has {file.channels} channels", "Export it in stereo.")
    resampler = None if rate == COMMON_RATE else soxr.ResampleStream(rate, COMMON_RATE, 1, dtype="float32")
    samples = np.empty(LONGEST_S * COMMON_RATE + BLOCK, np.float32)  # memory is taken as it is written to
    count, filled, low, high = 0, 0, np.inf, -np.inf
    for block in _blocks(file):
        count += len(block)
        if count > LONGEST_S * rate:
            reason = f"it lasts longer than {LONGEST_S // 60} minutes"
            raise AudioTooLong("the file", reason, "Give one song, or a part of it.")
        if high - low < SILENT_RANGE:
            low, high = min(low, float(block.min())), max(high, float(block.max()))
        # A sum of squares costs a fifth of looking at each sample; NaN compares false.
        if not block @ block <= _QUIET and not np.abs(block).max() <= MAX_LEVEL:
            reason = f"it holds samples that are not finite or beyond {MAX_LEVEL:g}"
            raise AudioNotFinite("the file", reason, "Export it again.")
        filled += _put(samples, filled, resampler.resample_chunk(block) if resampler else block)
    if resampler:
        filled += _put(samples, filled, resampler.resample_chunk(np.empty(0, np.float32), last=True))
    if min(count, filled) < MIN_SAMPLES:
        reason = f"{count} samples are decoded and one analysis window is {MIN_SAMPLES}"
        raise AudioTooShort("the file", reason, "Give a longer clip.")
    if high - low < SILENT_RANGE:
        raise AudioSilent("the file", "it is silent from beginning to end", "Choose a clip with sound in it.")
    return Song(samples[:filled], count / rate, rate)


def _put(samples: np.ndarray, at: int, block: np.ndarray) -> int:
    samples[at : at + len(block)] = block
    return len(block)


def _blocks(file: soundfile.SoundFile) -> Iterator[np.ndarray]:
    """What is in a file, one channel, whatever its header counts; a block is the next one's memory."""
    buffer, mixed = np.empty((BLOCK, file.channels), np.float32), np.empty(BLOCK, np.float32)
    while len(read := file.read(out=buffer)):
        if file.channels == 2:  # as ``to_mono`` does it, without new memory for each
            yield np.multiply(
                np.add(read[:, 0], read[:, 1], out=mixed[: len(read)]), np.float32(0.5), out=mixed[: len(read)]
            )
        else:
            yield to_mono(read)
