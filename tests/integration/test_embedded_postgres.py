"""The embedded Postgres, with real servers: it starts once, survives a kill and keeps what was committed."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from etl.errors import SetupFailed
from etl.machine import postgres
from etl.settings import CHECKOUT
from etl.store import migrations
from etl.store.migrations import migrate
from lab import schema
from tests.integration.conftest import Ordinary

ASK = """
import sys
from pathlib import Path
from etl.machine import postgres
print(postgres.database_url(Path(sys.argv[1])))
"""


def running(home: Path) -> bool:
    """Whether this home's server is there and takes connections."""
    folder = home / "postgres"
    if not postgres._held(folder):
        return False
    try:
        socket.create_connection(("127.0.0.1", postgres._port(folder)), timeout=5).close()
    except OSError:  # also: no port yet
        return False
    return True


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield from _stopped_at_the_end(tmp_path / "home")


@pytest.fixture
def other_home(tmp_path: Path) -> Iterator[Path]:
    yield from _stopped_at_the_end(tmp_path / "a home with spaces")


def _stopped_at_the_end(home: Path) -> Iterator[Path]:
    yield home
    postgres.stop(home)
    assert not running(home)
    shutil.rmtree(home, ignore_errors=True)  # 60 MB each


def ask(url: str, *statements: str) -> list[tuple]:
    """Run the statements, each in its own transaction; the rows of the last one."""
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


def as_superuser(home: Path) -> str:
    return postgres.database_url(home, "postgres", postgres.SUPERUSER)


def pid(home: Path) -> int:
    return int((home / "postgres" / "data" / "postmaster.pid").read_text().split()[0])


def test_a_server_starts_when_asked_for_and_keeps_its_rows_over_a_stop(home: Path) -> None:
    assert not running(home)
    url = postgres.database_url(home)
    ask(url, "CREATE TABLE t AS SELECT 1 AS a")
    assert running(home)
    postgres.stop(home)
    assert not running(home)
    assert postgres.database_url(home) == url
    assert ask(url, "SELECT a FROM t") == [(1,)]


def test_stopping_what_does_not_run_is_nothing(home: Path) -> None:
    postgres.stop(home)
    assert not home.exists()


def test_a_second_database_lives_in_the_same_server(home: Path) -> None:
    first, second = postgres.database_url(home), postgres.database_url(home, 'air"flow %')
    assert ask(first, "SELECT current_database()") == [("overtone",)]
    assert ask(second, "SELECT current_database()") == [('air"flow %',)]
    assert ask(first, "SELECT pg_postmaster_start_time()") == ask(second, "SELECT pg_postmaster_start_time()")


def test_two_homes_run_side_by_side(home: Path, other_home: Path) -> None:
    here, there = postgres.database_url(home), postgres.database_url(other_home)
    ask(here, "CREATE TABLE only_here (a int)")
    assert ask(there, "SELECT to_regclass('only_here')") == [(None,)]
    postgres.stop(home)
    assert ask(there, "SELECT 1") == [(1,)]


