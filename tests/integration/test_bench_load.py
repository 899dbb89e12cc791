"""The benches of listens take in and build what they say, by the jobs themselves; no time is held against anything."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from etl.machine import postgres
from lab.bench import load, scale
from lab.bench.load import LAST, World
from lab.worlds.lake import listens


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield World(tmp_path, (200, 60, 500, 8))
    postgres.stop(tmp_path)


def test_a_day_that_is_taken_in_is_the_day_that_is_put(world: World) -> None:
    for day in world.days:
        world.load(day)
    put = listens(world.warehouse, world.storage)
    assert len(put) == 8 * 500
    parts = "SELECT part, rows, synthetic FROM ops.lake WHERE name = 'listens' ORDER BY part"
    known = world.warehouse.query(parts)
    assert [row["rows"] for row in known] == [row["synthetic"] for row in known] == [500] * 8
    world.warehouse.execute("DELETE FROM ops.lake WHERE name = 'listens' AND part = %s", (f"day={LAST}",))
    assert world.take_in(world.stage("last", world.rows(LAST))) == 500
    assert world.warehouse.query(parts) == known
    assert listens(world.warehouse, world.storage).to_pylist() == put.to_pylist()


def test_the_marts_of_a_made_week_count_every_listen(world: World) -> None:
    for day in world.days:
        world.load(day)
    world.build()
    monday = LAST - timedelta(days=6)
    [week] = world.warehouse.query(
        "SELECT sum(listens) AS n FROM mart.audience WHERE track_id = 0 AND span = 1 AND week = %s", (monday,)
    )
    assert week["n"] == 7 * 500
    artists = np.concatenate([world.rows(day)["artist_id"].to_numpy() for day in world.days])
    days = world.warehouse.query(
        "SELECT artist_id, sum(listens) AS n FROM mart.audience_day WHERE track_id = 0 GROUP BY 1"
    )
    assert {row["artist_id"]: row["n"] for row in days} == dict(
        zip(*np.unique(artists, return_counts=True), strict=True)
    )
    assert world.warehouse.query("SELECT FROM ops.audience_due WHERE day < %s", (LAST,)) == []


def test_the_bench_says_what_each_step_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "SIZE", (100, 40, 200, 10))
    report = load.run(full=False, data=None)
    assert [one.name for one in report.figures] == [
        "load.copy", "load.encode_and_copy", "load.lake", "load.day_of_marts", "load.late_day"
    ]  # fmt: skip
    assert all(one.value > 0 for one in report.figures)


def test_two_cores_build_what_one_does_and_a_night_reads_its_day_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "SIZES", (800, 1_600, 3_200))
    monkeypatch.setattr(scale, "DAYS", 8)
    monkeypatch.setattr(scale, "YEAR", (200, 100, 300))
    monkeypatch.setattr(scale, "MEASURED", (6, 12))
    monkeypatch.setattr(scale, "NIGHTS", 3)
    figures = {one.name: one for one in scale.run(full=False, data=None).figures}
    assert figures["scale.equal"].value == 1
    # No byte of another day, and of its own day each job the columns that it asks for.
    assert 0 < figures["scale.night.read.audience"].value < 1
    assert 0 < figures["scale.night.read.taste"].value < 1
    assert figures["scale.taste.night.12"].versus == "scale.taste.night.6"
    assert figures["scale.bytes.listens"].value > 1
    assert figures["scale.audience.3_200"].n == 400 * 7
