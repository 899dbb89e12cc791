"""Listens on a real Postgres: late ones in their own week, nobody sees another's, and nothing small is shown."""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboards.queries import audience
from dashboards.queries.audience import Filters, Period
from etl.drops.landing import land
from etl.errors import SettingInvalid, SourceMissing, TooManyBadRows
from etl.jobs.run import run_job
from etl.settings import Settings
from etl.store.loads import Books
from etl.store.migrations import migrate
from etl.store.storage import Storage
from etl.store.warehouse import content_hash
from tests.integration.conftest import Home, counts

pytestmark = pytest.mark.usefixtures("spark")

MONDAY = date(2020, 11, 30)
SUNDAY = MONDAY + timedelta(days=6)
#: Two artists with two tracks each; one more track of the second, in another genre.
TRACKS = {1: (1, "Rock"), 2: (1, "Rock"), 3: (2, "Rock"), 4: (2, "Rock"), 5: (2, "Jazz")}

Listen = tuple[date, int, int, str | None, int | None]  # day, listener, track, country, heard


class World(Home):
    def catalogue(self, tracks: Iterable[int] = TRACKS) -> None:
        for track_id in tracks:
            artist_id, genre = TRACKS[track_id]
            self.warehouse.execute(
                "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, duration_s, day)"
                " VALUES (%s, %s, %s, %s, %s, '{}', 200, '2020-01-01')",
                (track_id, f"Song {track_id}", artist_id, f"Artist {artist_id}", genre),
            )

    def land(self, day: date, listens: Iterable[Listen]) -> None:
        rows = list(listens)
        at = [
            datetime(one.year, one.month, one.day, tzinfo=UTC) + timedelta(seconds=number % 86_400)
            for number, (one, *_) in enumerate(rows)
        ]
        file = self.folder / f"{len(list(self.folder.iterdir()))}_{day}.parquet"
        table = pa.table(
            {
                "listened_at": pa.array(at, pa.timestamp("us", "UTC")),
                "listener_id": [row[1] for row in rows],
                "track_id": [row[2] for row in rows],
                "country": pa.array([row[3] for row in rows], pa.string()),
                "heard_pct": pa.array([row[4] for row in rows], pa.int64()),
            }
        )
        pq.write_table(table, file)
        land(Storage(self.settings.storage_url), "listens", [file], day)

    def told(self, *columns: str) -> list[tuple]:
        """Some columns of the listens of the lake, a day's after another's."""
        return [tuple(row[name] for name in columns) for row in self.listens()]

    def run(self, day: date, *jobs: str) -> list[Books]:
        return [
            books for job in jobs or ("ingest_listens", "build_audience") for books in run_job(self.settings, job, day)
        ]


@pytest.fixture
def world(settings: Settings, downloads: Path) -> World:
    assert settings.database_url
    migrate(settings.database_url)
    settings.home.mkdir(exist_ok=True)
    (settings.home / "people_key").write_bytes(bytes(range(32)))  # one in 2,000 would tell of few
    return World(settings, downloads)


def crowd(day: date, who: Iterable[int], track: int, country: str | None = "SWE", heard: int = 100) -> list[Listen]:
    return [(day, listener, track, country, heard) for listener in who]


# Loading


def test_a_listen_is_in_the_day_that_it_was_in_and_knows_its_artist(world: World) -> None:
    world.catalogue()
    world.land(SUNDAY, [(MONDAY, 7, 3, "SE", 40), (SUNDAY, 8, 1, None, 100)])
    assert counts(world.run(SUNDAY, "ingest_listens")[0]) == (2, 2, 0, 0, 0)
    assert world.told("listener_id", "artist_id", "country", "heard_pct", "origin", "day") == [
        (7, 2, "SWE", 40, "file", SUNDAY),
        (8, 1, None, 100, "file", SUNDAY),
    ]
    parts = world.ask("SELECT name, part, rows, synthetic, folder FROM ops.lake ORDER BY part")
    assert [row[:4] for row in parts] == [("listens", f"day={MONDAY}", 1, 0), ("listens", f"day={SUNDAY}", 1, 0)]
    assert all(folder.startswith(f"lake/{name}/{part}/") for name, part, *_, folder in parts)
    assert world.ask("SELECT table_name, through FROM ops.watermark") == [("lake/listens", SUNDAY)]


