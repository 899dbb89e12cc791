"""What every kind of test may ask for: real data, made lines and tables, a home of its own, a migrated warehouse."""

import copy
import csv
import io
import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

# Before numpy reads it, and for what tests start, too. Threads of BLAS wait for one another by running: two workers who
# have a thread for each core took five times the CPU of two that have one.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import hypothesis
import psycopg2
import pytest
from pyspark.sql import SparkSession

from etl.machine import postgres
from etl.machine.spark import CONF, session, warm
from etl.settings import Settings
from etl.store.migrations import migrate
from etl.store.warehouse import Warehouse
from etl.tables import TOP_GENRES

# Tests send Ctrl-C to what they start. A shell that starts them in the background has it ignored; that is inherited.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# No test asserts a time, and that is what a deadline does.
hypothesis.settings.register_profile("overtone", deadline=None)
hypothesis.settings.load_profile("overtone")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real music, posts and labels; it is no part of the repository."""
    folder = Settings.from_env().real_data
    if not folder:
        pytest.skip("there is no real data: set OVERTONE_REAL_DATA to its folder")
    return folder


#: Whether tests that have a long form run it: ``make drills``.
DRILLS = os.environ.get("OVERTONE_DRILLS") == "1"

POST = {
    "itemInfos": {
        "id": "6900000000000000001",
        "text": "look at this",
        "createTime": "1608508800",  # 2020-12-21
        "covers": ["https://pics/v1.jpg"],
        "video": {"urls": ["https://videos/1"], "videoMeta": {"width": 576, "height": 1024, "duration": 15}},
        "diggCount": 20,
        "shareCount": 3,
        "playCount": 100,
        "commentCount": 4,
    },
    "authorInfos": {"userId": "6700000000000000001", "uniqueId": "ann", "nickName": "Ann", "verified": False},
    "musicInfos": {
        "musicId": "6800000000000000001",
        "musicName": "Blue Train",
        "authorName": "The Larks",
        "original": False,
        "playUrl": ["https://sounds/1"],
        "coversLarger": ["https://pics/s1.jpg"],
    },
    "authorStats": {"followerCount": 50, "heartCount": "70"},
}


@pytest.fixture(scope="session")
def post() -> Callable[..., bytes]:
    """Makes one line of a TikTok file; ``{"itemInfos.id": "7"}`` changes a value, ``...`` takes it away."""

    def make(changes: Mapping[str, Any] | None = None) -> bytes:
        line: dict[str, Any] = copy.deepcopy(POST)
        for path, value in (changes or {}).items():
            *parents, name = path.split(".")
            part = line
            for parent in parents:
                part = part[parent]
            part[name] = value
            if value is ...:
                del part[name]
        return json.dumps(line, ensure_ascii=False).encode() + b"\n"

    return make


TRACK = {
    "track_id": "2",
    "album.title": "First Light",
    "artist.id": "1",
    "artist.location": "",
    "artist.name": "The Larks",
    "artist.website": "",
    "set.split": "training",
    "set.subset": "small",
    "track.date_created": "2008-11-26 01:48:12",
    "track.duration": "168",
    "track.genre_top": "Rock",
    "track.genres": "[12, 25]",
    "track.license": "Attribution",
    "track.listens": "1293",
    "track.title": "Blue Train",
}
GENRES = ((12, 0, "Rock", 12), (25, 12, "Punk", 12), (21, 0, "Hip-Hop", 21))


@pytest.fixture(scope="session")
def tracks_csv() -> Callable[..., bytes]:
    """Makes FMA's tracks.csv with its three header rows; a row says where it differs from ``TRACK``."""

    def make(*rows: Mapping[str, str]) -> bytes:
        columns = [name.split(".") for name in TRACK][1:]
        top, sub = (["", *(column[level] for column in columns)] for level in (0, 1))
        index = ["track_id"] + [""] * len(columns)
        return _csv(top, sub, index, *((TRACK | row).values() for row in rows))

    return make


@pytest.fixture(scope="session")
def genres_csv() -> Callable[..., bytes]:
    """Makes FMA's genres.csv; a row is genre_id, parent, title, top_level."""

    def make(*rows: tuple[object, ...]) -> bytes:
        header = ("genre_id", "#tracks", "parent", "title", "top_level")
        return _csv(header, *((number, 10, parent, title, top) for number, parent, title, top in rows or GENRES))

    return make


def _csv(*rows: Any) -> bytes:
    text = io.StringIO()
    bare = any("\r" in str(field) for row in rows for field in row)  # which the writer would leave without quotes
    quoting = csv.QUOTE_ALL if bare else csv.QUOTE_MINIMAL
    csv.writer(text, lineterminator="\n", quoting=quoting).writerows(rows)
    return text.getvalue().encode()


