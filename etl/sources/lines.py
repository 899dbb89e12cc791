"""Lines of a file as it was downloaded: plain, gzip, Zstandard or zip, told apart by content and never by name."""

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

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
    tail = b""
    for chunk in _chunks(file, name):
        *whole, tail = (tail + chunk).split(b"\n")
        if max(map(len, (*whole, tail))) > MAX_LINE:
            raise SourceMalformed(name, "a line is longer than 16 MiB", "Check that it holds one JSON object a line.")
        yield from whole
    if tail:
        yield tail


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