def test_four_processes_that_ask_at_once_get_one_server(home: Path) -> None:
    asking = [
        subprocess.Popen([sys.executable, "-c", ASK, home], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    urls = {process.communicate(timeout=120)[0].strip() for process in asking}
    assert urls == {postgres.database_url(home)}
    log = "".join(file.read_text() for file in (home / "postgres" / "logs").iterdir())
    assert log.count("starting PostgreSQL") == 1


def test_a_caller_that_captures_output_does_not_wait_for_the_server(home: Path) -> None:
    done = subprocess.run([sys.executable, "-c", ASK, home], cwd=CHECKOUT, capture_output=True, timeout=120)
    assert done.stdout.decode().strip() == postgres.database_url(home)
    assert done.stderr == b""
    assert running(home)


def test_committed_rows_outlive_a_killed_server(home: Path) -> None:
    url = postgres.database_url(home)
    with closing(psycopg2.connect(url)):  # an open session leaves an orphan that outlives the postmaster
        ask(url, "CREATE TABLE t (a int)", "INSERT INTO t SELECT generate_series(1, 1000)")
        os.kill(pid(home), signal.SIGKILL)
        assert postgres.database_url(home) == url
    assert ask(url, "SELECT count(*) FROM t") == [(1000,)]


def test_a_pid_file_whose_pid_is_now_another_program_is_no_hindrance(home: Path) -> None:
    url = postgres.database_url(home)
    postgres.stop(home)
    pid_file = home / "postgres" / "data" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n")
    assert postgres.database_url(home) == url


def test_a_cluster_whose_making_was_killed_is_made_again(home: Path) -> None:
    draft = home / "postgres" / "data.new"
    while not draft.exists():  # on a busy machine it may be made whole between two looks
        postgres.stop(home)
        shutil.rmtree(home, ignore_errors=True)
        process = subprocess.Popen([sys.executable, "-c", ASK, home], cwd=CHECKOUT, stdout=subprocess.DEVNULL)
        while not (draft / "PG_VERSION").exists() and process.poll() is None:
            time.sleep(0.01)
        process.kill()
        process.wait()
    url = postgres.database_url(home)
    assert ask(url, "SELECT 1") == [(1,)]
    assert not draft.exists()


def test_another_program_on_our_port_makes_us_take_another(home: Path) -> None:
    url = postgres.database_url(home)
    ask(url, "CREATE TABLE t AS SELECT 7 AS a")
    postgres.stop(home)
    port = int(psycopg2.extensions.parse_dsn(url)["port"])
    with socket.create_server(("127.0.0.1", port)):
        elsewhere = postgres.database_url(home)
        assert elsewhere != url
        assert ask(elsewhere, "SELECT a FROM t") == [(7,)]


def test_a_wrong_password_is_refused_and_the_right_one_is_private(home: Path) -> None:
    url = postgres.database_url(home)
    right = psycopg2.extensions.parse_dsn(url)["password"]
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(url.replace(right, "x" + right[1:] if right[0] != "x" else "y" + right[1:]))
    assert stat.S_IMODE((home / "postgres" / "password").stat().st_mode) == 0o600


def test_the_servers_log_is_a_file_a_weekday_begun_anew_a_week_later(home: Path) -> None:
    url = postgres.database_url(home)
    [log] = (home / "postgres" / "logs").iterdir()
    assert log.name in {f"{day}.log" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    settings = ("log_truncate_on_rotation", "log_rotation_age", "log_rotation_size")
    assert [ask(url, f"SHOW {name}") for name in settings] == [[("on",)], [("1d",)], [("0",)]]
    with pytest.raises(psycopg2.errors.UndefinedTable):
        ask(url, "SELECT * FROM nobody_has_this")
    deadline = time.monotonic() + 60
    while "nobody_has_this" not in log.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)  # another process writes it
    assert "nobody_has_this" in log.read_text()
    assert "nobody_has_this" not in (home / "postgres" / "log").read_text()


def test_a_home_that_others_could_read_is_closed(home: Path) -> None:
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    postgres.database_url(home)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "postgres" / "data").stat().st_mode) == 0o700


def test_the_server_listens_on_loopback_only(home: Path) -> None:
    url = postgres.database_url(home)
    assert ask(url, "SHOW listen_addresses") == [("127.0.0.1",)]
    assert ask(as_superuser(home), "SHOW unix_socket_directories") == [("",)]


def test_text_is_utf_8_in_code_point_order_and_time_is_utc(home: Path) -> None:
    url = postgres.database_url(home)
    assert ask(url, "SELECT upper('straße é'), 'Z' < 'a', 'z' < 'é'") == [("STRAßE É", True, True)]
    assert ask(url, "SHOW timezone") == [("UTC",)]


def test_pgvector_is_there(home: Path) -> None:
    url = postgres.database_url(home)
    distance = "SELECT round(('[1,0]'::vector <=> '[1,1]'::vector)::numeric, 4)::text"
    assert ask(url, distance) == [("0.2929",)]


@pytest.mark.parametrize("name", [postgres.OWNER, postgres.PAGES, postgres.AIRFLOW])
def test_nobody_is_a_superuser_and_nobody_opens_what_is_not_theirs(home: Path, name: str) -> None:
    database = "airflow" if name == postgres.AIRFLOW else "overtone"
    url = postgres.database_url(home, database, name)
    rights = "rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
    assert ask(url, f"SELECT rolname, {rights} FROM pg_roles WHERE rolname = current_user") == [
        (name, False, False, False, False, False)
    ]
    member = (
        "SELECT rolname FROM pg_roles WHERE pg_has_role(oid, 'MEMBER') AND rolname <> 'pg_database_owner' ORDER BY 1"
    )
    assert ask(url, member) == [
        (one,) for one in sorted({name} | ({"overtone_app"} if database == "overtone" else set()))
    ]
    assert stat.S_IMODE((home / "postgres" / f"password.{name}").stat().st_mode) == 0o600
    for other in {"airflow", "overtone"} - {database}:
        owner = postgres.database_url(home, other, other)
        assert ask(owner, "SELECT 1") == [(1,)]
        with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
            psycopg2.connect(f"{url.rpartition('/')[0]}/{other}")


def test_a_lost_password_of_a_role_is_made_anew(home: Path) -> None:
    url = postgres.database_url(home)
    (home / "postgres" / "password.overtone").unlink()
    assert postgres.database_url(home) != url
    assert ask(postgres.database_url(home), "SELECT 1") == [(1,)]