def test_a_night_without_listens_ends_well(world: World) -> None:
    assert [counts(one) for one in world.run(SUNDAY)] == [(0, 0, 0, 0, 0)] * 2
    assert world.ask("SELECT * FROM ops.watermark") == []


def test_a_second_run_changes_nothing_and_a_listen_that_comes_twice_is_one(world: World) -> None:
    world.catalogue()
    world.land(SUNDAY, crowd(SUNDAY, range(1, 31), 1))
    world.run(SUNDAY)
    before, lake = content_hash(world.warehouse), world.ask("SELECT * FROM ops.lake ORDER BY name, part")
    assert [counts(one) for one in world.run(SUNDAY)] == [(30, 0, 0, 30, 0), (0, 0, 0, 0, 0)]
    assert content_hash(world.warehouse) == before
    assert world.ask("SELECT * FROM ops.lake ORDER BY name, part") == lake
    world.land(SUNDAY, [*crowd(SUNDAY, range(1, 30), 1), (SUNDAY, 30, 1, "NO", 100)])
    assert counts(world.run(SUNDAY, "ingest_listens")[0]) == (60, 0, 1, 59, 0)
    assert [row for row in world.told("listener_id", "country") if row[0] == 30] == [(30, "NOR")]


def test_a_listen_of_an_unknown_track_waits_in_quarantine_until_the_catalogue_has_it(world: World) -> None:
    world.catalogue([1])
    world.land(MONDAY, [*crowd(MONDAY, range(1, 201), 1), (MONDAY, 7, 5, None, 3)])
    assert counts(world.run(MONDAY, "ingest_listens")[0]) == (201, 200, 0, 0, 1)
    [(position, reason, raw)] = world.ask("SELECT position, reason, raw FROM ops.quarantine")
    assert (position, reason) == (201, "unknown_track")
    assert b"'track_id': 5" in bytes(raw)
    world.catalogue([5])
    assert counts(world.run(SUNDAY, "ingest_listens")[0]) == (201, 1, 0, 200, 0)
    assert world.ask("SELECT * FROM ops.quarantine") == []


def test_too_many_unknown_tracks_publish_nothing(world: World) -> None:
    world.catalogue([1])
    world.land(MONDAY, [*crowd(MONDAY, range(1, 20), 1), (MONDAY, 7, 5, None, 3)])
    with pytest.raises(TooManyBadRows, match="1 unknown_track"):
        world.run(MONDAY)
    assert world.ask("SELECT * FROM ops.lake") == world.listens() == []


@pytest.fixture
def elsewhere(world: World, new_database: Callable[[], str]) -> Callable[[], World]:
    """The same storage with another, empty database."""

    def make() -> World:
        url = new_database()
        other = replace(world, settings=replace(world.settings, database_url=url))
        other.catalogue()
        return other

    return make


def test_days_give_the_same_content_in_any_order(world: World, elsewhere: Callable[[], World]) -> None:
    days = [MONDAY, MONDAY + timedelta(days=3), SUNDAY]
    for number, day in enumerate(days):
        mostly = crowd(day, range(1, 40), 1, heard=10 * number)
        world.land(day, [*mostly, *crowd(MONDAY, range(1, 20), 3, "DEU", heard=20 * number)])
    hashes = []
    for order in itertools.permutations(days):
        other = elsewhere()
        for day in (*order, order[0]):
            other.run(day)
        hashes.append((content_hash(other.warehouse), other.listens()))
    assert hashes[1:] == hashes[:1] * 5
    assert [heard for track, heard in other.told("track_id", "heard_pct") if track == 3] == [40] * 19


