"""Drops: what arrived from a source on a day, kept as received in ``landing/<source>/day=D/<drop>/``.

A drop is its files and a ``manifest.json``, written last: without it the drop did not arrive. A file is known by its
content, so landing it again for the same day is a no-op and a file that changed is a new drop. What was made, and not
observed, is landed as synthetic; no file of a day is both. What could never be loaded (missing, empty, cut, of another
kind) is refused here, before anything is kept.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from etl.contracts import Refused
from etl.errors import ArgumentInvalid, DiskFull, SourceMalformed, SourceMissing
from etl.sources import fma, listens, tiktok
from etl.sources.lines import lines
from etl.store.storage import DAMAGED, Storage, open_zip

MANIFEST = "manifest.json"
DEPTH = "landing/source/day=D/drop/manifest.json".count("/")

TABLES = ("tracks.csv", "genres.csv")
TIKTOK_SUFFIXES = {".ndjson", ".jsonl", ".json", ".gz", ".zst", ".zip"}
LISTENS_SUFFIXES = {".parquet", ".csv", ".gz", ".zst", ".zip"}


@dataclass(frozen=True)
class LandedFile:
    """One file of a drop."""

    day: date
    path: str  #: in storage
    kind: str  #: tracks, genres, clip, archive (a zip of these); posts; or one of ``etl.sources.listens.KINDS``
    sha256: str
    size: int
    synthetic: bool = False  #: whether it was made, and not observed


def land(
    storage: Storage,
    source: str,
    paths: list[Path],
    day: date | None = None,
    synthetic: bool = False,
    made_by: str | None = None,
) -> list[LandedFile]:
    """Land files, archives and folders as one drop and return what was not known yet.

    Args:
        storage: where ``landing/`` is.
        source: ``fma``, ``tiktok`` or ``listens``.
        paths: archives as downloaded, single files, or folders, of which the files that we read are taken.
        day: of the drop; for ``fma`` the day of its release unless given, for others a day in the file's name.
        synthetic: whether this was made, and not observed: every row of it will say so.
        made_by: the world of ours that it is of, which its manifest then says, too; None: it is of none.

    Raises:
        SourceMissing, SourceMalformed, SourceTruncated: a path that cannot be loaded; nothing is landed.
        ArgumentInvalid: no day, a day that has not come, or a file that was landed for it before with the other word.
        DiskFull: the storage has no room for them.
    """
    synthetic = synthetic or made_by is not None
    found = [(name, file, kind) for path in paths for name, file, kind in _recognised(source, path)]
    day = day or _day_of(source, [file for _, file, _ in found])
    if day > datetime.now(UTC).date():
        raise ArgumentInvalid(f"day {day}", "it has not come yet", "Give the day on which the drop was taken.")
    with storage.alone():
        hashed = [(*one, _sha256(one[1])) for one in found]
        if synthetic:
            _say_now(storage, source, day, {sha256 for *_, sha256 in hashed})
        return _keep(storage, source, hashed, day, synthetic, made_by)


def _keep(
    storage: Storage,
    source: str,
    found: list[tuple[str, Path, str, str]],
    day: date,
    synthetic: bool,
    made_by: str | None,
) -> list[LandedFile]:
    """Copy what is not known yet, and write its manifest."""
    before = {file.sha256: file for file in landed(storage, source, day)}
    known = set(before)
    fresh: dict[str, tuple[Path, str, str]] = {}
    for name, file, kind, sha256 in found:
        if sha256 in before and before[sha256].synthetic != synthetic:
            raise _said_otherwise(file, before[sha256])
        if sha256 not in known:
            known.add(sha256)
            # Two files of one name, from different folders, must not write over each other, nor over the manifest.
            fresh[f"{sha256[:8]}-{name}" if name in {*fresh, MANIFEST} else name] = (file, kind, sha256)
    if not fresh:
        return []
    _check_room(storage, sum(file.stat().st_size for file, _, _ in fresh.values()))
    drop = hashlib.sha256("".join(sorted(sha256 for _, _, sha256 in fresh.values())).encode()).hexdigest()[:16]
    folder = f"landing/{source}/day={day}/{drop}"
    landing = []
    for name, (file, kind, sha256) in sorted(fresh.items()):
        storage.put(file, f"{folder}/{name}")
        landing.append(LandedFile(day, f"{folder}/{name}", kind, sha256, file.stat().st_size, synthetic))
    storage.write_json(
        f"{folder}/{MANIFEST}",
        {
            "source": source,
            "landed_at": datetime.now(UTC).isoformat(),
            "files": [asdict(file) | {"day": str(file.day)} for file in landing],
            **({"made_by": made_by} if made_by else {}),
        },
    )
    return landing


def landed(storage: Storage, source: str, day: date | None = None) -> list[LandedFile]:
    """Every landed file of a source, or of a day, in the order in which they count: by day, then as landed."""
    return [
        LandedFile(**file | {"day": date.fromisoformat(file["day"])})
        for manifest in manifests(storage, source, day)
        for file in manifest["files"]
    ]


def manifests(storage: Storage, source: str, day: date | None = None) -> list[dict[str, Any]]:
    """What was written down of these drops, in the same order; ``made_by`` where one is of our world."""
    found = [storage.read_json(path) for path in _manifests(storage, source, day)]
    return sorted(found, key=lambda one: (one["files"][0]["day"], one["landed_at"]))


def _manifests(storage: Storage, source: str, day: date | None) -> list[str]:
    return [
        path
        for path in storage.files(f"landing/{source}/day={day}" if day else f"landing/{source}")
        if path.endswith(f"/{MANIFEST}") and path.count("/") == DEPTH  # deeper ones belong to what was landed
    ]


def _say_now(storage: Storage, source: str, day: date, hashes: set[str]) -> None:
    """Write that files are synthetic into manifests from before there was such a word, where it can only be missing."""
    for path in _manifests(storage, source, day):
        manifest = storage.read_json(path)
        silent = [file for file in manifest["files"] if "synthetic" not in file]
        if told := [file for file in silent if file["sha256"] in hashes]:
            for file in told:
                file["synthetic"] = True
            storage.write_json(path, manifest)


def _said_otherwise(file: Path, before: LandedFile) -> ArgumentInvalid:
    was, flag = ("synthetic", "with") if before.synthetic else ("observed", "without")
    folder = "/".join(before.path.split("/")[:DEPTH])
    return ArgumentInvalid(
        file,
        f"it was landed for {before.day} before, as {was}",
        f"Land it {flag} --synthetic, or take that drop back first: remove {folder}.",
    )


def _recognised(source: str, path: Path) -> Iterator[tuple[str, Path, str]]:
    """The files at a path that we read: their name within the drop, the file, its kind."""
    with _readable(path):
        path.stat()
        if named := path.is_file():
            files = [path]
        else:
            path = path.resolve()  # "." and ".." have a name, too
            files = sorted(_files(path))
    recognise = {"fma": _fma_kind, "tiktok": _tiktok_kind, "listens": _listens_kind}[source]
    count = 0
    for file in files:
        if kind := recognise(file, named=named):
            count += 1
            # The bytes of a name may be no text; a manifest is.
            yield os.fsencode(file.relative_to(path.parent)).decode(errors="replace"), file, kind
    if not count:
        raise SourceMissing(
            path, f"nothing in it is a file of {source}", "Land the archives as downloaded, or their folders."
        )


def _files(folder: Path) -> Iterator[Path]:
    """The files below a folder; links to other folders are not followed."""

    def refuse(error: OSError) -> None:
        raise error

    for parent, _, names in os.walk(folder, onerror=refuse):
        yield from (file for name in names if (file := Path(parent, name)).is_file())


def _fma_kind(file: Path, named: bool) -> str | None:
    """The kind of an FMA file; None for one that we do not read, an error if it was named itself."""
    if fma.CLIP.search(file.name):
        return "clip"  # whatever its bytes are: a bad clip is one bad row, not a bad drop
    if file.suffix == ".zip":
        with _opened(file) as data, open_zip(data, file) as archive:
            tables = [name for name in archive.namelist() if name.rsplit("/", 1)[-1] in TABLES]
            for name in tables:
                try:
                    with archive.open(name) as member:
                        fma.check(member, f"{file}/{name}")
                except DAMAGED as error:
                    raise SourceMalformed(
                        f"{file}/{name}", f"we cannot unpack it ({error})", "Download the archive again."
                    ) from error
            if tables or any(map(fma.CLIP.search, archive.namelist())):
                return "archive"
    elif file.name in TABLES or named:
        with _opened(file) as data:
            return fma.check(data, str(file))
    if named:
        raise SourceMalformed(
            file,
            "it holds neither FMA metadata nor clips",
            "Land fma_metadata.zip, fma_small.zip or the like.",
        )
    return None


def _tiktok_kind(file: Path, named: bool) -> str | None:
    if not named and file.suffix not in TIKTOK_SUFFIXES:
        return None
    with _opened(file) as data:
        read = lines(data, str(file))
        if not any(map(_is_object, islice(read, 100))):
            raise SourceMalformed(
                file, "none of its first 100 lines is a JSON object", "Land posts as one JSON object a line."
            )
        for _ in read:
            pass  # to its end: a cut archive must not be kept
    return "posts"


def _listens_kind(file: Path, named: bool) -> str | None:
    if not named and file.suffix not in LISTENS_SUFFIXES:
        return None
    with _opened(file) as data:
        return listens.check(data, str(file))


def _is_object(line: bytes) -> bool:
    with suppress(Refused):
        return bool(tiktok.decode(line))
    return False


@contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    with _readable(file), file.open("rb") as data:
        if not file.stat().st_size:
            raise SourceMalformed(file, "it is empty", "Download it again.")
        yield data


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Say in our words what keeps a file from being read."""
    try:
        yield
    except FileNotFoundError as error:
        raise SourceMissing(path, "there is no such file or folder", "Check the path.") from error
    except OSError as error:
        where = error.filename or path
        raise SourceMissing(where, f"it cannot be read: {error.strerror or error}", "Check its permissions.") from error


def _day_of(source: str, files: list[Path]) -> date:
    if source == "fma":
        return fma.RELEASED
    days = {match.group() for file in files if (match := re.search(r"\d{4}-\d{2}-\d{2}", file.name))}
    if len(days) != 1:
        raise ArgumentInvalid(
            "--day",
            "the files' names do not tell their one day",
            "Give the day of the drop: --day 2020-12-21.",
        )
    try:
        return date.fromisoformat(days.pop())
    except ValueError:
        raise ArgumentInvalid(
            "--day", "the file's name holds no day of the calendar", "Give it: --day 2020-12-21."
        ) from None


def _sha256(file: Path) -> str:
    with _readable(file), file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _check_room(storage: Storage, size: int) -> None:
    if storage.folder and shutil.disk_usage(storage.folder).free < size:
        raise DiskFull(
            storage.url,
            f"{size / 1e9:.1f} GB do not fit",
            "Free some space, or set OVERTONE_STORAGE_URL elsewhere.",
        )
