"""Ingest the FMA catalogue: genres, artists and tracks.

Reads the metadata of every FMA drop up to the day; fills core.genre, core.artist and core.track, the latest of each.
Running it again parses nothing and changes nothing. Artists are parts of the rows of tracks, and have no books.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import IO

from etl.drops.lake import Parsed, Row, in_batches, parse_once, quarantine_refused, settle, stage_rows
from etl.drops.landing import LandedFile, landed
from etl.errors import SourceMissing
from etl.sources import fma
from etl.store.loads import Books, close_books, merge
from etl.store.storage import open_zip
from etl.store.warehouse import sql
from etl.store.work import Work
from etl.tables import GENRE, TRACK, Table


def run(work: Work) -> list[Books]:
    """Load the catalogue as of the day."""
    genres, tracks = parse(work)
    if not genres or not tracks:
        raise SourceMissing(
            "landing/fma",
            f"no {'tracks.csv' if genres else 'genres.csv'} was landed up to {work.day}",
            "Land it: overtone land fma fma_metadata.zip.",
        )
    with work.warehouse.transaction() as cursor:
        superseded = {
            "core.genre": stage_rows(cursor, work.storage, "genre_staged", genres, "genre_id"),
            "core.track": stage_rows(cursor, work.storage, "track_staged", tracks, "track_id"),
        }
        cursor.execute(sql("loads/fma"))
        merge(cursor, "core.artist", "artist_in", "artist_id")
        books = [
            settle(
                work,
                "ingest_fma",
                "core.genre",
                superseded["core.genre"],
                genres,
                merge(cursor, "core.genre", "genre_in", "genre_id"),
            ),
            settle(
                work,
                "ingest_fma",
                "core.track",
                superseded["core.track"],
                tracks,
                merge(cursor, "core.track", "track_in", "track_id"),
            ),
        ]
        quarantine_refused(cursor, work.storage, "ingest_fma", genres + tracks)
        close_books(cursor, books[0], ["core.genre"], work.started_at)
        close_books(cursor, books[1], ["core.track", "core.artist"], work.started_at)
    return books


def parse(work: Work) -> tuple[list[Parsed], list[Parsed]]:
    """The genres and the tracks of every drop up to the day, in the order in which they count; parsed once."""
    files = [file for file in landed(work.storage, "fma") if file.kind != "clip"]
    known = [
        (file.day, _parse(work, file, member, GENRE, fma.PARSER, fma.read_genres))
        for file, member in _tables(work, files, "genres")
    ]
    # Of every drop, later ones too: what is refused must not depend on the order in which days are run. (So a later
    # drop with a bad genres.csv stops earlier days, too, and says which file it is.)
    titles = _titles(work, [one for _, one in known])
    genres = [one for day, one in known if day <= work.day]
    # A row is refused for a genre that is not known, so other genres are another parse.
    parser = f"{fma.PARSER} {hashlib.sha256(json.dumps(titles).encode()).hexdigest()[:16]}"
    read_tracks = partial(fma.read_tracks, genres=titles)
    tracks = [
        _parse(work, file, member, TRACK, parser, read_tracks)
        for file, member in _tables(work, files, "tracks")
        if file.day <= work.day
    ]
    return genres, tracks


def _tables(work: Work, files: list[LandedFile], what: str) -> Iterator[tuple[LandedFile, str | None]]:
    """Where the tables ``what`` (tracks or genres) are: a landed file, or a landed archive and its member."""
    for file in files:
        if file.kind == what:
            yield file, None
        elif file.kind == "archive":
            with work.storage.open(file.path) as data, open_zip(data, file.path) as archive:
                names = archive.namelist()
            yield from ((file, name) for name in names if name.rsplit("/", 1)[-1] == f"{what}.csv")


def _parse(
    work: Work,
    file: LandedFile,
    member: str | None,
    table: Table,
    parser: str,
    read: Callable[[IO[bytes], str], Iterator[Row]],
) -> Parsed:
    """Parse a table once; for lake and quarantine the member of an archive is a file like any other."""
    own = file
    if member is not None:
        sha256 = hashlib.sha256(f"{file.sha256} {member}".encode()).hexdigest()
        own = replace(file, path=f"{file.path}/{member}", sha256=sha256)

    def rows() -> Iterator[Row]:
        with work.storage.open(file.path) as data:
            if member is None:
                yield from read(data, own.path)
            else:
                with open_zip(data, file.path) as archive, archive.open(member) as inner:
                    yield from read(inner, own.path)

    return parse_once(work.storage, own, table, parser, in_batches(rows(), table), work.max_bad_share)


def _titles(work: Work, genres: list[Parsed]) -> dict[int, str]:
    """The title of every genre by its id; a later drop's word counts."""
    rows = work.storage.read_table(
        (path for one in genres for path in work.storage.files(f"{one.folder}/rows")),
        GENRE.schema,
        ["genre_id", "title"],
    )
    return dict(zip(rows["genre_id"].to_pylist(), rows["title"].to_pylist(), strict=True))