def test_people_friends_and_creators_come_in_by_the_same_door(world: World) -> None:
    world.folder.joinpath("a_2020-12-06.csv").write_text("listener_id,name,country\n1,Ann,SE\n2,Ben,\n")
    world.folder.joinpath("b_2020-12-06.csv").write_text("listener_a,listener_b,since\n1,2,2020-01-01\n")
    land(Storage(world.settings.storage_url), "listens", [world.folder])
    assert [(one.table, counts(one)) for one in world.run(SUNDAY, "ingest_listens")] == [
        ("activity.listener", (2, 2, 0, 0, 0)),
        ("activity.friendship", (1, 1, 0, 0, 0)),
    ]
    assert world.ask("SELECT listener_id, name, country, taste, synthetic, day FROM activity.listener") == [
        (1, "Ann", "SWE", None, False, SUNDAY),
        (2, "Ben", None, None, False, SUNDAY),
    ]


# Marts


def shown(world: World, sql: str = "TRUE") -> list[tuple]:
    return world.ask(
        "SELECT track_id, listens, listeners FROM mart.audience"
        f" WHERE artist_id = 2 AND span = 1 AND {sql} ORDER BY track_id"
    )


def test_a_week_is_shown_when_it_has_ended(world: World) -> None:
    world.catalogue()
    world.land(SUNDAY - timedelta(days=1), crowd(MONDAY, range(1, 13), 3))
    world.run(SUNDAY - timedelta(days=1))
    assert shown(world) == []
    world.land(SUNDAY, crowd(SUNDAY, range(1, 3), 3))
    world.run(SUNDAY)
    assert shown(world, "track_id = 0") == [(0, 14, 12)]


def test_music_is_told_from_the_first_listen(world: World) -> None:
    world.catalogue()
    world.land(SUNDAY, [*crowd(MONDAY, range(1, 9), 3, "SWE", 60), *crowd(MONDAY, range(1, 2), 4, "SWE", 100)])
    world.run(SUNDAY)
    assert shown(world) == [(0, 9, 8), (3, 8, 8), (4, 1, 1)]
    assert world.ask("SELECT artist_id, track_id, listens, listeners FROM mart.audience_day ORDER BY 2") == [
        (2, 0, 9, 8), (2, 3, 8, 8), (2, 4, 1, 1)]  # fmt: skip
    now = audience.kpis(world.warehouse, 2, Filters(MONDAY, SUNDAY), Period(MONDAY, SUNDAY)).now
    assert now is not None
    assert (now.listens, now.listeners, now.finished_share) == (9, 8, 1 / 9)
    assert audience.where(world.warehouse, 2, None, Period(MONDAY, SUNDAY), SUNDAY).places == []


@pytest.mark.parametrize(("rock", "said"), [(11, "average Rock artist"), (10, "average artist")])
def test_the_average_artist_is_of_eleven_and_none_of_them_counts_more(world: World, rock: int, said: str) -> None:
    rows: list[Listen] = []
    for artist in range(1, 12):  # the first is heard ten times as much as each other, and to the end
        world.warehouse.execute(
            "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, duration_s, day)"
            " VALUES (%s, 'Song', %s, 'Artist', %s, '{}', 200, '2020-01-01')",
            (artist, artist, "Rock" if artist <= rock else "Jazz"),
        )
        rows += crowd(MONDAY, range(1, 501 if artist == 1 else 51), artist, "SWE", 100 if artist == 1 else 35)
    world.land(SUNDAY, rows)
    world.run(SUNDAY)
    found = audience.genre_curve(world.warehouse, 1, "Rock")
    assert found is not None
    assert found.title == said
    assert [*found.shares, found.finished] == pytest.approx([1, 1, 1, *[1 / 11] * 7])
    assert (audience.genre_curve(world.warehouse, 1, "Jazz") or found).title == "average artist"


