"""Nights of the made world in any order, beside each other, and killed: the warehouse ends the same, to the row."""

import io
import random
import re
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile

from etl.drops.landing import land
from etl.jobs import JOBS, describe_audio
from etl.jobs.make_activity import maker
from etl.jobs.run import run_job
from etl.settings import Settings, Synthetic
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse, content_hash
from etl.synthetic import night
from etl.synthetic.demo.archive import NEW_CLIPS, catalogue, newest, write_clips, write_metadata
from etl.synthetic.night import FIRST
from tests.conftest import DRILLS
from tests.kills import NOTHING, command, kill, left_behind, wait

pytestmark = [pytest.mark.usefixtures("spark"), pytest.mark.timeout(3600)]

NIGHTS = 4
KILLS = 8 if DRILLS else 2  #: of each job of each night
IMPORTS = 0.3  #: of a quick job's life, in which it has done nothing yet
CLIPS = 88  #: in the first archive: the four that come later are less than a tenth


def tone(seed: int, genre: str, artist_id: int, track_id: int) -> bytes:
    """Half a second of a chord of a track's own: playing its song takes longer."""
    at = np.arange(11_025) / 22_050
    pitches = np.random.default_rng([seed, track_id]).uniform(80, 1500, 4)
    file = io.BytesIO()
    soundfile.write(file, sum(np.sin(2 * np.pi * hz * at) for hz in pitches) / 5, 22_050, format="MP3")
    return file.getvalue()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The world's first archive, with some of its clips."""
    folder = tmp_path_factory.mktemp("first")
    tracks = (*catalogue(1, night.CLIPS), *newest(1, night.CLIPS, date.min, FIRST - timedelta(1)))
    write_metadata(folder / "fma_metadata.zip", 1, tracks)
    clipped = [track for track in tracks if track.clip][:CLIPS]
    clips = [(track, tone(1, track.genre, track.artist.artist_id, track.track_id)) for track in clipped]
    write_clips(folder / "fma_small.zip", clips)
    return [folder / "fma_metadata.zip", folder / "fma_small.zip"]


@pytest.fixture
def home(new_database: Callable[[], str], tmp_path: Path, first: list[Path]) -> Callable[[str], Settings]:
    def make(name: str) -> Settings:
        env = {"OVERTONE_HOME": str(tmp_path / name), "OVERTONE_DATABASE_URL": new_database()}
        made = replace(Settings.from_env(env), spark_master="local[2]", synthetic=Synthetic("world", 300))
        land(Storage(made.storage_url), "fma", first, made_by=maker(made.synthetic))
        return made

    return make


def refresh(settings: Settings, day: date) -> None:
    for job in JOBS:
        run_job(settings, job, day)


def test_nights_in_another_order_one_of_them_stopped_in_the_middle_leave_the_same_rows(
    home: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night.music, "mp3", tone)
    days = [FIRST + timedelta(number) for number in range(NIGHTS)]
    straight, crooked = home("straight"), home("crooked")
    for day in days:
        refresh(straight, day)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    refresh(crooked, days[0])
    with monkeypatch.context() as patch:
        patch.setattr(describe_audio, "close_books", stop)  # in the middle of a night, before what it did is kept
        with pytest.raises(KeyboardInterrupt):
            refresh(crooked, days[2])
    for place in (3, 2, 1):
        refresh(crooked, days[place])
    ours, others = (content_hash(Warehouse.open(one)) for one in (straight, crooked))
    assert {table for table in ours if ours[table] != others[table]} == set()
    listened = Warehouse.open(straight).query("SELECT part FROM ops.lake WHERE name = 'listens' ORDER BY part")
    assert [row["part"] for row in listened] == [f"day={day}" for day in days]
    described = Warehouse.open(straight).query("SELECT count(*) AS n FROM core.track_vector")
    assert described == [{"n": CLIPS + NIGHTS * NEW_CLIPS}]


@pytest.mark.drill
def test_nights_killed_in_every_job_beside_each_other_and_out_of_order_leave_the_same_rows(
    home: Callable[[str], Settings],
) -> None:
    """All jobs of four nights, each killed eight times (in short: three of one night, twice), and run again after that.

    The first night comes first, then the last, then the two between at once, each job of one beside one of the other.
    """
    rng, lock = random.Random(20201221), threading.Lock()
    killed: list[str] = []
    days = [FIRST + timedelta(number) for number in range(NIGHTS if DRILLS else 1)]
    jobs = [*JOBS] if DRILLS else ["ingest_listens", "build_tastes", "build_audience"]
    straight, crooked = home("straight"), home("crooked")
    for one in (straight, crooked):
        one.home.mkdir(exist_ok=True)
        (one.home / "people_key").write_bytes(bytes(range(32)))

    def whole(settings: Settings, job: str, day: date) -> float:
        """Run a job; how long that took, s."""
        begun, process = time.monotonic(), command(settings, "run", job, "--day", day)
        said, _ = process.communicate()
        assert process.returncode == 0, f"{said}\n{killed}"
        return time.monotonic() - begun

    lives = {(job, day): whole(straight, job, day) for day in days for job in JOBS}

    def disturbed(day: date) -> None:
        for job in JOBS:
            for _ in range(KILLS if job in jobs else 0):
                with lock:
                    after = lives[job, day] * rng.uniform(IMPORTS, 1)
                process = command(crooked, "run", job, "--day", day)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(after)
                if kill(process):
                    killed.append(f"{job} {day} after {after:.2f} s of {lives[job, day]:.2f} s")
            whole(crooked, job, day)

    with ThreadPoolExecutor(2) as pool:
        for some in ([days[0]], [days[-1]], days[1:-1]) if DRILLS else ([days[0]],):
            list(pool.map(disturbed, some))
    print(f"{len(killed)} kills")
    assert len(killed) >= (200 if DRILLS else 1)
    ours, others = (content_hash(Warehouse.open(one)) for one in (straight, crooked))
    assert {table for table in ours if ours[table] != others[table]} == set(), killed
    kept = ("lake/listens", "lake/songs", "lake/heard")  # what is parsed lies there in as many pieces as it took
    folders = [
        {re.sub("/[^/]*/([^/]*)$", r"/*/\1", path) for name in kept for path in Storage(one.storage_url).files(name)}
        for one in (straight, crooked)
    ]
    assert folders[0] == folders[1]
    wait(lambda: not left_behind(crooked)["sessions"])
    assert left_behind(crooked) == NOTHING
