"""Child processes of the demo: their end is noticed and explained, and ending them leaves nobody behind."""

import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from etl.errors import PortTaken, SetupFailed
from etl.machine import process
from etl.machine.process import Process
from etl.settings import Settings
from overtone import airflow
from overtone.demo import demo

Begin = Callable[..., Process]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    begun: list[Process] = []

    def run(program: str, text: str = "", **environment: str) -> Process:
        log = tmp_path / f"{len(begun)}.log"
        begun.append(Process("the server", [sys.executable, "-c", program], log, environment, text))
        return begun[-1]

    yield run
    process.stop([one.pid for one in begun])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env(
        {"OVERTONE_HOME": str(tmp_path), "OVERTONE_DATABASE_URL": "postgresql://me:pw@db:5432/overtone"}
    )


def test_a_command_gets_its_environment_and_its_input_and_keeps_ours(begin: Begin) -> None:
    done = begin("import os; print(os.environ['OVERTONE_X'], 'PATH' in os.environ, input())", "hello\n", OVERTONE_X="1")
    done.finish(30)
    assert done.lines() == ["1 True hello"]
    assert "OVERTONE_X" not in os.environ


def test_a_server_that_dies_is_named_with_its_last_words(begin: Begin) -> None:
    server = begin("print('no room for me'); raise SystemExit(3)")
    with pytest.raises(SetupFailed, match=r"the server: it ended with exit code 3\.(.|\n)*no room for me"):
        process.wait_until(lambda: False, [server], "the platform", 30)


def test_a_server_that_ends_as_if_all_were_well_is_missed_too(begin: Begin) -> None:
    server = begin("")
    with pytest.raises(SetupFailed, match="it ended with exit code 0"):
        process.wait_until(lambda: False, [server], "the platform", 30)


def test_a_log_is_bounded_and_its_end_is_kept(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LOG_BYTES", 10_000)
    done = begin("for n in range(5000): print(f'line {n}')\nprint('long' * 25_000, end='')")
    done.finish(30)
    assert done.lines()
    written = sorted(done.log.parent.glob(f"{done.log.name}*"))
    assert [file.name for file in written] == [done.log.name, f"{done.log.name}.1"]
    done = begin("for n in range(5000): print(f'line {n}')")
    done.finish(30)
    assert done.lines()[-1] == "line 4999"
    assert sum(file.stat().st_size for file in done.log.parent.glob(f"{done.log.name}*")) <= 20_000


def test_what_tasks_said_long_ago_is_forgotten(tmp_path: Path) -> None:
    for number, day in enumerate(("old", "old", "new")):
        log = tmp_path / "logs" / f"run_id={day}" / f"task_id={number}" / "attempt=1.log"
        log.parent.mkdir(parents=True)
        log.touch()
        os.utime(log, (number * 100, number * 100))
    airflow.forget_logs(tmp_path / "logs", before=200)
    left = [str(path.relative_to(tmp_path / "logs")) for path in sorted(tmp_path.rglob("*.log"))]
    assert left == ["run_id=new/task_id=2/attempt=1.log"]
    assert not (tmp_path / "logs" / "run_id=old").exists()


def test_waiting_has_an_end(begin: Begin) -> None:
    server = begin("import time; print('thinking', flush=True); time.sleep(600)")
    with pytest.raises(SetupFailed, match="the platform: not ready after 0 s"):
        process.wait_until(lambda: False, [server], "the platform", 0)
    with pytest.raises(SetupFailed, match="the server: not done after 0 s"):
        server.finish(0)


def test_stop_ends_the_grandchildren_and_those_who_do_not_listen(begin: Begin) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    server = begin(
        "import subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', {deaf!r}], start_new_session=True)\n"
        "time.sleep(600)"
    )
    until(lambda: server.lines() == ["deaf"])
    family = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]
    assert len(family) == 2
    process.stop([server.pid], patience_s=1)
    assert [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []
    process.stop([server.pid])  # nobody is there: no error


def test_a_pid_that_was_reused_is_not_ours() -> None:
    me = psutil.Process()
    assert process.identify(me.pid, me.create_time()) == me
    assert process.identify(me.pid, me.create_time() - 60) is None
    assert process.identify(0) is None


def test_a_taken_port_names_who_listens_and_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortTaken) as raised:
            process.check_port(port, "Airflow", "OVERTONE_AIRFLOW_PORT")
    assert raised.value.thing == f"port {port}"
    assert f"(pid {os.getpid()}) listens there" in raised.value.reason
    assert "OVERTONE_AIRFLOW_PORT" in raised.value.next_step
    process.check_port(port, "Airflow", "OVERTONE_AIRFLOW_PORT")  # free again


def test_airflow_lives_beside_the_warehouse_on_loopback_with_keys_of_its_own(settings: Settings) -> None:
    env = airflow.environment(settings)
    assert env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == "postgresql+psycopg2://me:pw@db:5432/airflow"
    assert env["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert env["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
    assert env["OVERTONE_DATABASE_URL"] == settings.database_url
    keys = settings.home / "airflow" / "keys.json"
    assert keys.stat().st_mode & 0o777 == 0o600
    assert airflow.environment(settings) == env  # made once
    other = airflow.environment(replace(settings, home=settings.home / "other"))
    for secret in ("CORE__FERNET_KEY", "API__SECRET_KEY", "API_AUTH__JWT_SECRET"):
        assert env[f"AIRFLOW__{secret}"] != other[f"AIRFLOW__{secret}"]


def test_a_second_demo_in_one_home_is_refused_and_a_dead_one_is_forgotten(settings: Settings, begin: Begin) -> None:
    demo._remember(settings, [])
    with pytest.raises(PortTaken, match=rf"runs there already \(pid {os.getpid()}\).*overtone stop"):
        demo.run(settings)
    orphan = begin("import time; time.sleep(600)")
    state = settings.home / "demo" / "running.json"
    born = psutil.Process(orphan.pid).create_time()
    state.write_text(
        f'{{"supervisor": [{os.getpid()}, 1.0], "children": [[{orphan.pid}, {born}], [{os.getpid()}, 1.0]]}}'
    )
    demo.stop(settings)  # neither this process, whose start time differs, nor any other is ended but the orphan
    with pytest.raises(SetupFailed):
        orphan.check()
    assert not state.exists()
    demo.stop(settings)  # nothing runs: no error


def until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)
