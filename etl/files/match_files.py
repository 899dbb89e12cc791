"""Link two CSV files of recordings by title and artist: what `overtone match` runs.

Reads two tables with the columns id, title, artist (others are left alone) and writes one row for each id of the left
one, in its order. Running it again writes the same file.
"""

import csv
import io
import os
from contextlib import suppress
from pathlib import Path

import pandas as pd

from etl.errors import ArgumentInvalid, SourceMalformed, SourceMissing
from etl.matching.score import SCORES
from etl.matching.tables import LINK, MATCH, link_tables

COLUMNS = ("id", "title", "artist")


def match_files(left: Path, right: Path, to: Path) -> tuple[int, int]:
    """Link the rows of ``left`` to rows of ``right`` and write ``to``; gives how many have a match, and of how many.

    ``to`` has the columns ``LINK``. Scores have four digits; artist_score is empty where an artist is not named, and
    all are where there is no candidate. The file is there whole or not at all.

    Raises:
        ArgumentInvalid: ``to`` is a folder, one of the tables, or cannot be written. And what ``read_table`` raises.
    """
    if to.is_dir():
        raise ArgumentInvalid(to, "it is a folder", "Name a file to write, such as matches.csv.")
    if to.resolve() in (left.resolve(), right.resolve()):
        raise ArgumentInvalid(to, "it is one of the tables to link", "Choose another name.")
    linked = link_tables(read_table(left), read_table(right))
    linked[SCORES] = linked[SCORES].astype(float).round(4)
    unfinished = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        linked.to_csv(unfinished, index=False, columns=LINK, lineterminator="\n")
        unfinished.replace(to)
    except OSError as error:
        raise ArgumentInvalid(
            to, f"it cannot be written ({error.strerror or error})", "Choose another place."
        ) from error
    finally:
        with suppress(OSError):
            unfinished.unlink()
    return int((linked["decision"] == MATCH).sum()), len(linked)


def read_table(file: Path) -> pd.DataFrame:
    """The columns id, title, artist of a CSV file, as text; ids as they stand there.

    Raises:
        SourceMissing: no such file.
        SourceMalformed: not UTF-8, a column missing, a row with too few or too many fields, a quote that is never
            closed, an id that is empty or there twice.
    """
    return read_columns(file, COLUMNS, unique="id")


def read_columns(file: Path, columns: tuple[str, ...], unique: str = "") -> pd.DataFrame:
    """Columns of a CSV file, as text; ``unique`` names one that tells its rows apart. Raises: as ``read_table``."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise SourceMissing(file, "there is no such file", "Give the path of a CSV file") from None
    except IsADirectoryError:
        raise SourceMissing(file, "this is a folder", "Give the path of a CSV file") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SourceMalformed(f"{file} line {line}", "the text is not UTF-8", "Save the file as UTF-8") from None
    need = f"Give it a header and the columns {', '.join(columns)}"
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    seen: dict[str, int] = {}
    try:
        header = [name.strip() for name in next(reader, [])]
        if not header:
            raise SourceMalformed(file, "the file is empty", need)
        if missing := [name for name in columns if name not in header]:
            raise SourceMalformed(file, f"no column {', '.join(missing)} in {', '.join(header)}", need)
        places = [header.index(name) for name in columns]
        line = reader.line_num + 1
        for row in reader:
            if row:
                if len(row) != len(header):
                    reason = f"{len(row)} fields where the header has {len(header)}"
                    raise SourceMalformed(f"{file} line {line}", reason, "Put quotes around texts with commas")
                rows.append([row[place] for place in places])
                if unique:
                    key = rows[-1][columns.index(unique)]
                    if not key:
                        raise SourceMalformed(f"{file} line {line}", f"the {unique} is empty", "Give every row its own")
                    if key in seen:
                        reason = f"the {unique} {key!r} is already in line {seen[key]}"
                        raise SourceMalformed(f"{file} line {line}", reason, "Give every row its own")
                    seen[key] = line
            line = reader.line_num + 1
    except csv.Error as error:
        raise SourceMalformed(f"{file} line {line}", str(error), "Close every quote, and double those within") from None
    return pd.DataFrame(rows, columns=list(columns), dtype=object)
