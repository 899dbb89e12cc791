"""``kill -9`` at any moment: a rerun gives what an undisturbed run gives, and nothing is left behind."""

import json
import os
import random
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from etl.drops.landing import land, landed
from etl.jobs.run import run_job
from etl.settings import Settings
from etl.store.storage import Storage
from etl.store.warehouse import Cursor, Warehouse, content_hash
from tests.conftest import DRILLS
from tests.kills import NOTHING, command, kill, left_behind, wait

DAY = date(2020, 12, 21)
SEED = 20201221
FILES, LINES = 3, 6_000
KILLS = 20 if DRILLS else 3


@dataclass(frozen=True)
class Drop:
    """A landed day, and what an undisturbed load makes of it."""

    folder: Path
    hashes: dict[str, str]
    lake: list[str]
    life_s: float


def posts(post: Callable[..., bytes], rng: random.Random) -> bytes:
    """Lines with new and known videos, sounds and creators; one in 200 is cut."""
    line = post(
        {
            "itemInfos.id": "VIDEO",
            "musicInfos.musicId": "SOUND",
            "musicInfos.musicName": "TITLE",
            "authorInfos.userId": "CREATOR",
            "itemInfos.playCount": 111_222_333,
        }
    ).decode()
    lines = []
    for _ in range(LINES):
        values = {
            "VIDEO": rng.randrange(1, 20_000),
            "SOUND": rng.randrange(1, 3_000),
            "CREATOR": rng.randrange(1, 5_000),
            "TITLE": chr(rng.randrange(97, 123)) * 9,
            "111222333": rng.randrange(10**6),
        }
        one = line
        for name, value in values.items():
            one = one.replace(name, str(value))
        lines.append(one if rng.random() > 0.005 else one[: len(one) // 2] + "\n")
    return "".join(lines).encode()


@pytest.fixture(scope="module")
def world(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path | None], Settings]:
    """Makes settings with an empty, migrated database and a storage that holds what was landed."""

    def make(landing: Path | None) -> Settings:
        home = tmp_path_factory.mktemp("home")
        (home / "people_key").write_bytes(bytes(range(32)))  # of all homes here, for one hash to be another's
        if landing:
            shutil.copytree(landing, home / "storage" / "landing", copy_function=os.link)
        url = new_database()
        return Settings.from_env({"OVERTONE_HOME": str(home), "OVERTONE_DATABASE_URL": url})

    return make


@pytest.fixture(scope="module")
def drop(
    world: Callable[[Path | None], Settings], post: Callable[..., bytes], tmp_path_factory: pytest.TempPathFactory
) -> Drop:
    rng = random.Random(SEED)
    settings, downloads = world(None), tmp_path_factory.mktemp("downloads")
    for number in range(FILES):
        (downloads / f"{number}.ndjson").write_bytes(posts(post, rng))
    land(Storage(settings.storage_url), "tiktok", [downloads], DAY)
    begin = time.monotonic()
    process = command(settings, "run", "ingest_tiktok", "--day", DAY)
    said, life_s = process.communicate()[0], time.monotonic() - begin
    assert process.returncode == 0, said
    warehouse = Warehouse.open(settings)
    [books] = warehouse.query("SELECT rows_in, quarantined FROM ops.load")
    assert books["rows_in"] == FILES * LINES
    assert 50 < books["quarantined"] < 200
    storage = Storage(settings.storage_url)
    return Drop(Path(storage.root) / "landing", content_hash(warehouse), storage.files("lake"), life_s)


@pytest.mark.drill
def test_a_load_killed_at_any_moment_and_run_again_is_as_if_nothing_had_happened(
    drop: Drop, world: Callable[[Path | None], Settings]
) -> None:
    rng = random.Random(SEED)
    # One point in each part of its life; later ones too where the machine has become slower since.
    points = [drop.life_s * (number + rng.random()) / KILLS for number in range(KILLS)]
    later = [drop.life_s * factor for factor in (1.5, 2, 3, 4, 6, 8)]
    seen: set[str] = set()
    for number, point in enumerate([*points, *later]):
        if number >= KILLS and len(seen) > 1:
            break
        story = f"seed {SEED}, kill {number} after {point:.3f} s of {drop.life_s:.3f} s; all: {points}"
        settings = world(drop.folder)
        process = command(settings, "run", "ingest_tiktok", "--day", DAY)
        time.sleep(point)
        kill(process)
        warehouse = Warehouse.open(settings)
        loads = warehouse.query("SELECT * FROM ops.load")
        videos = warehouse.query("SELECT count(*) AS rows FROM core.video")[0]["rows"]
        assert bool(videos) == bool(loads), story  # all of it is there, or nothing
        lake = Storage(settings.storage_url).files("lake")
        seen.add("loaded" if loads else f"{sum(name.endswith('complete.json') for name in lake)} files parsed")
        run_job(settings, "ingest_tiktok", DAY)
        assert content_hash(warehouse) == drop.hashes, story
        assert Storage(settings.storage_url).files("lake") == drop.lake, story
        del warehouse
        assert left_behind(settings) == NOTHING, story
        shutil.rmtree(settings.home)
    print("killed when:", sorted(seen))
    assert len(seen) > 1, f"all kills hit the same moment: {seen}, {points}"


#: Where a job is killed: at the first statement that a lock of this mode on this table holds up; and how many books
#: were closed before. All of it is there, or nothing: all, where what it still had to do is another transaction.
HELD_UP = {
    "ingest_listens": [
        ("ops.lake_gone", "SHARE", 0), ("ops.lake", "SHARE", 0), ("ops.audience_due", "SHARE", 0),
        ("ops.quarantine", "SHARE", 0), ("ops.load", "SHARE", 0),
    ],
    "ingest_heard": [
        ("ops.lake_gone", "SHARE", 0), ("ops.lake", "SHARE", 0), ("ops.audience_due", "SHARE", 0),
        ("app.heard", "SHARE", 0), ("ops.load", "SHARE", 0),
    ],
    "build_tastes": [
        ("mart.taste", "SHARE", 0), ("mart.variety", "SHARE", 0), ("ops.built_of", "SHARE", 0),
        ("ops.counted_as", "SHARE", 0), ("ops.load", "SHARE", 0),
    ],
    "build_audience": [
        ("ops.lake_gone", "SHARE", 0), ("ops.lake", "SHARE", 0), ("ops.people_key", "SHARE", 0),
        ("mart.audience_day", "SHARE", 0), ("mart.audience", "SHARE", 0),
        ("mart.people", "SHARE", 0), ("mart.interest", "SHARE", 0), ("ops.load", "SHARE", 0),
    ],
    "build_recommender": [
        ("mart.recommender", "SHARE", 0), ("ops.load", "SHARE", 0), ("app.stand_in", "SHARE", 1),
    ],
}  # fmt: skip
#: What each fills first.
FILLED = {
    "ingest_listens": "(SELECT FROM ops.lake, generate_series(1, rows) WHERE name = 'listens') AS listen",
    "ingest_heard": "(SELECT FROM ops.lake, generate_series(1, rows) WHERE name = 'listens') AS listen",
    "build_tastes": "mart.taste",
    "build_audience": "mart.audience",
    "build_recommender": "mart.recommender",
}


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The landing of two files of a week's listens over the end of a month; one row in 300 is of an unknown track."""
    storage, folder = Storage(f"file://{tmp_path_factory.mktemp('heard')}"), tmp_path_factory.mktemp("downloads")
    for number in range(2):
        rows = [
            f"{number * 300 + row},2020-{'11-30' if row % 2 else '12-06'}T12:00:{row % 60:02}Z,"
            f"{99 if row == 7 else 1 + row % 3},SE,{row % 101}"
            for row in range(300)
        ]
        (folder / f"{number}.csv").write_text(
            "\n".join(["listener_id,listened_at,track_id,country,heard_pct", *rows, ""])
        )
    land(storage, "listens", [folder], date(2020, 12, 6))
    return Path(storage.root) / "landing"


def last_of(job: str, settings: Settings) -> Warehouse:
    """A warehouse in which what comes before the job is done."""
    warehouse = Warehouse.open(settings)
    warehouse.execute(
        "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, duration_s, day)"
        " SELECT n, 'Song', n / 2, 'Artist', 'Rock', '{}', 200, '2020-01-01' FROM generate_series(1, 3) AS n"
    )
    if job == "ingest_heard":
        warehouse.execute(
            "INSERT INTO app.heard (listener_id, listen_id, listened_at, track_id, heard_pct)"
            " SELECT n, 'listen ' || n, '2020-12-06T12:00Z', 1 + n % 3, 50 FROM generate_series(1, 20) AS n"
        )
    elif job != "ingest_listens":
        run_job(settings, "ingest_listens", date(2020, 12, 6))
    if job == "build_recommender":
        run_job(settings, "build_tastes", date(2020, 12, 6))
    return warehouse


def kill_held_up(settings: Settings, warehouse: Warehouse, job: str, table: str, mode: str) -> None:
    """Start a job, and kill it when it waits for the lock."""
    with warehouse.transaction() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN {mode} MODE")
        process = command(settings, "run", job, "--day", date(2020, 12, 6))
        wait(lambda: process.poll() is not None or waiting(cursor))
        assert process.poll() is None, process.communicate()[0]
        kill(process)
    warehouse.close()
    wait(lambda: not left_behind(settings)["sessions"])


def lake_of(settings: Settings) -> list[str]:
    """The files of the lake, where listens lie in folders of any name."""
    paths = Storage(settings.storage_url).files("lake")
    return [re.sub("/(listens|heard|songs)/(.*)/[^/]*/", r"/\1/\2/*/", path) for path in paths]


def waiting(cursor: Cursor) -> bool:
    cursor.execute("SELECT FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database"
                   " WHERE d.datname = current_database() AND NOT l.granted")  # fmt: skip
    return bool(cursor.fetchall())


@pytest.mark.drill
@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize("job", HELD_UP)
def test_a_job_killed_at_each_of_its_tables_and_run_again_is_as_if_nothing_had_happened(
    job: str, heard: Path, world: Callable[[Path | None], Settings]
) -> None:
    day = date(2020, 12, 6)
    settings = world(heard)
    warehouse = last_of(job, settings)
    run_job(settings, job, day)
    wanted, lake = content_hash(warehouse), lake_of(settings)
    table = FILLED[job]
    assert warehouse.query(f"SELECT count(*) AS n FROM {table}")[0]["n"] > (5 if table != "mart.recommender" else 0)
    points = HELD_UP[job]
    for *held, closed in points if DRILLS else dict.fromkeys((points[0], points[len(points) // 2], points[-1])):
        settings = world(heard)
        warehouse = last_of(job, settings)
        kill_held_up(settings, warehouse, job, *held)
        loads = warehouse.query("SELECT FROM ops.load WHERE job = %s", (job,))
        assert len(loads) == closed, held
        assert bool(warehouse.query(f"SELECT FROM {table} LIMIT 1")) == bool(loads), held
        run_job(settings, job, day)
        assert content_hash(warehouse) == wanted, held
        assert lake_of(settings) == lake, held
        warehouse.close()
        wait(lambda home=settings: not left_behind(home)["sessions"])  # a server's process ends some moments later
        assert left_behind(settings) == NOTHING, held
        shutil.rmtree(settings.home)


def test_a_landing_killed_at_any_moment_and_run_again_is_as_if_nothing_had_happened(
    world: Callable[[Path | None], Settings], tmp_path: Path
) -> None:
    folder = tmp_path / "fma_small"
    for number in range(200):
        clip = folder / "000" / f"{number:06}.mp3"
        clip.parent.mkdir(parents=True, exist_ok=True)
        clip.write_bytes(number.to_bytes(4, "big") * 10_000)
    rng = random.Random(SEED)
    settings = world(None)
    half_way = 0
    for number in range(5):
        settings = replace(settings, storage_url=f"file://{tmp_path}/storage{number}")
        storage = Storage(settings.storage_url)
        landing = Path(storage.root) / "landing"
        wanted = rng.randrange(1, 200)
        process = command(settings, "land", "fma", folder)
        while process.poll() is None and sum(1 for _ in landing.rglob("*.mp3*")) < wanted:
            time.sleep(0.001)
        kill(process)
        story = f"seed {SEED}, landing {number} killed at {wanted} of 200 files"
        # On a busy machine it may be complete before the kill arrives: it is whole, or it is not there.
        whole = len(landed(storage, "fma"))
        assert whole in (0, 200), story
        half_way += not whole and any(landing.rglob("*.mp3*"))
        said = command(settings, "land", "fma", folder).communicate()[0]
        assert said.startswith("Nothing new" if whole else "Landed 200 files (8.0 MB) of fma for 2017-05-09."), story
        assert sorted(one.path.rsplit("/", 1)[1] for one in landed(storage, "fma")) == [
            f"{clip:06}.mp3" for clip in range(200)
        ], story
        for one in landed(storage, "fma"):
            with storage.open(one.path) as file:
                assert file.read() == (folder / "000" / one.path.rsplit("/", 1)[1]).read_bytes(), story
        assert [*landing.rglob("*.part")] == [], story
        [manifest] = landing.rglob("manifest.json")
        assert len(json.loads(manifest.read_bytes())["files"]) == 200
    assert half_way, "no kill came half-way"
