"""A home of before the lake: the listens that Postgres has are carried over, once, whole or not at all."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from etl.jobs import ingest_listens
from etl.jobs.run import run_job
from etl.machine import postgres
from etl.settings import SQL, Settings
from etl.store.migrations import migrate
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse
from etl.tables import LISTENED
from lab.worlds import lake

pytestmark = pytest.mark.usefixtures("spark")

DAY = date(2021, 1, 5)
#: at, listener, track, heard_pct, synthetic, country, id in the app, whether the books have it
LISTENS = [
    ("2020-12-31T23:59:59.5Z", 1, 1, 100, True, "SWE", None, True),
    ("2021-01-01T00:00:00Z", 2, 1, 0, False, None, None, True),
    ("2021-01-04T10:00:00Z", 3, 2, 50, False, "NOR", "in the app", True),
    ("2021-01-05T10:00:00Z", 3, 2, 60, False, "NOR", "not booked", False),
]


def database_of(version: str, database_home: Path, folder: Path) -> str:
    """A database with all migrations before one, and two songs."""
    url = postgres.database_url(database_home, f"test_{os.urandom(6).hex()}")
    folder.mkdir()
    for file in sorted((SQL / "migrations").glob("*.sql")):
        if file.name < version:
            (folder / file.name).symlink_to(file)
    migrate(url, folder)
    Warehouse(url).execute(
        "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, duration_s, day)"
        " SELECT n, 'Song', 10 + n, 'Artist', 'Rock', '{}', 200, '2020-01-01' FROM generate_series(1, 2) AS n"
    )
    return url


@pytest.fixture
def home(database_home: Path, tmp_path: Path) -> Callable[[], Settings]:
    """Makes a home of the version before, whose listens are in Postgres."""

    def make() -> Settings:
        url = database_of("0023", database_home, tmp_path / "before")
        warehouse = Warehouse(url)
        warehouse.execute("CALL activity.make_month('2020-12-01'); CALL activity.make_month('2021-01-01')")
        for at, listener, track, heard, synthetic, country, listen_id, booked in LISTENS:
            warehouse.execute(
                "INSERT INTO activity.listen (listened_at, listener_id, artist_id, track_id, day, heard_pct, synthetic,"
                " country, listen_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (at, listener, 10 + track, track, at[:10], heard, synthetic, country, listen_id),
            )
            if listen_id:
                warehouse.execute(
                    "INSERT INTO app.heard (listener_id, listen_id, listened_at, track_id, heard_pct, booked)"
                    " VALUES (%s, %s, %s, %s, %s, %s)",
                    (listener, listen_id, at, track, heard, at[:10] if booked else None),
                )
        warehouse.execute("INSERT INTO activity.listener (listener_id, name, country, synthetic, day)"
                          " VALUES (3, 'Ann', 'NOR', FALSE, '2020-01-01')")  # fmt: skip
        warehouse.execute("INSERT INTO ops.watermark (table_name, through) VALUES ('activity.listen', %s)", (DAY,))
        migrate(url)
        return Settings.from_env({"OVERTONE_HOME": str(tmp_path / "home"), "OVERTONE_DATABASE_URL": url})

    return make


def carried(settings: Settings) -> list[tuple[object, ...]]:
    rows = lake.listens(Warehouse.open(settings), Storage(settings.storage_url)).to_pylist()
    names = ("listened_at", "listener_id", "track_id", "artist_id", "heard_pct", "country", "listen_id", "origin")
    return [tuple(row[name] for name in names) for row in rows]


WANTED = [
    (datetime(2020, 12, 31, 23, 59, 59, 500_000, UTC), 1, 1, 11, 100, "SWE", None, "made"),
    (datetime(2021, 1, 1, tzinfo=UTC), 2, 1, 11, 0, None, None, "file"),
    (datetime(2021, 1, 4, 10, tzinfo=UTC), 3, 2, 12, 50, "NOR", "in the app", "app"),
    (datetime(2021, 1, 5, 10, tzinfo=UTC), 3, 2, 12, 60, "NOR", "not booked", "app"),
]


def test_what_postgres_has_is_carried_over_once_and_what_waits_is_booked_as_ever(home: Callable[[], Settings]) -> None:
    settings = home()
    warehouse = Warehouse.open(settings)
    run_job(settings, "ingest_listens", DAY)
    assert carried(settings) == WANTED[:3]
    [heard] = run_job(settings, "ingest_heard", DAY)
    assert (heard.rows_in, heard.inserted) == (1, 1)
    assert carried(settings) == WANTED
    assert warehouse.query("SELECT to_regclass('activity.listen') AS there") == [{"there": None}]
    assert warehouse.query("SELECT folder FROM ops.lake_gone") == []
    assert Storage(settings.storage_url).files("lake/carried") == []
    assert warehouse.query("SELECT table_name, through FROM ops.watermark") == [
        {"table_name": "lake/listens", "through": DAY}
    ]
    run_job(settings, "ingest_listens", DAY)
    assert carried(settings) == WANTED


def test_a_home_that_is_stopped_while_it_is_carried_over_loses_nothing(
    home: Callable[[], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = home()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ingest_listens, "publish", stop)
        with pytest.raises(KeyboardInterrupt):
            run_job(settings, "ingest_listens", DAY)
    warehouse = Warehouse.open(settings)
    assert warehouse.query("SELECT count(*) AS n FROM activity.listen") == [{"n": len(LISTENS)}]
    assert carried(settings) == []
    run_job(settings, "ingest_listens", DAY)
    assert carried(settings) == WANTED[:3]
    assert len({path.split("/")[2] for path in Storage(settings.storage_url).files("lake/listens")}) == 3


def test_the_app_may_not_read_what_is_not_carried_yet(home: Callable[[], Settings]) -> None:
    warehouse = Warehouse.open(home())
    with pytest.raises(Exception, match="permission denied"):
        warehouse.query_as("SELECT * FROM activity.listen", {}, artist_id=11)


def test_what_the_app_put_into_marts_itself_is_there_and_is_counted_once(database_home: Path, tmp_path: Path) -> None:
    """Two listens of one song, 50 and 60 % (0.53 in all), of which the first is booked; and another's, of a file."""
    url = database_of("0024", database_home, tmp_path / "before")
    settings = Settings.from_env({"OVERTONE_HOME": str(tmp_path / "home"), "OVERTONE_DATABASE_URL": url})
    warehouse, storage = Warehouse(url), Storage(settings.storage_url)
    in_app = [one for one in LISTENS if one[1] == 3]
    for at, listener, track, heard, _, _, listen_id, booked in in_app:
        warehouse.execute(
            "INSERT INTO app.heard (listener_id, listen_id, listened_at, track_id, heard_pct, booked)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (listener, listen_id, at, track, heard, at[:10] if booked else None),
        )
    warehouse.execute(
        "INSERT INTO mart.taste SELECT 3, '{2}', '{0.53}', array_fill(2, ARRAY[16]), '{12}', now();"
        "INSERT INTO mart.variety SELECT 3, '2021-01-04', array_fill(2, ARRAY[16]), now()"
    )
    rows = [
        {"listened_at": at, "listener_id": 3, "artist_id": 12, "track_id": 2, "heard_pct": 50, "country": "NOR",
         "listen_id": "in the app", "origin": "app", "day": at.date()}
        for at in [datetime(2021, 1, 4, 10, tzinfo=UTC)]
    ]  # fmt: skip
    lake.put(warehouse, storage, pa.Table.from_pylist(rows, LISTENED))
    migrate(url)

    def hears() -> list[tuple[object, ...]]:
        found = warehouse.query_as("SELECT * FROM app.tastes()", {}, listener_id=3)
        return [(one["track_ids"], [round(share, 6) for share in one["heard"]], one["artist_ids"]) for one in found]

    def played() -> list[int]:
        return [max(one["listens"]) for one in warehouse.query_as("SELECT * FROM app.my_weeks()", {}, listener_id=3)]

    said = [([2], [0.53], [12])]
    assert (hears(), played()) == (said, [2])
    run_job(settings, "build_tastes", DAY - timedelta(days=1))  # all anew, of what the lake has
    assert warehouse.query("SELECT heard FROM mart.taste") == [{"heard": [0.5]}]
    assert (hears(), played()) == (said, [2])
    for job in ("ingest_heard", "build_tastes"):
        run_job(settings, job, DAY)
        assert (hears(), played()) == (said, [2])
    assert warehouse.query("SELECT heard FROM mart.taste") == [{"heard": [pytest.approx(0.53)]}]
