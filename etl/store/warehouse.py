"""The one door to Postgres: connections, questions, locks; and what its tables say, as a hash."""

import io
import logging
import os
import re
import select
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from itertools import count
from typing import Any, cast

import psycopg2
import psycopg2.errors
import pyarrow as pa
import pyarrow.csv as pacsv
from psycopg2.extensions import POLL_OK, POLL_READ
from psycopg2.extensions import connection as PlainConnection
from psycopg2.extensions import cursor as TupleCursor
from psycopg2.extras import RealDictCursor

from etl.errors import DatabaseUnavailable, DiskFull, SettingInvalid, ValueRefused
from etl.machine import postgres
from etl.settings import SQL, Settings
from etl.store import tenant

log = logging.getLogger(__name__)

Params = Sequence[Any] | Mapping[str, Any] | None

#: What server and driver say of an address that will not do the next time either.
WRONG_ADDRESS = re.compile(r"authentication failed|does not exist|no pg_hba.conf entry|^invalid ")

#: A server whose machine is gone is noticed within half a minute, also while nothing is asked of it.
KEEPALIVES: dict[str, Any] = {
    "keepalives": 1,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # ms
}

#: Columns that say when a row came in, not what it says: left out of comparisons and of content hashes.
VOLATILE = {"revision", "first_seen", "updated_at", "quarantine_id", "folder"}


class _Connection(PlainConnection):
    """A connection that knows which questions it has planned."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.plans: set[str] = set()


class Cursor(RealDictCursor):
    """A cursor that says it of whoever asks, and not of us, when Postgres has no place for what they sent."""

    def execute(self, query: Any, vars: Any = None) -> None:
        """Ask.

        Raises:
            ValueRefused: a text has a NUL or half a character.
        """
        try:
            super().execute(query, vars)
        except ValueError as error:
            if not isinstance(error, UnicodeEncodeError) and "NUL" not in str(error):
                raise
            raise ValueRefused("what was sent", "it has a character that no text has", "Leave it out.") from error


class Warehouse:
    """A Postgres database at ``url``; safe to share between threads.

    Args:
        url: as the role that owns the tables.
        patience: seconds that a statement may take, and with 5 more a whole transaction; None: as long as it takes.
        pages_url: as a role that may do what a page needs and nothing else; None: there is none.
        owner: the same database as its tables' owner; None: ``url`` is that.
    """

    def __init__(
        self,
        url: str,
        patience: float | None = None,
        pages_url: str | None = None,
        owner: "Warehouse | None" = None,
    ) -> None:
        self.url = url
        self.patience = patience
        self._pages_url = pages_url
        self._owner = owner
        self._idle: list[Any] = []
        self._ends: dict[Any, float] = {}  # of connections in use: when patience with them ends
        self._seal: bytes | None = None
        self._guard = threading.Lock()
        self._watcher: threading.Thread | None = None

    @classmethod
    def open(cls, settings: Settings, patience: float | None = None) -> "Warehouse":
        """The warehouse of these settings; starts the embedded server where there is no other."""
        if settings.database_url:
            return cls(settings.database_url, patience, settings.app_database_url)
        pages = postgres.database_url(settings.home, role=postgres.PAGES)
        return cls(postgres.database_url(settings.home), patience, pages)

    @property
    def owner(self) -> "Warehouse":
        """The same as the tables' owner, who knows of accounts and loads."""
        return self._owner or self

    def for_pages(self) -> "Warehouse":
        """The same as what pages ask as: whatever is said there, its session can become nobody else."""
        return Warehouse(self._pages_url, self.patience, owner=self) if self._pages_url else self

    def ping(self, seconds: float) -> None:
        """Make sure that the server answers, by a connection of its own: one that waits for another use may be dead.

        Raises:
            DatabaseUnavailable: it does not within so many seconds, whether it is gone, refuses or stands still.
        """
        ends = time.monotonic() + seconds
        try:
            with closing(psycopg2.connect(self.url, async_=True, application_name="overtone ping")) as connection:
                _wait(connection, ends)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                    _wait(connection, ends)
        except (psycopg2.Error, TimeoutError) as error:
            raise _unavailable(error if str(error) else f"no answer in {seconds:g} s") from error

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
                self._close(connection)
                raise
            with self._guard:
                self._ends.pop(connection, None)
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
        except (psycopg2.errors.QueryCanceled, psycopg2.errors.LockNotAvailable) as error:
            raise DatabaseUnavailable("Postgres", _first_line(error), "It is busy: try again in a minute.") from error
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            raise _unavailable(error) from error

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

        Raises:
            ValueRefused: a parameter is nothing of its type, such as a number that is too large.
        """
        plan = tenant.plan(sql)
        with self.transaction() as cursor:
            given = {**self.tenant(cursor, artist_id, listener_id, account_id), **params}
            plans = cast(_Connection, cursor.connection).plans
            if plan.name not in plans:
                cursor.execute(tenant.BECOME, given)
                cursor.execute(plan.prepare)
                plans.add(plan.name)
            try:
                cursor.execute(f"{tenant.BECOME};\n{plan.execute}", given)
            except psycopg2.DataError as error:
                raise ValueRefused("what was sent", "a value is none of its kind", "Send another.") from error
            return [dict(row) for row in cursor.fetchall()] if cursor.description else []

    def tenant(
        self,
        cursor: Cursor,
        artist_id: int | None = None,
        listener_id: int | None = None,
        account_id: int | None = None,
    ) -> dict[str, str]:
        """A tenant as the parameters of ``tenant.BECOME``, good for the cursor's session."""
        if self.owner._seal is None:
            self.owner._seal = bytes(self.owner.query("SELECT key FROM ops.seal")[0]["key"])
        named = tenant.named(artist_id, listener_id, account_id)
        return tenant.sealed(named, self.owner._seal, cursor.connection.get_backend_pid())

    @contextmanager
    def lock(self, name: str, shared: bool = False) -> Iterator[None]:
        """Let one process at a time do what ``name`` stands for; the others wait. A killed holder frees it.

        Shared: let those who hold it so do it together, and nobody alone.
        """
        take = f"SELECT pg_try_advisory_xact_lock{'_shared' if shared else ''}(hashtextextended(%s, 0)) AS ours"
        with self.transaction() as cursor:
            for attempt in count():
                if ask(cursor, take, (name,))["ours"]:
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
                self._watch(connection, 5)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                connection.rollback()
                self._watch(connection)
                return connection
            except psycopg2.Error:
                self._close(connection)  # the server was restarted since
        try:
            connection = psycopg2.connect(
                self.url,
                connect_timeout=10,  # until the server has let us in
                client_encoding="UTF8",
                options=f"-c timezone=UTC {self._limits()}",
                application_name="overtone",
                connection_factory=_Connection,
                **KEEPALIVES,
            )
            self._watch(connection)
            return connection
        except (psycopg2.OperationalError, psycopg2.ProgrammingError) as error:
            said = " ".join(str(error).split())
            if WRONG_ADDRESS.search(said):
                raise SettingInvalid(
                    "OVERTONE_DATABASE_URL",
                    "it cannot be read" if said.startswith("invalid ") else said,  # what it quotes may be the password
                    "Write it as postgresql://user:password@host:port/name.",
                ) from error
            raise

    def _limits(self) -> str:
        """What the server holds a page to; a lock is waited for less long, for who holds it is at work."""
        if self.patience is None:
            return ""
        limits = {"statement": self.patience, "lock": self.patience / 3, "idle_in_transaction_session": self.patience}
        return " ".join(f"-c {name}_timeout={seconds * 1000:.0f}" for name, seconds in limits.items())

    def _watch(self, connection: Any, seconds: float | None = None) -> None:
        """End a connection's patience some time from now: a server that stands still cancels nothing itself."""
        if self.patience is None:
            return
        with self._guard:
            self._ends[connection] = time.monotonic() + (seconds or self.patience + 5)
            if not self._watcher:
                self._watcher = threading.Thread(target=self._hang_up, name="patience", daemon=True)
                self._watcher.start()

    def _hang_up(self) -> None:
        """Hang up on connections whose time is over; whoever waits for their answer gets an error."""
        while True:
            time.sleep(0.5)
            with self._guard:  # who closes a connection takes it out first, so its descriptor is still its own here
                if not self._ends:
                    self._watcher = None
                    return
                for connection, end in self._ends.items():
                    if time.monotonic() > end:
                        with (
                            suppress(psycopg2.Error, OSError),
                            socket.socket(fileno=os.dup(connection.fileno())) as wire,
                        ):
                            wire.shutdown(socket.SHUT_RDWR)

    def _close(self, connection: Any) -> None:
        with self._guard:
            self._ends.pop(connection, None)
        connection.close()


