"""What posts bring is known: the listens of a world are those of the same world without posts, and these on top."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow.parquet as pq
import pytest

from etl.drops.landing import land, landed
from etl.store.storage import Storage
from etl.synthetic.activity.causes import Posts, brought
from etl.synthetic.activity.law import LAW, Law
from etl.synthetic.activity.population import FULL
from etl.synthetic.activity.world import CODES, SHARES, UNKNOWN
from etl.synthetic.demo.world import World, world
from lab import worlds

LISTENERS = 600
SOUTH = CODES.index("BRA")


def of_law(law: Law) -> World:
    return world(1, FULL, LISTENERS, law=law)


def rows(whole: World, day: date) -> Counter:
    return Counter(tuple(row.values()) for row in whole.people.listens(day).to_pylist())


def one_video_a_day(plays: float, video_id: int = 1) -> Posts:
    """Videos of one track, made in Brazil and mostly seen there."""
    return Posts(
        np.array([video_id]), np.array([7], np.int32), np.array([SOUTH], np.int8), np.array([0.8]), np.array([plays]),
        np.array([1.0]),
    )  # fmt: skip


def test_without_posts_the_same_listens_are_there_but_those_that_posts_brought() -> None:
    heard, without = rows(of_law(LAW), FULL), rows(of_law(replace(LAW, bringing=0.0)), FULL)
    caused = of_law(LAW).people.truth(FULL)
    assert sum((heard - without).values()) == len(caused) > 0
    assert without - heard == Counter()
    known = {str(number) for ago in range(40) for number in of_law(LAW).feed.videos(FULL - timedelta(ago)).video_id}
    assert set(caused["video_id"].to_pylist()) <= known


def test_a_law_by_which_nothing_is_brought_has_an_empty_truth() -> None:
    assert len(of_law(worlds.LAWS["nothing"]).people.truth(FULL)) == 0


def test_most_videos_bring_nothing_and_few_bring_most() -> None:
    every = [of_law(LAW).people.plays(FULL - timedelta(days=ago)).video_id for ago in range(20)]
    _, counts = np.unique(np.concatenate(every)[np.concatenate(every) > 0], return_counts=True)
    posted = sum(len(of_law(LAW).feed.posts(FULL - timedelta(days=ago)).video_id) for ago in range(20))
    assert len(counts) < 0.15 * posted
    assert np.sort(counts)[::-1][: len(counts) // 5].sum() > 0.5 * counts.sum()


@pytest.mark.parametrize("late", [0, 3])
def test_what_a_video_brings_comes_as_late_as_the_law_says_and_fades(late: int) -> None:
    law = replace(LAW, bringing=1.0, pull=3_000.0, pull_spread=0.0, lag=(*[0.0] * late, 1.0))
    begins = date(2020, 6, 1)
    none = one_video_a_day(0.0, 2)

    def posts(day: date) -> Posts:
        return one_video_a_day(20_000.0) if day == begins else none

    shares = np.append(SHARES, 0.0)
    by_day = [
        brought(1, begins + timedelta(days=after), posts, 5_000, shares, law).video_id.tolist().count(1)
        for after in range(9)
    ]
    assert by_day[:late] == [0] * late
    assert by_day[late] == pytest.approx(3_000 * (1 - np.exp(-1)), rel=0.1)
    assert by_day[late + 1] == pytest.approx(by_day[late] * np.exp(-1), rel=0.15)


def test_it_comes_from_where_the_video_is_seen() -> None:
    law = replace(LAW, bringing=1.0, pull=9_000.0, pull_spread=0.0, lag=(1.0,))
    shares = np.append(SHARES, 0.0)
    country = brought(1, date(2020, 6, 1), lambda day: one_video_a_day(20_000.0), 5_000, shares, law).country
    assert (country == SOUTH).mean() == pytest.approx(0.8 + 0.2 * SHARES[SOUTH], abs=0.02)
    assert not (country == UNKNOWN).any()


def test_fame_brings_listens_and_posts_and_a_playlist_listens_alone() -> None:
    calm = of_law(LAW)
    spikes = {spike.begins: spike for ago in range(60) for spike in calm.people.spikes(FULL - timedelta(days=ago))}
    tracks = [spike.track for spike in spikes.values()]
    posted = {ago: Counter(calm.feed.posts(FULL - timedelta(days=ago)).track.tolist()) for ago in range(60)}
    used = [track for track in tracks if sum(day[track] for day in posted.values()) > 30]
    assert used
    lifted = [
        posted[(FULL - begins).days][spike.track] / (np.mean([day[spike.track] for day in posted.values()]) + 0.1)
        for begins, spike in spikes.items()
        if spike.track in used
    ]
    assert np.mean(lifted) > 1.3


@pytest.mark.parametrize("name", sorted(worlds.LAWS))
def test_a_world_for_tests_is_written_as_others_bring_theirs_and_taken_by_the_same_doors(name: str, tmp_path) -> None:
    first = FULL - timedelta(days=1)
    worlds.write(tmp_path / "world", 2, worlds.LAWS[name], first, FULL, listeners=300)
    storage = Storage(f"file://{tmp_path}/storage")
    files = sorted((tmp_path / "world").glob("*.*"))
    land(storage, "fma", [file for file in files if file.suffix == ".zip"], synthetic=True)
    for day in (first, FULL):
        land(storage, "tiktok", [tmp_path / "world" / f"posts_{day}.ndjson.zst"], synthetic=True)
        land(storage, "listens", [tmp_path / "world" / f"listens_{day}.parquet"], synthetic=True)
    kinds = Counter(file.kind for source in ("fma", "tiktok", "listens") for file in landed(storage, source))
    assert kinds == {"archive": 1, "posts": 2, "listens": 2}
    caused = worlds.truth(tmp_path / "world")
    heard = pq.read_table(tmp_path / "world" / f"listens_{FULL}.parquet")
    assert (len(caused) == 0) == (name == "nothing")
    assert len(caused) < 0.5 * len(heard)
