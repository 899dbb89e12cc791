"""Lines of a file as it was downloaded: plain, gzip, Zstandard or zip, told apart by content and never by name."""

import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

import zstandard

from etl.errors import SourceMalformed, SourceTruncated

CHUNK = 1 << 20
MAX_LINE = 16 << 20
#: The pushshift files are written with a window of 2 GiB ("--long=31").
MAX_WINDOW = 1 << 31

AGAIN = "Fetch it again and land the whole file."


def lines(file: IO[bytes], name: str) -> Iterator[bytes]:
    """The lines of a file, without their ends; a zip gives those of its members one after the other.

    Raises:
        SourceTruncated: a compressed file ends before its content does.
        SourceMalformed: its compression is damaged, or a line is longer than 16 MiB.
    """
    tail = b""
    for chunk in _chunks(file, name):
        first, *rest = chunk.split(b"\n")
        tail += first
        if rest:
            yield tail
            yield from rest[:-1]
            tail = rest[-1]
        if len(tail) > MAX_LINE:
            raise SourceMalformed(name, "a line is longer than 16 MiB", "Check that it holds one JSON object a line.")
    if tail:
        yield tail


def _chunks(file: IO[bytes], name: str) -> Iterator[bytes]:
    magic = file.read(4)
    file.seek(0)
    try:
        if magic == b"\x28\xb5\x2f\xfd":
            yield from _inflated(
                file, name, lambda: zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).decompressobj()
            )
        elif magic[:2] == b"\x1f\x8b":
            yield from _inflated(file, name, lambda: zlib.decompressobj(wbits=31))
        elif magic == b"PK\x03\x04":
            with zipfile.ZipFile(file) as archive:
                for member in archive.infolist():
                    with archive.open(member) as inner:
                        yield from iter(lambda: inner.read(CHUNK), b"")
                    yield b"\n"
        else:
            yield from iter(lambda: file.read(CHUNK), b"")
    except (zstandard.ZstdError, zlib.error, zipfile.BadZipFile, EOFError) as error:
        raise SourceMalformed(name, f"its compression is damaged ({error})", AGAIN) from error


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