def _wait(connection: Any, ends: float) -> None:
    """Wait for what an asynchronous connection is at. Raises: TimeoutError."""
    while (state := connection.poll()) != POLL_OK:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN if state == POLL_READ else select.POLLOUT)
        left = ends - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise TimeoutError


def _unavailable(said: object) -> DatabaseUnavailable:
    return DatabaseUnavailable("Postgres", _first_line(said), "Start it and run the same command again.")


def _first_line(said: object) -> str:
    return next(iter(str(said).strip().splitlines()), "the connection was lost")


@cache
def sql(name: str) -> str:
    """The text of ``sql/<name>.sql``."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def ask(cursor: Cursor, sql: str, params: Params = None) -> dict[str, Any]:
    """Ask a question that has one row for an answer, within a transaction."""
    cursor.execute(sql, params)
    [row] = cursor.fetchall()
    return row


def copy_out(cursor: Cursor, sql: str, params: Params = None, words: Sequence[str] = ()) -> pa.Table:
    """Ask a question whose answer is large and all numbers, but for columns of ``words``, as one table."""
    data = io.BytesIO()
    question = cursor.mogrify(sql, params).decode()
    cursor.copy_expert(f"COPY ({question}) TO STDOUT (FORMAT csv, HEADER)", data, size=1 << 20)
    data.seek(0)
    return pacsv.read_csv(data, convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(words, pa.string())))


def tables(warehouse: Warehouse) -> list[str]:
    """Names of the tables that hold what Overtone knows, partitions counted as their parent."""
    return [row["name"] for row in warehouse.query(sql("queries/content_tables"))]


def content_hash(warehouse: Warehouse) -> dict[str, str]:
    """A hash per table over what its rows say, whatever their order on disk and whenever they came in."""
    hashes = {}
    for table in [*tables(warehouse), "ops.lake", "ops.quarantine"]:
        with warehouse.transaction() as cursor:
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")
            names = [column.name for column in cursor.description or [] if column.name not in VOLATILE]
            hashed = ask(
                cursor,  # table and columns are known here alone, so this is no file of sql/
                f"""
                SELECT md5(coalesce(string_agg(h, '' ORDER BY h), '')) AS hash
                FROM (SELECT md5(ROW({", ".join(names)})::text) AS h FROM {table}) AS hashed""",
            )
            hashes[table] = hashed["hash"]
    return hashes
