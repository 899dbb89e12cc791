"""Vectors published by version and found by an index, on a real Postgres."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from datetime import date

import numpy as np
import pytest

from etl.errors import ArgumentInvalid
from etl.jobs import scale_features
from etl.jobs.run import run_job
from etl.live import find_similar
from etl.live.find_similar import NothingDescribed, nearest, similar_to, suggest_genre
from etl.settings import Settings
from etl.similarity import model as fitting
from etl.similarity.model import Model, transform
from etl.store.loads import Books
from etl.store.vectors import copy_features, copy_vectors, literal
from etl.store.warehouse import Warehouse, content_hash, sql
from lab.bench.archive import Archive, make_archive, store
from lab.bench.similarity import measure

DAY = date(2026, 1, 2)
SMALL = {"Blues": 30, "Rock": 40}


def archive(tracks: dict[str, int], seed: int = 1) -> Archive:
    made = make_archive(tracks, np.random.default_rng(seed))
    return Archive(made.genres, made.artists, made.features, made.asked, np.zeros_like(made.late))


def only(made: Archive, ids: Iterable[int]) -> np.ndarray:
    """Which tracks of an archive have these ids."""
    return np.isin(np.arange(len(made.genres)) + 1, list(ids))


def scale(settings: Settings) -> tuple[int, int, int]:
    """Run the job; tracks inserted, updated, unchanged."""
    [books] = run_job(settings, "scale_features", DAY)
    assert isinstance(books, Books)
    return books.inserted, books.updated, books.unchanged


def current(warehouse: Warehouse) -> tuple[str, Model]:
    [row] = warehouse.query("SELECT version, model FROM core.scaler WHERE current")
    return row["version"], Model.from_bytes(bytes(row["model"]))


def exact(warehouse: Warehouse, features: np.ndarray, genre: str | None, limit: int) -> list[int]:
    """The nearest tracks by brute force over what is described; ties to the smallest id."""
    _, model = current(warehouse)
    with warehouse.transaction() as cursor:
        asked = {"extractor": scale_features.EXTRACTOR, "through": date.max}
        ids, stored = copy_features(cursor, sql("loads/vectors_all"), asked)
        cursor.execute("SELECT track_id FROM core.track_feature WHERE genre = %s OR %s", (genre, genre is None))
        inside = np.isin(ids, [row["track_id"] for row in cursor.fetchall()])
    ids, vectors = ids[inside], transform(model, stored[inside])
    cosine = vectors @ transform(model, features[np.newaxis])[0]
    return ids[np.lexsort((ids, -np.round(cosine, 6)))][:limit].tolist()


def found(warehouse: Warehouse, features: np.ndarray, genre: str | None = None, limit: int = 10) -> list[int]:
    return [track.track_id for track in similar_to(warehouse, features, genre, limit)]


@pytest.fixture
def small(settings: Settings, warehouse: Warehouse) -> Archive:
    """70 described tracks, scaled; 120 more that can be asked about."""
    made = archive(SMALL)
    warehouse.execute(
        "INSERT INTO core.genre (genre_id, title, top_genre_id, top_genre, day)"
        " VALUES (1, 'Blues', 1, 'Blues', %s), (2, 'Rock', 2, 'Rock', %s)",
        (DAY, DAY),
    )
    store(warehouse, made, np.ones(len(made.genres), bool))
    assert scale(settings) == (70, 0, 0)
    return made


def test_a_small_archive_is_searched_exactly(warehouse: Warehouse, small: Archive) -> None:
    assert not warehouse.query("SELECT FROM pg_indexes WHERE indexdef LIKE '%hnsw%'")
    for features in small.features[small.asked][::20]:
        for genre in ("Blues", "Rock", None):
            assert found(warehouse, features, genre, 12) == exact(warehouse, features, genre, 12)
    assert len(found(warehouse, features, "Blues", 100)) == 30
    with pytest.raises(ArgumentInvalid, match="Polka"):
        similar_to(warehouse, features, "Polka")


def test_a_tie_goes_to_the_smallest_track_id(settings: Settings, warehouse: Warehouse, small: Archive) -> None:
    warehouse.execute(
        "UPDATE core.track_feature SET features = (SELECT features FROM core.track_feature WHERE track_id = 70),"
        " clip_id = 'twin' WHERE track_id IN (61, 65, 155, 190)"
    )
    assert scale(settings) == (0, 4, 66)
    tracks = similar_to(warehouse, small.features[69], limit=5)
    assert [track.track_id for track in tracks] == [61, 65, 70, 155, 190]
    assert [track.score for track in tracks] == pytest.approx([1] * 5, abs=1e-4)
    assert {track.closeness for track in tracks} == {"very close"}


def test_what_is_shown_goes_with_the_distance(warehouse: Warehouse, small: Archive) -> None:
    tracks = similar_to(warehouse, small.features[small.asked][3], limit=70)
    scores = [track.score for track in tracks]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= scores[-1] < scores[0] < 1
    for track in tracks:
        assert {part.part for part in track.agreement} == {"timbre", "rhythm", "harmony", "brightness"}
        assert track.agrees.endswith(".")
    suggested = suggest_genre(warehouse, small.features[0])
    assert suggested == sorted(suggested, key=lambda one: -one.confidence)


def test_before_the_first_refresh_it_says_so(warehouse: Warehouse) -> None:
    with pytest.raises(NothingDescribed, match="no track has been described yet"):
        similar_to(warehouse, np.zeros(245, np.float32))


def test_a_large_genre_has_an_index_that_is_used_and_finds_99_in_100(settings: Settings, warehouse: Warehouse) -> None:
    made = archive({"Blues": 50, "Rock": 2500})
    store(warehouse, made, np.ones(len(made.genres), bool))
    scale(settings)
    version, model = current(warehouse)
    vectors, ids = transform(model, made.features), np.arange(len(made.genres)) + 1
    rock = made.genres == "Rock"
    with warehouse.transaction() as cursor:
        assert np.mean(measure(cursor, version, vectors[rock], made.asked[rock], ids[rock], "Rock").recall) >= 0.99
        assert np.mean(measure(cursor, version, vectors, made.asked, ids, None).recall) >= 0.99
        wanted = {"version": version, "vector": literal(vectors[60]), "limit": 10}
        setting, question = sql("queries/similar_tracks").split(";\n\nSELECT", 1)
        cursor.execute(setting)
        part = "track_vector_" + version.replace("-", "_")
        for genre, scans in (("Rock", ["rock"]), ("Blues", []), (None, ["rock"])):
            cursor.execute("EXPLAIN SELECT" + question, wanted | {"genre": genre})
            plan = " ".join(row["QUERY PLAN"] for row in cursor.fetchall())
            used = [name for name in ("blues", "rock") if f"Index Scan using {part}_{name}_vector_idx" in plan]
            assert used == scans
        # More than the index keeps in sight, and all of them.
        rows = nearest(cursor, version, vectors[60], "Rock", 400)
        distances = [row["distance"] for row in rows]
        assert len({row["track_id"] for row in rows}) == 400
        assert distances == sorted(distances)


def test_a_night_scales_only_what_is_new_moved_or_gone(
    settings: Settings, warehouse: Warehouse, small: Archive
) -> None:
    version, model = current(warehouse)
    more = archive({"Blues": 2, "Rock": 2}, seed=2)
    more.asked[:] = False
    store(warehouse, more, only(more, [60, 100, 101, 102]))
    warehouse.execute("UPDATE core.track_feature SET genre = 'Rock' WHERE track_id = 70")
    warehouse.execute("UPDATE core.track_feature SET silent = TRUE WHERE track_id = 71")
    assert scale(settings) == (4, 1, 68)
    assert current(warehouse)[0] == version
    rows = warehouse.query("SELECT track_id, genre, vector::real[] AS vector FROM core.track_vector ORDER BY track_id")
    assert len(rows) == 73
    kept = {row["track_id"]: row for row in rows}
    assert {number: kept[number]["genre"] for number in (60, 70, 100)} == {60: "Blues", 70: "Rock", 100: "Rock"}
    assert 71 not in kept
    for number in (60, 100, 101, 102):
        [vector] = transform(model, more.features[[number - 1]])
        np.testing.assert_allclose(kept[number]["vector"], vector, atol=1e-6)
    before = content_hash(warehouse)
    assert scale(settings) == (0, 0, 73)
    assert content_hash(warehouse) == before


def grown(warehouse: Warehouse) -> None:
    """Describe a tenth more and one."""
    more = archive({"Folk": 8}, seed=3)
    more.asked[:] = False
    store(warehouse, more, only(more, range(1, 9)))


def test_a_scaler_of_another_method_is_fitted_anew(
    settings: Settings, warehouse: Warehouse, small: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = current(warehouse)[0]
    for module in (fitting, scale_features):
        monkeypatch.setattr(module, "METHOD", "other")
    assert scale(settings) == (0, 70, 0)
    assert current(warehouse)[0] == "other-" + old.split("-")[1]
    assert scale(settings) == (0, 0, 70)


def test_a_catalogue_that_grew_by_a_tenth_is_scaled_anew(
    settings: Settings, warehouse: Warehouse, small: Archive
) -> None:
    old = current(warehouse)[0]
    grown(warehouse)
    assert scale(settings) == (8, 70, 0)
    version = current(warehouse)[0]
    assert version != old
    rows = warehouse.query("SELECT scaler_version, count(*) AS tracks FROM core.track_vector GROUP BY scaler_version")
    assert rows == [{"scaler_version": version, "tracks": 78}]
    assert warehouse.query("SELECT version FROM core.scaler") == [{"version": version}]


KILLED = {
    "while it stores vectors": "job.copy_vectors = die",
    "with everything stored": "job.close_books = die",
    "before the old version is dropped": "job.close_books = published(job.close_books)",
}
PROGRAM = """
import os, signal, sys
from datetime import date
from etl.jobs import scale_features as job
from etl.jobs.run import run_job
from etl.settings import Settings

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def published(close_books):
    def close(*arguments):
        job._close_superseded = die
        return close_books(*arguments)
    return close

