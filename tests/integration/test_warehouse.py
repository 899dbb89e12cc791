"""The warehouse on a real Postgres: large answers, hashes, locks, and a database that is not there."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg2
import pytest

from etl.errors import DatabaseUnavailable, DiskFull, SettingInvalid
from etl.machine import postgres
from etl.settings import Settings
from etl.store.warehouse import Warehouse, content_hash, tables


def test_a_large_answer_comes_in_batches(shared: Warehouse) -> None:
    batches = list(shared.batches("SELECT n, n * %s FROM generate_series(1, 5) AS n", (10,), rows=2))
    assert batches == [[(1, 10), (2, 20)], [(3, 30), (4, 40)], [(5, 50)]]


def test_every_table_is_hashed_and_a_partition_is_part_of_its_table(shared: Warehouse) -> None:
    assert [name for name in tables(shared) if name.startswith("core.")] == [
        "core.artist", "core.clip", "core.creator", "core.genre", "core.scaler", "core.sound", "core.track",
        "core.track_feature", "core.track_match", "core.track_vector", "core.video",
    ]  # fmt: skip
    assert set(content_hash(shared)) == {*tables(shared), "ops.lake", "ops.quarantine"}


def test_a_hash_is_of_what_rows_say_and_not_of_their_order_or_time(warehouse: Warehouse) -> None:
    def hashed(*rows: str) -> str:
        warehouse.execute("TRUNCATE core.track")
        for row in rows:
            warehouse.execute(
                "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre_ids, day)"
                f" VALUES ({row}, 1, '', '{{}}', '2020-12-19')"
            )
        return content_hash(warehouse)["core.track"]

    same = hashed("1, 'a'", "2, 'b'")
    assert hashed("2, 'b'", "1, 'a'") == same  # and their revisions are others
    assert same not in {hashed("1, 'a'", "2, 'c'"), hashed("1, 'a'"), hashed()}


HOLD = """
import sys, time
from etl.store.warehouse import Warehouse
with Warehouse(sys.argv[1]).lock("work"):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_lock_is_held_by_one_and_freed_by_a_kill(shared: Warehouse) -> None:
    command = [sys.executable, "-c", HOLD, shared.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        entered = threading.Event()

        def enter() -> None:
            with shared.lock("work"):
                entered.set()

        thread = threading.Thread(target=enter)
        thread.start()
        assert not entered.wait(0.3)
        with shared.lock("other work"):
            pass
        holder.send_signal(signal.SIGKILL)
        assert entered.wait(30)
        thread.join()


# A database that is not there


def test_a_database_that_does_not_answer_is_worth_another_try() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(DatabaseUnavailable) as error:
        Warehouse(f"postgresql://ann:secret@127.0.0.1:{port}/overtone").query("SELECT 1")
    assert error.value.retry
    assert str(error.value) == (
        f'Postgres: connection to server at "127.0.0.1", port {port} failed: Connection refused. '
        "Start it and run the same command again."
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda url: url.replace(str(urlsplit(url).password), "sesame"), "password authentication failed for user"),
        (lambda url: f"{url}_not", '_not" does not exist'),
        (lambda url: url.replace("@127.0.0.1:", "@127.0.0.1:sesame"), "it cannot be read"),
        (lambda url: url.replace(str(urlsplit(url).password), "sesame%zz"), "it cannot be read"),
        (lambda url: f"{url}?sesame=1", "it cannot be read"),
    ],
    ids=["password", "database", "port", "escape", "parameter"],
)  # fmt: skip
def test_a_wrong_address_is_the_callers_to_mend(shared: Warehouse, wrong: Callable[[str], str], said: str) -> None:
    with pytest.raises(SettingInvalid) as error:
        Warehouse(wrong(shared.url)).query("SELECT 1")
    assert (error.value.thing, error.value.exit_code, error.value.retry) == ("OVERTONE_DATABASE_URL", 2, False)
    assert said in str(error.value)
    assert "sesame" not in str(error.value)


def test_a_connection_that_the_server_ends_is_an_error_once_and_not_for_ever(shared: Warehouse) -> None:
    def lose() -> None:
        with shared.transaction() as cursor:
            cursor.execute("SELECT pg_backend_pid() AS pid")
            with closing(psycopg2.connect(shared.url)) as other, other, other.cursor() as killer:
                killer.execute("SELECT pg_terminate_backend(%s)", (cursor.fetchone()["pid"],))
            cursor.execute("SELECT 1")

    with pytest.raises(DatabaseUnavailable, match=r"^Postgres: .*\. Start it and run the same command again\.$"):
        lose()
    assert shared.query("SELECT 1 AS one") == [{"one": 1}]


