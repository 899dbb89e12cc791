"""Download the official FMA archives: resumed where they stopped, checked against their published SHA-1.

Addresses, SHA-1 sums and clip counts are those of FMA's README (github.com/mdeff/fma, release rc1 of
2017-05-09). The README rounds sizes to GiB; the bytes here are what the server states, except for ``full``,
where the rounded size is all that is known. Sizes serve progress and the check of the disk; SHA-1 decides.
"""

import errno
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import requests
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema

from etl.errors import (
    ArgumentInvalid,
    DiskFull,
    OvertoneError,
    SourceMalformed,
    SourceMissing,
    StorageUnavailable,
)

OFFICIAL = "https://os.unil.cloud.switch.ch/fma"
RETRIES = 5  #: attempts in a row that bring nothing new before we give up
TIMEOUT_S = (10, 60)  #: to connect, and between two blocks
BLOCK = 1 << 16  #: what a connection that ends may cost
GIB = 1 << 30

Progress = Callable[[int, int], None]  #: called with (bytes done, bytes in all)


@dataclass(frozen=True)
class Archive:
    """What FMA publishes about one archive, and what it costs to use.

    ``size`` is the bytes of the zip, ``unpacked`` those of its files (mp3 does not shrink in a zip; estimated
    for ``metadata``), ``clip_s`` the mean seconds of a clip.
    """

    sha1: str
    size: int
    unpacked: int
    clips: int = 0
    clip_s: float = 30

    @property
    def cpu_hours(self) -> float:
        """Estimated CPU hours to describe every clip, at 0.1 s of CPU for 30 s of sound."""
        return self.clips * self.clip_s / 30 * 0.1 / 3600

    def cost(self) -> str:
        """Say in one line what the archive costs; the last figure is an estimate."""
        return (
            f"{self.size / GIB:.1f} GiB to download, {self.unpacked / GIB:.1f} GiB unpacked, "
            f"{self.clips:,} clips, about {self.cpu_hours:.1f} CPU hours to describe"
        )


ARCHIVES = {
    "metadata": Archive("f0df49ffe5f2a6008d7dc83c6915b31835dfe733", 358_412_441, 1_400_000_000),
    "small": Archive("ade154f733639d52e35e32f5593efe5be76c6d70", 7_679_594_875, 7_679_594_875, 8_000),
    "medium": Archive("c67b69ea232021025fca9231fc1c7c1a063ab50b", 23_825_005_356, 23_825_005_356, 25_000),
    "large": Archive("497109f4dd721066b5ce5e5f250ec604dc78939e", 100_306_112_191, 100_306_112_191, 106_574),
    # 343 days of sound in 106,574 tracks
    "full": Archive("0f0ace23fbe9ba30ecb7e95f763e435ea802b8ab", 879 * GIB, 917 * GIB, 106_574, 278),
}


def download(
    name: str,
    folder: Path,
    base_url: str = OFFICIAL,
    progress: Progress | None = None,
    *,
    archives: Mapping[str, Archive] = ARCHIVES,
    wait: Callable[[float], None] = time.sleep,
) -> Path:
    """Bring ``fma_<name>.zip`` into ``folder``; bytes that are there from an earlier try are kept.

    What is unfinished lies beside it as ``.part``; the finished name exists only once the checksum holds.
    Proxies are taken from the environment (``https_proxy``, ``no_proxy``).

    Args:
        name: a key of ``archives``.
        folder: made if it is not there.
        base_url: where the archives are, without their names.
        progress: called with (bytes done, bytes in all), also while bytes that are there are checked.
        archives: what is published.
        wait: how to wait the given seconds between two tries.
    Raises:
        ArgumentInvalid: no such archive or address, no such folder, or another download of it is running.
        DiskFull: less is free than is still to come, or the disk filled up on the way.
        SourceMissing: the server does not have the archive.
        SourceMalformed: the bytes are not those that FMA published; what was downloaded is removed.
        StorageUnavailable: the server cannot be reached; the same call resumes.
    """
    archive = archives.get(name)
    if archive is None:
        raise ArgumentInvalid(name, "FMA publishes no such archive", f"Choose from {', '.join(archives)}.")
    progress = progress or _silent
    target = folder / f"fma_{name}.zip"
    part = target.with_name(f"{target.name}.part")
    url = f"{base_url.rstrip('/')}/{target.name}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if target.exists():
            with target.open("rb") as file:
                _check(_Unfinished(file, archive.size, progress), archive, target, "Move it away")
            return target
        missing = archive.size - (part.stat().st_size if part.exists() else 0)
        if missing > shutil.disk_usage(folder).free:
            raise DiskFull(folder, f"{missing / GIB:.1f} GiB are still to come", "Free some space.")
        with part.open("a+b") as file:
            _lock(file, part)
            unfinished = _Unfinished(file, archive.size, progress)
            version = _Version(part)
            try:
                _fill(unfinished, url, version, wait)
                _check(unfinished, archive, url, "It was removed; check whether a proxy changes it")
            except OvertoneError as error:
                if isinstance(error, SourceMalformed) or not unfinished.size:
                    part.unlink()
                    version.forget()
                raise
            file.flush()
            os.fsync(file.fileno())
            part.replace(target)
            version.forget()
        return target
    except OSError as error:
        raise _disk_error(folder, error) from error