{point}
run_job(Settings.from_env(), "scale_features", date(2026, 1, 2))
"""


@pytest.mark.parametrize("point", KILLED)
def test_a_killed_job_leaves_the_old_or_the_new_and_a_rerun_ends_the_same(
    settings: Settings, warehouse: Warehouse, small: Archive, point: str
) -> None:
    asked = small.features[small.asked][0]
    old = found(warehouse, asked)
    grown(warehouse)
    killed = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(point=KILLED[point])],
        env=os.environ | settings.environment(),
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    left = found(warehouse, asked)
    scale(settings)
    new = found(warehouse, asked)
    assert new == exact(warehouse, asked, None, 10)
    assert left == (new if point.startswith("before") else old)
    after = content_hash(warehouse)
    warehouse.execute("DELETE FROM core.scaler")
    scale(settings)
    assert content_hash(warehouse) == after


def in_background(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_search_does_not_wait_for_a_publication_and_sees_the_old_version(
    settings: Settings, warehouse: Warehouse, small: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = small.features[small.asked][0]
    old = similar_to(warehouse, asked)
    grown(warehouse)
    reached, go_on = threading.Event(), threading.Event()
    close_books = scale_features.close_books

    def wait(*arguments: object) -> None:
        reached.set()
        assert go_on.wait(60)
        close_books(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(scale_features, "close_books", wait)
    publishing = in_background(lambda: scale(settings))
    assert reached.wait(60)
    warehouse.execute("ALTER DATABASE {} SET lock_timeout = '5s'".format(settings.database_url.rsplit("/", 1)[1]))  # type: ignore[union-attr]
    assert similar_to(Warehouse(warehouse.url), asked) == old
    go_on.set()
    publishing.join(60)
    assert found(warehouse, asked) == exact(warehouse, asked, None, 10)
    assert similar_to(warehouse, asked) != old


def test_a_search_that_has_begun_ends_in_the_version_that_it_began_with(
    settings: Settings, warehouse: Warehouse, small: Archive
) -> None:
    asked = small.features[small.asked][0]
    old = found(warehouse, asked)
    grown(warehouse)
    with warehouse.transaction() as cursor:
        version, model = find_similar.current(cursor)
        publishing = in_background(lambda: scale(settings))
        other = Warehouse(warehouse.url)
        deadline = time.monotonic() + 60
        while current(other)[0] == version:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        rows = nearest(cursor, version, transform(model, asked[np.newaxis])[0], None, 10)
        assert [row["track_id"] for row in rows] == old
    publishing.join(60)
    assert other.query("SELECT DISTINCT scaler_version FROM core.track_vector") == [
        {"scaler_version": current(other)[0]}
    ]
    assert not other.query("SELECT FROM core.scaler WHERE version = %s", (version,))


def test_numbers_go_to_postgres_and_come_back_to_the_bit(warehouse: Warehouse) -> None:
    numbers = np.random.default_rng(1).normal(scale=1e4, size=(3, 245)).astype(np.float32)
    numbers[0, :3] = 0, -1e-30, 3.4e38
    with warehouse.transaction() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE kept (id integer, vector vector(245))")
        copy_vectors(cursor, "kept (id, vector)", np.array([7, -1, 2**31 - 1]), numbers)
        ids, back = copy_features(cursor, "SELECT id, vector::real[] FROM kept WHERE id <> %s ORDER BY id DESC", (0,))
        assert ids.tolist() == [2**31 - 1, 7, -1]
        np.testing.assert_array_equal(back, numbers[[2, 0, 1]])
        cursor.execute("SELECT id FROM kept WHERE vector = %s", (literal(numbers[0]),))
        assert cursor.fetchall() == [{"id": 7}]
        ids, back = copy_features(cursor, "SELECT id, vector::real[] FROM kept WHERE false")
        assert ids.shape == (0,)
        assert back.shape == (0, 245)
