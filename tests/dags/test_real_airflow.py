"""The nightly refresh in a real Airflow: servers, scheduler, jobs in processes of their own, a real Postgres."""

import os
import random
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.request import urlopen

import psutil
import pytest

from etl.drops.landing import land
from etl.errors import SetupFailed
from etl.jobs import JOBS
from etl.machine import postgres, process
from etl.settings import CHECKOUT, Settings
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse, content_hash
from etl.synthetic.demo.drop import make
from overtone import airflow
from overtone.demo import demo
from tests.conftest import DRILLS

CLIPS = 16
DAYS = demo.DAYS if DRILLS else demo.DAYS[:2]
FIRST, LAST = DAYS[0], DAYS[-1]
BACKFILLS = f"/backfills?dag_id={airflow.DAG}"

pytestmark = pytest.mark.timeout(1800)


@dataclass(frozen=True)
class Platform:
    """A running Airflow, and the ways to ask it for something."""

    settings: Settings
    pids: list[int]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What ``airflow …`` says on the command line."""
        env = {**os.environ, **airflow.environment(self.settings)}
        return subprocess.run([*airflow.COMMAND, *arguments], env=env, cwd=CHECKOUT, capture_output=True, text=True)

    def backfill(self, first: date, *more: str) -> None:
        """Backfill the demo's days from one on, as soon as Airflow has closed the backfill before."""
        deadline = time.monotonic() + 300
        while not all(one["completed_at"] for one in airflow.call(self.settings, "GET", BACKFILLS)["backfills"]):
            assert time.monotonic() < deadline
            time.sleep(1)
        span = ["--dag-id", airflow.DAG, "--from-date", str(first), "--to-date", str(LAST)]
        done = self.command("backfill", "create", *span, *more)
        assert done.returncode == 0, done.stderr

    def outcome(self, tries: int) -> dict[str, list[str]]:
        """State of each task of the demo's days, by day, once every run has ended its try of that number."""
        deadline = time.monotonic() + 1200
        while time.monotonic() < deadline:
            tasks = airflow.tasks(self.settings, FIRST, LAST)
            runs = airflow.runs(self.settings, FIRST, LAST)
            if (
                len(runs) == len(DAYS)
                and all(run["state"] in ("success", "failed") for run in runs)
                and any(task["try_number"] == tries for task in tasks)
            ):
                days = sorted({task["logical_date"][:10] for task in tasks})
                return {day: [t["state"] for t in tasks if t["logical_date"][:10] == day] for day in days}
            time.sleep(2)
        raise AssertionError(f"not done: {[(task['task_id'], task['state']) for task in tasks]}")

    def log(self, run_id: str, task_id: str) -> str:
        """What a task's first try wrote, a line an event."""
        path = f"/dags/{airflow.DAG}/dagRuns/{run_id}/taskInstances/{task_id}/logs/1?full_content=true"
        return "\n".join(_words(event) for event in airflow.call(self.settings, "GET", path)["content"])


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    home = tmp_path_factory.mktemp("home")
    settings = Settings.from_env(
        {
            "OVERTONE_HOME": str(home),
            "OVERTONE_AIRFLOW_PORT": str(_free_port()),
            "OVERTONE_DEMO": "1",
            "OVERTONE_SPARK_MASTER": "local[2]",
        }
    )
    drop = make(home / "drop", 1, DAYS, clips=CLIPS)
    storage = Storage(settings.storage_url)
    land(storage, "fma", [drop.fma_metadata, drop.fma_small])
    for day, posts in drop.tiktok.items():
        land(storage, "tiktok", [posts], day)
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AIRFLOW")]:
            patch.delenv(name)  # of the other tests in this folder
        servers = airflow.start(settings)
        try:
            yield Platform(settings, [server.pid for server in servers])
        finally:
            process.stop([server.pid for server in servers])
            postgres.stop(home)


@pytest.fixture(scope="module")
def refreshed(platform: Platform) -> Platform:
    """The platform after its first backfill."""
    unpaused = platform.command("dags", "unpause", "--yes", airflow.DAG)
    assert unpaused.returncode == 0, unpaused.stderr
    platform.backfill(FIRST)
    assert platform.outcome(tries=1) == {str(day): ["success"] * len(JOBS) for day in DAYS}
    return platform


@pytest.mark.drill
def test_the_days_run_green_and_fill_the_warehouse(refreshed: Platform) -> None:
    warehouse = Warehouse.open(refreshed.settings)
    counts = {
        table: warehouse.query(f"SELECT count(*) AS n FROM {table}")[0]["n"]
        for table in ("core.genre", "core.track_feature", "core.track_vector", "core.track_match", "core.video")
    }
    assert (counts["core.genre"], counts["core.track_feature"], counts["core.track_vector"]) == (163, CLIPS, CLIPS)
    assert counts["core.track_match"] > 0
    assert counts["core.video"] > 0
    loads = warehouse.query("SELECT DISTINCT job, day FROM ops.load")
    assert {(load["job"], load["day"]) for load in loads} == {(job, day) for job in JOBS for day in DAYS}
    assert warehouse.query("SELECT * FROM ops.load WHERE rows_in <> inserted + updated + unchanged + quarantined") == []