def test_a_late_listen_for_an_old_day_ends_up_right(world: World, elsewhere: Callable[[], World]) -> None:
    world.catalogue()
    later = SUNDAY + timedelta(days=35)
    early, late = crowd(MONDAY, range(1, 31), 3), crowd(MONDAY, range(31, 52), 4, "DEU", 30)
    world.land(SUNDAY, early)
    world.run(SUNDAY)
    world.land(later, [*crowd(later, range(1, 21), 3), *late])
    world.run(later)
    assert shown(world, f"week = '{MONDAY}'") == [(0, 51, 51), (3, 30, 30), (4, 21, 21)]
    at_once = elsewhere()
    at_once.run(later)
    marts = [table for table in content_hash(world.warehouse) if table.startswith("mart.")]
    assert {table: content_hash(at_once.warehouse)[table] for table in marts} == {
        table: content_hash(world.warehouse)[table] for table in marts
    }
    assert "mart.people" in marts


def test_listeners_over_several_weeks_are_counted_once(world: World) -> None:
    world.catalogue()
    end = SUNDAY + timedelta(days=28)
    for number in range(5):
        day = SUNDAY + timedelta(days=7 * number)
        world.land(day, crowd(day, range(1, 2001), 3))
    world.run(end)
    kpis = audience.kpis(world.warehouse, 2, Filters(MONDAY, end), Period(MONDAY, end))
    assert kpis.now is not None
    assert kpis.now.listens == 10_000
    assert abs(kpis.now.listeners - 2000) <= 60
    assert kpis.before is None


# Who may see what


def as_app(world: World, sql: str, **tenant: int) -> list[tuple]:
    return [tuple(row.values()) for row in world.warehouse.query_as(sql, {}, **tenant)]


@pytest.fixture
def two_artists(world: World) -> World:
    world.catalogue()
    world.land(SUNDAY, [*crowd(MONDAY, range(1, 801), 1), *crowd(MONDAY, range(401, 1201), 3)])
    world.run(SUNDAY)
    return world


@pytest.mark.parametrize("table", ["mart.audience", "mart.audience_day", "mart.interest", "mart.people"])
def test_an_artist_sees_their_own_rows_and_no_others(two_artists: World, table: str) -> None:
    assert two_artists.ask(f"SELECT count(DISTINCT artist_id) FROM {table}") == [(2,)]
    for artist_id in (1, 2):
        assert as_app(two_artists, f"SELECT DISTINCT artist_id FROM {table}", artist_id=artist_id) == [(artist_id,)]
    assert as_app(two_artists, f"SELECT artist_id FROM {table}") == []
    assert as_app(two_artists, f"SELECT artist_id FROM {table}", artist_id=3) == []


def test_the_app_may_not_know_where_listens_are_and_write_nothing(two_artists: World) -> None:
    for sql in (
        "SELECT * FROM ops.lake",
        "SELECT * FROM ops.lake_gone",
        "INSERT INTO ops.lake VALUES ('listens', 'day=2020-12-06', 'lake/mine', 1, 0, '')",
        "UPDATE ops.lake SET folder = 'lake/mine'",
        "DELETE FROM ops.lake",
        "INSERT INTO ops.lake_gone SELECT 'lake/listens'",
        "UPDATE ops.lake_gone SET folder = 'lake/listens'",
        "DELETE FROM ops.lake_gone",
        "DELETE FROM mart.audience",
        "DELETE FROM mart.people",
        "SELECT * FROM ops.people_key",
        "SELECT * FROM app.account",
        "SELECT * FROM ops.audience_due",
    ):
        with pytest.raises(SettingInvalid, match="permission denied"):
            as_app(two_artists, sql, artist_id=1)
    [(owned,)] = two_artists.ask("SELECT count(*) FROM pg_class WHERE relowner = 'overtone_app'::regrole")
    [role] = two_artists.ask("SELECT rolsuper, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname = 'overtone_app'")
    assert (owned, role) == (0, (False, False, False))


