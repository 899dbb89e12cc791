"""Books that can fail: a write that loses a row is noticed by every job that makes marts, and publishes nothing."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.audio.features import EXTRACTOR
from etl.drops.clips import find_clips
from etl.drops.landing import land
from etl.errors import BooksDoNotBalance
from etl.jobs import (
    build_tastes,
    describe_audio,
    ingest_fma,
    ingest_listens,
    ingest_tiktok,
    make_activity,
    match_tracks,
)
from etl.jobs.run import run_job
from etl.settings import Settings, Synthetic
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse, content_hash, sql
from etl.store.work import Work
from etl.tables import CLIP_FEATURE, CLIP_PEAKS
from lab.bench.archive import Archive, make_archive, store
from tests.integration import listened

pytestmark = pytest.mark.usefixtures("spark")

MONDAY = date(2020, 11, 30)
SUNDAY = MONDAY + timedelta(days=6)

#: Of an artist's two songs, that twelve people heard each, in a week that has ended.
PAIRS = [(listener, track) for listener in range(1, 13) for track in (1, 2)]


def heard(settings: Settings, pairs: Iterable[tuple[int, int]], pct: int = 90, day: date = MONDAY) -> None:
    """Listens of a day, of which the marts do not know yet."""
    at = datetime(day.year, day.month, day.day, pct % 24, tzinfo=UTC)
    listened.add(
        settings,
        (
            {
                "listened_at": at + timedelta(seconds=number),
                "listener_id": listener,
                "artist_id": 100,
                "track_id": track,
                "heard_pct": pct,
            }
            for number, (listener, track) in enumerate(pairs)
        ),
    )


def lose(warehouse: Warehouse, event: str, table: str, row: str) -> None:
    """From now on this row is lost on its way into the table."""
    warehouse.execute(
        "CREATE OR REPLACE FUNCTION ops.lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
        f"CREATE TRIGGER lose BEFORE {event} ON {table} FOR EACH ROW WHEN ({row}) EXECUTE FUNCTION ops.lose()"
    )


def fails(warehouse: Warehouse, run: Callable[[], object]) -> None:
    """It says that its books do not balance, and has changed nothing, but for sums that the lake keeps for the next."""
    books = "SELECT count(*) AS n FROM ops.load"
    lake = "SELECT * FROM ops.lake WHERE name = 'listens' ORDER BY part"
    before, loads, listens = content_hash(warehouse), warehouse.query(books), warehouse.query(lake)
    with pytest.raises(BooksDoNotBalance):
        run()
    assert content_hash(warehouse) | {"ops.lake": ""} == before | {"ops.lake": ""}
    assert warehouse.query(lake) == listens
    assert warehouse.query(books) == loads


def forget(monkeypatch: pytest.MonkeyPatch, job: ModuleType, name: str, before: str, where: str) -> None:
    """From now on a file of sql/ forgets rows that its job staged: a condition is added before these words."""

    def forgetful(asked: str) -> str:
        said = sql(asked)
        if asked == name:
            assert said.count(before) == 1
            said = said.replace(before, f"{where}\n{before}")
        return said

    monkeypatch.setattr(job, "sql", forgetful)


@pytest.fixture
def world(settings: Settings, warehouse: Warehouse) -> Warehouse:
    for track in (1, 2):
        warehouse.execute(
            "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, duration_s, day)"
            " VALUES (%s, 'Song', 100, 'Artist', 'Rock', '{}', 200, '2020-01-01')",
            (track,),
        )
    warehouse.execute("INSERT INTO ops.watermark (table_name, through) VALUES ('lake/listens', %s)", (SUNDAY,))
    heard(settings, PAIRS)
    return warehouse


MARTS = [
    ("build_tastes", "mart.taste", "NEW.listener_id = 3"),
    ("build_tastes", "mart.variety", "NEW.listener_id = 3"),
    ("build_audience", "mart.audience", "NEW.track_id = 2"),
]


@pytest.mark.parametrize(("job", "table", "row"), MARTS)
def test_a_row_of_a_mart_that_is_not_inserted_is_missed(
    settings: Settings, world: Warehouse, job: str, table: str, row: str
) -> None:
    lose(world, "INSERT", table, row)
    fails(world, lambda: run_job(settings, job, SUNDAY))


@pytest.mark.parametrize(("job", "table", "row"), MARTS)
def test_a_row_of_a_mart_that_is_not_changed_is_missed(
    settings: Settings, world: Warehouse, job: str, table: str, row: str
) -> None:
    [first] = [books for books in run_job(settings, job, SUNDAY) if books.table == table]
    assert (first.rows_in, first.inserted) == {"mart.audience": (3, 3)}.get(table, (12, 12))
    heard(settings, [(3, 2)], pct=10)
    lose(world, "INSERT OR UPDATE" if table == "mart.audience" else "UPDATE", table, row)  # which is rewritten
    fails(world, lambda: run_job(settings, job, SUNDAY))


def test_a_listener_that_the_question_forgets_is_missed(
    settings: Settings, world: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten = "WHERE listener_id <> 3"
    forget(monkeypatch, build_tastes, "buckets/taste", "    GROUP BY listener_id\n),\n\ngenres AS", forgotten)
    lose(world, "INSERT", "mart.taste", "NEW.track_ids IS NULL")  # which the table would refuse
    fails(world, lambda: run_job(settings, "build_tastes", SUNDAY))


def test_a_model_that_is_not_stored_is_missed(settings: Settings, world: Warehouse) -> None:
    lose(world, "INSERT", "mart.recommender", "TRUE")
    with pytest.raises(BooksDoNotBalance):
        run_job(settings, "build_recommender", SUNDAY)
    assert world.query("SELECT * FROM mart.recommender") == []


@pytest.mark.parametrize("table", ["mart.taste", "mart.variety"])
def test_a_row_that_listens_are_added_to_is_missed(settings: Settings, world: Warehouse, table: str) -> None:
    """What came is later than all before, so it is added; of one listener it is lost."""
    run_job(settings, "build_tastes", SUNDAY)
    heard(settings, [(3, 2), (4, 2)], day=SUNDAY - timedelta(days=1))
    books = {one.table: one for one in run_job(settings, "build_tastes", SUNDAY)}[table]
    assert (books.rows_in, books.inserted, books.updated, books.unchanged) == (2, 0, 2, 0)
    heard(settings, [(3, 2), (4, 2)], day=SUNDAY)
    lose(world, "UPDATE", table, "NEW.listener_id = 3")
    fails(world, lambda: run_job(settings, "build_tastes", SUNDAY))


def test_a_listener_that_what_came_forgets_is_missed(
    settings: Settings, world: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_job(settings, "build_tastes", SUNDAY)
    heard(settings, [(3, 2), (4, 2)], day=SUNDAY)
    where = "    WHERE listener_id <> 3"
    forget(
        monkeypatch, build_tastes, "buckets/taste_more", "    GROUP BY listener_id\n)\n\nSELECT\n    everybody", where
    )
    fails(world, lambda: run_job(settings, "build_tastes", SUNDAY))


@pytest.fixture
def described(warehouse: Warehouse) -> Warehouse:
    made = make_archive({"Blues": 30, "Rock": 40}, np.random.default_rng(1))
    made = Archive(made.genres, made.artists, made.features, made.asked, np.zeros_like(made.late))
    store(warehouse, made, np.full(len(made.genres), True))
    return warehouse


def test_a_vector_that_is_not_stored_is_missed(settings: Settings, described: Warehouse) -> None:
    [first] = described.query("SELECT min(track_id) AS track_id FROM core.track_feature WHERE genre = 'Rock'")
    lose(described, "INSERT", "core.track_vector", f"NEW.track_id = {first['track_id']}")
    fails(described, lambda: run_job(settings, "scale_features", SUNDAY))


def test_a_vector_that_does_not_follow_its_track_is_missed(settings: Settings, described: Warehouse) -> None:
    [books] = run_job(settings, "scale_features", SUNDAY)
    assert books.rows_in == books.inserted > 60
    [first] = described.query("SELECT min(track_id) AS track_id FROM core.track_feature WHERE genre = 'Rock'")
    described.execute("UPDATE core.track_feature SET genre = 'Blues' WHERE track_id = %s", (first["track_id"],))
    lose(described, "INSERT", "core.track_vector", f"NEW.track_id = {first['track_id']}")
    fails(described, lambda: run_job(settings, "scale_features", SUNDAY))


@pytest.mark.parametrize("event", ["INSERT", "UPDATE"])
def test_a_match_that_is_not_stored_is_missed(settings: Settings, world: Warehouse, event: str) -> None:
    for sound in ("a", "b"):
        world.execute(
            "INSERT INTO core.sound (sound_id, letter, title, artist_name, covers, first_day, day)"
            " VALUES (%s, 'other', 'Song', '', '{}', '2020-12-18', '2020-12-20')",
            (sound,),
        )
    work = Work(settings, Storage(settings.storage_url), world, SUNDAY)

    def publish(before: set[int], **sounds: str) -> None:
        rows = [(int(track[1:]), sound, 1.0, 1.0, 1.0, 0.9, "v") for track, sound in sounds.items()]
        with world.transaction() as cursor:
            match_tracks._publish(
                cursor, work, {1, 2}, before, pd.DataFrame(rows, columns=match_tracks.TRACK_MATCH.names)
            )

    publish(set(), t1="a")
    lose(world, event, "core.track_match", "NEW.tiktok_track_id = 'b'")
    publish({1}, t1="a")
    fails(world, lambda: publish({1}, **({"t1": "a", "t2": "b"} if event == "INSERT" else {"t1": "b"})))


@pytest.mark.parametrize("lost", ["inserted", "updated", "unchanged", "kept"])
def test_a_listen_that_is_not_stored_is_missed(
    settings: Settings, world: Warehouse, downloads: Path, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    """A day is written anew with what was there: what is lost of that is missed, too."""
    for number, country in enumerate(("SE", "NO")):
        table = pa.table(
            {
                "listened_at": pa.array([datetime(2020, 12, 5, tzinfo=UTC)] * 3, pa.timestamp("us", "UTC")),
                "listener_id": [1, 2, 3],
                "track_id": [1, 1, 1],
                "country": ["SE", country, "SE"],
                "heard_pct": [50, 50, 50],
            }
        )
        pq.write_table(table, downloads / f"{number}.parquet")
    storage = Storage(settings.storage_url)
    land(storage, "listens", [downloads / "0.parquet"], SUNDAY)
    if lost != "inserted":
        run_job(settings, "ingest_listens", SUNDAY)
        land(storage, "listens", [downloads / "1.parquet"], SUNDAY)
    if lost == "kept":
        at = datetime(2020, 12, 5, 1, tzinfo=UTC)
        listened.add(
            settings, [{"listened_at": at, "listener_id": 9, "artist_id": 100, "track_id": 1, "heard_pct": 50}]
        )
    forget(monkeypatch, ingest_listens, "buckets/listens", "ORDER BY listener_id", f"WHERE change <> '{lost}'")
    fails(world, lambda: run_job(settings, "ingest_listens", SUNDAY))


def test_a_genre_or_a_track_that_the_question_forgets_is_missed(
    settings: Settings,
    warehouse: Warehouse,
    downloads: Path,
    tracks_csv: Callable[..., bytes],
    genres_csv: Callable[..., bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (downloads / "genres.csv").write_bytes(genres_csv())
    (downloads / "tracks.csv").write_bytes(tracks_csv({}, {"track.title": "Again"}, {"track_id": "3"}))
    land(Storage(settings.storage_url), "fma", [downloads], SUNDAY)
    for key in ("genre_id", "track_id"):
        lost = {"genre_id": 25, "track_id": 3}[key]
        forget(monkeypatch, ingest_fma, "loads/fma", f"ORDER BY {key}", f"WHERE {key} <> {lost}")
        fails(warehouse, lambda: run_job(settings, "ingest_fma", SUNDAY))
        monkeypatch.undo()
    books = run_job(settings, "ingest_fma", SUNDAY)
    assert [(one.rows_in, one.inserted, one.unchanged) for one in books] == [(3, 3, 0), (3, 2, 1)]


def test_a_post_that_the_question_forgets_is_missed(
    settings: Settings,
    warehouse: Warehouse,
    downloads: Path,
    post: Callable[..., bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    posts = [{}, {"itemInfos.playCount": 101}, {"itemInfos.id": "2"}]
    (downloads / "posts.ndjson").write_bytes(b"".join(post(one) for one in posts))
    land(Storage(settings.storage_url), "tiktok", [downloads], date(2020, 12, 21))
    forget(monkeypatch, ingest_tiktok, "loads/tiktok", "ORDER BY video_id", "WHERE video_id <> '2'")
    fails(warehouse, lambda: run_job(settings, "ingest_tiktok", date(2020, 12, 21)))
    monkeypatch.undo()
    [books] = run_job(settings, "ingest_tiktok", date(2020, 12, 21))
    assert (books.rows_in, books.inserted, books.unchanged) == (3, 2, 1)


def test_a_listen_that_the_question_forgets_is_missed(
    settings: Settings, world: Warehouse, downloads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside one that comes twice and two of a track that nobody knows."""
    lines = ["1,1,50", "1,1,60", "2,1,50", *["3,99,50"] * 2]
    rows = [f"2020-12-05T10:00:00Z,{line}" for line in lines]
    (downloads / "listens.csv").write_text("\n".join(["listened_at,listener_id,track_id,heard_pct", *rows, ""]))
    land(Storage(settings.storage_url), "listens", [downloads], SUNDAY)
    forget(monkeypatch, ingest_listens, "buckets/listens", "    QUALIFY row_number", "WHERE listener_id <> 2")
    fails(world, lambda: run_job(settings, "ingest_listens", SUNDAY, 1.0))
    monkeypatch.undo()
    [books] = run_job(settings, "ingest_listens", SUNDAY, 1.0)
    assert (books.rows_in, books.inserted, books.unchanged, books.quarantined) == (5, 2, 1, 2)