def test_a_job_writes_its_books_to_the_task_log(refreshed: Platform) -> None:
    run = airflow.runs(refreshed.settings, FIRST, FIRST)[0]
    assert (run["run_type"], run["logical_date"][:10]) == ("backfill", str(FIRST))
    assert "ingest_fma → core.genre: 163 in = " in refreshed.log(run["dag_run_id"], "ingest_fma")


def test_every_table_that_was_filled_is_an_asset_with_events(refreshed: Platform) -> None:
    events = []
    for job in JOBS:  # it gives a hundred at a time, and all together are more
        asked = f"/assets/events?limit=100&source_task_id={job}"
        events += airflow.call(refreshed.settings, "GET", asked)["asset_events"]
    filled_by = Counter(name for job in JOBS.values() for name in job.fills)
    by_asset = {name: sum(event["name"] == name for event in events) for name in filled_by}
    assert by_asset == {name: jobs * len(DAYS) for name, jobs in filled_by.items()}


@pytest.mark.drill
def test_running_the_days_again_leaves_the_same_content(refreshed: Platform) -> None:
    warehouse = Warehouse.open(refreshed.settings)
    before = content_hash(warehouse)
    books = "SELECT coalesce(max(run_id), 0) AS last FROM ops.load"
    last = warehouse.query(books)[0]["last"]
    refreshed.backfill(FIRST if DRILLS else LAST, "--reprocess-behavior", "completed")
    assert refreshed.outcome(tries=2) == {str(day): ["success"] * len(JOBS) for day in DAYS}
    assert content_hash(warehouse) == before
    assert warehouse.query(books)[0]["last"] > last  # the jobs did run


def test_a_run_without_a_date_says_so_and_one_with_a_day_takes_it(refreshed: Platform) -> None:
    without = _trigger(refreshed, {})
    with_day = _trigger(refreshed, {"day": str(LAST), "max_bad_share": 0.02})
    assert _end(refreshed, without) == "failed"
    assert "this run has no date. Trigger it again and fill in `day`" in refreshed.log(without, "make_activity")
    tries = airflow.call(
        refreshed.settings, "GET", f"/dags/{airflow.DAG}/dagRuns/{without}/taskInstances/make_activity"
    )
    assert tries["try_number"] == 1
    assert _end(refreshed, with_day) == "success"


def test_nobody_gets_in_without_the_password(platform: Platform) -> None:
    at = airflow.address(platform.settings)
    for path in (f"/api/v2/dags/{airflow.DAG}", f"/api/v2/dags/{airflow.DAG}/dagRuns", "/api/v2/connections"):
        with pytest.raises(SetupFailed, match="answered 401"):
            airflow._request("GET", at + path)
    with pytest.raises(SetupFailed, match="answered 401"):
        airflow._request("POST", f"{at}/auth/token", {"username": airflow.LOGIN, "password": "airflow"})


def test_it_listens_on_loopback_alone(platform: Platform) -> None:
    family = {child.pid for pid in platform.pids for child in psutil.Process(pid).children(recursive=True)}
    listening = {
        connection.laddr
        for connection in psutil.net_connections("tcp")
        if connection.pid in family | set(platform.pids) and connection.status == psutil.CONN_LISTEN
    }
    assert listening == {("127.0.0.1", platform.settings.airflow_port)}


def test_few_passwords_are_tried_from_an_address_and_no_page_is_shown_within_another_sites(platform: Platform) -> None:
    at = airflow.address(platform.settings)
    wrong = {"username": airflow.LOGIN, "password": "wrong"}
    said = []
    for _ in range(12):
        with pytest.raises(SetupFailed) as error:
            airflow._request("POST", f"{at}/auth/token", wrong)
        said.append(error.value.reason[:12])
    assert said[-1] == "answered 429"
    assert set(said) == {"answered 401", "answered 429"}
    for path in ("/", "/auth/login/", "/api/v2/monitor/health"):
        with urlopen(at + path, timeout=60) as page:
            assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
            assert page.headers["Content-Security-Policy"] == "frame-ancestors 'self'"


def _trigger(platform: Platform, conf: dict) -> str:
    body = {"logical_date": None, "conf": conf}
    return airflow.call(platform.settings, "POST", f"/dags/{airflow.DAG}/dagRuns", body)["dag_run_id"]


def _end(platform: Platform, run_id: str) -> str:
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        state = airflow.call(platform.settings, "GET", f"/dags/{airflow.DAG}/dagRuns/{run_id}")["state"]
        if state in ("success", "failed"):
            return state
        time.sleep(2)
    raise AssertionError(f"{run_id} did not end")


def _words(event: Any) -> str:
    causes = [str(cause["exc_value"]) for cause in event.get("error_detail") or []]
    return " ".join([str(event["event"]), *causes])


def _free_port() -> int:
    """A port below those that Linux gives to outgoing connections: it is still free when Airflow comes to it."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", random.randrange(20_000, 32_000)))
            return probe.getsockname()[1]