def test_idle_connections_survive_a_restart_of_the_server(tmp_path: Path) -> None:
    home = tmp_path / "home"
    try:
        warehouse = Warehouse.open(Settings.from_env({"OVERTONE_HOME": str(home)}))
        with warehouse.transaction(), warehouse.transaction():  # two are idle after this
            pass
        postgres.stop(home)
        assert postgres.database_url(home) == warehouse.url
        with warehouse.transaction() as one, warehouse.transaction() as other:
            for cursor in (one, other):
                cursor.execute("SELECT 1 AS one")
                assert cursor.fetchone() == {"one": 1}
    finally:
        postgres.stop(home)


# A database that stands still, which no error of its own ends


@dataclass
class Server:
    """A server of this test's own."""

    home: Path

    def signal(self, number: signal.Signals) -> None:
        """To all its processes."""
        pid_file = self.home / "postgres" / "data" / "postmaster.pid"
        postmaster = psutil.Process(int(pid_file.read_text().split()[0]))
        for process in (postmaster, *postmaster.children(recursive=True)):
            process.send_signal(number)

    def open(self, patience: float | None = None) -> Warehouse:
        return Warehouse.open(Settings.from_env({"OVERTONE_HOME": str(self.home)}), patience)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Its machine still takes connections and bytes, and it does nothing with them."""
        self.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.signal(signal.SIGCONT)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("server")
    yield Server(home)
    postgres.stop(home)


def test_a_page_that_waits_for_a_frozen_database_gets_an_error_and_the_next_an_answer(server: Server) -> None:
    patient = server.open(patience=0.5).for_pages()
    assert patient.query("SELECT 1 AS one") == [{"one": 1}]
    with server.frozen():
        with pytest.raises(DatabaseUnavailable):  # by the connection that waits for another use
            patient.query("SELECT 1 AS one")
        with pytest.raises(DatabaseUnavailable, match="timeout expired"):  # by a new one
            patient.query("SELECT 1 AS one")
    assert patient.query("SELECT 1 AS one") == [{"one": 1}]


def test_a_database_that_freezes_within_a_transaction_ends_it(server: Server) -> None:
    patient = server.open(patience=0.5)
    with pytest.raises(DatabaseUnavailable), patient.transaction() as cursor, server.frozen():
        cursor.execute("SELECT 1")
    assert patient.query("SELECT 1 AS one") == [{"one": 1}]


def test_a_ping_says_in_time_whether_a_database_answers(server: Server) -> None:
    warehouse = server.open()
    warehouse.ping(10)
    assert warehouse.query("SELECT 1 AS one") == [{"one": 1}]  # one waits for another use, and a ping leaves it alone
    with server.frozen(), pytest.raises(DatabaseUnavailable) as frozen:
        warehouse.ping(0.5)
    assert str(frozen.value) == "Postgres: no answer in 0.5 s. Start it and run the same command again."
    warehouse.ping(10)
    with pytest.raises(DatabaseUnavailable, match="password authentication failed"):
        Warehouse(warehouse.url.replace(str(urlsplit(warehouse.url).password), "sesame")).ping(10)
    postgres.stop(server.home)
    with pytest.raises(DatabaseUnavailable, match="Connection refused"):
        warehouse.ping(10)


def test_a_page_waits_neither_for_a_slow_statement_nor_for_a_lock(warehouse: Warehouse) -> None:
    patient = Warehouse(warehouse.url, patience=0.6)
    with pytest.raises(DatabaseUnavailable) as slow:
        patient.query("SELECT pg_sleep(600)")
    assert str(slow.value) == (
        "Postgres: canceling statement due to statement timeout. It is busy: try again in a minute."
    )
    with warehouse.transaction() as cursor:
        cursor.execute("LOCK TABLE core.track")
        with pytest.raises(DatabaseUnavailable, match="lock timeout"):
            patient.query("SELECT FROM core.track")
    shown = "SELECT current_setting(%s) AS limit"
    assert patient.query(shown, ("idle_in_transaction_session_timeout",)) == [{"limit": "600ms"}]
    for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):  # a job takes its time
        assert warehouse.query(shown, (limit,)) == [{"limit": "0"}]


def test_a_connection_notices_that_the_machine_of_its_server_is_gone(warehouse: Warehouse) -> None:
    with warehouse.transaction() as cursor, socket.socket(fileno=os.dup(cursor.connection.fileno())) as wire:
        assert wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 15
        assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 30_000


def test_a_server_without_space_is_an_error_of_its_own(shared: Warehouse) -> None:
    with pytest.raises(DiskFull, match="Postgres: no space is left on its device"), shared.transaction() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$")
