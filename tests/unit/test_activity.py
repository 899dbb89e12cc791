"""The made audience: the same on every call, nobody in two places, and lifelike with any seed."""

import hashlib
import math
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from etl.synthetic.activity import COUNTRIES, GENRES, Population, catalogue, of_archive
from etl.synthetic.activity.influencers import TIERS, Seen, seen
from etl.synthetic.activity.listeners import FIRST_NAMES
from etl.synthetic.activity.pools import Pools
from etl.synthetic.activity.population import FULL
from etl.synthetic.activity.world import CODES, UNKNOWN, fixed, pick
from etl.synthetic.demo.archive import catalogue as archived
from etl.synthetic.demo.archive import write_metadata
from lab.evaluate.synthetic import TARGETS, Circle, alike, clustering, fit

MONDAY = date(2020, 12, 14)


@cache
def small(seed: int = 1) -> Population:
    return Population.of(seed, 300, catalogue(1, 80))


@cache
def demo(seed: int) -> Population:
    return Population.of(seed, 5_000, catalogue(seed, 992))


def content(table: pa.Table) -> bytes:
    """The bytes that a Parquet or Arrow file of the table would hold."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def test_days_are_the_same_in_any_order_and_in_another_population_of_the_same_seed() -> None:
    days = [MONDAY + timedelta(days=i) for i in range(5)]
    forth = {day: content(small().listens(day)) for day in days}
    again = Population.of(1, 300, catalogue(1, 80))
    assert {day: content(again.listens(day)) for day in reversed(days)} == forth
    assert len(set(forth.values())) == 5
    assert content(small(2).listens(MONDAY)) != forth[MONDAY]


def digest() -> str:
    """What two days of a population of 2,000 hold, and who they are."""
    population, found = Population.of(1, 2_000, catalogue(1, 500)), hashlib.sha256()
    for day in (MONDAY, FULL):
        listens = population.listens(day, 20_000)
        for column in ("listened_at", "listener_id", "track_id", "heard_pct"):
            found.update(listens[column].to_numpy().astype("<i8").tobytes())
    for row in population.listeners().to_pylist() + population.friendships().to_pylist():
        found.update(repr(row).encode())
    return found.hexdigest()


def test_a_processor_without_our_vector_units_makes_the_same() -> None:
    """Numpy has other code for logarithms, sums and sorting there."""
    code = "import test_activity; print(test_activity.digest())"
    older = {
        "PYTHONPATH": str(Path(__file__).parent),
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    }
    run = subprocess.run([sys.executable, "-c", code], env=older, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == digest()


def test_the_order_of_the_catalogue_makes_no_difference() -> None:
    tracks = catalogue(1, 80)
    turned = Population.of(1, 300, tracks.take(np.arange(80)[::-1]))
    assert content(turned.listens(MONDAY)) == content(small().listens(MONDAY))


def test_what_comes_later_changes_no_day_before_it() -> None:
    tracks = catalogue(1, 80).append_column("released", pa.nulls(80, pa.date32()))
    late = tracks.slice(0, 5).set_column(0, "track_id", pa.array(range(900, 905), pa.int32()))
    late = late.set_column(4, "released", pa.array([FULL + timedelta(days=3)] * 5))
    later = Population.of(1, 300, pa.concat_tables([tracks, late]), until=FULL + timedelta(days=40))
    now = Population.of(1, 300, tracks)
    for day in (MONDAY, FULL):
        assert content(later.listens(day)) == content(now.listens(day))
    assert content(later.listeners(last=FULL)) == content(now.listeners())
    assert content(later.friendships(last=FULL)) == content(now.friendships())
    after = later.listens(FULL + timedelta(days=3))
    assert set(after["track_id"].to_pylist()) & set(range(900, 905))


def test_who_comes_later_listens_from_then_on_and_makes_friends() -> None:
    later = Population.of(1, 2_000, catalogue(1, 80), until=FULL + timedelta(days=30))
    came = later.listeners(first=FULL + timedelta(days=1))
    assert came.num_rows == pytest.approx(30 * 0.004 * 2_000, rel=0.2)
    joined = dict(zip(*(later.listeners()[name].to_pylist() for name in ("listener_id", "joined")), strict=True))
    friends = later.friendships(first=FULL + timedelta(days=1)).to_pylist()
    assert {row["listener_b"] for row in friends} >= set(came["listener_id"].to_pylist())
    assert all(max(joined[row["listener_a"]], joined[row["listener_b"]]) <= row["since"] for row in friends)
    heard = later.listens(FULL + timedelta(days=30))["listener_id"].to_pylist()
    assert max(heard) > 2_000


def test_some_leave_and_listen_no_more() -> None:
    people = demo(1).people
    gone = ~people.there(FULL)
    assert 0.15 < gone.mean() < 0.45
    assert not gone[np.array(list(FIRST_NAMES)) - 1].any()
    assert not gone[demo(1).plays(FULL).listener].any()


def test_hardly_a_song_follows_itself_in_a_sitting() -> None:
    plays = demo(1).plays(FULL)
    order = np.lexsort([plays.second, plays.listener])
    listener, track = plays.listener[order], plays.track[order]
    assert (track[1:] == track[:-1])[listener[1:] == listener[:-1]].mean() < 0.04


def test_people_friends_and_influencers_are_the_same_on_every_call() -> None:
    again = Population.of(1, 300, catalogue(1, 80))
    for what in ("listeners", "friendships", "influencers"):
        assert content(getattr(again, what)()) == content(getattr(small(), what)())
        assert content(getattr(small(2), what)()) != content(getattr(small(), what)())


def test_a_listen_has_the_agreed_columns() -> None:
    listens = small().listens(MONDAY, 1_000)
    assert listens.schema.names == ["listened_at", "listener_id", "track_id", "country", "heard_pct", "synthetic"]
    assert listens.num_rows == 1_000
    rows = listens.to_pylist()
    assert all(row["listened_at"].microsecond == 0 for row in rows)
    assert {row["listened_at"].astimezone(UTC).date() for row in rows} == {MONDAY}
    assert [row["listened_at"] for row in rows] == sorted(row["listened_at"] for row in rows)
    assert {row["listener_id"] for row in rows} <= set(range(1, 301))
    assert {row["track_id"] for row in rows} <= set(catalogue(1, 80)["track_id"].to_pylist())
    assert {row["country"] for row in rows} <= {*COUNTRIES, None}
    assert min(row["heard_pct"] for row in rows) >= 0
    assert max(row["heard_pct"] for row in rows) == 100
    assert all(row["synthetic"] for row in rows)


def test_a_listen_is_in_the_country_of_its_listener() -> None:
    lives = dict(zip(*(small().listeners()[name].to_pylist() for name in ("listener_id", "country")), strict=True))
    listens = small().listens(MONDAY, 1_000).to_pylist()
    assert all(row["country"] == lives[row["listener_id"]] for row in listens)


@pytest.mark.parametrize("how_many", [None, 1, 7, 9_000])
def test_nobody_listens_to_two_things_at_once_on_any_days(how_many: int | None) -> None:
    until: dict[int, float] = {}
    for day in range(4):
        plays = small().plays(MONDAY + timedelta(days=day), how_many)
        for second, listener, heard_s in zip(plays.second, plays.listener, plays.heard_s, strict=True):
            begins = 86_400 * day + second
            assert begins >= until.get(listener, 0)
            until[listener] = begins + heard_s
            assert until[listener] <= 86_400 * (day + 1)


def test_a_listener_and_a_second_tell_a_listen() -> None:
    listens = small().listens(MONDAY, 20_000)
    assert listens.group_by(["listener_id", "listened_at"]).aggregate([]).num_rows == 20_000


def test_more_listens_than_people_can_hear_are_refused() -> None:
    with pytest.raises(ValueError, match="30001 listens in a day are too many for 300 listeners"):
        small().listens(MONDAY, 30_001)


def test_a_world_of_one_listener_and_one_track_turns() -> None:
    tracks = pa.table({"track_id": [7], "artist_id": [3], "genre": [None], "duration_s": [None]})
    alone = Population.of(1, 1, tracks.cast(catalogue(1, 1).schema))
    assert alone.listens(FULL, 5)["track_id"].to_pylist() == [7] * 5
    assert alone.friendships().num_rows == 0


def test_the_demos_archive_is_a_catalogue(tmp_path: Path) -> None:
    write_metadata(tmp_path / "fma_metadata.zip", 1, archived(1, 192))
    tracks = of_archive(tmp_path / "fma_metadata.zip")
    made = {track.track_id: (track.artist.artist_id, track.genre) for track in archived(1, 192)}
    for row in tracks.to_pylist():
        artist_id, genre = made[row["track_id"]]
        assert row["artist_id"] == artist_id
        assert row["genre"] in (genre, None)
        assert 31 <= row["duration_s"] < 480
    assert tracks.num_rows == len(made) == 992


def test_what_a_catalogue_does_not_hold_is_not_heard() -> None:
    tracks = catalogue(1, 200)
    rock = tracks.filter(pc.equal(tracks["genre"], "Rock"))
    heard = Population.of(1, 300, rock).listens(MONDAY, 500)["track_id"].to_pylist()
    assert set(heard) <= set(rock["track_id"].to_pylist())
    assert len(set(heard)) > 1


def test_nobody_listens_before_joining() -> None:
    people = small().listeners()
    joined = dict(zip(people["listener_id"].to_pylist(), people["joined"].to_pylist(), strict=True))
    early = FULL - timedelta(days=700)
    heard = set(small().listens(early, 300)["listener_id"].to_pylist())
    assert max(joined[listener] for listener in heard) <= early
    assert max(joined.values()) <= FULL


def test_friends_are_pairs_of_known_people_once_each_and_friends_since_both_joined() -> None:
    people, friends = small().listeners(), small().friendships().to_pylist()
    joined = dict(zip(people["listener_id"].to_pylist(), people["joined"].to_pylist(), strict=True))
    pairs = [(row["listener_a"], row["listener_b"]) for row in friends]
    assert pairs == sorted(set(pairs))
    assert all(a < b for a, b in pairs)
    assert all(max(joined[row["listener_a"]], joined[row["listener_b"]]) <= row["since"] <= FULL for row in friends)


def test_a_taste_sums_to_one_and_a_listener_has_a_name_and_a_choice_of_sharing() -> None:
    for row in small().listeners().to_pylist():
        assert len(row["taste"]) == 16 == len(GENRES)
        assert sum(row["taste"]) == pytest.approx(1, abs=1e-5)
        assert all(len(part) > 2 for part in row["name"].split())
        assert row["sharing"] in ("name", "sum", "off")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_tastes_friends_plays_and_skips_are_within_a_twentieth_of_their_targets(seed: int) -> None:
    population = demo(seed)
    a, b = (population.friendships()[name].to_numpy() - 1 for name in ("listener_a", "listener_b"))
    days = [population.plays(FULL - timedelta(days=ago)) for ago in range(60)]
    track, heard_s = (np.concatenate([getattr(day, name) for day in days]) for name in ("track", "heard_s"))
    circle = Circle(population.people.taste, (a, b), np.bincount(track))
    found = {name: value for name, (value, _) in circle.measure().items()} | {
        "gone_by_5_s": (heard_s <= 5).mean(),
        "gone_by_30_s": (heard_s <= 30).mean(),
        "gone_before_the_end": (heard_s < population.charts.duration_s[track]).mean(),
    }
    for name, (target, _) in TARGETS.items():
        assert found[name] == pytest.approx(target, rel=0.05), name
    assert len(track) == pytest.approx(400_000, rel=0.02)


def test_the_share_that_finished_is_what_the_stored_column_says() -> None:
    heard_pct = pa.concat_tables(demo(1).listens(FULL - timedelta(days=ago)) for ago in range(20))[
        "heard_pct"
    ].to_numpy()
    assert (heard_pct < 100).mean() == pytest.approx(0.49, rel=0.05)


def test_brazilians_listen_by_their_own_clock() -> None:
    listens = [demo(1).listens(date(2020, 12, 7) + timedelta(days=i), 6_000) for i in range(5)]
    table = pa.concat_tables(listens).filter(pc.equal(pa.concat_tables(listens)["country"].cast("string"), "BRA"))
    hours = np.bincount(pc.hour(table["listened_at"]).to_numpy(), minlength=24) / table.num_rows
    local = np.roll(hours, -3)  # three hours behind UTC
    assert local[2:5].sum() < 0.04
    assert local[17:21].sum() > 0.22


def test_saturdays_are_busier_than_tuesdays_and_the_audience_grows() -> None:
    def count(day: date) -> int:
        return len(demo(1).plays(day).second)

    weeks = [MONDAY - timedelta(weeks=back) for back in range(8)]
    assert np.mean([count(week + timedelta(days=5)) / count(week + timedelta(days=1)) for week in weeks]) > 1.08
    assert sum(count(weeks[0] + timedelta(days=i)) for i in range(7)) > 1.05 * sum(
        count(weeks[-1] + timedelta(days=i)) for i in range(7)
    )


def test_people_hear_more_of_artists_from_home_and_leave_them_less() -> None:
    population = demo(1)
    plays = [population.plays(FULL - timedelta(days=ago)) for ago in range(20)]
    track, listener, heard_s = (
        np.concatenate([getattr(p, name) for p in plays]) for name in ("track", "listener", "heard_s")
    )
    charts = population.charts
    american = population.people.country[listener] == CODES.index("USA")
    from_there = charts.home[track] == CODES.index("USA")
    assert from_there[american].mean() > 1.5 * from_there[~american].mean()
    finished = heard_s >= charts.duration_s[track]
    assert finished[american & from_there].mean() > finished[~american & from_there].mean() + 0.03


def test_a_track_with_a_drop_loses_people_there_and_hardly_any_on_either_side() -> None:
    population = demo(1)
    plays = [population.plays(FULL - timedelta(days=ago)) for ago in range(30)]
    track, heard_s = (np.concatenate([getattr(p, name) for p in plays]) for name in ("track", "heard_s"))
    charts = population.charts
    one = int(np.argmax(np.where(charts.drop > 0.2, charts.expected, 0)))
    left, at = heard_s[track == one], float(charts.drop_s[one])
    leaving = [((left >= begin) & (left < begin + 5)).mean() for begin in (at - 10, at, at + 10)]
    assert leaving[1] > 0.5 * charts.drop[one] * (1 - 0.49)
    assert max(leaving[0], leaving[2]) < 0.3 * leaving[1]


def test_a_spike_lifts_its_artist_on_its_first_day() -> None:
    population = demo(1)
    days = [FULL - timedelta(days=ago) for ago in range(50)]
    begun = [spike for day in days for spike in population.spikes(day) if spike.begins == day]
    spike = max(begun, key=lambda one: one.height)
    artist = population.charts.artist_id == population.charts.artist_id[spike.track]

    def played(day: date) -> int:
        return int(artist[population.plays(day).track].sum())

    assert played(spike.begins) > 2 * played(spike.begins - timedelta(days=1))
    assert spike.country == UNKNOWN or CODES[spike.country] in COUNTRIES


def test_influencers_are_of_the_tier_of_their_followers_with_audiences_and_genres() -> None:
    rows = small().influencers(how_many=300).to_pylist()
    least = [followers for followers, _, _ in TIERS.values()]
    for row in rows:
        assert row["tier"] == list(TIERS)[np.searchsorted(least, row["followers"], side="right") - 1]
        assert len(set(row["audience_countries"])) == len(row["audience_shares"]) == 5
        assert row["audience_shares"] == sorted(row["audience_shares"], reverse=True)
        assert sum(row["audience_shares"]) <= 1.0001
        assert sum(row["genre_shares"]) == pytest.approx(1, abs=0.001)
        assert 0 < row["median_likes"] < row["median_plays"]
        assert row["platform"] == "tiktok"
    assert {row["tier"] for row in rows} == set(TIERS)


def test_the_likes_of_a_tier_are_log_normal() -> None:
    people = small().influencers(how_many=1_500).to_pandas()
    rate = np.log(people["median_likes"] / people["followers"])
    within = (rate - rate.groupby(people["tier"]).transform("mean")).to_numpy()
    assert within.std() == pytest.approx(1.1, rel=0.05)
    assert abs((within**3).mean() / within.std() ** 3) < 0.2


def test_creators_become_influencers_as_their_videos_show_them() -> None:
    def counts(*numbers: int) -> np.ndarray:
        return np.array(numbers, np.int64)

    def creator(creator_id: str, followers: int, plays: np.ndarray) -> Seen:
        genres = counts(13, 13, 2)[: len(plays)]
        return Seen(
            creator_id, "a", "A", followers, 0, 0.5, 4.0, 8, genres, plays, plays // 10, plays // 100, plays // 50
        )

    many = counts(1_000, 5_000, 2_000)
    known = [creator("12", 2_000_000, many), creator("11", 999, many), creator("13", 5_000, many[:2])]
    [row] = seen(known).to_pylist()
    assert (row["creator_id"], row["tier"], row["genre"], row["videos"]) == ("12", "mega", GENRES[13], 3)
    assert (row["median_plays"], row["median_likes"], row["posts_per_week"]) == (2_000, 200, 2.0)
    assert row["genre_shares"][13] == pytest.approx(2 / 3, abs=1e-3)
    assert row["audience_countries"][0] == CODES[0]
    assert row["audience_shares"][0] > 0.5


def test_pools_draw_from_the_named_pool_alone_and_each_item_by_its_weight() -> None:
    items, sizes = np.array([4, 9, 2, 7]), np.zeros(32, int)
    sizes[[0, 2]] = 3, 1
    pools = Pools.of(items, np.array([1.0, 3.0, 0.0, 1.0]), sizes)
    random = np.random.default_rng(1).integers(0, 2**64 - 1, 40_000, dtype=np.uint64)
    drawn = pools.draw(np.repeat([0, 2], 20_000), random)
    assert set(drawn[20_000:].tolist()) == {7}
    assert set(drawn[:20_000].tolist()) == {4, 9}
    assert (drawn[:20_000] == 9).mean() == pytest.approx(0.75, abs=0.015)
    assert set(pools.draw(np.repeat(16, 100), random[:100]).tolist()) == {4, 9}  # an empty one: that of everyone


def test_the_lot_of_an_id_does_not_depend_on_the_others() -> None:
    ids = np.arange(1, 10_001)
    lots = fixed(1, 2, ids)
    assert fixed(1, 2, ids[5:6])[0] == lots[5]
    assert lots.mean() == pytest.approx(0.5, abs=0.01)
    assert abs(np.corrcoef(lots, fixed(1, 3, ids))[0, 1]) < 0.03
    assert pick(np.array([1, 3]), np.array([0, 0.24, 0.26, 0.99])).tolist() == [0, 0, 1, 1]


def test_a_triangle_with_a_tail_clusters_as_counted_by_hand() -> None:
    # 0-1-2 are a triangle, 3 hangs on 2: 1, 1, a third, and none
    pairs = np.array([0, 0, 1, 2]), np.array([1, 2, 2, 3])
    assert clustering(pairs, 4) == pytest.approx((1 + 1 + 1 / 3) / 4)
    assert alike(np.array([[1.0, 0], [1, 1], [0, 2]]), (np.array([0, 0]), np.array([1, 2]))) == pytest.approx(
        math.sqrt(0.5) / 2
    )


def test_the_slope_of_a_power_law_is_found() -> None:
    plays = np.round(1e6 * np.arange(1, 2_000) ** -0.7).astype(int)
    assert fit(np.random.default_rng(1).permutation(plays))[2] == pytest.approx(-0.7, abs=0.001)


def test_times_are_utc_days() -> None:
    first = small().listens(MONDAY, 2_000)["listened_at"][0].as_py()
    assert datetime(2020, 12, 14, tzinfo=UTC) <= first < datetime(2020, 12, 14, 1, tzinfo=UTC)
