"""What workers do with files and with each other's rows is what is done here without them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from etl.jobs import build_recommender, build_tastes
from etl.machine import exchange as shared
from etl.machine import postgres
from etl.machine.exchange import BLOCK, Rows, each, exchange
from etl.machine.rows import asked
from etl.store import parts
from etl.store.parts import bucket_of, buckets, split
from etl.store.warehouse import content_hash
from lab.bench.load import LAST, World, _took

Task = tuple[int, int]  # a seed, and how many rows


def rows_of(task: Task) -> pa.Table:
    seed, count = task
    random = np.random.default_rng(seed)
    return pa.table({"who": random.integers(-(2**62), 2**62, count), "n": random.integers(0, 9, count)})


def send(task: Task) -> Iterator[tuple[tuple[str, int], str, pa.Table]]:
    rows = rows_of(task)
    for bucket, some in split(rows, "who", 4):
        yield ("all", bucket), "some", some
    yield ("whole", 0), "one" if task[0] % 2 else "other", rows


def send_own(task: Task) -> Iterator[tuple[tuple[str, int], str, pa.Table]]:
    yield ("own", task[0]), "some", rows_of(task)


def receive(key: tuple[str, int], rows: Rows) -> tuple[tuple[str, int], dict[str, tuple[int, int]]]:
    sums = {kind: asked("SELECT count(*) AS n, sum(n) AS s FROM t", {"t": table}) for kind, table in rows.items()}
    return key, {kind: (one["n"][0].as_py(), int(one["s"][0].as_py())) for kind, one in sums.items()}


def test_rows_come_together_on_workers_as_they_do_here(spark: SparkSession) -> None:
    tasks = [(seed, 1_000 * seed) for seed in range(1, 6)] + [(6, BLOCK + 1)]  # of several blocks
    here = exchange(None, send, tasks, receive, 10_000)
    there = exchange(spark, send, tasks, receive, 10_000)
    assert sorted(there) == sorted(here)
    assert [key for key, _ in here] == [("all", 0), ("all", 1), ("all", 2), ("all", 3), ("whole", 0)]
    sums = dict(here)
    assert sum(sums["all", bucket]["some"][0] for bucket in range(4)) == 15_000 + BLOCK + 1
    odd = [rows_of(task)["n"].to_numpy().sum() for task in tasks if task[0] % 2]
    assert sums["whole", 0]["one"] == (9_000, sum(odd))


def test_a_task_whose_rows_are_its_own_is_done_where_it_is(spark: SparkSession) -> None:
    alone = [(seed, 100) for seed in range(4)]
    for where in (None, spark):
        found = dict(exchange(where, send_own, [], receive, 400, alone))
        assert found == dict(receive(("own", task[0]), {"some": rows_of(task)}) for task in alone)
    assert exchange(spark, send, [], receive, 0) == exchange(None, send, [], receive, 0) == []


def test_what_becomes_of_tasks_is_told_in_their_order(spark: SparkSession) -> None:
    tasks = list(range(50))
    assert each(spark, str, tasks, 10_000_000) == each(None, str, tasks, 0) == [str(task) for task in tasks]


def test_numbers_that_are_alike_lie_apart_and_always_in_the_same_bucket() -> None:
    numbers = np.arange(80_000) * 1_000
    places = bucket_of(numbers, 8)
    assert np.bincount(places).min() > 9_500
    assert (bucket_of(numbers, 4) == places % 4).all()
    assert (bucket_of(numbers.astype(np.int32), 8) == places).all()
    table = pa.table({"who": numbers[:100]})
    assert {bucket: rows["who"].to_pylist() for bucket, rows in split(table, "who", 8)} == {
        bucket: numbers[:100][places[:100] == bucket].tolist() for bucket in range(8)
    }


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[list[World]]:
    folders = [tmp_path / "one", tmp_path / "other"]
    yield [World(folder, (150, 60, 400, 36)) for folder in folders]
    for folder in folders:
        postgres.stop(folder)


def test_marts_are_the_same_however_many_buckets_there_are(
    homes: list[World], spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when a day grows out of one bucket, as two and more files of listens do."""
    found, contents = [], []
    for world, rows in zip(homes, (parts.BUCKET_ROWS, 90), strict=True):
        monkeypatch.setattr(parts, "BUCKET_ROWS", rows)
        monkeypatch.setattr(shared, "HERE", 0 if rows == 90 else 1_000_000)  # nor is it Spark that makes a difference
        days = world.days
        for day in days[:-1]:
            if day in days[3:30:9]:
                half = world.rows(day)
                assert world.take_in(world.stage("early", half.slice(0, 60))) == 60
                if day == days[30 - 9]:
                    world.build(day - timedelta(days=1))
                assert world.take_in(world.stage("late", half.slice(60))) == 340
            else:
                world.load(day)
        with pytest.raises(AssertionError, match="nothing"):
            _took(world, world.stage("again", world.rows(days[3]).slice(0, 10)))
        world.load(days[-1])
        world.build()
        build_tastes.run(world.work(LAST))
        build_recommender.run(world.work(LAST))
        found.append({name: hash for name, hash in content_hash(world.warehouse).items() if name.startswith("mart.")})
        parts_of = "SELECT part, rows, content FROM ops.lake WHERE name = 'listens' AND part <> ALL(%s) ORDER BY part"
        put = [f"day={day}" for day in days if day not in days[3:30:9]]
        contents.append(world.warehouse.query(parts_of, (put,)))
        files = world.storage.files(f"lake/listens/day={days[3]}")
        assert len(files) == (1 if rows > 1_000 else buckets(400))
    assert found[0] == found[1]
    assert len(contents[0]) == 3
    assert contents[0] == contents[1]