@pytest.fixture(scope="session")
def database_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of one embedded server that all tests share; each asks it for a database of its own."""
    home = tmp_path_factory.mktemp("server")
    with pytest.MonkeyPatch.context() as patch:
        # No test cuts the power, and a database is 600 files: stopping with 40 of them took more than a minute.
        patch.setitem(postgres.SERVER, "fsync", "off")
        postgres.database_url(home)
    yield home
    postgres.stop(home)


@pytest.fixture(scope="session")
def new_database(database_home: Path) -> Callable[[], str]:
    """Makes a database with every migration applied and no rows: a copy of one, a fourth of the work; its address."""
    server = postgres.database_url(database_home, "postgres", postgres.SUPERUSER)
    migrate(postgres.database_url(database_home, "migrated"))

    def make() -> str:
        name = f"test_{os.urandom(6).hex()}"
        with closing(psycopg2.connect(server)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {name} TEMPLATE migrated OWNER {postgres.OWNER}")
        return postgres.database_url(database_home, name)

    return make


@pytest.fixture
def settings(tmp_path: Path, database_home: Path, new_database: Callable[[], str]) -> Settings:
    """Settings with an empty storage, and a database with every migration applied and no rows: this test's own."""
    url = new_database()
    return Settings.from_env(
        {
            "OVERTONE_HOME": str(tmp_path / "home"),
            "OVERTONE_DATABASE_URL": url,
            "OVERTONE_APP_DATABASE_URL": postgres.database_url(database_home, url.rpartition("/")[2], postgres.PAGES),
            "OVERTONE_SPARK_MASTER": "local[2]",
        }
    )


@pytest.fixture
def warehouse(settings: Settings) -> Warehouse:
    """A warehouse with every migration applied and no rows."""
    return Warehouse.open(settings)


@pytest.fixture(scope="session")
def made_creators() -> Callable[[Warehouse], None]:
    """Puts twelve creators into a warehouse with an artist's three tracks, and what some of them used.

    i1 is all Rock, from Sweden and heard there; each next has less Rock and more Folk, and twice the followers; i11 and
    i12 were never seen to post. The demo's first artist has two tracks of Rock and one of Folk. i1 used a sound of
    theirs, one of somebody else's Rock and one that matches nothing; i2 used the latter alone.
    """

    def make(warehouse: Warehouse) -> None:
        tracks = [(1, "Quiet Harbour", 171, "Rock"), (2, "Slow Tide", 171, "Rock"), (3, "Paper Lanterns", 171, "Folk"),
                  (4, "Copper Wires", 7, "Rock"), (5, "Iron Garden", 255, "Folk")]  # fmt: skip
        for track_id, title, artist, genre in tracks:
            warehouse.execute(
                "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, day)"
                " VALUES (%s, %s, %s, %s, %s, '{}', '2020-01-01')",
                (track_id, title, artist, f"Artist {artist}", genre),
            )
            warehouse.execute(
                "INSERT INTO core.track_match (fma_track_id, tiktok_track_id, total_score, probability, vocabulary,"
                " day) VALUES (%s, %s, %s, 0.9, 'v', '2020-12-20')",
                (track_id, f"s{track_id}", 1 - track_id / 10),
            )
            warehouse.execute(
                "INSERT INTO core.sound (sound_id, letter, title, artist_name, covers, first_day, day)"
                " VALUES (%s, 'other', %s, '', '{}', '2020-12-18', '2020-12-20')",
                (f"s{track_id}", title),
            )
        videos = [("v1", "c1", "s1", 900), ("v2", "c1", "s4", 5000), ("v3", "c1", "s9", 10**6), ("v4", "c2", "s9", 50)]
        for video_id, creator_id, sound_id, plays in videos:
            warehouse.execute(
                "INSERT INTO core.video (video_id, sound_id, creator_id, url, caption, covers, plays, likes, shares,"
                " comments, created_at, first_day, day) VALUES (%s, %s, %s, %s, %s, '{}', %s, 1, 1, 1,"
                " '2020-12-18T10:00Z', '2020-12-18', '2020-12-20')",
                (video_id, sound_id, creator_id, f"https://www.tiktok.com/v/{video_id}", f"caption {video_id}", plays),
            )
        for place in range(1, 13):
            rock = 1 - (place - 1) / 11
            shares = [0.0] * 16
            shares[TOP_GENRES.index("Rock")], shares[TOP_GENRES.index("Folk")] = rock, 1 - rock
            warehouse.execute(
                "INSERT INTO activity.influencer (influencer_id, creator_id, handle, name, country, genre, tier,"
                " followers, videos, median_plays, median_likes, median_comments, median_shares, genre_shares,"
                " audience_countries, audience_shares, synthetic, day) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 40, %s,"
                " %s, 10, 10, %s, %s, %s, true, '2020-12-20')",
                (
                    f"i{place}",
                    f"c{place}" if place < 11 else None,
                    f"handle.{place}",
                    f"=Creator {place}" if place == 2 else f"Creator {place}",
                    "SWE" if place % 2 else "NOR",
                    "Rock" if rock > 0.5 else "Folk",
                    "nano" if place < 5 else "micro",
                    1000 * 2**place,
                    10_000,
                    2000 - 100 * place,
                    shares,
                    ["SWE", "DEU"] if place % 2 else ["NOR", "DEU"],
                    [0.5, 0.2],
                ),
            )
        for table, through in (("activity.influencer", 20), ("core.video", 21), ("core.track_match", 21)):
            warehouse.execute(
                "INSERT INTO ops.watermark (table_name, through) VALUES (%s, %s)", (table, f"2020-12-{through}")
            )

    return make


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """One session of Spark for all tests of a process: a job that opens its own inside a test gets this one."""
    warm()  # as the set-up does; an environment may be older than what it does today
    home = tmp_path_factory.mktemp("spark")
    env = os.environ | {"OVERTONE_HOME": str(home), "OVERTONE_SPARK_MASTER": "local[2]"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(CONF, "spark.python.daemon.module", "tests.spark.daemon")
        with session(Settings.from_env(env), "tests") as spark:
            yield spark