class _Unfinished:
    """A file on its way: how long it is and the SHA-1 of what it holds so far."""

    def __init__(self, file: BinaryIO, expected: int, progress: Progress) -> None:
        self.file, self.expected, self.progress = file, expected, progress
        self.size, self.sha1 = 0, hashlib.sha1(usedforsecurity=False)
        file.seek(0)
        while block := file.read(BLOCK):
            self._count(block)

    def append(self, block: bytes) -> None:
        self.file.write(block)
        self._count(block)

    def restart(self) -> None:
        self.file.truncate(0)
        self.size, self.sha1 = 0, hashlib.sha1(usedforsecurity=False)

    def _count(self, block: bytes) -> None:
        self.sha1.update(block)
        self.size += len(block)
        self.progress(self.size, max(self.expected, self.size))


class _Version:
    """Which version of the file a ``.part`` is from: its ETag, or else its Last-Modified, kept beside it."""

    def __init__(self, part: Path) -> None:
        self.path = part.with_name(f"{part.name}.etag")

    def read(self) -> str:
        return self.path.read_text() if self.path.exists() else ""

    def remember(self, version: str) -> None:
        self.path.write_text(version)

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)


class _Interrupted(Exception):
    """The transfer stopped in a way that another try may mend."""


def _fill(part: _Unfinished, url: str, version: _Version, wait: Callable[[float], None]) -> None:
    """Fetch until the file is whole, going on where a try stopped as long as tries bring something new."""
    furthest, failures = part.size, 0
    while True:
        try:
            return _fetch(part, url, version)
        except (InvalidSchema, InvalidURL, MissingSchema) as error:
            raise ArgumentInvalid(url, f"no address ({error})", "Give one with https://.") from error
        except (requests.RequestException, _Interrupted) as error:
            failures = 0 if part.size > furthest else failures + 1
            furthest = max(furthest, part.size)
            if failures == RETRIES:
                so_far = f"{part.size / GIB:.2f} of {part.expected / GIB:.2f} GiB"
                raise StorageUnavailable(
                    url, f"it stopped after {so_far} ({error})", "Run the same command again: it resumes."
                ) from error
            wait(2**failures)


def _fetch(part: _Unfinished, url: str, version: _Version) -> None:
    """Ask once for what is missing, and append it."""
    headers = {"Accept-Encoding": "identity"}
    if part.size:
        headers["Range"] = f"bytes={part.size}-"
        if known := version.read():
            headers["If-Range"] = known  # another version now: the server sends all of it
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT_S) as answer:
        offered = answer.headers.get("ETag", "")
        if not offered or offered.startswith("W/"):  # a weak ETag does not promise the same bytes
            offered = answer.headers.get("Last-Modified", "")
        if answer.status_code == 416 and answer.headers.get("Content-Range") == f"bytes */{part.size}":
            return
        if answer.status_code == 206 and version.read() in ("", offered):
            if not answer.headers.get("Content-Range", "").startswith(f"bytes {part.size}-"):
                part.restart()
                raise _Interrupted("the server sent another piece than we asked for")
        elif answer.status_code in (206, 416):
            part.restart()
            raise _Interrupted("the file changed on the server")
        elif answer.status_code == 200:
            part.restart()
            version.remember(offered)
        elif answer.status_code in (408, 425, 429) or answer.status_code >= 500:
            raise _Interrupted(f"the server answered {answer.status_code}")
        else:
            raise SourceMissing(
                url,
                f"the server answered {answer.status_code} {answer.reason}",
                "See github.com/mdeff/fma for where the archives are now.",
            )
        if length := answer.headers.get("Content-Length"):
            part.expected = part.size + int(length)
        for block in answer.iter_content(BLOCK):  # raises where the answer is shorter than it said
            part.append(block)


def _check(file: _Unfinished, archive: Archive, thing: object, advice: str) -> None:
    found = file.sha1.hexdigest()
    if found != archive.sha1:
        raise SourceMalformed(
            thing,
            f"its SHA-1 is {found}, not the published {archive.sha1}",
            f"{advice}, then run the same command again.",
        )


def _lock(file: BinaryIO, part: Path) -> None:
    """Keep a second download of the same archive from writing into the file."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ArgumentInvalid(part, "another download is writing it", "Wait for it, or end it.") from error


def _disk_error(folder: Path, error: OSError) -> OvertoneError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(folder, "no space is left", "Free some, then run the same command again: it resumes.")
    return ArgumentInvalid(folder, f"we cannot write there: {error}", "Give a folder that you may write to.")


def _silent(done: int, total: int) -> None:
    """Show nothing."""
