"""Turn a landed file into canonical Parquet, once: ``lake/<table>/day=D/<file>/``.

The folder's ``complete.json`` is written last and names the parser; while it stands, the file is not parsed again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pyarrow as pa

from etl.contracts import Batch, Refused, check_share, rows_of
from etl.drops.landing import LandedFile
from etl.store.loads import Books, Merged, quarantine, stage
from etl.store.storage import Storage
from etl.store.warehouse import Cursor, ask
from etl.store.work import Work
from etl.tables import REFUSED, Table

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
    synthetic: bool  #: whether its drop was landed as made

    @property
    def rows_in(self) -> int:
        """Rows that the file holds, good and bad."""
        return self.rows + sum(self.refused.values())


def parse_once(
    storage: Storage, file: LandedFile, table: Table, parser: str, batches: Iterable[Batch], max_bad_share: float
) -> Parsed:
    """Write a file's rows to the lake unless they are there, the refused ones beside them.

    Args:
        storage: of the lake.
        file: where the rows are from.
        table: whose columns the rows have.
        parser: version of what made the rows; another version parses anew.
        batches: its rows, read only if needed.
        max_bad_share: above which nothing is written.

    Raises:
        TooManyBadRows: the share of refused rows is higher.
    """
    return once(
        storage, file, table, parser, lambda folder: _write(storage, folder, file, table, batches), max_bad_share
    )


def once(
    storage: Storage,
    file: LandedFile,
    table: Table,
    parser: str,
    write: Callable[[str], dict[str, Any]],
    max_bad_share: float,
) -> Parsed:
    """Have a file's rows written to its folder of the lake, unless this parser did so before.

    Args:
        storage, file, table, parser, max_bad_share: as of ``parse_once``.
        write: writes rows/ and refused/ below the folder it is given; returns ``rows``, and ``refused`` by reason.

    Raises:
        TooManyBadRows: the share of refused rows is higher.
    """
    folder = f"lake/{table.name}/day={file.day}/{file.sha256[:16]}"
    marker = f"{folder}/complete.json"
    done = storage.read_json(marker) if storage.exists(marker) else {}
    if done.get("parser") != parser:
        storage.delete(folder)
        try:
            done = {"parser": parser, **write(folder)}
            check_share(file.path, done["rows"] + sum(done["refused"].values()), done["refused"], max_bad_share)
            storage.write_json(marker, done)
        except BaseException:
            storage.delete(folder)
            raise
    parsed = Parsed(folder, file.path, table, done["rows"], done["refused"], file.synthetic)
    check_share(file.path, parsed.rows_in, parsed.refused, max_bad_share)
    return parsed


def stage_rows(cursor: Cursor, storage: Storage, name: str, parsed: Sequence[Parsed], *key: str) -> int:
    """Stage the rows of parsed files; ``file`` numbers the files in the order given, ``synthetic`` says what was made.

    Returns:
        How many of them are superseded: for each key there is one that stays.
    """
    tables = (
        rows.append_column("file", pa.array([number] * len(rows), pa.int32()))
        for number, one in enumerate(parsed)
        for rows in rows_of_file(storage, one)
    )
    empty = _marked(parsed[0].table.schema.empty_table(), False)
    rows = stage(cursor, name, empty.schema.append(pa.field("file", pa.int32())), tables)
    keys = ask(cursor, f"SELECT count(*) AS n FROM (SELECT FROM {name} GROUP BY {', '.join(key)}) AS one")["n"]
    return rows - keys


def rows_of_file(storage: Storage, one: Parsed) -> Iterator[pa.Table]:
    """The rows of a parsed file, some at a time, each ``synthetic`` if it says so itself or its drop does."""
    for path in storage.files(f"{one.folder}/rows"):
        yield _marked(storage.read_table([path], one.table.schema), one.synthetic)


def _marked(rows: pa.Table, synthetic: bool) -> pa.Table:
    made = pa.repeat(synthetic, len(rows))
    if "synthetic" not in rows.column_names:
        return rows.append_column("synthetic", made)
    return rows.set_column(rows.column_names.index("synthetic"), "synthetic", made) if synthetic else rows


def settle(work: Work, job: str, table: str, superseded: int, parsed: Sequence[Parsed], merged: Merged) -> Books:
    """The books of a load: rows of the files against rows merged and superseded, each counted by itself.

    A row that a later one of the same drops replaces counts as unchanged.
    """
    return Books(
        job=job,
        day=work.day,
        table=table,
        rows_in=sum(one.rows_in for one in parsed),
        inserted=merged.inserted,
        updated=merged.updated,
        unchanged=merged.unchanged + superseded,
        quarantined=sum(sum(one.refused.values()) for one in parsed),
    )


def quarantine_refused(cursor: Cursor, storage: Storage, job: str, parsed: Sequence[Parsed]) -> None:
    """Make the quarantine of these files hold what was refused of them."""
    refused = storage.read_table((path for one in parsed for path in storage.files(f"{one.folder}/refused")), REFUSED)
    quarantine(cursor, job, [one.source for one in parsed], refused)


def in_batches(rows: Iterable[Row], table: Table) -> Iterator[Batch]:
    """Rows that a source gives one by one, as ``parse_once`` takes them."""
    rows = iter(rows)
    while some := list(islice(rows, BATCH_REFUSED)):
        good = [(position, values) for position, _, values in some if not isinstance(values, Refused)]
        refused = [(position, raw, why) for position, raw, why in some if isinstance(why, Refused)]
        columns = list(zip(*(values for _, values in good), strict=True)) or [()] * len(table.columns)
        yield Batch(rows_of(table, columns, [position for position, _ in good]), refused)


def _write(storage: Storage, folder: str, file: LandedFile, table: Table, batches: Iterable[Batch]) -> dict[str, Any]:
    reasons: Counter[str] = Counter()
    good: list[pa.Table] = []
    refused: list[tuple[Any, ...]] = []
    kept = waiting = 0

    def keep_rows() -> None:
        nonlocal kept, waiting
        rows = pa.concat_tables(good)
        day = pa.repeat(pa.scalar(file.day, pa.date32()), waiting)
        storage.write_table(
            f"{folder}/rows/{kept:012d}.parquet", rows.add_column(len(table.columns), "day", day).cast(table.schema)
        )
        good.clear()
        kept, waiting = kept + waiting, 0

    def keep_refused() -> None:
        columns = [
            pa.array(values, kind) for values, kind in zip(zip(*refused, strict=True), REFUSED.types, strict=True)
        ]
        storage.write_table(f"{folder}/refused/{sum(reasons.values()):012d}.parquet", pa.table(columns, schema=REFUSED))
        refused.clear()

    for one in batches:
        good.append(one.rows)
        waiting += len(one.rows)
        if waiting >= BATCH:
            keep_rows()
        for position, raw, why in one.refused:
            reasons[why.reason] += 1
            refused.append((file.day, file.path, position, why.reason, why.detail, raw[:MAX_RAW]))
            if len(refused) == BATCH_REFUSED:
                keep_refused()
    if waiting:
        keep_rows()
    if refused:
        keep_refused()
    return {"rows": kept, "refused": dict(reasons)}
