"""What the recommender reads, built on a real Postgres from listens, and lists made from it."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow.compute as pc
import pytest

from dashboards.queries import listeners
from etl.jobs import build_tastes
from etl.jobs.build_tastes import WEEKS
from etl.jobs.run import run_job
from etl.live import circle
from etl.recommend.friends import Friend
from etl.recommend.model import Model
from etl.recommend.rank import next_list
from etl.recommend.taste import LATEST, Taste
from etl.settings import Settings
from etl.store.loads import Books
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse, content_hash
from etl.tables import TOP_GENRES
from lab.worlds import lake
from tests.integration import listened

pytestmark = pytest.mark.usefixtures("spark")

DAY = date(2020, 12, 14)
ROCK, JAZZ, FOLK = (TOP_GENRES.index(name) for name in ("Rock", "Jazz", "Folk"))
#: Twelve songs, four a genre, two an artist; the last has no genre.
GENRE = {track: ("Rock", "Jazz", "Folk")[track // 4] for track in range(12)} | {12: None}


@pytest.fixture
def warehouse(settings: Settings) -> Warehouse:
    warehouse = Warehouse.open(settings)
    for track, genre in GENRE.items():
        warehouse.execute(
            "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, duration_s, day)"
            " VALUES (%s, %s, %s, %s, %s, '{}', 200, '2020-01-01')",
            (track, f"Song {track}", 100 + track // 2, f"Artist {track // 2}", genre),
        )
    return warehouse


Heard = tuple[int, int, int, int | None]


def hear(settings: Settings, *heard: Heard) -> None:
    """Listens of the day that the lake has: listener, track, second and how much of it (%; None: not known)."""
    midnight = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)
    listened.add(
        settings,
        (
            {
                "listened_at": midnight + timedelta(seconds=second),
                "listener_id": listener,
                "artist_id": 100 + track // 2,
                "track_id": track,
                "heard_pct": pct,
            }
            for listener, track, second, pct in heard
        ),
    )


def learn(settings: Settings) -> None:
    """A night's last two jobs."""
    for job in ("build_tastes", "build_recommender"):
        run_job(settings, job, DAY)


def tastes(warehouse: Warehouse) -> dict[int, Taste]:
    columns = ("track_ids", "heard", "listens", "artist_ids")
    return {
        row["listener_id"]: Taste.of(*(row[name] for name in columns))
        for row in warehouse.query("SELECT * FROM mart.taste")
    }


# What a listen changes

LISTENER = 7
VARIETY = "SELECT listener_id, week, listens FROM mart.variety ORDER BY listener_id, week"


def in_app(warehouse: Warehouse, listener: int, track: int, second: int, pct: int) -> Taste:
    """Hear a song in the app; what is known of the listener then."""
    at = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) + timedelta(seconds=second)
    assert listeners.hear(warehouse, listener, f"listen-{listener}-{second}", track, at, pct) == "counted"
    return circle.tastes(warehouse, listener).mine


def test_a_first_listen_counts_whole_and_the_next_moves_the_mean_by_three_tenths(warehouse: Warehouse) -> None:
    once = in_app(warehouse, LISTENER, 9, 0, 90)
    assert (once.tracks.tolist(), once.heard.tolist()) == ([9], [pytest.approx(0.9)])
    assert once.listens.tolist() == [int(genre == FOLK) for genre in range(16)]
    twice = in_app(warehouse, LISTENER, 9, 1, 10)
    assert twice.heard.tolist() == [pytest.approx(0.9 + 0.3 * (0.1 - 0.9))]


def test_a_skip_counts_towards_its_genre_and_a_song_without_one_towards_none(warehouse: Warehouse) -> None:
    assert in_app(warehouse, LISTENER, 9, 0, 1).listens.tolist() == [int(genre == FOLK) for genre in range(16)]
    assert in_app(warehouse, LISTENER + 1, 12, 0, 90).listens.tolist() == [0] * 16


def test_songs_stay_in_order_and_the_latest_artists_are_each_there_once(warehouse: Warehouse) -> None:
    for second, song in enumerate((7, 2, 9, 2)):
        heard = in_app(warehouse, LISTENER, song, second, 50)
    assert heard.tracks.tolist() == [2, 7, 9]
    assert heard.artists.tolist() == [103, 104, 101]
    warehouse.execute(
        "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre_ids, day)"
        " SELECT n, 'Song', n, 'Artist', '{}', '2020-01-01' FROM generate_series(200, 299) AS n"
    )
    for song in range(200, 300):
        heard = in_app(warehouse, LISTENER, song, song, 50)
    assert heard.artists.tolist() == list(range(300 - LATEST, 300))


