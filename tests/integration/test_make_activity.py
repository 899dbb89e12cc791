"""The made world as a source of the night: what is landed, what is left alone, and which homes are refused."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from etl.drops.landing import land, landed, manifests
from etl.errors import ArgumentInvalid, SettingInvalid, SourceMissing
from etl.jobs import make_activity
from etl.jobs.make_activity import make_days, maker
from etl.jobs.run import run_job
from etl.settings import Settings, Synthetic
from etl.store.loads import Books
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse
from etl.store.work import Work
from etl.synthetic import night
from etl.synthetic.demo.world import _world
from etl.synthetic.night import FIRST
from lab.worlds import lake
from tests.conftest import DRILLS

pytestmark = pytest.mark.usefixtures("spark")

JOB = "make_activity"
ACTIVITY, WORLD = Synthetic("activity", 100), Synthetic("world", 100)


def files(settings: Settings, below: str = "landing") -> dict[str, bytes]:
    """What storage holds, but for the manifests, which say when a drop was landed."""
    storage = Storage(settings.storage_url)
    found = {}
    for path in storage.files(below):
        with storage.open(path) as file:
            found[path] = file.read()
    return {path: content for path, content in found.items() if not path.endswith("manifest.json")}


def counts(books: list[Books]) -> list[tuple[str, int, int, int]]:
    return [(one.table, one.rows_in, one.inserted, one.unchanged) for one in books]


@pytest.fixture
def tracks(downloads: Path, tracks_csv: Callable[..., bytes], genres_csv: Callable[..., bytes]) -> Path:
    """The metadata of four tracks, to be landed."""
    ids = ("2", "3", "5", "7")
    (downloads / "tracks.csv").write_bytes(tracks_csv(*({"track_id": one} for one in ids)))
    (downloads / "genres.csv").write_bytes(genres_csv())
    return downloads


@pytest.fixture
def home(settings: Settings, warehouse: Warehouse, tracks: Path) -> Settings:
    """A home with a catalogue, whose nights make listens."""
    land(Storage(settings.storage_url), "fma", [tracks])
    return replace(settings, synthetic=ACTIVITY)


@pytest.fixture
def world(
    settings: Settings, warehouse: Warehouse, tracks: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Settings]:
    """Makes homes whose nights make songs and posts, too, the songs of silence: playing them takes seconds."""
    monkeypatch.setattr(night.music, "mp3", lambda *about: str(about).encode())

    def make(name: str) -> Settings:
        own = replace(
            settings, home=settings.home / name, synthetic=WORLD, storage_url=f"file://{settings.home}/{name}/storage"
        )
        land(Storage(own.storage_url), "fma", [tracks], made_by=maker(WORLD))
        return own

    return make


def test_while_it_is_off_nothing_is_made_and_the_books_hold_zeros(settings: Settings, warehouse: Warehouse) -> None:
    assert counts(run_job(settings, JOB, FIRST)) == [("landing/listens", 0, 0, 0)]
    assert warehouse.query("SELECT job, rows_in FROM ops.load") == [{"job": JOB, "rows_in": 0}]
    assert files(settings, "") == {}


def test_a_day_is_landed_once_and_loaded_as_a_real_one(home: Settings, warehouse: Warehouse) -> None:
    assert counts(run_job(home, JOB, FIRST)) == [("landing/listens", 4, 4, 0)]
    before = files(home)
    assert counts(run_job(home, JOB, FIRST)) == [("landing/listens", 4, 0, 4)]
    assert files(home) == before
    run_job(home, "ingest_fma", FIRST)
    listens, *others = run_job(home, "ingest_listens", FIRST)
    assert listens.inserted > 50
    assert [one.table for one in others] == ["activity.listener", "activity.friendship", "activity.influencer"]
    heard = lake.listens(warehouse, Storage(home.storage_url)).to_pylist()
    assert len(heard) == listens.inserted
    assert {(row["listened_at"].date(), row["origin"]) for row in heard} == {(FIRST, "made")}
    assert {row["track_id"] for row in heard} <= {2, 3, 5, 7}
    known = warehouse.query("SELECT listener_id FROM activity.listener")
    assert {row["listener_id"] for row in heard} <= {row["listener_id"] for row in known}


def test_the_catalogue_is_the_one_of_the_day(home: Settings, tracks: Path, tracks_csv: Callable[..., bytes]) -> None:
    (tracks / "tracks.csv").write_bytes(tracks_csv({"track_id": "11"}))
    land(Storage(home.storage_url), "fma", [tracks / "tracks.csv"], FIRST + timedelta(1))
    run_job(home, JOB, FIRST)
    run_job(home, JOB, FIRST + timedelta(1))
    run_job(home, "ingest_fma", FIRST + timedelta(1))
    run_job(home, "ingest_listens", FIRST + timedelta(1))
    heard = lake.listens(Warehouse.open(home), Storage(home.storage_url)).to_pylist()
    assert {row["day"] for row in heard if row["track_id"] == 11} == {FIRST + timedelta(1)}


def test_without_a_catalogue_nobody_hears_anything(settings: Settings, warehouse: Warehouse) -> None:
    asked = replace(settings, synthetic=ACTIVITY)
    assert counts(run_job(asked, JOB, FIRST)) == [("landing/listens", 0, 0, 0)]
    assert files(asked) == {}


def test_a_night_of_the_world_lands_songs_posts_and_listens(world: Callable[[str], Settings]) -> None:
    home = world("one")
    assert counts(run_job(home, JOB, FIRST)) == [
        ("landing/fma", 1, 1, 0), ("landing/tiktok", 2, 2, 0), ("landing/listens", 4, 4, 0),
    ]  # fmt: skip
    days = {
        drop["files"][0]["day"]
        for source in make_activity.SOURCES
        for drop in manifests(Storage(home.storage_url), source)
    }
    assert days == {str(FIRST), "2017-05-09"}


def test_a_world_without_its_first_archive_says_how_to_begin(settings: Settings, warehouse: Warehouse) -> None:
    with pytest.raises(SourceMissing, match=r"the made world's first archive is not landed. `overtone demo` lands it"):
        run_job(replace(settings, synthetic=WORLD), JOB, FIRST)


def test_days_in_any_order_twice_and_stopped_half_way_land_the_same_bytes(
    world: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = world("one"), world("other")
    days = [FIRST + timedelta(number) for number in range(4)]
    for day in days:
        run_job(one, JOB, day)
    last, folder = days[3], other.home / "tmp" / JOB
    seen = []

    def stopped(storage: Storage, source: str, paths: list[Path], *more: object, **said: str) -> object:
        if source == "listens":  # songs and posts are landed by then
            seen.append([path.exists() for path in paths])
            raise KeyboardInterrupt
        return land(storage, source, paths, *more, **said)

    with monkeypatch.context() as patch:
        patch.setattr(make_activity, "land", stopped)
        with pytest.raises(KeyboardInterrupt):
            run_job(other, JOB, last)
    assert (seen, folder.exists()) == ([[True] * 4], False)
    half = files(other)
    assert {path.split("/")[1] for path in half if f"day={last}" in path} == {"fma", "tiktok"}
    assert counts(run_job(other, JOB, last)) == [
        ("landing/fma", 1, 0, 1), ("landing/tiktok", 1, 0, 1), ("landing/listens", 4, 4, 0),
    ]  # fmt: skip
    for day in (days[1], days[0], days[2], days[1]):
        _world.cache_clear()
        run_job(other, JOB, day)
    assert files(other) == files(one)


@pytest.mark.drill
def test_a_kill_at_any_moment_leaves_no_half_drop_and_the_next_run_cleans_up(home: Settings) -> None:
    kills = 10 if DRILLS else 2
    whole = replace(home, home=home.home / "whole", storage_url=f"file://{home.home}/whole")
    for drop in manifests(Storage(home.storage_url), "fma"):
        paths = [Path(Storage(home.storage_url).root) / file["path"] for file in drop["files"]]
        land(Storage(whole.storage_url), "fma", paths)
    begin = time.monotonic()
    assert run(home, FIRST).wait() == 0
    life_s, rng = time.monotonic() - begin, random.Random(1)
    for number in range(1, kills + 1):
        process = run(home, FIRST + timedelta(number))
        time.sleep(life_s * rng.uniform(0.6, 1))
        process.send_signal(signal.SIGKILL)
        process.wait()
    for number in range(kills + 1):
        assert run(home, FIRST + timedelta(number)).wait() == 0
        run_job(whole, JOB, FIRST + timedelta(number))
    assert files(home, "landing/listens") == files(whole, "landing/listens")
    assert not list((home.home / "tmp").rglob("*.parquet"))


def run(settings: Settings, day: date) -> subprocess.Popen:
    command = [sys.executable, "-m", "overtone.cli", "run", JOB, "--day", str(day)]
    return subprocess.Popen(command, env=os.environ | settings.environment(), stdout=subprocess.DEVNULL)


def test_many_days_are_made_at_once_told_of_once_and_left_alone_when_made_again(home: Settings) -> None:
    days = [FIRST + timedelta(number) for number in range(3)]
    work = Work(home, Storage(home.storage_url), Warehouse.open(home), days[-1])
    assert list(make_days(work, days[0])) == [(day, 4) for day in days]
    told = {
        (file.day, file.kind): pq.read_table(Path(work.storage.root) / file.path)
        for file in landed(work.storage, "listens")
    }
    assert all(file.synthetic for file in landed(work.storage, "listens"))
    assert [len(told[day, "listens"]) > 50 for day in days] == [True] * 3
    assert len(told[days[0], "listeners"]) > 90
    assert set(told[days[1], "listeners"]["joined"].to_pylist()) <= {days[1]}
    before = files(home)
    assert list(make_days(work, days[0])) == [(day, 0) for day in days]
    assert files(home) == before


def test_many_days_and_a_night_at_the_same_time_wait_for_each_other(home: Settings) -> None:
    storage, warehouse = Storage(home.storage_url), Warehouse(home.database_url)
    days = [FIRST + timedelta(number) for number in range(6)]
    with ThreadPoolExecutor() as pool:
        many = pool.submit(lambda: list(make_days(Work(home, storage, warehouse, days[3]), days[0])))
        nights = [pool.submit(run_job, home, JOB, day) for day in days[2:]]
        assert [day for day, _ in many.result()] == days[:4]
        assert all(one.result() for one in nights)
    assert {date.fromisoformat(one["files"][0]["day"]) for one in manifests(storage, "listens")} == set(days)
    assert not (home.home / "tmp" / JOB).exists()


def test_a_day_before_the_made_world_is_refused(home: Settings, warehouse: Warehouse) -> None:
    long_ago = date(1999, 12, 31)
    with pytest.raises(ArgumentInvalid, match="1999-12-31: the made world begins on 2000-01-01"):
        run_job(home, JOB, long_ago)
    with pytest.raises(ArgumentInvalid, match="1999-12-31: the made world begins on 2000-01-01"):
        next(make_days(Work(home, Storage(home.storage_url), warehouse, FIRST), long_ago))


def test_many_days_over_no_catalogue_say_what_to_land(settings: Settings, warehouse: Warehouse) -> None:
    work = Work(replace(settings, synthetic=ACTIVITY), Storage(settings.storage_url), warehouse, FIRST)
    with pytest.raises(SourceMissing, match=r"landing/fma: no tracks are landed\. Land them: overtone land fma"):
        list(make_days(work, FIRST))


def test_real_listens_are_left_alone_unless_made_ones_may_stand_beside_them(home: Settings, tmp_path: Path) -> None:
    real = tmp_path / "listens.csv"
    real.write_text("listened_at,listener_id,track_id,heard_pct,country\n2020-12-01T10:00:00Z,1,2,90,SE\n")
    land(Storage(home.storage_url), "listens", [real], date(2020, 12, 1))
    before = files(home)
    with pytest.raises(SettingInvalid) as refused:
        run_job(home, JOB, FIRST)
    assert str(refused.value) == (
        "OVERTONE_SYNTHETIC: landing/listens of 2020-12-01 is real, and nothing is made beside it. Set it to off, or to"
        " beside, which makes listens beside real ones; or take another OVERTONE_HOME."
    )
    assert files(home) == before
    beside = replace(home, synthetic=replace(ACTIVITY, kind="beside"))
    assert counts(run_job(beside, JOB, FIRST)) == [("landing/listens", 4, 4, 0)]


def test_a_world_is_refused_where_there_is_real_music(home: Settings) -> None:
    with pytest.raises(SettingInvalid, match=r"landing/fma of 2017-05-09 is real, .* Set it to off; or take another"):
        run_job(replace(home, synthetic=WORLD), JOB, FIRST)


@pytest.mark.parametrize("other", [replace(ACTIVITY, seed=2), replace(ACTIVITY, listeners=101)])
def test_two_made_worlds_never_stand_on_each_other(
    home: Settings, other: Synthetic, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_job(home, JOB, FIRST)
    before = files(home)
    with pytest.raises(
        SettingInvalid, match=r"landing/listens of 2020-12-19 is of another made world \(world-2 of 100 "
    ):
        run_job(replace(home, synthetic=other), JOB, FIRST + timedelta(1))
    monkeypatch.setattr(night, "VERSION", "world-3")
    with pytest.raises(SettingInvalid, match=r"this one is world-3 .*\)\. Begin this one in another OVERTONE_HOME"):
        run_job(home, JOB, FIRST + timedelta(1))
    assert files(home) == before


def test_what_a_post_caused_lies_beside_the_drops(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    make = night.make

    def with_truth(folder: Path, *more: object) -> night.Made:
        made = make(folder, *more)
        (folder / "caused.parquet").write_bytes(b"truth")
        return replace(made, truth=folder / "caused.parquet")

    monkeypatch.setattr(night, "make", with_truth)
    run_job(home, JOB, FIRST)
    assert files(home, "truth") == {f"truth/day={FIRST}/caused.parquet": b"truth"}