def test_a_tenant_ends_with_its_transaction(two_artists: World) -> None:
    warehouse = two_artists.warehouse
    warehouse.query_as("SELECT 1", {}, artist_id=1)
    assert warehouse.query("SELECT current_user AS who, current_setting('overtone.artist_id', TRUE) AS artist") == [
        {"who": "overtone", "artist": ""}
    ]


def test_listeners_see_themselves_and_their_friends(world: World) -> None:
    world.warehouse.execute(
        "INSERT INTO activity.listener SELECT n, 'L', NULL, NULL, TRUE, '2020-01-01' FROM generate_series(1, 4) AS n"
    )
    world.warehouse.execute(
        "INSERT INTO activity.friendship VALUES (1, 2, '2020-01-01', TRUE, '2020-01-01'),"
        " (3, 4, '2020-01-01', TRUE, '2020-01-01')"
    )
    assert as_app(world, "SELECT listener_id FROM activity.listener ORDER BY 1", listener_id=2) == [(1,), (2,)]
    assert as_app(world, "SELECT listener_a FROM activity.friendship", listener_id=2) == [(1,)]
    assert as_app(world, "SELECT listener_id FROM activity.listener", artist_id=2) == []


def test_an_owner_who_is_no_superuser_loads_and_still_sees_no_more_than_a_policy_gives(two_artists: World) -> None:
    assert two_artists.ask("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user") == [
        (False, False)
    ]
    with two_artists.warehouse.transaction() as cursor:
        cursor.execute("SELECT count(*) > 0 AS loaded FROM mart.interest")
        assert cursor.fetchone() == {"loaded": True}
        cursor.execute("DROP POLICY loader ON mart.interest; SELECT count(*) AS n FROM mart.interest")
        assert cursor.fetchone() == {"n": 0}  # FORCE: owning is not seeing
        cursor.connection.rollback()


# What is told is what was heard


class Truth:
    """Which listens and listeners a filter names, day by day, as nobody is ever shown."""

    def __init__(self, rows: list[Listen]) -> None:
        columns = (np.array(one, object) for one in zip(*rows, strict=True))
        self.day, self.who, self.track, self.country, heard = columns
        self.heard = np.array([-1 if one is None else one for one in heard])
        self.genre = np.array([TRACKS[track][1] for track in self.track])

    def __call__(self, one: Filters) -> np.ndarray:
        found = (self.day >= one.start) & (self.day <= one.end)
        if one.track_id is not None:
            found &= self.track == one.track_id
        elif one.genre is not None:
            found &= self.genre == one.genre
        return (found & (self.heard >= {"any": -1, "half": 50, "finished": 100}[one.completion])).astype(bool)

    def listeners(self, listens: np.ndarray) -> int:
        return len(set(self.who[listens]))


def made(days: int) -> list[Listen]:
    """Listens of an artist's three songs on so many days from the Monday on, few of most songs and countries."""
    rng, rows = np.random.default_rng(4), list[Listen]()
    for number in range(days):
        day = MONDAY + timedelta(days=number)
        size = int(rng.integers(5, 60))
        who = rng.integers(1, 300, size)
        tracks = rng.choice([3, 4, 5], size, p=[0.8, 0.15, 0.05])
        lands = rng.choice(["SWE", "DEU", "NOR", "ISL", None], size, p=[0.6, 0.2, 0.1, 0.05, 0.05])
        rows += [
            (day, int(a), int(b), c, int(h))
            for a, b, c, h in zip(who, tracks, lands, rng.choice([5, 60, 100], size), strict=True)
        ]
    return rows


