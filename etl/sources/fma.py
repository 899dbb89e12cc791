"""The Free Music Archive's metadata: ``genres.csv`` and ``tracks.csv`` with its three header rows.

Source: Defferrard et al., "FMA: A Dataset for Music Analysis", ISMIR 2017; https://github.com/mdeff/fma.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import chain
from typing import IO, Any

from etl.contracts import Reason, Refused, conform
from etl.errors import SourceMalformed, SourceTruncated
from etl.tables import GENRE, TRACK

PARSER = "fma-1"

#: The day of the archives' release: what they hold is as of then.
RELEASED = date(2017, 5, 9)

#: A clip's file name is its track's id.
CLIP = re.compile(r"(?:^|/)(\d{6})\.mp3$")

GENRE_HEADER = ["genre_id", "#tracks", "parent", "title", "top_level"]

#: Column of ours → column of ``tracks.csv`` by its first two header rows.
TRACK_COLUMNS = {
    "title": ("track", "title"),
    "artist_id": ("artist", "id"),
    "artist_name": ("artist", "name"),
    "artist_location": ("artist", "location"),
    "artist_website": ("artist", "website"),
    "album_title": ("album", "title"),
    "genre": ("track", "genre_top"),
    "genre_ids": ("track", "genres"),
    "duration_s": ("track", "duration"),
    "listens": ("track", "listens"),
    "license": ("track", "license"),
    "subset": ("set", "subset"),
    "created_at": ("track", "date_created"),
}

#: A row as read: its first line in the file, its raw bytes, and its values or why it is refused.
Row = tuple[int, bytes, tuple[Any, ...] | Refused]

csv.field_size_limit(16 << 20)  # biographies of over 128 KiB, the default, occur


def kind(head: bytes) -> str | None:
    """Tell by its first bytes whether a file is ``tracks`` or ``genres``; None when it is neither."""
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace").strip()
    if first.split(",") == GENRE_HEADER:
        return "genres"
    return "tracks" if re.match(r"^,(album|artist|set|track),", first) else None


def check(file: IO[bytes], name: str) -> str:
    """Read a metadata file to its end, and say whether it is ``tracks`` or ``genres``.

    A cut exactly between two records cannot be seen: only the published checksum tells.

    Raises:
        SourceMalformed: it is neither. SourceTruncated: it ends within a record.
    """
    records = _records(file, name)
    first = next(records, (0, b"", []))
    what = kind(first[1])
    if what is None:
        raise SourceMalformed(
            f"{name} line 1",
            "it is the header of neither FMA's tracks.csv nor its genres.csv",
            "Land fma_metadata.zip as published.",
        )
    if what == "tracks":
        _columns(chain([first], records), name)
    for _ in records:
        pass
    return what


def read_genres(file: IO[bytes], name: str) -> Iterator[Row]:
    """Rows of ``genres.csv`` in the columns of ``etl.tables.GENRE``.

    Raises:
        SourceMalformed: another header. SourceTruncated: the file ends within a record.
    """
    records = list(_records(file, name))
    if not records or records[0][2] != GENRE_HEADER:
        raise SourceMalformed(
            f"{name} line 1",
            "it is not the header of FMA's genres.csv",
            "Land fma_metadata.zip as published.",
        )
    titles = {row[0]: row[3] for _, _, row in records[1:] if len(row) == len(GENRE_HEADER) and row[3]}
    for position, raw, row in records[1:]:
        yield position, raw, _read(lambda row=row: _genre(row, titles))


def _genre(row: list[str], titles: Mapping[str, str]) -> tuple[Any, ...]:
    _expect(row, len(GENRE_HEADER))
    if row[4] not in titles:
        raise Refused(Reason.UNKNOWN_GENRE, f"top_level is {row[4]!r:.40}")
    return conform(
        {
            "genre_id": _whole(row[0], "genre_id"),
            "title": row[3] or None,
            "parent_id": _whole(row[2], "parent") or None,  # 0: a top genre
            "top_genre_id": _whole(row[4], "top_level"),
            "top_genre": titles[row[4]],
        },
        GENRE,
    )


def read_tracks(file: IO[bytes], name: str, genres: Mapping[int, str]) -> Iterator[Row]:
    """Rows of ``tracks.csv`` in the columns of ``etl.tables.TRACK``.

    Args:
        file: the bytes of the table.
        name: what errors call it.
        genres: title of every genre by its id, as ``genres.csv`` gives them.

    Raises:
        SourceMalformed: the three header rows are not FMA's. SourceTruncated: the file ends within a record.
    """
    records = _records(file, name)
    width, columns = _columns(records, name)
    titles = set(genres.values())
    for position, raw, row in records:
        yield position, raw, _read(lambda row=row: _track(row, width, columns, genres, titles))


def _columns(records: Iterator[tuple[int, bytes, list[str]]], name: str) -> tuple[int, dict[str, int]]:
    """How many columns the three header rows tell of, and where ours are among them."""
    top, sub, index = (next(records, (0, b"", []))[2] for _ in range(3))
    where = {pair: number for number, pair in enumerate(zip(top, sub, strict=False))}
    missing = [".".join(pair) for pair in TRACK_COLUMNS.values() if pair not in where]
    if missing or index[:1] != ["track_id"]:
        raise SourceMalformed(
            f"{name} lines 1 to 3",
            f"they are not the header of FMA's tracks.csv (missing: {', '.join(missing) or 'track_id'})",
            "Land fma_metadata.zip as published.",
        )
    return len(top), {ours: where[theirs] for ours, theirs in TRACK_COLUMNS.items()}


def _track(
    row: list[str], width: int, columns: Mapping[str, int], genres: Mapping[int, str], titles: set[str]
) -> tuple[Any, ...]:
    _expect(row, width)
    text = {ours: row[number] for ours, number in columns.items()}
    ids = _ids(text["genre_ids"])
    for known, genre in [(genre in genres, genre) for genre in ids] + [(text["genre"] in titles | {""}, text["genre"])]:
        if not known:
            raise Refused(Reason.UNKNOWN_GENRE, f"genre {genre!r:.40} is not in genres.csv")
    return conform(
        {
            **{
                name: text[name] or None
                for name in ("artist_location", "artist_website", "album_title", "license", "subset")
            },
            "track_id": _whole(row[0], "track_id"),
            "title": text["title"],  # empty for a handful of genuine tracks
            "artist_id": _whole(text["artist_id"], "artist.id"),
            "artist_name": text["artist_name"],
            "genre": text["genre"] or None,
            "genre_ids": ids,
            "duration_s": _whole(text["duration_s"], "track.duration"),
            "listens": _whole(text["listens"], "track.listens"),
            "created_at": _time(text["created_at"]),
        },
        TRACK,
    )


def _records(file: IO[bytes], name: str) -> Iterator[tuple[int, bytes, list[str]]]:
    """Records of a csv: first line, raw bytes, fields. A quoted field may hold newlines."""
    taken: list[bytes] = []
    ended = False

    def decoded() -> Iterator[str]:
        nonlocal ended
        for line in io.BufferedReader(file) if isinstance(file, io.RawIOBase) else file:
            taken.append(line)
            # Bytes that are no text are kept apart until their row is refused; Postgres has no text with NUL.
            yield line.decode("utf-8-sig" if len(taken) == 1 else "utf-8", "surrogateescape").replace("\x00", "")
        ended = True

    reader, begins, width = csv.reader(decoded()), 1, 0
    try:
        for row in reader:
            raw, taken[:] = b"".join(taken), []
            # A record that is whole is given before the reader asks for what comes after it.
            if ended or (not raw.endswith(b"\n") and len(row) < width):
                raise SourceTruncated(
                    f"{name} line {begins}",
                    f"the file ends at line {reader.line_num} in the middle of the record that begins here: it was cut",
                    "Download it again; its size and checksum are published with the FMA.",
                )
            width = width or len(row)
            if row:
                yield begins, raw, row
            begins = reader.line_num + 1
    except csv.Error as error:
        raise SourceMalformed(
            f"{name} line {begins}", f"it is no csv ({error})", "Land fma_metadata.zip as published."
        ) from error


def _read(parse) -> tuple[Any, ...] | Refused:  # type: ignore[no-untyped-def]
    try:
        return parse()
    except Refused as refused:
        return refused


def _expect(row: Iterable[str], width: int) -> None:
    row = list(row)
    if len(row) != width:
        raise Refused(Reason.WRONG_COLUMN_COUNT, f"{len(row)} fields, the header has {width}")
    if any("\udc80" <= letter <= "\udcff" for field in row for letter in field):
        raise Refused(Reason.NOT_UTF8, "the row holds bytes that are no UTF-8")


def _whole(text: str, name: str) -> int | None:
    if text == "":
        return None
    with suppress(ValueError):
        if (number := float(text)).is_integer():  # pandas writes whole numbers beside nulls as 12.0
            return int(text) if text.lstrip("-").isdigit() else int(number)
    raise Refused(Reason.WRONG_TYPE, f"{name} is {text!r:.60}")


def _ids(text: str) -> list[int]:
    try:
        ids = json.loads(text or "[]")
    except (ValueError, RecursionError):
        ids = None
    if not isinstance(ids, list) or not all(type(item) is int for item in ids):
        raise Refused(Reason.WRONG_TYPE, f"track.genres is {text!r:.60}")
    return ids


def _time(text: str) -> int | None:
    if text == "":
        return None
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
    except ValueError:
        raise Refused(Reason.WRONG_TYPE, f"track.date_created is {text!r:.60}") from None
