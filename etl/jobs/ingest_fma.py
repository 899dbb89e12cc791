"""Ingest the FMA catalogue: genres, artists and tracks.

Reads the metadata of every FMA drop up to the day; fills core.genre, core.artist and core.track, the latest of each.
Running it again parses nothing and changes nothing.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import IO

from etl.errors import SourceMissing
from etl.jobs.lake import Parsed, parse_once, quarantine_refused, settle, stage_rows
from etl.jobs.work import Work
from etl.landing import LandedFile, landed
from etl.settings import SQL
from etl.sources import fma
from etl.storage import open_zip
from etl.tables import GENRE, TRACK
from etl.warehouse import Books, close_books, merge


def run(work: Work) -> list[Books]:
    """Load the catalogue as of the day."""
    files = [file for file in landed(work.storage, "fma") if file.day <= work.day and file.kind != "clip"]
    genres = [
        parse_once(work.storage, file, GENRE, fma.PARSER, fma.read_genres(stream, name), work.max_bad_share)
        for file in files
        for name, stream in _metadata(work, file, "genres")
    ]
    titles = _titles(work, genres)
    # A row is refused for a genre that is not known, so other genres are another parse.
    parser = f"{fma.PARSER} {hashlib.sha256(json.dumps(titles).encode()).hexdigest()[:16]}"
    tracks = [
        parse_once(work.storage, file, TRACK, parser, fma.read_tracks(stream, name, titles), work.max_bad_share)
        for file in files
        for name, stream in _metadata(work, file, "tracks")
    ]
    if not genres or not tracks:
        raise SourceMissing(
            "landing/fma",
            f"no {'tracks.csv' if genres else 'genres.csv'} was landed up to {work.day}",
            "Land it: overtone land fma fma_metadata.zip.",
        )
    with work.warehouse.transaction() as cursor:
        staged = {
            "core.genre": stage_rows(cursor, work.storage, "genre_staged", genres),
            "core.track": stage_rows(cursor, work.storage, "track_staged", tracks),
        }
        cursor.execute((SQL / "loads" / "fma.sql").read_text(encoding="utf-8"))
        merge(cursor, "core.artist", "artist_in", "artist_id")
        books = [
            settle(
                work,
                "ingest_fma",
                "core.genre",
                staged["core.genre"],
                genres,
                merge(cursor, "core.genre", "genre_in", "genre_id"),
            ),
            settle(
                work,
                "ingest_fma",
                "core.track",
                staged["core.track"],
                tracks,
                merge(cursor, "core.track", "track_in", "track_id"),
            ),
        ]
        quarantine_refused(cursor, work.storage, "ingest_fma", genres + tracks)
        close_books(cursor, books[0], ["core.genre"])
        close_books(cursor, books[1], ["core.track", "core.artist"])
    return books


def _metadata(work: Work, file: LandedFile, what: str) -> Iterator[tuple[str, IO[bytes]]]:
    """The table ``what`` (tracks or genres) of a landed file, open, if it holds it."""
    if file.kind == what:
        with work.storage.open(file.path) as stream:
            yield file.path, stream
    elif file.kind == "archive":
        with work.storage.open(file.path) as data, open_zip(data, file.path) as archive:
            for name in archive.namelist():
                if name.rsplit("/", 1)[-1] == f"{what}.csv":
                    with archive.open(name) as stream:
                        yield f"{file.path}/{name}", stream


def _titles(work: Work, genres: list[Parsed]) -> dict[int, str]:
    """The title of every genre by its id; a later drop's word counts."""
    rows = work.storage.read_table(
        (path for one in genres for path in work.storage.files(f"{one.folder}/rows")),
        GENRE.schema,
        ["genre_id", "title"],
    )
    return dict(zip(rows["genre_id"].to_pylist(), rows["title"].to_pylist(), strict=True))
