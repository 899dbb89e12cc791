"""Turn the bytes of an audio file into one channel of samples, or say why that cannot be done.

libsndfile reads wav, aiff, flac, ogg, opus and mp3. The file's own sampling rate is kept: the samples are, to the bit,
those of ``librosa.load(path, sr=None, mono=True)``, which FMA's reference starts from.
"""

import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import soundfile

from etl.errors import AudioError, AudioNotFinite, AudioTooLong, AudioTooShort, AudioUnreadable

MIN_SAMPLES = 2048  #: one analysis window
MAX_DURATION_S = 20 * 60
#: 20 minutes of stereo at 48 kHz, 460 MB as float32; at 96 kHz that is 10 minutes.
MAX_VALUES = MAX_DURATION_S * 48_000 * 2
#: Full scale is 1. Integers stored as floats (peak 32 768 or 2 ** 31) can be described, but above 1e16 a power
#: spectrum in float32 is infinite.
MAX_LEVEL = 1e12

#: How formats that libsndfile does not read begin, so that the message can name them.
UNREADABLE = (
    (0, b"\x30\x26\xb2\x75", "WMA"),
    (4, b"ftyp", "M4A (AAC or ALAC)"),
    (0, b"MAC ", "Monkey's Audio"),
    (0, b"MP+", "Musepack"),
    (0, b"MPCK", "Musepack"),
    (0, b"wvpk", "WavPack"),
    (0, b"<", "a web page"),
)
CONVERT = "Give a wav, flac, ogg or mp3 file."


@dataclass(frozen=True)
class Signal:
    """One channel of sound."""

    samples: np.ndarray  #: float32, shape (n_samples,), full scale is [-1, 1], finite, at least ``MIN_SAMPLES``
    rate: int  #: Hz
    decoder: str = "none"  #: what decoded it, such as "libsndfile 1.2.2 mp3"

    @property
    def format(self) -> str:
        """Which kind of file it was, in a word: mp3, wav, flac, ogg …"""
        return self.decoder.rsplit(" ", 1)[-1]

    @property
    def duration_s(self) -> float:
        """How long it sounds."""
        return len(self.samples) / self.rate


def decode(data: bytes, name: str) -> Signal:
    """Decode a whole file.

    A file that is cut but still decodes to something is taken as what is left of it.

    Args:
        data: the file's content.
        name: what to call the file in an error.

    Raises:
        AudioUnreadable: empty, no audio, a format that libsndfile does not read, or damaged beyond decoding.
        AudioTooShort: fewer samples than one analysis window (2048).
        AudioTooLong: over ``MAX_DURATION_S`` or ``MAX_VALUES``, or more than this machine's memory holds.
        AudioNotFinite: a sample is NaN, infinite or beyond ``MAX_LEVEL``.
    """
    if not data:
        raise AudioUnreadable(name, "the file is empty", "Copy or download it again.")
    try:
        with _quiet():
            values, rate, kind = _read(data, name)
        samples = to_mono(values)
    except AudioError:
        raise
    except MemoryError:
        raise AudioTooLong(name, "its samples do not fit into this machine's memory", "Give a shorter part.") from None
    except Exception as error:  # whatever a decoder does with hostile bytes, the clip is at fault and not the batch
        raise AudioUnreadable(name, explain_failure(data, error), CONVERT) from error
    if len(samples) < MIN_SAMPLES:
        reason = f"{len(samples)} samples are decoded and one analysis window is {MIN_SAMPLES}"
        raise AudioTooShort(name, reason, "Give a longer clip.")
    if not max(samples.max(), -samples.min()) <= MAX_LEVEL:  # NaN compares false
        raise AudioNotFinite(name, f"it holds samples that are not finite or beyond {MAX_LEVEL:g}", "Export it again.")
    return Signal(samples, rate, f"libsndfile {soundfile.__libsndfile_version__} {kind.lower()}")


def _read(data: bytes, name: str) -> tuple[np.ndarray, int, str]:
    """Read all channels in one call: float32 of shape (n_samples, channels), the rate in Hz, the kind of file.

    Reading block by block would need no trust in the header, but soundfile seeks after each block, and after a seek
    mpg123 does not decode every file to the same samples.
    """
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        claimed, minutes = file.frames, file.frames / file.samplerate / 60
        if claimed > MAX_DURATION_S * file.samplerate or claimed * file.channels > MAX_VALUES:
            if claimed > len(data) * _densest(file.format):
                reason = f"its header claims {minutes:.0f} minutes, more than {len(data)} bytes can hold"
                raise AudioUnreadable(name, reason, "Export the clip again.")
            reason = f"it lasts {minutes:.0f} minutes at {file.samplerate} Hz and {file.channels} channels"
            raise AudioTooLong(name, reason, f"Give at most {MAX_DURATION_S // 60} minutes of stereo at 48000 Hz.")
        return file.read(dtype="float32", always_2d=True), file.samplerate, file.format


def _densest(kind: str) -> int:
    """The most samples that one byte of a format can hold.

    MP3: a frame of 576 samples at 24 kHz and 8 kbit/s takes 24 bytes. FLAC: 65 535 equal samples take 11 bytes.
    """
    return 24 if kind == "MP3" else 6000


def to_mono(values: np.ndarray) -> np.ndarray:
    """Average the channels; the sum for stereo is ``np.mean`` to the bit, and 28 times as fast."""
    if values.shape[1] == 1:
        return values[:, 0]
    with np.errstate(invalid="ignore", over="ignore"):  # infinities in a float file: refused by the caller
        if values.shape[1] == 2:
            return (values[:, 0] + values[:, 1]) * np.float32(0.5)
        return values.mean(axis=1)


def explain_failure(data: bytes, error: Exception) -> str:
    """Name the format when it is one we know we cannot read, else pass on what the decoder said."""
    head = data[:64].lstrip()
    for offset, mark, kind in UNREADABLE:
        if head.startswith(mark, offset):
            return f"it is {kind}, which no decoder here reads"
    said = getattr(error, "error_string", str(error)).removeprefix("Error : ").strip().rstrip(".")
    return f"it cannot be decoded ({said or type(error).__name__})"


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep mpg123, which writes past Python to the process's stderr, from commenting on damaged files.

    Where other threads run, their words would be lost as well: there it may talk.
    """
    if threading.active_count() > 1:
        yield
        return
    try:
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:  # a process without stderr
        yield
        return
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
