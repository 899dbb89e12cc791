"""Landing and lake on any fsspec URL: ``file://`` by default, ``s3://`` by setting.

The only module that knows fsspec. A name that can be read is whole: local files are written beside their place and
renamed; an object store shows an object when its upload ends. Sets of files get a marker, written last, by their job.
"""

import errno
import fcntl
import io
import json
import lzma
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from etl.errors import (
    DiskFull,
    OvertoneError,
    SettingInvalid,
    SourceMalformed,
    SourceMissing,
    StorageUnavailable,
)
from etl.machine.folders import private

#: What reading a zip's member raises where it is damaged; a ``RuntimeError`` where it is encrypted or packed strangely.
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError)

#: s3fs tries five times by itself; with botocore's own defaults a store that is gone would be noticed after minutes.
S3 = {"config_kwargs": {"connect_timeout": 5, "read_timeout": 60, "retries": {"total_max_attempts": 2}}}


class Storage:
    """Files below one root, named by relative paths with ``/``."""

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            # Listings are not cached: another process may have landed a drop since.
            options = S3 if url.startswith("s3:") else {}
            self.fs, self.root = fsspec.core.url_to_fs(url, use_listings_cache=False, **options)
        except (ValueError, ImportError) as error:
            raise SettingInvalid(
                "OVERTONE_STORAGE_URL", f"{url!r} cannot be opened: {error}", "Use file:// or s3://."
            ) from error
        self._local = "file" in self.fs.protocol

    @property
    def folder(self) -> Path | None:
        """The folder on this machine that holds the storage; None for an object store."""
        if not self._local:
            return None
        return private(Path(self.root))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let one process at a time land files in a folder of this machine; an object store needs no turns."""
        if not self.folder:
            yield
            return
        lock = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    @contextmanager
    def open(self, path: str) -> Iterator[IO[bytes]]:
        """Open a file for reading; it can seek."""
        with self._reaching(path), self.fs.open(self._full(path), "rb") as file:
            # Asked for a line, s3fs reads a block of 50 MiB, for every line anew.
            yield file if self._local else io.BufferedReader(file, 1 << 20)

    @contextmanager
    def write(self, path: str) -> Iterator[IO[bytes]]:
        """Write a file that appears under its name only when it is whole."""
        full = self._full(path)
        # One fixed name, so that the next try replaces what a killed one left.
        partial = f"{full}.part" if self._local else full
        with self._reaching(path):
            _ = self.folder
            self.fs.makedirs(full.rsplit("/", 1)[0], exist_ok=True)
            file = self.fs.open(partial, "wb")
            try:
                yield file
                file.close()
                if self._local:
                    Path(partial).replace(full)
            except BaseException:
                _discard(file, self._local)
                if self._local:
                    Path(partial).unlink(missing_ok=True)
                raise

    def put(self, source: Path, path: str) -> None:
        """Copy a file from this machine."""
        with source.open("rb") as data, self.write(path) as out:
            shutil.copyfileobj(data, out, 1 << 20)

    def files(self, prefix: str) -> list[str]:
        """Every whole file below a prefix, sorted; none where the prefix does not exist."""
        with self._reaching(prefix):
            try:
                found = self.fs.find(self._full(prefix), detail=True)
            except FileNotFoundError:
                return []
        whole = (name for name, one in found.items() if one["type"] == "file" and not name.endswith(".part"))
        return sorted(name[len(self.root) :].lstrip("/") for name in whole)  # some stores list empty folders, too

    def exists(self, path: str) -> bool:
        """Whether a file has this name."""
        with self._reaching(path):
            return self.fs.exists(self._full(path))

    def delete(self, prefix: str) -> None:
        """Remove everything below a prefix, also what a killed writer left there."""
        with self._reaching(prefix), suppress(FileNotFoundError):
            self.fs.rm(self._full(prefix), recursive=True)

    def read_json(self, path: str) -> Any:
        """Read a JSON file."""
        with self.open(path) as file:
            return json.load(file)

    def write_json(self, path: str, value: object) -> None:
        """Write a JSON file, whole or not at all."""
        with self.write(path) as file:
            file.write(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False).encode())

    def read_table(self, paths: Iterable[str], schema: pa.Schema, columns: list[str] | None = None) -> pa.Table:
        """Read Parquet files as one table; with no file, an empty table of the schema."""
        wanted = schema if columns is None else pa.schema([schema.field(name) for name in columns])
        tables = []
        for path in paths:
            with self.open(path) as file:
                tables.append(pq.read_table(file, columns=wanted.names).cast(wanted))
        return pa.concat_tables(tables) if tables else wanted.empty_table()

    def write_table(self, path: str, table: pa.Table) -> None:
        """Write one Parquet file, whole or not at all."""
        with self.write(path) as file:
            pq.write_table(table, file, compression="zstd")

    def read_members(self, path: str, members: list[str | None]) -> Iterator[bytes]:
        """Read members of a zip, in order, opening it once; ``None`` is the file itself."""
        with self.open(path) as file:
            archive = None
            for member in members:
                if member is None:
                    file.seek(0)
                    yield file.read()
                else:
                    archive = archive or open_zip(file, path)
                    yield read_member(archive, member)

    def read_range(self, path: str, start: int, length: int) -> bytes:
        """Read bytes from the middle of a file, and no others; fewer where it ends."""
        with self._reaching(path):
            return self.fs.cat_file(self._full(path), start=start, end=start + length)

    def _full(self, path: str) -> str:
        return f"{self.root}/{path}" if path else self.root

    @contextmanager
    def _reaching(self, path: str) -> Iterator[None]:
        """Say in our words what kept a file from being read or written."""
        thing = f"{self.url}/{path}"
        try:
            yield
        except OvertoneError:
            raise
        except FileNotFoundError as error:
            raise SourceMissing(
                thing, "there is no such file", "Land it again, or check OVERTONE_STORAGE_URL."
            ) from error
        except PermissionError as error:
            raise SettingInvalid(
                thing,
                "we may not read or write there",
                "Give this user the right to, or choose another place.",
            ) from error
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise DiskFull(
                    thing, "no space is left on the device", "Free some and run the same command again."
                ) from error
            raise StorageUnavailable(
                thing, f"{error}", "Check that the storage can be reached and run it again."
            ) from error
        except Exception as error:
            # botocore's errors are no OSErrors; s3fs translates most of them, connection failures not.
            if "Credentials" in type(error).__name__:
                raise SettingInvalid(thing, f"{error}", "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.") from error
            if type(error).__module__.startswith(("botocore", "aiobotocore", "aiohttp")):
                raise StorageUnavailable(
                    thing, f"{error}", "Check that the storage can be reached and run it again."
                ) from error
            raise


def open_zip(file: IO[bytes], name: object) -> zipfile.ZipFile:
    """Open a zip archive.

    Raises:
        SourceMalformed: it is no zip, or its directory at the end is missing: cut, or still being copied.
    """
    try:
        return zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise SourceMalformed(name, "it is not a whole zip archive", "Download it again and land it again.") from error


def read_member(archive: zipfile.ZipFile, member: str) -> bytes:
    """Read one file of a zip; empty where its bytes are damaged, which its decoder then refuses by name."""
    try:
        return archive.read(member)
    except DAMAGED:
        return b""
    except OSError as error:
        if error.errno is None:  # how bz2 says that its data are damaged; a store that is gone gives a number
            return b""
        raise


def _discard(file: Any, local: bool) -> None:
    """Give up a file being written: closing an upload would publish half of it."""
    if local:
        file.close()
    else:
        with suppress(Exception):
            file.discard()
        file.closed = True  # or its finaliser closes it after all