@pytest.mark.parametrize("running", [False, True], ids=["stopped", "running"])
def test_a_home_of_the_time_when_one_superuser_owned_all_is_handed_over(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, running: bool
) -> None:
    with monkeypatch.context() as before:  # its cluster's superuser was called overtone, and nobody else was there
        before.setattr(postgres, "SUPERUSER", "overtone")
        folder = home / "postgres"
        folder.mkdir(parents=True)
        with postgres._lock(folder) as lock:
            assert lock is not None
            postgres._start(folder, lock)
        old = postgres._url(folder, "postgres", "overtone")
    ask(old, "CREATE DATABASE overtone")
    ask(old, "CREATE DATABASE airflow")
    warehouse, metadata = (old.replace("/postgres", f"/{name}") for name in ("overtone", "airflow"))
    applied = tmp_path / "migrations"
    applied.mkdir()
    for file in migrations.files():
        if file.stem < "0017":
            shutil.copy(file, applied)
    migrate(warehouse, applied)
    ask(warehouse, "CALL activity.make_month('2020-12-01')")
    ask(warehouse, "INSERT INTO activity.listen VALUES ('2020-12-20', 1, 2, 3, '2020-12-20', 90, TRUE)")
    ask(metadata, "CREATE TYPE state AS ENUM ('a')", "CREATE TABLE dag (id serial, state state)")
    assert not (folder / "password.overtone").exists()
    if not running:
        postgres.stop(home)

    url, airflow = postgres.database_url(home), postgres.database_url(home, "airflow", postgres.AIRFLOW)
    assert ask(url, "SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user") == [("overtone", False)]
    left = """
        SELECT relname FROM pg_class WHERE relowner = 10 AND relnamespace::regnamespace::text !~ '^(pg_|information_)'
        UNION ALL SELECT nspname FROM pg_namespace WHERE nspowner = 10 AND nspname !~ '^(pg_|information_)'
        UNION ALL SELECT polname FROM pg_policy WHERE 10 = ANY (polroles)
        UNION ALL SELECT proname FROM pg_proc AS p WHERE proowner = 10
            AND pronamespace::regnamespace::text !~ '^(pg_|information_)'
            AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
        UNION ALL SELECT typname FROM pg_type AS t WHERE typowner = 10 AND typtype IN ('e', 'd')
            AND typnamespace::regnamespace::text !~ '^(pg_|information_)'"""
    assert ask(url, left) == ask(airflow, left) == []
    assert ask(as_superuser(home), "SELECT rolname FROM pg_roles WHERE rolsuper") == [("postgres",)]
    assert migrate(url) == [file.stem for file in migrations.files() if file.stem > "0017"]
    assert ask(url, "SELECT count(*) FROM activity.listen") == [(1,)]  # it waits for the night, which takes it away
    ask(url, "DROP TABLE activity.listen")
    assert schema.schema(url) == schema.FILE.read_text(encoding="utf-8")
    assert ask(airflow, "INSERT INTO dag (state) VALUES ('a') RETURNING id") == [(1,)]
    assert postgres.database_url(home) == url


def test_a_lost_password_is_named(home: Path) -> None:
    postgres.database_url(home)
    postgres.stop(home)
    (home / "postgres" / "password").unlink()
    with pytest.raises(SetupFailed, match="password: it is gone"):
        postgres.database_url(home)


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SetupFailed, match="Set OVERTONE_HOME to a folder that is yours"):
        postgres.database_url(tmp_path / "file")


def test_a_server_that_cannot_start_ends_with_the_last_words_of_its_log(home: Path) -> None:
    postgres.database_url(home)
    postgres.stop(home)
    (home / "postgres" / "data" / "postgresql.conf").write_text("nonsense = 1\n")
    with pytest.raises(SetupFailed, match='unrecognized configuration parameter "nonsense"'):
        postgres.database_url(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk takes root")
def test_a_full_disk_is_called_by_its_name(tmp_path: Path) -> None:
    mount = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o size=16m tmpfs "$0" && exec "$@"', tmp_path]
    if subprocess.run([*mount, "true"], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    done = subprocess.run([*mount, sys.executable, "-c", ASK, tmp_path], cwd=CHECKOUT, capture_output=True, text=True)
    assert "DiskFull: " in done.stderr
    assert "no space is left. Free some" in done.stderr


def test_an_ordinary_user_can_run_it_too(ordinary: Ordinary) -> None:
    home = ordinary.folder / "home"
    script = ASK + "print(postgres._held(Path(sys.argv[1]) / 'postgres')); postgres.stop(Path(sys.argv[1]))"
    done = ordinary.run("-c", script, str(home))
    assert done.stderr == ""
    assert done.stdout.splitlines()[1] == "True"
    assert (home / "postgres" / "data").stat().st_uid == ordinary.uid
