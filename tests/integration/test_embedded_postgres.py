"""The embedded Postgres, with real servers: it starts once, survives a kill and keeps what was committed."""

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from etl.errors import SetupFailed
from etl.machine import postgres
from etl.settings import CHECKOUT

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
    assert ask(first, "SHOW data_directory") == ask(second, "SHOW data_directory")


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
    log = (home / "postgres" / "log").read_text()
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


def test_the_server_listens_on_loopback_only(home: Path) -> None:
    url = postgres.database_url(home)
    assert ask(url, "SHOW listen_addresses") == [("127.0.0.1",)]
    assert ask(url, "SHOW unix_socket_directories") == [("",)]


def test_text_is_utf_8_in_code_point_order_and_time_is_utc(home: Path) -> None:
    url = postgres.database_url(home)
    assert ask(url, "SELECT upper('straße é'), 'Z' < 'a', 'z' < 'é'") == [("STRAßE É", True, True)]
    assert ask(url, "SHOW timezone") == [("UTC",)]


def test_pgvector_is_there(home: Path) -> None:
    url = postgres.database_url(home)
    distance = "SELECT round(('[1,0]'::vector <=> '[1,1]'::vector)::numeric, 4)::text"
    assert ask(url, "CREATE EXTENSION vector", distance) == [("0.2929",)]


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


@pytest.mark.skipif(os.geteuid() != 0, reason="every other test here runs as an ordinary user already")
def test_an_ordinary_user_can_run_it_too() -> None:
    nobody = pwd.getpwnam("nobody")
    interpreters = [sys.executable, f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"]
    packages = Path(psycopg2.__file__).parent.parent

    def works(python: str) -> bool:
        command = [python, "-c", f"import os; os.stat({str(packages)!r})"]
        try:
            return not subprocess.run(command, user=nobody.pw_uid, capture_output=True).returncode
        except OSError:
            return False

    python = next(filter(works, interpreters), None)
    if python is None:
        pytest.skip("the user nobody may not read this environment")
    home = Path(tempfile.mkdtemp(prefix="overtone-"))
    try:
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        script = ASK + "print(postgres._held(Path(sys.argv[1]) / 'postgres')); postgres.stop(Path(sys.argv[1]))"
        done = subprocess.run(
            [python, "-c", script, home],
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
            cwd=home,
            env={"PYTHONPATH": f"{CHECKOUT}:{packages}"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.stderr == ""
        assert done.stdout.splitlines()[1] == "True"
        assert (home / "postgres" / "data").stat().st_uid == nobody.pw_uid
    finally:
        shutil.rmtree(home)
