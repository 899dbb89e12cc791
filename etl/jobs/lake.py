"""Turn a landed file into canonical Parquet, once: ``lake/<table>/day=D/<file>/``.

The folder's ``complete.json`` is written last and names the parser; while it stands, the file is not parsed again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pyarrow as pa

from etl.contracts import Refused, check_share
from etl.jobs.work import Work
from etl.landing import LandedFile
from etl.storage import Storage
from etl.tables import REFUSED, Table
from etl.warehouse import Books, Cursor, Merged, quarantine, stage

BATCH = 100_000
BATCH_REFUSED = 10_000  # with their raw bytes: a file of another kind is all refused, and must fit in memory
MAX_RAW = 1 << 20

Row = tuple[int, bytes, tuple[Any, ...] | Refused]


@dataclass(frozen=True)
class Parsed:
    """A landed file in the lake."""

    folder: str
    source: str
    table: Table
    rows: int
    refused: dict[str, int]

    @property
    def rows_in(self) -> int:
        """Rows that the file holds, good and bad."""
        return self.rows + sum(self.refused.values())


def parse_once(
    storage: Storage, file: LandedFile, table: Table, parser: str, rows: Iterable[Row], max_bad_share: float
) -> Parsed:
    """Write a file's rows to the lake unless they are there, the refused ones beside them.

    Args:
        storage: of the lake.
        file: where the rows are from.
        table: whose columns the rows have.
        parser: version of what made the rows; another version parses anew.
        rows: read only if needed.
        max_bad_share: above which nothing is written.

    Raises:
        TooManyBadRows: the share of refused rows is higher.
    """
    folder = f"lake/{table.name}/day={file.day}/{file.sha256[:16]}"
    marker = f"{folder}/complete.json"
    done = storage.read_json(marker) if storage.exists(marker) else {}
    if done.get("parser") != parser:
        storage.delete(folder)
        try:
            done = {"parser": parser, **_write(storage, folder, file, table, rows)}
            check_share(file.path, done["rows"] + sum(done["refused"].values()), done["refused"], max_bad_share)
            storage.write_json(marker, done)
        except BaseException:
            storage.delete(folder)
            raise
    parsed = Parsed(folder, file.path, table, done["rows"], done["refused"])
    check_share(file.path, parsed.rows_in, parsed.refused, max_bad_share)
    return parsed


def stage_rows(cursor: Cursor, storage: Storage, name: str, parsed: Sequence[Parsed]) -> int:
    """Stage the rows of parsed files, ``file`` numbering them in the order given, and return how many there are."""
    tables = (
        table.append_column("file", pa.array([number] * len(table), pa.int32()))
        for number, one in enumerate(parsed)
        for path in storage.files(f"{one.folder}/rows")
        for table in [storage.read_table([path], one.table.schema)]
    )
    schema = parsed[0].table.schema.append(pa.field("file", pa.int32()))
    return stage(cursor, name, schema, tables)


def settle(work: Work, job: str, table: str, staged: int, parsed: Sequence[Parsed], merged: Merged) -> Books:
    """The books of a load: rows of the files against rows staged and merged, each counted by itself.

    A row that a later one of the same drops replaces counts as unchanged.
    """
    return Books(
        job=job,
        day=work.day,
        table=table,
        rows_in=sum(one.rows_in for one in parsed),
        inserted=merged.inserted,
        updated=merged.updated,
        unchanged=merged.unchanged + staged - merged.rows,
        quarantined=sum(sum(one.refused.values()) for one in parsed),
    )


def quarantine_refused(cursor: Cursor, storage: Storage, job: str, parsed: Sequence[Parsed]) -> None:
    """Make the quarantine of these files hold what was refused of them."""
    refused = storage.read_table((path for one in parsed for path in storage.files(f"{one.folder}/refused")), REFUSED)
    quarantine(cursor, job, [one.source for one in parsed], refused)


def _write(storage: Storage, folder: str, file: LandedFile, table: Table, rows: Iterable[Row]) -> dict[str, Any]:
    reasons: Counter[str] = Counter()
    refused: list[tuple[Any, ...]] = []
    count = 0

    def good() -> Iterator[tuple[Any, ...]]:
        for position, raw, values in rows:
            if isinstance(values, Refused):
                reasons[values.reason] += 1
                refused.append((file.day, file.path, position, values.reason, values.detail, raw[:MAX_RAW]))
                if len(refused) == BATCH_REFUSED:
                    keep_refused()
            else:
                yield (*values, file.day, position)

    def keep_refused() -> None:
        storage.write_table(f"{folder}/refused/{sum(reasons.values()):012d}.parquet", _arrow(refused, REFUSED))
        refused.clear()

    source = good()
    while batch := list(islice(source, BATCH)):
        storage.write_table(f"{folder}/rows/{count:012d}.parquet", _arrow(batch, table.schema))
        count += len(batch)
    if refused:
        keep_refused()
    return {"rows": count, "refused": dict(reasons)}


def _arrow(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    return pa.table([pa.array(values, kind) for values, kind in zip(columns, schema.types, strict=True)], schema=schema)
