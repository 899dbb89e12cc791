"""Loads that add up, in a transaction of ``etl.store.warehouse``.

Rows go by COPY into a staging table; one transaction merges them, writes the books and advances the watermark. So a
killed load leaves nothing, and a load that ran twice changes nothing.
"""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa
from pgpq import ArrowToPostgresBinaryEncoder

from etl.errors import BooksDoNotBalance
from etl.store.warehouse import Cursor, ask, sql


@dataclass(frozen=True)
class Books:
    """What became of the rows that a job read for a day."""

    job: str
    day: date
    table: str
    rows_in: int
    inserted: int
    updated: int
    unchanged: int
    quarantined: int

    def __post_init__(self) -> None:
        out = self.inserted + self.updated + self.unchanged + self.quarantined
        if out != self.rows_in:
            raise BooksDoNotBalance(
                f"{self.job} {self.day}",
                f"{self.rows_in} rows came in, {out} are accounted for",
                "Nothing was published. Report this: it is a defect of Overtone.",
            )


def stage(cursor: Cursor, name: str, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
    """COPY rows into a temporary table ``name``, gone with the transaction, and return how many there are.

    A list column becomes an array; one table is in memory at a time.
    """
    columns = ArrowToPostgresBinaryEncoder(schema).schema().columns
    types = ", ".join(
        # pgpq leaves a time's zone out.
        f"{field.name} {'TIMESTAMPTZ' if getattr(field.type, 'tz', None) else column.data_type.ddl()}"
        for field, column in zip(schema, columns, strict=True)
    )
    cursor.execute(f"CREATE TEMPORARY TABLE {name} ({types}) ON COMMIT DROP")
    copy_rows(cursor, name, (batch for table in tables for batch in table.to_batches(max_chunksize=20_000)))
    cursor.execute(f"ANALYZE {name}")
    return ask(cursor, f"SELECT count(*) AS rows FROM {name}")["rows"]


def copy_rows(cursor: Cursor, table: str, batches: Iterable[pa.RecordBatch]) -> int:
    """COPY rows into columns of the same names and types; return how many there were."""
    rows = 0
    for batch in batches:
        names = ", ".join(batch.schema.names)
        cursor.copy_expert(
            f"COPY {table} ({names}) FROM STDIN (FORMAT binary)", io.BytesIO(encoded(batch)), size=1 << 20
        )
        rows += batch.num_rows
    return rows


def insert(cursor: Cursor, table: str, rows: pa.Table) -> None:
    """Put rows into a table under row-level security, which takes no COPY but from a superuser."""
    stage(cursor, "inserted", rows.schema, [rows])
    names = ", ".join(rows.schema.names)
    cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM inserted; DROP TABLE inserted")


def encoded(batch: pa.RecordBatch) -> bytes:
    """Rows in the binary format of COPY; a dictionary's values are to be cast before."""
    encoder = ArrowToPostgresBinaryEncoder(batch.schema)
    return b"".join((encoder.write_header(), encoder.write_batch(batch), encoder.finish()))


@dataclass(frozen=True)
class Merged:
    """What a merge did with rows that have one key each, every figure counted by itself."""

    rows: int
    inserted: int
    updated: int
    unchanged: int


def merge(cursor: Cursor, table: str, incoming: str, *key: str) -> Merged:
    """Merge staged rows into a table: new keys are inserted, others updated where they differ and are not older.

    Days may be loaded in any order: values come from the latest ``day``, ``first_day`` is the earliest.

    Args:
        cursor: of the transaction that staged the rows.
        table: the table to merge into; it has a column ``day``.
        incoming: the staged table; a row a key, its columns named as the target's.
        key: the columns that tell rows apart.
    """
    # Names of tables and columns are known here alone, so these are no files of sql/.
    cursor.execute(f"SELECT * FROM {incoming} LIMIT 0")
    names = [column.name for column in cursor.description or []]
    values = [name for name in names if name not in (*key, "first_day")]
    first_day = "first_day" in names
    settle = [f"{name} = s.{name}" for name in values]
    if first_day:
        settle.append("first_day = LEAST(t.first_day, s.first_day)")
    due = f"s.day >= t.day AND ({_row('t', values)}) IS DISTINCT FROM ({_row('s', values)})"
    earlier = "s.first_day < t.first_day" if first_day else "FALSE"
    # Loads into one table take turns: MERGE alone fails when two of them insert the same key. Readers go on.
    cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
    before = ask(
        cursor,
        f"SELECT count(*) AS rows, count(t.day) FILTER (WHERE (({due}) OR {earlier}) IS NOT TRUE) AS unchanged"
        f" FROM {incoming} AS s LEFT JOIN {table} AS t USING ({', '.join(key)})",
    )
    done = ask(
        cursor,
        f"""
        WITH merged AS (
            MERGE INTO {table} AS t USING {incoming} AS s ON ({_row("t", key)}) = ({_row("s", key)})
            WHEN MATCHED AND {due} THEN UPDATE SET {", ".join(settle)}
            {f"WHEN MATCHED AND {earlier} THEN UPDATE SET first_day = s.first_day" if first_day else ""}
            WHEN NOT MATCHED THEN INSERT ({", ".join(names)}) VALUES ({_row("s", names)})
            RETURNING merge_action() AS action
        )
        SELECT
            count(*) FILTER (WHERE action = 'INSERT') AS inserted,
            count(*) FILTER (WHERE action = 'UPDATE') AS updated
        FROM merged""",
    )
    return Merged(**before, **done)


def quarantine(cursor: Cursor, job: str, sources: Iterable[str], refused: pa.Table) -> None:
    """Make the quarantine of these sources hold exactly the refused rows; what is mended since leaves it."""
    stage(cursor, "refused", refused.schema, [refused])
    cursor.execute(sql("loads/quarantine"), {"job": job, "sources": list(sources)})


def close_books(
    cursor: Cursor, books: Books, tables: Iterable[str], started_at: datetime, through: date | None = None
) -> None:
    """Write the books of a load and set the watermark of the tables that it filled.

    Args:
        cursor: of the transaction that publishes the rows.
        books: of the load.
        tables: what it filled.
        started_at: when the job began.
        through: the day that the tables are now complete to; None: the latest day that was loaded.
    """
    cursor.execute(sql("loads/books"), vars(books) | {"started_at": started_at})
    for table in tables:
        advance(cursor, table, through or books.day, back=through is not None)


def advance(cursor: Cursor, table: str, day: date, back: bool = False) -> None:
    """Say that a table is complete to a day; back: even if it was to a later one."""
    cursor.execute(sql("loads/watermark"), {"table": table, "through": day, "back": back})


def through(cursor: Cursor, *tables: str) -> date | None:
    """The day that all of some tables are complete to; those never loaded do not count. None: none was."""
    return ask(cursor, sql("queries/data_through"), {"table_names": list(tables)})["through"]


def settled(days: Mapping[date, int], drift: float) -> date:
    """The last day on which a catalogue grew by more than a share of what it was when it last did.

    What is fitted is fitted on the catalogue of that day, so that it does not depend on the order in which days came.

    Args:
        days: how many there are of each day; at least one day.
        drift: the share.

    >>> settled({date(2020, 1, 1): 100, date(2020, 1, 2): 6, date(2020, 1, 3): 6, date(2020, 1, 4): 6}, 0.1)
    datetime.date(2020, 1, 3)
    """
    fitted = known = 0
    found = min(days)
    for day, count in sorted(days.items()):
        known += count
        if known - fitted > drift * fitted:
            fitted, found = known, day
    return found


def _row(alias: str, names: Iterable[str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)
