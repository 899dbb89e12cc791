"""What the process that hears a stranger's file says: messages of a fixed layout, of which nothing is believed.

A message is a kind (one byte), the length of its content (four bytes, little-endian) and the content. Whoever hears a
hostile file may have become hostile: each length has a bound, each number is checked, text is cut and cleaned, and
kinds come in one order.

The layout is fixed, and no format that can nest: read by msgspec, which decodes arrays as anything before we see them,
one message of 3.6 MB of empty maps took 268 MB of the process that reads it; here none takes more than its length.
"""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from etl import errors
from etl.audio.features import FEATURE_NAMES
from etl.audio.parts import FRAMES_A_SECOND, WIDTH, Frames
from etl.audio.stream import HIGHEST_RATE, LONGEST_S, LOWEST_RATE

BARS = 160  #: of the waveform
_HEAD = struct.Struct("<BI")
_SONG = struct.Struct("<dI")
_STATUS = struct.Struct("<i")
_NUMBERS = len(FEATURE_NAMES) + BARS
_LONGEST_TEXT = 300  #: bytes of a reason or a next step
_REFUSALS = (
    errors.AudioUnreadable,
    errors.AudioTooShort,
    errors.AudioTooLong,
    errors.AudioSilent,
    errors.AudioNotFinite,
)


class Nonsense(Exception):
    """Something was said that is no message, or not its turn."""


@dataclass(frozen=True)
class Begun:
    """A stage has begun."""

    stage: str  #: "decoding" or "describing"
    STAGES: ClassVar = ("decoding", "describing")

    def to_bytes(self) -> bytes:
        """Its content."""
        return bytes([self.STAGES.index(self.stage)])

    @classmethod
    def from_bytes(cls, data: bytes) -> "Begun":
        """What ``to_bytes`` made."""
        return cls(cls.STAGES[data[0]])


@dataclass(frozen=True)
class Described:
    """What a song is like."""

    features: np.ndarray  #: float32, shape (245,), finite
    waveform: np.ndarray  #: float32, shape (BARS,), in [0, 1]
    duration_s: float
    rate_hz: int  #: of the file

    def to_bytes(self) -> bytes:
        """Its content."""
        numbers = np.concatenate([self.features, self.waveform]).astype("<f4")
        return _SONG.pack(self.duration_s, self.rate_hz) + numbers.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Described":
        """What ``to_bytes`` made."""
        duration_s, rate_hz = _SONG.unpack_from(data)
        numbers = np.frombuffer(data, "<f4", offset=_SONG.size)
        features, waveform = numbers[: len(FEATURE_NAMES)], numbers[len(FEATURE_NAMES) :]
        if not (0 < duration_s <= LONGEST_S and LOWEST_RATE <= rate_hz <= HIGHEST_RATE and np.isfinite(features).all()):
            raise ValueError("no song is like this")
        if not ((waveform >= 0) & (waveform <= 1)).all():
            raise ValueError("no waveform is like this")
        return cls(features, waveform, duration_s, rate_hz)


@dataclass(frozen=True)
class Refused:
    """Why a file cannot be described."""

    error: type[errors.AudioError]
    reason: str
    next_step: str

    def to_bytes(self) -> bytes:
        """Its content."""
        texts = (text.encode()[:_LONGEST_TEXT] for text in (self.reason, self.next_step))
        return bytes([_REFUSALS.index(self.error)]) + b"\0".join(texts)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Refused":
        """What ``to_bytes`` made."""
        reason, next_step = (
            re.sub(r"[^ -~\u00a0-\u024f\u2018-\u201d\u2026]", "", text.decode(errors="ignore"))
            for text in data[1:].split(b"\0")
        )
        return cls(_REFUSALS[data[0]], reason, next_step)


@dataclass(frozen=True)
class Ended:
    """The process is gone; said by whoever started it."""

    status: int  #: as ``os.waitstatus_to_exitcode`` has it: below 0 the signal that ended it

    def to_bytes(self) -> bytes:
        """Its content."""
        return _STATUS.pack(self.status)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Ended":
        """What ``to_bytes`` made."""
        return cls(*_STATUS.unpack(data))


Message = Begun | Described | Frames | Refused | Ended

_KINDS: tuple[type[Message], ...] = (Begun, Described, Frames, Refused, Ended)
#: The shortest and the longest content of each.
_SIZES = (
    (1, 1),
    (_SONG.size + 4 * _NUMBERS, _SONG.size + 4 * _NUMBERS),
    (18 * WIDTH, 16 * WIDTH + 2 * WIDTH * (int(LONGEST_S * FRAMES_A_SECOND) + 2)),
    (2, 2 + 2 * _LONGEST_TEXT),
    (_STATUS.size, _STATUS.size),
)


def pack(message: Message) -> bytes:
    """A message as it is sent."""
    content = message.to_bytes()
    return _HEAD.pack(_KINDS.index(type(message)), len(content)) + content


def unpack(receive: Callable[[int], bytes]) -> Message:
    """The next message.

    Args:
        receive: gives so many bytes, all of them.
    Raises:
        Nonsense: there is none.
    """
    kind, length = _HEAD.unpack(receive(_HEAD.size))
    if kind >= len(_KINDS) or not _SIZES[kind][0] <= length <= _SIZES[kind][1]:
        raise Nonsense(f"kind {kind} of {length} bytes")
    try:
        return _KINDS[kind].from_bytes(receive(length))
    except (ValueError, IndexError) as error:
        raise Nonsense(str(error)) from error
