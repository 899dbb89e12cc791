"""Lines of a file as it was downloaded: plain, gzip, Zstandard or zip, told apart by content and never by name."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

import pyarrow as pa
import zstandard

from etl.errors import SourceMalformed, SourceTruncated

CHUNK = 1 << 18
MAX_LINE = 16 << 20
#: The pushshift files are written with a window of 2 GiB ("--long=31").
MAX_WINDOW = 1 << 31

AGAIN = "Fetch it again and land the whole file."


def lines(file: IO[bytes], name: str) -> Iterator[bytes]:
    """The lines of a file, without their newlines; a zip gives those of its members one after the other.

    Raises:
        SourceTruncated: a compressed file ends before its content does.
        SourceMalformed: its compression is damaged or unknown, or a line is longer than 16 MiB.
    """
    for some, _ in blocks(file, name):
        yield from some


def blocks(file: IO[bytes], name: str) -> Iterator[tuple[list[bytes], bool]]:
    """The lines of a file, some at a time, and whether they are all UTF-8.

    Raises: as ``lines``.
    """
    tail = b""
    for chunk in _chunks(file, name):
        some = chunk.split(b"\n")
        begin, end = len(some[0]), len(chunk) - len(some[-1])
        some[0] = tail + some[0]
        if max(map(len, some)) > MAX_LINE:
            raise SourceMalformed(name, "a line is longer than 16 MiB", "Check that it holds one JSON object a line.")
        tail = some.pop()
        if some:
            yield some, _is_utf8(some[0], 0, len(some[0])) and _is_utf8(chunk, begin, end)
    if tail:
        yield [tail], _is_utf8(tail, 0, len(tail))


def _is_utf8(data: bytes, begin: int, end: int) -> bool:
    """Whether a part of some bytes is text; Arrow tells it ten times faster than decoding it would."""
    offsets = pa.py_buffer(struct.pack("=qq", begin, end))
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, offsets, pa.py_buffer(data)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _chunks(file: IO[bytes], name: str) -> Iterator[bytes]:
    magic = file.read(4)
    file.seek(0)
    try:
        if magic == b"\x28\xb5\x2f\xfd" or (magic[1:] == b"\x2a\x4d\x18" and magic[0] >> 4 == 5):  # as pzstd begins
            yield from _inflated(
                file, name, lambda: zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).decompressobj()
            )
        elif magic[:2] == b"\x1f\x8b":
            yield from _inflated(file, name, lambda: zlib.decompressobj(wbits=31))
        elif magic in (b"PK\x03\x04", b"PK\x05\x06"):
            yield from _unzipped(file, name)
        else:
            yield from iter(lambda: file.read(CHUNK), b"")
    except (zstandard.ZstdError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, EOFError) as error:
        raise SourceMalformed(name, f"its compression is damaged ({error})", AGAIN) from error
    except RuntimeError as error:  # how zipfile says "encrypted" and "unknown method"
        raise SourceMalformed(name, f"we cannot unpack it ({error})", "Unpack it and land what was in it.") from error


def _unzipped(file: IO[bytes], name: str) -> Iterator[bytes]:
    try:
        archive = zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise SourceTruncated(name, "it ends before the directory with which a zip ends", AGAIN) from error
    for member in archive.infolist():
        if member.filename.startswith("__MACOSX/"):
            continue  # what macOS knows about the other members
        data = b"\n"
        with archive.open(member) as inner:
            while chunk := inner.read(CHUNK):
                yield (data := chunk)
        if not data.endswith(b"\n"):
            yield b"\n"


def _inflated(file: IO[bytes], name: str, frame) -> Iterator[bytes]:  # type: ignore[no-untyped-def]
    # Frame by frame, because the libraries' own readers take a cut last frame for the end of the file.
    inflate, inside = frame(), False
    while data := file.read(CHUNK):
        while data:
            inside = True
            yield inflate.decompress(data)
            data = b""
            if inflate.eof:
                data, inflate, inside = inflate.unused_data, frame(), False
    if inside:
        raise SourceTruncated(name, "it ends in the middle of its compressed content", AGAIN)
