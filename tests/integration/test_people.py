"""People by country on a real Postgres: in which country and span each is, told once, and of few people nothing."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest

from dashboards.queries import audience
from dashboards.queries.audience import Period
from etl.audience.people import BINS, SIGMA, SONG_SIGMA, SPANS, UNKNOWN, Z, counted, least
from etl.audience.spans import WEEK, span_start
from etl.errors import SettingInvalid
from etl.jobs.build_audience import Due, count
from etl.machine.spark import session
from etl.settings import Settings
from etl.store.parts import lake
from etl.store.storage import Storage
from etl.store.warehouse import content_hash, sql
from etl.store.work import Work
from lab.worlds import lake as lake_of
from tests.integration.test_listens import Listen, World, crowd

pytestmark = pytest.mark.usefixtures("spark")

FIRST = date(2020, 11, 9)  # four weeks begin
LAST = FIRST + timedelta(days=27)
NEXT = LAST + timedelta(days=1)
ARTIST = 2  #: has the tracks 3, 4 and 5


@pytest.fixture
def world(settings: Settings, downloads: Path) -> World:
    world = World(settings, downloads)
    world.catalogue()
    settings.home.mkdir(parents=True, exist_ok=True)
    key = settings.home / "people_key"
    key.write_bytes(bytes(range(32)))  # one by chance would tell of nine people once in a hundred times
    key.chmod(0o600)
    return world


def true_cells(world: World, span: int, first: date) -> list[dict[str, Any]]:
    """The true cells of a span, as the job counts them before it adds noise."""
    if span not in SPANS:
        return true_of(world, first, first + span * WEEK)
    work = Work(world.settings, Storage(world.settings.storage_url), world.warehouse, first)
    due, last = Due(spans={(span, first): None}), first + (span - 1) * WEEK
    with lake(world.warehouse, work.storage), session(world.settings, "test") as spark:
        return count(work, spark, bytes(32), due, last).people[span, first].to_pylist()


def true_of(world: World, first: date, after: date) -> list[dict[str, Any]]:
    """The same of any weeks, counted at once."""
    rows = [row for row in world.listens() if first <= row["listened_at"].date() < after]
    lands = sorted({row["country"] for row in rows} - {None})
    numbers = [
        [row["artist_id"], row["track_id"], row["listener_id"],
         lands.index(row["country"]) if row["country"] else -1, 1, UNKNOWN if heard is None else heard]
        for row, heard in zip(rows, (row["heard_pct"] for row in rows), strict=True)
    ]  # fmt: skip
    *of, bins = counted(*np.array(numbers).T, songs=0)
    return [
        {"artist_id": artist, "track_id": track, "country": [*lands, "unknown"][land], **dict(enumerate(heard))}
        for artist, track, land, heard in zip(*(one.tolist() for one in of), bins.tolist(), strict=True)
    ]


def true(world: World, span: int, first: date) -> dict[tuple[int, str], list[int]]:
    """The true histogram of each cell of the artist, by track and country."""
    return {
        (row["track_id"], row["country"]): list(row.values())[3:]
        for row in true_cells(world, span, first)
        if row["artist_id"] == ARTIST
    }


def all_due(world: World) -> None:
    """Have all that was heard told again."""
    rows = world.listens()
    for day, artist in sorted({(row["listened_at"].date(), row["artist_id"]) for row in rows}):
        world.warehouse.execute(sql("loads/listens_due"), {"day": day, "artists": [artist]})


def told(world: World, where: str = "TRUE") -> dict[tuple[int, int, date, str], int]:
    rows = world.ask(f"SELECT track_id, span, week, country, people FROM mart.people WHERE artist_id = 2 AND {where}")
    return {row[:4]: row[4] for row in rows}


# Who is counted, and where


def test_a_listener_is_in_one_country_and_at_the_furthest_they_got(world: World) -> None:
    rows = [
        (FIRST, 1, 3, "SWE", 40), (FIRST, 1, 4, "NOR", 90), (LAST, 1, 4, "NOR", 100),  # twice in Norway
        (FIRST, 2, 3, None, 5), (FIRST, 2, 3, None, 7), (FIRST, 2, 3, "SWE", 9),  # known before unknown
        (FIRST, 3, 3, None, 99), (NEXT, 3, 3, "DEU", 100),  # the next span is another
        (FIRST, 4, 3, "SWE", 55), (FIRST, 4, 3, "NOR", 55),  # as often here as there: by their letters
        (FIRST, 5, 3, "SWE", None), (FIRST, 6, 3, "SWE", None), (FIRST, 6, 3, "SWE", 20),  # not known; of one it is
    ]  # fmt: skip
    world.land(NEXT, rows)
    world.run(NEXT, "ingest_listens")
    cells = true(world, 4, FIRST)
    bins = {key: {place: n for place, n in enumerate(heard) if n} for key, heard in cells.items()}
    assert bins[0, "NOR"] == {10: 1, 5: 1}
    assert bins[0, "SWE"] == {0: 1, 2: 1, BINS: 1}
    assert bins[0, "unknown"] == {9: 1}
    assert bins[3, "NOR"] == {4: 1, 5: 1}  # of the song, in the country of the artist's listener
    assert bins[4, "NOR"] == {10: 1}
    assert true(world, 1, FIRST).keys() == {(0, "NOR"), (0, "SWE"), (0, "unknown")}


def test_a_listener_is_counted_in_three_songs_the_ones_they_play_most(world: World) -> None:
    for track in (11, 12):
        world.warehouse.execute(
            "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre_ids, duration_s, day)"
            " VALUES (%s, 'Song', 2, 'Artist 2', '{}', 200, '2020-01-01')",
            (track,),
        )
    plays = {3: 1, 4: 4, 5: 2, 11: 3, 12: 2}
    world.land(FIRST, [(FIRST, 7, track, "SWE", 100) for track, times in plays.items() for _ in range(times)])
    world.run(FIRST, "ingest_listens")
    assert true(world, 4, FIRST).keys() == {(0, "SWE"), (4, "SWE"), (11, "SWE"), (5, "SWE")}


def test_one_listener_more_is_in_one_cell_of_the_artist_and_three_of_songs_each_by_one(world: World) -> None:
    world.land(LAST, busy())
    world.run(LAST, "ingest_listens")
    before = true(world, 4, FIRST)
    rows = [(3, "SWE", 60), (4, "NOR", 5), (5, "NOR", 100), (3, None, 60)]
    more = [(FIRST + timedelta(days=day), 9001, track, land, heard) for day, (track, land, heard) in enumerate(rows)]
    world.land(LAST + timedelta(days=1), more)
    world.run(LAST + timedelta(days=1), "ingest_listens")
    after = true(world, 4, FIRST)
    moved = {key: np.subtract(after[key], before.get(key, [0] * 11)) for key in after if after[key] != before.get(key)}
    assert moved.keys() == {(0, "NOR"), (3, "NOR"), (4, "NOR"), (5, "NOR")}
    assert all((one.sum(), one.max(), one.min()) == (1, 1, 0) for one in moved.values())


# What is told


def busy(seed: int = 1, weeks: int = 4, listeners: int = 700) -> list[Listen]:
    """Listens of some weeks from the first Monday on, from countries large and small."""
    rng, rows = np.random.default_rng(seed), list[Listen]()
    lands = ["SWE", "DEU", "NOR", "ISL", "FRO", None]
    home = rng.choice(len(lands), listeners, p=[0.5, 0.25, 0.15, 0.05, 0.02, 0.03])
    for day in range(7 * weeks):
        for who in rng.choice(listeners, 60, replace=False):
            track = int(rng.choice([3, 4, 5], p=[0.7, 0.2, 0.1]))
            rows.append(
                (FIRST + timedelta(days=day), int(who) + 1, track, lands[home[who]], int(rng.choice([5, 60, 100])))
            )
    return rows


def test_a_span_is_told_once_it_has_ended_and_of_artists_in_whom_nothing_is_due(world: World) -> None:
    world.land(LAST - timedelta(days=1), crowd(FIRST, range(1, 101), 3))
    world.run(LAST - timedelta(days=1))
    assert told(world).keys() == {(0, 1, FIRST, "SWE")}  # the week alone
    world.land(LAST, crowd(LAST, range(1, 101), 1))  # somebody else's
    world.run(LAST)
    assert told(world, "span < 52").keys() == {
        (0, 1, FIRST, "SWE"), (0, 4, FIRST, "SWE"), (3, 4, FIRST, "SWE")}  # fmt: skip
    assert (0, 52, LAST - 52 * WEEK + timedelta(days=1), "SWE") in told(world)
    later = span_start(FIRST, 16) + 16 * WEEK
    world.land(later, crowd(later, range(1, 2), 1))
    world.run(later)
    assert {key[1] for key in told(world, f"week <= '{FIRST}'")} >= {1, 4, 16}


def test_what_ended_while_nothing_was_built_is_told_of_all(world: World, tmp_path: Path) -> None:
    """Weeks go by between two builds: spans that ended meanwhile are told of artists in whom nothing is due since."""
    weeks = [crowd(FIRST + number * WEEK, range(1, 101), 3 if number % 3 == 0 else 1) for number in range(10)]
    end = FIRST + 10 * WEEK - timedelta(days=1)
    world.land(FIRST + timedelta(days=6), weeks[0])
    world.run(FIRST + timedelta(days=6))
    world.land(end, [row for week in weeks[1:] for row in week])
    world.run(end)
    found = told(world)
    world.warehouse.execute("DELETE FROM ops.people_key")  # all are drawn anew, with the same key
    world.run(end, "build_audience")
    assert told(world) == found
    assert {key[2] for key in found if key[:2] == (0, 4)} >= {FIRST, FIRST + 4 * WEEK}


def test_what_is_told_is_near_the_truth_and_of_few_people_nothing_is(world: World) -> None:
    world.land(LAST, busy())
    world.run(LAST)
    found, off = told(world), []
    for span in (1, 4):
        for first in (FIRST + number * span * WEEK for number in range(4 // span)):
            for (track, country), heard in true(world, span, first).items():
                people, sigma = sum(heard), SONG_SIGMA if track else SIGMA
                count = found.get((track, span, first, country))
                if count is not None:
                    off.append((count - people) / sigma)
                    assert count >= least(track)
                else:
                    assert people <= least(track) + 5 * sigma
                assert (count is not None) or people < 200
    assert len(off) > 15
    assert max(map(abs, off)) < 5
    assert 0.3 < np.std(off) < 1.8
    bins = world.ask("SELECT people, heard FROM mart.people WHERE artist_id = 2 AND span = 4 AND track_id = 0")
    assert all(abs(people - sum(heard)) < 5 * SIGMA * (1 + 2 * 11**0.5) for people, heard in bins)


def test_people_are_drawn_once_and_anew_only_where_what_is_in_a_cell_is_another(world: World) -> None:
    world.land(LAST, busy())
    world.run(LAST)
    before, hashed = told(world), content_hash(world.warehouse)["mart.people"]
    all_due(world)
    world.run(LAST, "build_audience")
    assert content_hash(world.warehouse)["mart.people"] == hashed
    world.land(LAST + timedelta(days=1), [(FIRST, 9001, 3, "NOR", 60)])  # late, of one country
    world.run(LAST + timedelta(days=1))
    after = told(world)
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert changed
    assert {key[3] for key in changed} <= {"NOR"}
    assert {key for key in changed if key[1] == 1} <= {(0, 1, FIRST, "NOR")}
    assert len({key for key in changed if key[0] == 0}) <= 3  # a week, a month, a year
    rows = lake_of.listens(world.warehouse, storage := Storage(world.settings.storage_url))
    lake_of.put(world.warehouse, storage, rows.filter(pc.not_equal(rows["listener_id"], 9001)))
    world.run(LAST + timedelta(days=1), "build_audience")
    assert told(world) == before


def test_another_homes_key_is_refused_and_a_lost_one_draws_everybody_anew(world: World, tmp_path: Path) -> None:
    world.land(LAST, busy())
    world.run(LAST)
    before = told(world)
    key = world.settings.home / "people_key"
    assert key.stat().st_mode & 0o777 == 0o600
    other = replace(world, settings=replace(world.settings, home=tmp_path / "other"))
    with pytest.raises(SettingInvalid, match=r"people_key.*is not the key with which people by country"):
        other.run(LAST, "build_audience")
    assert told(world) == before
    world.warehouse.execute("DELETE FROM ops.people_key")
    other.run(LAST, "build_audience")
    assert told(world).keys() & before.keys()
    assert told(world) != before
    with pytest.raises(SettingInvalid, match="people_key"):
        world.run(LAST, "build_audience")


def test_every_demo_tells_the_same_and_what_leaves_the_demo_is_drawn_anew(world: World, tmp_path: Path) -> None:
    demo = replace(world, settings=replace(world.settings, demo=True))
    demo.land(LAST, busy())
    demo.run(LAST)
    before = told(world)
    elsewhere = replace(demo, settings=replace(demo.settings, home=tmp_path / "other"))
    world.warehouse.execute("DELETE FROM ops.people_key")
    elsewhere.run(LAST, "build_audience")
    assert told(world) == before
    world.run(LAST, "build_audience")
    after = told(world)
    assert after != before
    demo.run(LAST, "build_audience")  # what was hidden by the home's own key stays so
    assert told(world) == after


def test_an_artist_reads_of_countries_what_is_told_and_nothing_else(world: World) -> None:
    world.land(LAST, crowd(FIRST, range(1, 10), 3, "ISL") + crowd(FIRST, range(100, 400), 4, "SWE"))
    world.run(LAST)
    tables = world.ask(
        "SELECT table_schema || '.' || table_name FROM information_schema.column_privileges"
        " WHERE grantee = 'overtone_app' AND privilege_type = 'SELECT' AND column_name = 'country'"
        " AND table_schema IN ('mart', 'core', 'activity', 'app', 'ops')"
    )
    seen = {
        name: {row["country"] for row in world.warehouse.query_as(f"SELECT country FROM {name}", {}, artist_id=ARTIST)}
        for (name,) in tables
    }
    assert "mart.people" in seen
    assert {name: lands for name, lands in seen.items() if lands} == {"mart.people": {"SWE"}}
    assert {one.country for one in audience.where(world.warehouse, ARTIST, None, Period(FIRST, LAST), LAST).places} == {
        "SWE"
    }


# What the page asks


def test_the_page_tells_what_is_published_and_where_it_lies(world: World) -> None:
    world.land(LAST, busy())
    world.run(LAST)
    cells = told(world)
    found_of_all = audience.where(world.warehouse, ARTIST, None, Period(FIRST, LAST), LAST)
    for track in (None, 3):
        found = audience.where(world.warehouse, ARTIST, track, Period(FIRST, LAST), LAST)
        assert (found.start, found.end) == (FIRST, LAST)
        error = Z * (SONG_SIGMA if track else SIGMA)
        assert {one.country: one.people for one in found.places} == {
            key[3]: people for key, people in cells.items() if key[:3] == (track or 0, 4, FIRST)
        }
        assert all((one.low, one.high) == (one.people - error, one.people + error) for one in found.places)
        assert not any(one.estimated for one in found.places)
        assert (found.listeners is None) == bool(track)
    everybody = (sum(heard) for (of, _), heard in true(world, 4, FIRST).items() if of == 0)
    assert found_of_all.listeners == pytest.approx(sum(everybody), rel=0.02)
    over = audience.told(world.warehouse, ARTIST, None, "SWE", Period(FIRST, LAST), LAST)
    assert [one.people for one in over] == [cells[0, 1, FIRST + n * WEEK, "SWE"] for n in range(4)]
    assert [one.people for one in audience.told(world.warehouse, ARTIST, 3, "SWE", Period(FIRST, LAST), LAST)] == [
        cells[3, 4, FIRST, "SWE"]
    ]
    assert audience.countries(world.warehouse, ARTIST) == sorted({key[3] for key in cells if key[0] == 0})
    assert audience.first_weeks(world.warehouse, ARTIST)["SWE"] == (FIRST, cells[0, 1, FIRST, "SWE"])


def test_over_eight_weeks_people_are_estimated_and_near_the_truth(world: World) -> None:
    world.land(LAST + 4 * WEEK, busy(weeks=8))
    world.run(LAST + 4 * WEEK)
    shown = Period(FIRST, LAST + 4 * WEEK)
    found = audience.where(world.warehouse, ARTIST, None, shown, shown.end)
    people = {country: sum(heard) for (track, country), heard in true(world, 8, FIRST).items() if track == 0}
    assert [one.country for one in found.places][:3] == ["SWE", "DEU", "NOR"]
    assert all(one.estimated for one in found.places)
    assert all(one.low <= people[one.country] <= one.high for one in found.places[:3])
    assert found.listeners == pytest.approx(sum(people.values()), rel=0.03)
