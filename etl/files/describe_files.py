"""Describe any audio files by the 245 numbers, into one Parquet file. No part of the refresh: the command line asks it.

Each file is described at its own rate, as FMA's features are defined, so that its numbers can be held against theirs
and against librosa's. The catalogue compares at one rate: see ``etl.audio.features``.
"""

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etl.audio.decode import decode
from etl.audio.features import FEATURE_NAMES, describe
from etl.errors import ArgumentInvalid, AudioUnreadable, DiskFull, SourceMissing, UserError

#: Files between two writes: a megabyte of numbers.
GROUP = 1024
#: No 20 minutes of stereo, uncompressed and in 64 bits, take more.
LARGEST = 1 << 30

SCHEMA = pa.schema(
    [("file", pa.string())]
    + [(name, pa.float32()) for name in FEATURE_NAMES]
    + [("duration_s", pa.float32()), ("rate_hz", pa.int32()), ("silent", pa.bool_()), ("decoder", pa.string())]
)


def describe_files(
    files: Iterable[Path], out: Path, progress: Callable[[Path], None] | None = None
) -> tuple[int, list[UserError]]:
    """Describe files, those of folders in the order of their names, and write a row for each; go on past bad ones.

    Args:
        files: files, and folders whose every file is meant, but for hidden ones.
        out: the Parquet file; it appears, or is replaced, when all is done.
        progress: called with each file that was looked at.

    Returns:
        How many were described, and why each of the others was not.

    Raises:
        SourceMissing: the folder of ``out`` is not there.
        ArgumentInvalid: ``out`` is a folder, one of the files, or cannot be written.
        DiskFull: no space is left for it.
    """
    if out.is_dir():
        raise ArgumentInvalid(out, "it is a folder", "Name a file to write, such as features.parquet.")
    files, ours = list(files), out.resolve()
    if any(ours == one.resolve() for one in files):
        raise ArgumentInvalid(out, "it is one of the files to describe", "Choose another name.")
    partial = out.with_name(f".{out.name}.{os.getpid()}.part")
    described, refused, rows = 0, [], []
    try:
        with partial.open("wb") as file, pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
            for path in _files(files, ours):
                try:
                    rows.append(_row(path))
                except UserError as error:
                    refused.append(error)
                if len(rows) == GROUP:
                    described += _write(writer, rows)
                if progress:
                    progress(path)
            described += _write(writer, rows)
        partial.replace(out)
    except FileNotFoundError as error:
        raise SourceMissing(out.parent, "there is no such folder", "Make it, or choose another place.") from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(
                out, "no space is left on the device", "Free some and run the same command again."
            ) from error
        reason = f"it cannot be written ({error.strerror})"
        raise ArgumentInvalid(out, reason, "Choose another place.") from error
    finally:
        partial.unlink(missing_ok=True)
    return described, refused


def _files(given: Iterable[Path], ours: Path) -> Iterator[Path]:
    """The files that are meant by files and folders; what is to be written is none of them."""
    for one in given:
        if not one.is_dir():
            yield one
            continue
        for path in sorted(one.rglob("*")):
            hidden = any(part.startswith(".") for part in path.relative_to(one).parts)
            if not hidden and not path.is_dir() and path.resolve() != ours:
                yield path


def _row(path: Path) -> dict[str, object]:
    """A row of ``SCHEMA``. Raises: SourceMissing, AudioError."""
    signal = decode(_read(path), str(path))
    one = describe(signal)
    facts = {"duration_s": one.duration_s, "rate_hz": one.rate_hz, "silent": one.silent, "decoder": signal.decoder}
    name = os.fsencode(path).decode("utf-8", "backslashreplace")  # a name may be any bytes, Parquet's text may not
    return {"file": name, **dict(zip(FEATURE_NAMES, one.features.tolist(), strict=True)), **facts}


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise SourceMissing(path, "there is no such file", "Check the name.")
        if path.stat().st_size > LARGEST:
            raise AudioUnreadable(path, f"it has more than {LARGEST >> 20} MB", "Give a shorter part.")
        return path.read_bytes()
    except OSError as error:
        raise SourceMissing(path, f"it cannot be read ({error.strerror})", "Check its permissions.") from error


def _write(writer: pq.ParquetWriter, rows: list[dict[str, object]]) -> int:
    """Write the rows as one group, empty the list, and return how many there were."""
    count = len(rows)
    if rows:
        writer.write_table(pa.Table.from_pylist(rows, SCHEMA))
        rows.clear()
    return count
