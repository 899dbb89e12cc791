"""Made is told from observed by the rows themselves: each says what the drop was landed as that its values are from."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.drops.landing import land
from etl.store.warehouse import content_hash
from tests.integration.conftest import counts
from tests.integration.ingest.conftest import DAY, DAYS, Make, World, plays

pytestmark = pytest.mark.usefixtures("spark")

POSTS = ("video", "sound", "creator")


def made(world: World, *tables: str) -> list[list[tuple]]:
    """Of each table, which ids are synthetic."""
    return [world.ask(f"SELECT {table}_id, synthetic FROM core.{table} ORDER BY 1") for table in tables]


def test_made_posts_are_synthetic_to_the_row_and_observed_ones_are_not(world: World, post: Make) -> None:
    ids = {"itemInfos.id": "7", "musicInfos.musicId": "7", "authorInfos.userId": "7"}
    world.posts(DAY, post(ids), synthetic=True)
    world.posts(DAY, post(dict.fromkeys(ids, "8")))
    assert counts(world.run()[0]) == (2, 2, 0, 0, 0)
    assert made(world, *POSTS) == [[("7", True), ("8", False)]] * 3
    before = content_hash(world.warehouse)
    assert counts(world.run()[0]) == (2, 0, 0, 2, 0)
    assert content_hash(world.warehouse) == before


def test_the_hash_of_a_table_tells_made_rows_from_the_same_ones_observed(
    world: World, elsewhere: Callable[[], World], post: Make
) -> None:
    world.posts(DAY, post())
    world.posts(DAYS[0], post(), synthetic=True)
    hashes = []
    for day in (DAY, DAYS[0]):
        other = elsewhere()
        other.run(day=day)
        other.warehouse.execute("UPDATE core.video SET first_day = '2020-12-01', day = '2020-12-01'")
        hashes.append(content_hash(other.warehouse)["core.video"])
    assert hashes[0] != hashes[1]


def test_where_two_drops_speak_of_one_row_the_one_whose_values_count_says_it_in_any_order_of_days(
    world: World, elsewhere: Callable[[], World], post: Make
) -> None:
    for place, day in enumerate(DAYS):
        world.posts(day, plays(post, place), synthetic=day != DAYS[2])
    for order in itertools.permutations(DAYS):
        other = elsewhere()
        for number, day in enumerate(order):
            other.run(day=day)
            latest = max(order[: number + 1])
            [[(_, synthetic)]] = made(other, "video")
            assert synthetic == (latest != DAYS[2])
    assert made(other, *POSTS) == [[(one, False)] for [(one, _)] in made(other, *POSTS)]


def test_of_one_day_the_drop_that_was_landed_last_says_it(world: World, post: Make) -> None:
    for place, synthetic in enumerate((True, False, True)):
        world.posts(DAY, plays(post, place), synthetic=synthetic)
        world.run()
        assert [synthetic for [(_, synthetic)] in made(world, *POSTS)] == [synthetic] * 3


def test_a_made_catalogue_has_made_artists_and_tracks(world: World, tracks_csv: Make, genres_csv: Make) -> None:
    second = {"track_id": "3", "artist.id": "9", "artist.name": "Ben"}
    world.land("fma", DAYS[0], {"tracks.csv": tracks_csv({}, second), "genres.csv": genres_csv()}, synthetic=True)
    world.land("fma", DAYS[1], {"tracks.csv": tracks_csv({})})
    world.run("ingest_fma", DAYS[0])
    assert made(world, "artist", "track") == [[(1, True), (9, True)], [(2, True), (3, True)]]
    world.run("ingest_fma", DAYS[1])
    assert made(world, "artist", "track") == [[(1, False), (9, True)], [(2, False), (3, True)]]


def test_a_listen_is_synthetic_if_it_says_so_or_its_drop_does(world: World, tracks_csv: Make, genres_csv: Make) -> None:
    world.land("fma", DAYS[0], {"tracks.csv": tracks_csv({}), "genres.csv": genres_csv()})
    world.run("ingest_fma")

    def drop(name: str, listeners: list[int], said: list[bool] | None, synthetic: bool) -> None:
        size = len(listeners)
        own = {} if said is None else {"synthetic": said}
        listens = {"listened_at": ["2020-12-20T10:00:00"] * size, "track_id": [2] * size, "heard_pct": [50] * size}
        folder = world.folder / name
        folder.mkdir()
        for kind, more in (("listens", listens), ("listeners", {"name": ["Ann"] * size})):
            table = pa.table({"listener_id": listeners, "country": ["SE"] * size} | more | own)
            pq.write_table(table, folder / f"{kind}.parquet")
        land(world.storage, "listens", [Path(folder)], DAY, synthetic)

    drop("made", [1, 2], None, synthetic=True)
    drop("said", [3, 4], [True, False], synthetic=False)
    drop("both", [5, 6], [True, False], synthetic=True)
    world.run("ingest_listens")
    said = [(1, True), (2, True), (3, True), (4, False), (5, True), (6, True)]
    assert world.ask("SELECT listener_id, synthetic FROM activity.listener ORDER BY 1") == said
    listens = [(row["listener_id"], row["origin"]) for row in world.listens()]
    assert listens == [(listener, "made" if synthetic else "file") for listener, synthetic in said]
    assert world.ask("SELECT rows, synthetic FROM ops.lake") == [(6, 5)]
