"""Ten days of the made world backfilled beside three nights, in a real Airflow, and the same days by the command.

It takes a quarter of an hour: `make drills` runs it.
"""

import io
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile

from etl.drops.landing import land
from etl.jobs.make_activity import maker
from etl.machine import postgres, process
from etl.settings import Settings, Synthetic
from etl.store.storage import Storage
from etl.synthetic import night
from etl.synthetic.demo.archive import catalogue, newest, write_clips, write_metadata
from etl.synthetic.night import FIRST
from overtone import airflow
from tests.conftest import DRILLS

pytestmark = [
    pytest.mark.timeout(5400),
    pytest.mark.drill,
    pytest.mark.skipif(not DRILLS, reason="a quarter of an hour: make drills runs it"),
]

NIGHTS, DAYS, PORT = 3, 13, 19_371


def tone(track_id: int) -> bytes:
    """A second of a chord of a track's own: playing the songs of the whole archive takes minutes."""
    at = np.arange(22_050) / 22_050
    pitches = np.random.default_rng(track_id).uniform(80, 1500, 4)
    file = io.BytesIO()
    soundfile.write(file, sum(np.sin(2 * np.pi * hz * at) for hz in pitches) / 5, 22_050, format="MP3")
    return file.getvalue()


def home(folder: Path) -> Settings:
    """A home with the world's first archive."""
    synthetic = Synthetic("world", 1000)
    settings = replace(
        Settings.from_env({"OVERTONE_HOME": str(folder), "OVERTONE_AIRFLOW_PORT": str(PORT), "OVERTONE_DEMO": "1"}),
        synthetic=synthetic,
        spark_master="local[2]",
    )
    folder.mkdir()
    first = [folder / "fma_metadata.zip", folder / "fma_small.zip"]
    tracks = (*catalogue(1, night.CLIPS), *newest(1, night.CLIPS, date.min, FIRST - timedelta(1)))
    write_metadata(first[0], 1, tracks)
    write_clips(first[1], [(track, tone(track.track_id)) for track in tracks if track.clip])
    land(Storage(settings.storage_url), "fma", first, made_by=maker(synthetic))
    return settings


def overtone(settings: Settings, *arguments: object) -> str:
    command = [sys.executable, "-m", "overtone.cli", *map(str, arguments)]
    environment = os.environ | settings.environment()
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def backfilled(settings: Settings) -> None:
    """Run the last ten days as a backfill, the latest first, and the three nights meanwhile."""
    last = FIRST + timedelta(DAYS - 1)
    servers = airflow.start(settings)
    try:
        airflow._until_answered(settings, "PATCH", f"/dags/{airflow.DAG}", {"is_paused": False})
        order = {
            "dag_id": airflow.DAG,
            "from_date": f"{FIRST + timedelta(NIGHTS)}T00:00:00Z",
            "to_date": f"{last}T00:00:00Z",
            "run_backwards": True,
            "max_active_runs": 2,
        }
        airflow.call(settings, "POST", "/backfills", order)
        for number in range(NIGHTS):
            asked = {"logical_date": f"{FIRST + timedelta(number)}T00:00:00Z"}
            airflow.call(settings, "POST", f"/dags/{airflow.DAG}/dagRuns", asked)
        deadline = time.monotonic() + 3600
        while states := [run["state"] for run in airflow.runs(settings, FIRST, last)]:
            assert "failed" not in states
            assert time.monotonic() < deadline, states
            if len(states) == DAYS and set(states) == {"success"}:
                return
            time.sleep(5)
    finally:
        process.stop([server.pid for server in servers])


def test_ten_days_backfilled_beside_three_nights_are_as_thirteen_days_in_order(tmp_path: Path) -> None:
    hashes = []
    for name in ("backfilled", "refreshed"):
        settings = home(tmp_path / name)
        try:
            if name == "backfilled":
                backfilled(settings)
            else:
                overtone(settings, "refresh", "--day", FIRST, "--days", DAYS)
            told = json.loads(overtone(settings, "status", "--json", "--hash"))
            assert date.fromisoformat(told["tables"]["lake/listens"]["through"]) == FIRST + timedelta(DAYS - 1)
            hashes.append(told["hash"])
        finally:
            postgres.stop(settings.home)
    assert {table for table in hashes[0] if hashes[0][table] != hashes[1][table]} == set()
