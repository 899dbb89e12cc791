"""The one door to Postgres: questions, locks, and loads that add up.

Rows go by COPY into a staging table; one transaction merges them, writes the books and advances the watermark. So a
killed load leaves nothing, and a load that ran twice changes nothing.
"""

import io
import logging
import re
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import count
from typing import Any, cast

import psycopg2
import psycopg2.errors
import pyarrow as pa
import pyarrow.csv as pacsv
from psycopg2.extensions import connection as PlainConnection
from psycopg2.extensions import cursor as TupleCursor
from psycopg2.extras import RealDictCursor as Cursor

from etl import pgcopy, pgtext, tenant
from etl.errors import BooksDoNotBalance, DatabaseUnavailable, DiskFull, SettingInvalid
from etl.local import postgres
from etl.settings import SQL, Settings

log = logging.getLogger(__name__)

Params = Sequence[Any] | Mapping[str, Any] | None

#: What server and driver say of an address that will not do the next time either.
WRONG_ADDRESS = re.compile(r"authentication failed|does not exist|no pg_hba.conf entry|^invalid ")

#: Columns that say when a row came in, not what it says: left out of comparisons and of content hashes.
VOLATILE = {"revision", "first_seen", "updated_at", "quarantine_id"}


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


class _Connection(PlainConnection):
    """A connection that knows which questions it has planned."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.plans: set[str] = set()


class Warehouse:
    """A Postgres database at ``url``; safe to share between threads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._idle: list[Any] = []
        self._guard = threading.Lock()

    @classmethod
    def open(cls, settings: Settings) -> "Warehouse":
        """The warehouse of these settings; starts the embedded server where there is no other."""
        return cls(settings.database_url or postgres.database_url(settings.home))

    def close(self) -> None:
        """End the connections that wait for another use; the next transaction makes a new one."""
        with self._guard:
            while self._idle:
                self._idle.pop().close()

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """One transaction: all of it is kept, or nothing.

        Raises:
            DatabaseUnavailable: no server answers, or it ended the connection.
            DiskFull: the server has no space left.
        """
        try:
            connection = self._take()
            try:
                with connection, connection.cursor(cursor_factory=Cursor) as cursor:
                    yield cursor
            except BaseException:
                connection.close()
                raise
            with self._guard:
                self._idle.append(connection)
        except psycopg2.errors.DiskFull as error:
            raise DiskFull(
                "Postgres", "no space is left on its device", "Free some and run the same command again."
            ) from error
        except psycopg2.errors.InsufficientPrivilege as error:
            said = error.diag
            raise SettingInvalid(
                "OVERTONE_DATABASE_URL", said.message_primary or "it may not do this", said.message_hint or "Grant it."
            ) from error
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            raise DatabaseUnavailable(
                "Postgres",
                next(iter(str(error).strip().splitlines()), "the connection was lost"),
                "Start it and run the same command again.",
            ) from error

    def query(self, sql: str, params: Params = None) -> list[dict[str, Any]]:
        """Ask a question; a row is a dict of its columns."""
        with self.transaction() as cursor:
            cursor.execute(sql, params)
            return [dict(row) for row in cursor.fetchall()]

    def execute(self, sql: str, params: Params = None) -> int:
        """Run a statement and return the number of rows it touched."""
        with self.transaction() as cursor:
            cursor.execute(sql, params)
            return cursor.rowcount

    def query_as(
        self,
        sql: str,
        params: Mapping[str, Any],
        artist_id: int | None = None,
        listener_id: int | None = None,
        account_id: int | None = None,
    ) -> list[dict[str, Any]]:
        """Ask, or write, as the app's own role, which sees this tenant's rows and no others; without a tenant, no row.

        One transaction: what is set ends with it. A question is planned once a connection, for planning takes longer
        than answering; write the type of each parameter, as in ``%(day)s::date``.
        """
        plan = tenant.plan(sql)
        given = {**tenant.named(artist_id, listener_id, account_id), **params}
        with self.transaction() as cursor:
            plans = cast(_Connection, cursor.connection).plans
            if plan.name not in plans:
                cursor.execute(tenant.BECOME, given)
                cursor.execute(plan.prepare)
                plans.add(plan.name)
            cursor.execute(f"{tenant.BECOME};\n{plan.execute}", given)
            return [dict(row) for row in cursor.fetchall()] if cursor.description else []

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Let one process at a time do what ``name`` stands for; the others wait. A killed holder frees it."""
        with self.transaction() as cursor:
            for attempt in count():
                if ask(cursor, "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0)) AS ours", (name,))["ours"]:
                    break
                if attempt == 1:
                    log.info("%s: another process is at it; waiting for it to end.", name)
                time.sleep(0.1)  # waiting within Postgres, Ctrl-C would have to wait, too
            yield

    def batches(self, sql: str, params: Params = None, rows: int = 50_000) -> Iterator[list[tuple[Any, ...]]]:
        """Ask a question whose answer is large; so many rows are in memory at a time."""
        with self.transaction() as cursor, cursor.connection.cursor("batches", cursor_factory=TupleCursor) as stream:
            stream.execute(sql, params)
            while batch := stream.fetchmany(rows):
                yield batch

    def _take(self) -> Any:
        with self._guard:
            connection = self._idle.pop() if self._idle else None
        if connection is not None:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                connection.rollback()
                return connection
            except psycopg2.Error:
                connection.close()  # the server was restarted since
        try:
            return psycopg2.connect(
                self.url,
                connect_timeout=10,
                client_encoding="UTF8",
                options="-c timezone=UTC",
                application_name="overtone",
                connection_factory=_Connection,
            )
        except (psycopg2.OperationalError, psycopg2.ProgrammingError) as error:
            said = " ".join(str(error).split())
            if WRONG_ADDRESS.search(said):
                raise SettingInvalid(
                    "OVERTONE_DATABASE_URL",
                    "it cannot be read" if said.startswith("invalid ") else said,  # what it quotes may be the password
                    "Write it as postgresql://user:password@host:port/name.",
                ) from error
            raise


@cache
def sql(name: str) -> str:
    """The text of ``sql/<name>.sql``."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def ask(cursor: Cursor, sql: str, params: Params = None) -> dict[str, Any]:
    """Ask a question that has one row for an answer, within a transaction."""
    cursor.execute(sql, params)
    [row] = cursor.fetchall()
    return row


