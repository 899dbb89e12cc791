import base64
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import numpy as np
import orjson
import pytest

from etl.contracts import Reason, Refused
from etl.sources import tiktok
from etl.synthetic.demo import posts, truth
from etl.synthetic.demo.archive import catalogue
from etl.synthetic.demo.covers import cover
from etl.synthetic.demo.sounds import sounds
from etl.synthetic.demo.world import World, world
from etl.tables import POST

DAY = date(2026, 3, 4)
LATEST = datetime(2026, 3, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def made() -> World:
    return world(7, DAY, listeners=300)


@pytest.fixture(scope="module")
def days(made: World) -> list[list[bytes]]:
    return [made.feed.lines(DAY - timedelta(days=1)), made.feed.lines(DAY)]


def read(lines: list[bytes]) -> tuple[list[dict], list[Reason]]:
    good, bad = [], []
    for line in lines:
        try:
            good.append(dict(zip([column.name for column in POST.columns], tiktok.parse(line, LATEST), strict=True)))
        except Refused as refused:
            bad.append(refused.reason)
    return good, bad


def test_ten_lines_of_2510_are_refused_and_every_reason_occurs(days):
    good, bad = read(days[1])
    assert (len(good), len(bad)) == (2500, 10)
    assert set(bad) == {Reason.NOT_JSON, Reason.NOT_UTF8, Reason.MISSING, Reason.WRONG_TYPE, Reason.OUT_OF_RANGE}


def test_a_day_is_the_same_whatever_was_made_before_it(days):
    world_of_its_own = world(7, DAY + timedelta(days=70), listeners=300)
    assert world_of_its_own.feed.lines(DAY) == days[1]


def test_before_the_first_night_the_most_played_are_known_and_come_with_the_first_drop(made):
    last = posts.EPOCH - timedelta(days=1)
    older = world(7, last, listeners=300)
    assert len(list(older.feed.history(last))) == posts.HISTORY * posts.EARLIER
    plays = older.feed.videos(last).plays[: posts.FRESH]
    known = older.feed.known(last)
    assert plays[known].min() >= np.delete(plays, known).max()


def test_influencers_use_the_music_that_they_are_said_to_use_and_have_the_plays_that_are_there(days, made):
    good, _ = read([line for ago in range(3) for line in made.feed.lines(DAY - timedelta(days=ago))])
    genre = {one.sound_id: one.genre for one in made.feed.pool(DAY)}
    latest = {post["video_id"]: post for post in good}
    used = Counter((post["creator_id"], genre[post["sound_id"]]) for post in latest.values())
    rows = [row for row in made.feed.influencers(DAY).to_pylist() if row["videos"] > 200]
    assert len(rows) > 10
    for row in rows:
        assert row["genre"] == max(genre.values(), key=lambda one: used[row["creator_id"], one])
        assert row["videos"] >= sum(post["creator_id"] == row["creator_id"] for post in latest.values())
        place = [one.creator_id for one in made.feed.creators].index(row["creator_id"])
        weeks = [made.feed.videos(DAY - timedelta(days=ago)) for ago in range(posts.HISTORY)]
        in_the_end = np.median(np.concatenate([of.plays[of.creator == place] for of in weeks]))
        assert 0.6 * in_the_end < row["median_plays"] <= 1.05 * in_the_end


def test_videos_come_again_with_counts_that_only_grow(days):
    (earlier, _), (later, _) = map(read, days)
    seen: dict[str, int] = {}
    again = 0
    for post in earlier + later:
        again += post["video_id"] in seen
        assert post["plays"] >= seen.get(post["video_id"], 0)
        seen[post["video_id"]] = post["plays"]
    assert again > 2 * posts.TWICE + 150


def test_few_sounds_are_used_much_and_both_spellings_occur(days):
    used = Counter(post["sound_id"] for post in read(days[1])[0]).most_common()
    assert used[0][1] > 50
    assert used[300][1] < 4
    text = b"".join(days[1])
    assert all(text.count(spelling) > 300 for spelling in (b'"urls":', b'"url":', b'"duration":', b'"Duration":'))


def test_the_truth_names_tracks_of_the_catalogue_and_is_not_in_the_drop(days):
    tracks = {track.track_id for track in catalogue(7, 192)}
    linked = truth(7)
    assert len(linked) == 315
    assert set(linked.values()) <= tracks
    post = orjson.loads(next(line for line in days[1] if line.startswith(b"{")))
    assert "track_id" not in post["musicInfos"]
    assert {sound.sound_id for sound in sounds(7)} >= set(linked)


def test_a_cover_is_a_small_drawing_that_belongs_to_its_sound():
    some = [cover(str(sound), str(video)) for sound in range(60) for video in range(3)]
    assert max(map(len, some)) < 700
    for one in some:
        ElementTree.fromstring(base64.b64decode(one.removeprefix("data:image/svg+xml;base64,")))
    assert cover("1", "2") == some[3 + 2]
    assert len({cover(str(sound)) for sound in range(60)}) == 60