@pytest.mark.parametrize("lost", ["LAKE", "PEAKS"])
def test_a_clip_that_does_not_come_out_of_the_lake_is_missed(
    settings: Settings, world: Warehouse, downloads: Path, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    (downloads / "000").mkdir()
    for track in (1, 2):
        (downloads / "000" / f"{track:06}.mp3").write_bytes(b"of it is kept what was described" * track)
    storage = Storage(settings.storage_url)
    land(storage, "fma", [downloads], SUNDAY)
    one = {"features": [0.0] * 245, "duration_s": 30, "rate_hz": 44_100, "silent": False, "extractor": EXTRACTOR}
    drawn = {"format": "mp3", "duration_s": 30, "peaks": [0.5] * 240}
    ids = [clip.clip_id for clip in find_clips(storage)]
    for lake, kept, row in ((describe_audio.LAKE, CLIP_FEATURE, one), (describe_audio.PEAKS, CLIP_PEAKS, drawn)):
        table = pa.Table.from_pylist([row | {"clip_id": clip_id} for clip_id in ids], kept)
        storage.write_table(f"{lake}/some.parquet", table)
    whole = describe_audio._rows

    def lossy(storage: Storage, lake: str, *rest: Any) -> Iterator[pa.Table]:
        yield from (
            table[1:] if lake == getattr(describe_audio, lost) else table for table in whole(storage, lake, *rest)
        )

    monkeypatch.setattr(describe_audio, "_rows", lossy)
    fails(world, lambda: run_job(settings, "describe_audio", SUNDAY))
    monkeypatch.undo()
    for counted in ((2, 2, 0), (2, 0, 2)):
        books = run_job(settings, "describe_audio", SUNDAY)
        assert [(one.rows_in, one.inserted, one.unchanged) for one in books] == [counted, counted]


def test_a_made_file_that_is_not_landed_is_missed(
    settings: Settings, warehouse: Warehouse, downloads: Path, monkeypatch: pytest.MonkeyPatch,
    tracks_csv: Callable[..., bytes], genres_csv: Callable[..., bytes],
) -> None:  # fmt: skip
    (downloads / "tracks.csv").write_bytes(tracks_csv({}))
    (downloads / "genres.csv").write_bytes(genres_csv())
    land(Storage(settings.storage_url), "fma", [downloads])
    monkeypatch.setattr(
        make_activity,
        "land",
        lambda storage, source, files, *more, **said: land(storage, source, files[:-1], *more, **said),
    )
    with pytest.raises(BooksDoNotBalance):
        run_job(replace(settings, synthetic=Synthetic("activity", 30)), "make_activity", SUNDAY)
    assert warehouse.query("SELECT FROM ops.load") == []
