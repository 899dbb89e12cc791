"""Where the audio of tracks lies, and its bytes: landed files, and members of landed archives.

No job of its own: `describe_audio` finds clips here, and the app reads them.
"""

import struct
import zipfile
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from threading import Lock

from etl.drops.landing import LandedFile, landed
from etl.errors import SourceMalformed
from etl.sources.fma import CLIP
from etl.store.storage import Storage, open_zip

#: A member's own header: signature and, at the end, the lengths of its name and of what else stands before its bytes.
_HEADER = struct.Struct("<4s22xHH")
_SIGNATURE = b"PK\x03\x04"

#: Of a packed member, which must be unpacked whole: an hour of mp3 at 320 kbit/s has 144 MB.
MOST_UNPACKED = 160 << 20
#: Unpacked members that are kept for the next range of them.
KEPT = 96 << 20


@dataclass(frozen=True)
class Audio:
    """Where audio lies in storage: a file, or a member of an archive."""

    path: str
    member: str | None
    member_at: int  #: byte of the archive where the member's header begins; 0 for a file
    packing: int  #: 0: its bytes stand in the archive as they are
    bytes: int


@dataclass(frozen=True)
class Clip:
    """A track's audio."""

    track_id: int
    clip_id: str  #: what its content is known by
    audio: Audio
    day: date

    @property
    def source(self) -> str:
        """Its place in words."""
        return f"{self.audio.path}/{self.audio.member}" if self.audio.member else self.audio.path


def find_clips(storage: Storage) -> list[Clip]:
    """Every clip that was landed, in the order in which they count."""
    return [clip for file in landed(storage, "fma") for clip in _clips(storage, file)]


def _clips(storage: Storage, file: LandedFile) -> Iterator[Clip]:
    if file.kind == "clip" and (match := CLIP.search(file.path)):
        yield Clip(int(match[1]), file.sha256, Audio(file.path, None, 0, 0, file.size), file.day)
    elif file.kind == "archive":
        with storage.open(file.path) as data, open_zip(data, file.path) as archive:
            for member in archive.infolist():
                if match := CLIP.search(member.filename):
                    # The directory's checksum and size stand for the content: hashing would read 93 GB every night.
                    clip_id = f"zip-{member.CRC:08x}-{member.file_size}"
                    lies = (member.header_offset, member.compress_type, member.file_size)
                    yield Clip(int(match[1]), clip_id, Audio(file.path, member.filename, *lies), file.day)


class ClipReader:
    """Ranges of clips, as a player asks for them; safe to share between threads.

    A file and a member that is stored as it is are read where they lie, nothing but the range. A packed member is
    unpacked once and kept while it is among the last that were asked for.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._unpacked: OrderedDict[Audio, bytes] = OrderedDict()
        self._guard = Lock()

    def read(self, audio: Audio, start: int, length: int) -> bytes:
        """Bytes of a clip, fewer where it ends.

        Raises:
            SourceMissing: it is not in storage any more.
            SourceMalformed: its archive is not what it was, or it is too large to unpack.
        """
        length = max(0, min(length, audio.bytes - start))  # in an archive, another member's bytes follow
        if audio.member is None:
            return self._storage.read_range(audio.path, start, length)
        if audio.packing == zipfile.ZIP_STORED:
            return self._storage.read_range(audio.path, self._bytes_at(audio) + start, length)
        with self._guard:  # a player asks for two ranges at once: the second waits, and finds it unpacked
            if audio not in self._unpacked:
                self._unpacked[audio] = self._unpack(audio)
            self._unpacked.move_to_end(audio)
            while len(self._unpacked) > 1 and sum(map(len, self._unpacked.values())) > KEPT:
                self._unpacked.popitem(last=False)
            return self._unpacked[audio][start : start + length]

    def _bytes_at(self, audio: Audio) -> int:
        """Where a member's own bytes begin; its header says how long it is itself."""
        header = self._storage.read_range(audio.path, audio.member_at, _HEADER.size)
        if len(header) < _HEADER.size or not header.startswith(_SIGNATURE):
            raise _changed(audio)
        _, name, extra = _HEADER.unpack(header)
        return audio.member_at + _HEADER.size + name + extra

    def _unpack(self, audio: Audio) -> bytes:
        if audio.bytes > MOST_UNPACKED:
            raise SourceMalformed(audio.member, "it is too large to be unpacked for a player", "Land it as a file.")
        [data] = self._storage.read_members(audio.path, [audio.member])
        if len(data) != audio.bytes:
            raise _changed(audio)
        return data


def _changed(audio: Audio) -> SourceMalformed:
    return SourceMalformed(
        f"{audio.path}/{audio.member}", "the archive is not the one that was landed", "Land it again."
    )