def stage(cursor: Cursor, name: str, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
    """COPY rows into a temporary table ``name``, gone with the transaction, and return how many there are.

    A list column becomes an array; one table is in memory at a time.
    """
    columns = ", ".join(f"{column.name} {pgtext.column_type(column.type)}" for column in schema)
    cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns}) ON COMMIT DROP")
    for table in tables:
        for batch in table.to_batches(max_chunksize=20_000):
            cursor.copy_expert(f"COPY {name} FROM STDIN", io.StringIO(pgtext.encode(batch)))
    cursor.execute(f"ANALYZE {name}")
    return ask(cursor, f"SELECT count(*) AS rows FROM {name}")["rows"]


def copy_rows(cursor: Cursor, table: str, batches: Iterable[pa.RecordBatch]) -> int:
    """COPY rows into columns of the same names and types, in Postgres's binary format; return how many there were."""
    rows = 0
    for batch in batches:
        data = io.BytesIO(b"".join((pgcopy.HEADER, pgcopy.encode(batch), pgcopy.TRAILER)))
        cursor.copy_expert(
            f"COPY {table} ({', '.join(batch.schema.names)}) FROM STDIN (FORMAT binary)", data, size=1 << 20
        )
        rows += batch.num_rows
    return rows


def copy_out(cursor: Cursor, sql: str, params: Params = None) -> pa.Table:
    """Ask a question whose answer is large and all numbers, as one table."""
    data = io.BytesIO()
    question = cursor.mogrify(sql, params).decode()
    cursor.copy_expert(f"COPY ({question}) TO STDOUT (FORMAT csv, HEADER)", data, size=1 << 20)
    data.seek(0)
    return pacsv.read_csv(data)


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
    cursor.execute(f"SELECT * FROM {incoming} LIMIT 0")
    names = [column.name for column in cursor.description or []]
    values = [name for name in names if name not in (*key, "first_day")]
    first_day = "first_day" in names
    settle = [f"{name} = s.{name}" for name in values]
    if first_day:
        settle.append("first_day = LEAST(t.first_day, s.first_day)")
    # Loads into one table take turns: MERGE alone fails when two of them insert the same key. Readers go on.
    cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
    before = ask(
        cursor,
        f"SELECT count(*) AS rows, count(t.day) AS known"
        f" FROM {incoming} AS s LEFT JOIN {table} AS t USING ({', '.join(key)})",
    )
    done = ask(
        cursor,
        f"""
        WITH merged AS (
            MERGE INTO {table} AS t USING {incoming} AS s ON ({_row("t", key)}) = ({_row("s", key)})
            WHEN MATCHED AND s.day >= t.day
                AND ({_row("t", values)}) IS DISTINCT FROM ({_row("s", values)}) THEN
                UPDATE SET {", ".join(settle)}
            {"WHEN MATCHED AND s.first_day < t.first_day THEN UPDATE SET first_day = s.first_day" if first_day else ""}
            WHEN NOT MATCHED THEN INSERT ({", ".join(names)}) VALUES ({_row("s", names)})
            RETURNING merge_action() AS action
        )
        SELECT
            count(*) FILTER (WHERE action = 'INSERT') AS inserted,
            count(*) FILTER (WHERE action = 'UPDATE') AS updated
        FROM merged""",
    )
    return Merged(before["rows"], done["inserted"], done["updated"], before["known"] - done["updated"])