@pytest.mark.parametrize("unknown", [0, 0.3])
def test_what_is_told_of_songs_and_times_is_what_was_heard(world: World, unknown: float) -> None:
    """Also where it is not known of some listens how far they got: they count, and are in no curve."""
    world.catalogue()
    lost, end = np.random.default_rng(6), MONDAY + timedelta(days=41)
    rows = [(*row[:4], None) if lost.random() < unknown else row for row in made(42)]
    world.land(end, rows)
    world.run(end)
    rng, truth, warehouse = np.random.default_rng(5), Truth(rows), world.warehouse
    lasts = {
        row["track_id"]: row["duration_s"] for row in warehouse.query("SELECT track_id, duration_s FROM core.track")
    }
    seconds = np.array(
        [
            round(max(heard, 0) * (lasts[track] or 0) / 100)
            for heard, track in zip(truth.heard, truth.track, strict=True)
        ]
    )
    weeks = tracks = 0
    for _ in range(200):
        first, last = sorted(MONDAY + timedelta(days=int(one)) for one in rng.integers(0, 42, 2))
        track_id = int(rng.choice([3, 4, 5])) if rng.random() < 0.5 else None
        genre = str(rng.choice(["Rock", "Jazz"])) if rng.random() < 0.3 else None
        one = Filters(first, last, track_id, genre, rng.choice(["any", "half", "finished"]))  # type: ignore[arg-type]
        shown = audience.period(one, end)
        one = replace(one, start=shown.start, end=shown.end)
        heard, every = truth(one), truth(replace(one, completion="any"))
        now = audience.kpis(warehouse, 2, one, shown).now
        assert (now.listens if now else 0) == heard.sum()
        if not now:
            continue
        assert now.hours is None if one.completion != "any" else now.hours == pytest.approx(seconds[heard].sum() / 3600)
        known = (truth.heard[heard] >= 0).sum()
        assert now.measured == known
        assert now.finished_share == (truth.heard[heard] == 100).sum() / known
        people = truth.listeners(heard)
        # Of one week, and of every listen, they are counted; else they are estimated.
        assert abs(now.listeners - people) <= (
            0 if shown.weeks == 1 and one.completion == "any" and not one.genre else 0.04 * people + 1
        )
        [curve] = audience.curves(warehouse, 2, one, shown)
        reached = [(truth.heard[every] >= point).sum() for point in (*audience.POINTS, 100)]
        known = (truth.heard[every] >= 0).sum()
        assert (curve.n, curve.unknown) == (known, every.sum() - known)
        assert [*curve.shares, curve.finished] == [count / known for count in reached]
        by_day = {day.day: (day.listens, day.listeners) for day in audience.days(warehouse, 2, one, shown)}
        if not genre or track_id:
            assert by_day == {
                day: (int(on.sum()), truth.listeners(on)) for day in by_day for on in [every & (truth.day == day)]
            }
        weeks, tracks = weeks + (shown.weeks == 1), tracks + (track_id is not None)
    assert min(weeks, tracks) > 20


def test_a_file_of_the_lake_that_is_gone_stops_what_reads_it_and_changes_nothing(world: World) -> None:
    world.catalogue()
    world.land(SUNDAY, crowd(SUNDAY, range(1, 31), 1))
    world.run(SUNDAY, "ingest_listens", "ingest_heard", "build_tastes", "build_audience")
    before = content_hash(world.warehouse)
    storage = Storage(world.settings.storage_url)
    [path] = storage.files("lake/listens")
    storage.delete(path)
    world.warehouse.execute("DELETE FROM ops.built_of")  # else there is nothing to read
    with pytest.raises(SourceMissing, match="30 rows of listens lay there, 0 do now"):
        world.run(SUNDAY, "build_tastes")
    world.land(SUNDAY, crowd(SUNDAY, range(31, 41), 1))
    with pytest.raises(SourceMissing, match="30 rows of listens lay there"):
        world.run(SUNDAY, "ingest_listens")
    assert content_hash(world.warehouse) == before
