"""Posts: every row loaded or in quarantine, the latest wins in any order, a second run changes nothing."""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl.drops.landing import land
from etl.errors import SourceMissing
from etl.store.warehouse import content_hash
from tests.integration.conftest import counts
from tests.integration.ingest.conftest import DAY, DAYS, Make, World, plays


def test_a_post_becomes_a_video_a_sound_and_a_creator(world: World, post: Make) -> None:
    world.posts(DAY, post())
    assert [counts(books) for books in world.run()] == [(1, 1, 0, 0, 0)]
    assert world.warehouse.query("SELECT * FROM core.video") == [
        {
            "video_id": "6900000000000000001",
            "sound_id": "6800000000000000001",
            "creator_id": "6700000000000000001",
            "url": "https://videos/1",
            "caption": "look at this",
            "covers": ["https://pics/v1.jpg"],
            "duration_s": 15.0,
            "plays": 100,
            "likes": 20,
            "shares": 3,
            "comments": 4,
            "created_at": datetime(2020, 12, 21, tzinfo=UTC),
            "first_day": DAY,
            "day": DAY,
            "synthetic": False,
        }
    ]
    [sound] = world.warehouse.query("SELECT tableoid::regclass::text AS partition, * FROM core.sound")
    assert {name: sound[name] for name in sound if name != "revision"} == {
        "partition": "core.sound_b",
        "sound_id": "6800000000000000001",
        "letter": "b",
        "title": "Blue Train",
        "artist_name": "The Larks",
        "play_url": "https://sounds/1",
        "covers": ["https://pics/s1.jpg"],
        "original": False,
        "first_day": DAY,
        "day": DAY,
        "synthetic": False,
    }
    assert world.warehouse.query("SELECT * FROM core.creator") == [
        {
            "creator_id": "6700000000000000001",
            "handle": "ann",
            "name": "Ann",
            "verified": False,
            "followers": 50,
            "likes": 70,
            "first_day": DAY,
            "day": DAY,
            "synthetic": False,
        }
    ]
    assert world.ask("SELECT table_name, through FROM ops.watermark ORDER BY table_name") == [
        ("core.creator", DAY),
        ("core.sound", DAY),
        ("core.video", DAY),
    ]


def test_all_of_a_thousand_real_posts_are_loaded_and_a_second_run_changes_nothing(
    world: World, real_data: Path
) -> None:
    land(world.storage, "tiktok", [real_data / "tiktok" / "posts_2020-12.ndjson"], DAY)
    [first] = world.run()
    assert (first.rows_in, first.quarantined) == (1000, 0)
    assert world.ask("SELECT count(*) FROM core.video") == [(first.inserted,)]
    before, files = content_hash(world.warehouse), world.lake()
    [second] = world.run()
    assert counts(second) == (1000, 0, 0, 1000, 0)
    assert content_hash(world.warehouse) == before
    assert world.lake() == files
    orphans = "FROM core.video AS v WHERE NOT EXISTS (SELECT FROM core.{0} AS o WHERE o.{0}_id = v.{0}_id)"
    for table in ("sound", "creator"):
        assert world.ask(f"SELECT count(*) {orphans.format(table)}") == [(0,)]


def test_awkward_texts_and_19_digits_arrive_as_they_were_posted(world: World, post: Make) -> None:
    text = 'tab\tnew\nline\r\n\\N \\. {"a",NULL} \'; DROP TABLE core.video; -- %s 👩‍👩‍👧 \u2028'
    lines = [
        post({"itemInfos.id": number, "itemInfos.text": text, "itemInfos.covers": [text, "NULL", ""]})
        for number in ("6907228749016714497", 6907228749016714498, 9007199254740993)
    ]
    world.posts(DAY, *lines)
    world.run()
    assert world.ask("SELECT video_id, caption, covers FROM core.video ORDER BY video_id") == [
        ("6907228749016714497", text, [text, "NULL"]),
        ("6907228749016714498", text, [text, "NULL"]),
        ("9007199254740993", text, [text, "NULL"]),
    ]


def test_of_one_file_the_last_line_counts(world: World, post: Make) -> None:
    world.posts(DAY, plays(post, 300), plays(post, 200), plays(post, 250))
    assert [counts(books) for books in world.run()] == [(3, 1, 0, 2, 0)]
    assert world.ask("SELECT plays FROM core.video") == [(250,)]


def test_of_one_day_the_file_that_was_landed_last_counts_also_when_it_comes_after_a_run(
    world: World, post: Make
) -> None:
    world.posts(DAY, plays(post, 300))
    assert counts(world.run()[0]) == (1, 1, 0, 0, 0)
    world.posts(DAY, plays(post, 200))
    assert counts(world.run()[0]) == (2, 0, 1, 1, 0)
    assert world.ask("SELECT plays FROM core.video") == [(200,)]


@pytest.fixture
def three_days(world: World, post: Make) -> World:
    """Three days whose videos, sounds and creators overlap, change, and lose values."""
    for day, (count, title, followers) in zip(
        DAYS, ((100, "Blue Train", 50), (90, "Red Train", 60), (120, "Blue Train", None)), strict=True
    ):
        creator = {"authorStats.followerCount": followers}
        world.posts(
            day,
            plays(post, count, **creator | {"musicInfos.musicName": title}),
            plays(post, 1, **creator | {"itemInfos.id": f"{day.day}", "musicInfos.musicId": f"{day.day}"}),
            b"no post\n",
        )
    return world


def test_days_give_the_same_content_in_any_order(three_days: World, elsewhere: Callable[[], World]) -> None:
    hashes = []
    for order in itertools.permutations(DAYS):
        world = elsewhere()
        for day in (*order, order[0]):
            world.run(day=day, share=0.5)
        hashes.append(content_hash(world.warehouse))
    assert hashes[1:] == hashes[:1] * 5
    assert world.ask("SELECT plays, first_day, day FROM core.video WHERE length(video_id) = 19") == [
        (120, DAYS[0], DAYS[2])
    ]
    assert world.ask("SELECT title, letter, first_day, day FROM core.sound WHERE length(sound_id) = 19") == [
        ("Blue Train", "b", DAYS[0], DAYS[2])
    ]
    assert world.ask("SELECT followers FROM core.creator") == [(None,)]
    assert len(world.quarantine()) == 3


def test_two_days_at_the_same_time_give_the_same_content_as_one_after_the_other(
    three_days: World, elsewhere: Callable[[], World]
) -> None:
    one_by_one, together = elsewhere(), elsewhere()
    for day in DAYS[1:]:
        one_by_one.run(day=day, share=0.5)
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "overtone.cli", "run", "ingest_tiktok", "--day", f"{day}", "--max-bad-share", "0.5"],
            env=os.environ | together.settings.environment(),
            stdout=subprocess.DEVNULL,
        )
        for day in reversed(DAYS[1:])
    ]
    assert [process.wait() for process in processes] == [0, 0]
    assert content_hash(together.warehouse) == content_hash(one_by_one.warehouse)


def test_a_day_without_a_drop_says_how_to_land_one(world: World) -> None:
    with pytest.raises(SourceMissing) as error:
        world.run()
    assert str(error.value) == (
        "landing/tiktok: no posts were landed for 2020-12-21. Land them: overtone land tiktok FILE --day 2020-12-21."
    )