def quarantine(cursor: Cursor, job: str, sources: Iterable[str], refused: pa.Table) -> None:
    """Make the quarantine of these sources hold exactly the refused rows; what is mended since leaves it."""
    stage(cursor, "refused", refused.schema, [refused])
    cursor.execute(
        """
        DELETE FROM ops.quarantine AS q
        WHERE q.job = %s AND q.source = ANY(%s)
            AND NOT EXISTS (SELECT FROM refused AS r WHERE (r.source, r.position) = (q.source, q.position))""",
        (job, list(sources)),
    )
    cursor.execute(
        """
        INSERT INTO ops.quarantine (job, day, source, position, reason, detail, raw)
        SELECT %s, day, source, position, reason, detail, raw FROM refused
        ON CONFLICT (job, source, position) DO UPDATE
        SET (day, reason, detail, raw) = (excluded.day, excluded.reason, excluded.detail, excluded.raw)""",
        (job,),
    )


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
    cursor.execute(
        """
        INSERT INTO ops.load
            (job, day, table_name, rows_in, inserted, updated, unchanged, quarantined, started_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            books.job,
            books.day,
            books.table,
            books.rows_in,
            books.inserted,
            books.updated,
            books.unchanged,
            books.quarantined,
            started_at,
        ),
    )
    for table in tables:
        cursor.execute(
            """
            INSERT INTO ops.watermark AS w (table_name, through) VALUES (%s, %s)
            ON CONFLICT (table_name) DO UPDATE SET through = excluded.through, updated_at = now()
            WHERE excluded.through > w.through OR %s""",
            (table, through or books.day, through is not None),
        )


def tables(warehouse: Warehouse) -> list[str]:
    """Names of the tables that hold what Overtone knows, partitions counted as their parent."""
    return [
        row["name"]
        for row in warehouse.query("""
            SELECT n.nspname || '.' || c.relname AS name
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('core', 'activity', 'mart') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            ORDER BY name""")
    ]


def content_hash(warehouse: Warehouse) -> dict[str, str]:
    """A hash per table over what its rows say, whatever their order on disk and whenever they came in."""
    hashes = {}
    for table in [*tables(warehouse), "ops.quarantine"]:
        with warehouse.transaction() as cursor:
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")
            names = [column.name for column in cursor.description or [] if column.name not in VOLATILE]
            hashed = ask(
                cursor,
                f"""
                SELECT md5(coalesce(string_agg(h, '' ORDER BY h), '')) AS hash
                FROM (SELECT md5(ROW({", ".join(names)})::text) AS h FROM {table}) AS hashed""",
            )
            hashes[table] = hashed["hash"]
    return hashes


def _row(alias: str, names: Iterable[str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)