def test_a_night_makes_of_all_listens_what_each_of_them_changed(settings: Settings, warehouse: Warehouse) -> None:
    """What holds sql/buckets/ and app.tastes together: what they say is equal, to the bit, whatever is booked.

    Listens are 2 1/2 hours apart, which is a month of weeks. Nothing is booked, then half of it, then all, and last
    all is told of one build.
    """
    rng = np.random.default_rng(4)
    for number in range(300):
        in_app(warehouse, int(rng.integers(1, 6)), int(rng.integers(13)), number * 9_000, int(rng.integers(101)))

    def said() -> list[list[dict]]:
        asked = ("SELECT * FROM app.tastes()", "SELECT * FROM app.my_weeks() ORDER BY week")
        return [
            [row for listener in range(1, 6) for row in warehouse.query_as(one, {}, listener_id=listener)]
            for one in asked
        ]

    expected = said()
    assert [len(rows) for rows in expected] == [5, 25]
    for rows in expected:
        assert 200 < sum(sum(row["listens"]) for row in rows) < 300  # one song has no genre
    [booked] = run_job(settings, "ingest_heard", DAY + timedelta(days=15))
    assert 100 < booked.inserted < 200
    assert said() == expected  # it is booked, and marts know nothing of it yet
    for day in (DAY, DAY + timedelta(days=32)):
        run_job(settings, "ingest_heard", day)
        run_job(settings, "build_tastes", day)
        assert said() == expected
    assert warehouse.query("SELECT DISTINCT folded FROM app.heard") == [{"folded": True}]
    marts, before = ("mart.taste", "mart.variety"), content_hash(warehouse)
    for table in (*marts, "ops.built_of", "ops.counted_as"):
        warehouse.execute(f"DELETE FROM {table}")
    tastes, weeks = run_job(settings, "build_tastes", DAY)
    assert (tastes.inserted, weeks.inserted) == (5, 25)
    assert content_hash(warehouse) == before
    tastes, weeks = run_job(settings, "build_tastes", DAY)
    assert (tastes.rows_in, weeks.rows_in) == (0, 0)
    warehouse.execute("UPDATE ops.built_of SET rows = 1000 WHERE part = 'day=2020-12-14'")  # as if some were gone
    tastes, weeks = run_job(settings, "build_tastes", DAY)
    assert (tastes.unchanged, weeks.unchanged) == (5, 25)
    assert content_hash(warehouse) == before


def test_a_listen_changes_the_next_list(settings: Settings, warehouse: Warehouse) -> None:
    """A friend hears even songs, another odd ones; of the friend's first song two skips are enough."""
    both = [(listener, track) for listener in (1, 2) for track in range(listener - 1, 12, 2)]
    hear(settings, *((listener, track, 100 * listener + track, 90) for listener, track in both))
    learn(settings)
    [row] = warehouse.query("SELECT model FROM mart.recommender")
    model, known = Model.from_bytes(bytes(row["model"])), tastes(warehouse)
    friends = [Friend(one, known[one]) for one in (1, 2)]
    [first, *_] = next_list(model, in_app(warehouse, LISTENER, 0, 0, 90), friends, n=1)
    for second in (1, 2):
        me = in_app(warehouse, LISTENER, first.track_id, second, 2)
    songs = next_list(model, me, friends, n=4)
    assert first.track_id not in [song.track_id for song in songs]
    assert first.genre not in {song.genre for song in songs if song.source == "friends"}  # skips count, too: it rests


# What a night makes


def test_a_new_night_swaps_the_model_and_a_list_follows(settings: Settings, warehouse: Warehouse) -> None:
    """Four listeners hear artists 100 and 102 and 104, their even songs; one of them hears 100 alone."""
    four = [(listener, track) for listener in range(1, 5) for track in ((0, 4, 8) if listener < 4 else (0,))]
    hear(settings, *((listener, track, 10 * listener + track, 90) for listener, track in four), (5, 5, 0, 90))
    learn(settings)
    [first] = warehouse.query("SELECT version, listeners, artists, model FROM mart.recommender")
    assert (first["listeners"], first["artists"]) == (5, 3)
    model = Model.from_bytes(bytes(first["model"]))
    assert model.version == first["version"]
    assert model.genre[[0, 4, 8, 12]].tolist() == [ROCK, JAZZ, FOLK, -1]
    assert model.artist[[0, 1, 11]].tolist() == [100, 100, 105]
    assert model.popularity.argmax() == 0
    known = tastes(warehouse)
    songs = next_list(model, known[4], [Friend(one, known[one]) for one in (1, 5)], n=3)
    assert [song.track_id for song in songs if song.source == "friends"][-1] == 5  # to which no artist points
    assert {song.track_id for song in songs} == {4, 8, 5}

    hear(settings, (5, 1, 99, 90))
    learn(settings)
    [second] = warehouse.query("SELECT version FROM mart.recommender")
    assert second["version"] != first["version"]


def test_a_night_adds_what_came_and_reads_the_rest_again_of_whom_it_is_late(
    settings: Settings, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight nights in all kinds of ways, each held against one build of all there is by then."""
    rng, built = np.random.default_rng(6), []
    sent = build_tastes._sent
    monkeypatch.setattr(
        build_tastes, "_sent", lambda sources, **given: built.append(len(sources)) or sent(sources, **given)
    )

    def night(*heard: Heard) -> tuple[Books, int]:
        hear(settings, *heard)
        built.clear()
        tastes, _ = run_job(settings, "build_tastes", DAY)
        read, added = sum(built), content_hash(warehouse)
        for table in ("mart.taste", "mart.variety", "ops.built_of", "ops.counted_as"):
            warehouse.execute(f"DELETE FROM {table}")
        run_job(settings, "build_tastes", DAY)
        assert content_hash(warehouse) == added
        return tastes, read

    def how_far() -> int | None:
        return int(rng.integers(101)) if rng.random() < 0.7 else None

    def some(day: int, *listeners: int, n: int = 20) -> list[Heard]:
        """Listens of a day (from the first), several of them at the same time."""
        return [
            (int(who), int(rng.integers(13)), day * 86_400 + int(rng.integers(40)) * 600, how_far())
            for who in rng.choice(listeners, n)
        ]

    def told(books: Books) -> tuple[int, int, int, int]:
        return books.rows_in, books.inserted, books.updated, books.unchanged

    tastes, read = night(*some(10, 1, 2, 3))
    assert (told(tastes), read) == ((3, 3, 0, 0), 1)
    tastes, read = night(*some(11, 2, 3, 4, n=40))  # later for all, and one is new
    assert (told(tastes), read) == ((3, 1, 2, 0), 1)
    tastes, read = night(*some(9, 3, 5))  # late for one, not for who is new
    assert (told(tastes), read) == ((2, 1, 1, 0), 1 + 3)
    tastes, read = night(*some(12, 1, 2), *some(5, 4, 6), *some(11, 3))  # all at once, a day among them that was there
    assert told(tastes)[:2] == (5, 1)
    tastes, read = night()
    assert (told(tastes), read) == ((0, 0, 0, 0), 0)
    warehouse.execute("UPDATE core.track SET genre = 'Jazz' WHERE track_id = 0")
    [heard] = warehouse.query("SELECT count(*) AS n FROM mart.taste WHERE 0 = ANY(track_ids)")
    tastes, read = night()
    assert told(tastes) == (heard["n"], 0, heard["n"], 0)
    warehouse.execute(
        "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, day)"
        " VALUES (99, 'Song', 1, 'Artist', 'Rock', '{}', '2020-01-01')"
    )
    tastes, read = night(*some(13, 1))  # a song that nobody has heard
    assert (told(tastes), read) == ((1, 0, 1, 0), 1)
    tastes, read = night(*some(13 + 7 * WEEKS, 6))
    assert (told(tastes), read) == ((1, 0, 1, 0), 1)
    assert warehouse.query("SELECT DISTINCT listener_id FROM mart.variety") == [{"listener_id": 6}]


def test_who_is_no_longer_in_the_lake_is_forgotten(settings: Settings, warehouse: Warehouse) -> None:
    hear(settings, *((listener, 0, listener, 90) for listener in (1, 2, 3)))
    run_job(settings, "build_tastes", DAY)
    storage = Storage(settings.storage_url)
    heard = lake.listens(warehouse, storage)
    lake.put(warehouse, storage, heard.filter(pc.not_equal(heard["listener_id"], 3)))
    tastes, weeks = run_job(settings, "build_tastes", DAY)
    assert (tastes.rows_in, tastes.unchanged, weeks.unchanged) == (2, 2, 2)
    assert warehouse.query("SELECT listener_id FROM mart.taste ORDER BY 1") == [{"listener_id": 1}, {"listener_id": 2}]
    assert len(warehouse.query(VARIETY)) == 2


def test_nothing_was_heard_so_lists_are_of_what_there_is(settings: Settings, warehouse: Warehouse) -> None:
    learn(settings)
    [row] = warehouse.query("SELECT listeners, artists, model FROM mart.recommender")
    assert (row["listeners"], row["artists"]) == (0, 0)
    songs = next_list(Model.from_bytes(bytes(row["model"])), Taste.empty(), [], n=20)
    assert len(songs) == 12
    assert {song.source for song in songs} == {"popular"}
