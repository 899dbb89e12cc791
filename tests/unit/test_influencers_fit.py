"""The fit of creators: its parts on a world that can be checked by eye, and engagement on real numbers."""

import csv
import re

import numpy as np
import pytest

from etl.recommend.influencers import (
    FEWEST_NEIGHBOURS,
    NEIGHBOURS,
    WEIGHTS,
    audience_score,
    engagement,
    fit,
    genre_score,
    reach_score,
)


def alike(many, followers=10_000, plays=1000, reactions=100, videos=50):
    """The columns of creators who are all the same."""
    return [[value] * many for value in (followers, plays, reactions, videos)]


def ahead(*columns):
    """Per cent of their neighbours that each is ahead of."""
    return [one.ahead_of for one in engagement(*columns)]


def test_the_fit_is_the_weighed_mean_of_its_parts():
    found = fit({"genre": 80, "audience": 60, "engagement": 40, "reach": 20})
    assert found.score == pytest.approx(0.35 * 80 + 0.25 * 60 + 0.25 * 40 + 0.15 * 20)
    assert {name: part.weight for name, part in found.parts.items()} == pytest.approx(WEIGHTS)
    assert sum(WEIGHTS.values()) == pytest.approx(1)


def test_a_part_that_does_not_apply_is_left_out_and_the_others_weigh_more():
    found = fit({"genre": 80, "audience": None, "engagement": 40, "reach": 20})
    assert list(found.parts) == ["genre", "engagement", "reach"]
    assert sum(part.weight for part in found.parts.values()) == pytest.approx(1)
    assert found.parts["genre"].weight == pytest.approx(0.35 / 0.75)
    assert found.score == pytest.approx((0.35 * 80 + 0.25 * 40 + 0.15 * 20) / 0.75)
    assert fit({}).score == 0


def test_all_of_a_genre_is_100_and_half_is_71_and_none_is_0():
    assert genre_score({"Rock": 1.0, "Folk": 0.0}, "Rock") == pytest.approx(100)
    assert genre_score({"Rock": 0.5, "Folk": 0.5}, "Rock") == pytest.approx(70.7, abs=0.1)
    assert genre_score({"Rock": 0.0, "Folk": 1.0}, "Rock") == 0
    assert genre_score({"Rock": 0.0}, "Rock") == 0


def test_half_an_audience_is_enough_and_an_untold_country_counts_nothing():
    assert audience_score({"SWE": 0.25}, "SWE") == 50
    assert audience_score({"SWE": 0.9}, "SWE") == 100
    assert audience_score({"SWE": 0.9}, "NOR") == 0


def test_each_tenfold_of_plays_is_a_quarter_of_the_reach():
    assert [round(reach_score(plays)) for plays in (0, 100, 1000, 10_000, 10**6, 10**9)] == [0, 0, 25, 50, 100, 100]


def test_creators_who_are_all_alike_are_all_in_the_middle():
    assert set(ahead(*alike(20))) == {50.0}


def test_who_gets_more_reactions_than_their_neighbours_is_ahead_of_them():
    columns = alike(20)
    columns[2] = [100, 110, 95, 105] * 5
    columns[2][7] = 300
    found = ahead(*columns)
    assert found[7] == max(found) == 100 * 19.5 / 20


def test_one_lucky_video_is_drawn_further_to_the_middle_than_fifty_good_ones():
    rng = np.random.default_rng(1)
    columns = alike(40)
    columns[2] = np.round(100 * rng.lognormal(0, 0.3, 40)).tolist()
    columns[2][0] = columns[2][1] = 250
    columns[3][0] = 1
    lucky, proven = ahead(*columns)[:2]
    assert 50 < lucky < proven


def test_engagement_that_falls_with_size_alone_sets_nobody_ahead():
    followers = np.geomspace(1000, 10**7, 200)
    rate = 0.3 * (followers / 1000) ** -0.2
    found = engagement(followers.astype(int), [10**6] * 200, (rate * 10**6).round(), [100] * 200)
    # The line takes the fall out; what is left is rounding, at both ends as in the middle.
    assert [one.typical for one in found] == pytest.approx([one.rate for one in found], rel=0.01)
    assert {one.creators for one in found} == {NEIGHBOURS}


def test_one_is_compared_with_the_nearest_in_size_and_not_with_others():
    small, large = alike(60, followers=5000, reactions=200), alike(60, followers=10**6, reactions=20)
    found = engagement(*[a + b for a, b in zip(small, large, strict=True)])
    assert found[0].followers == (5000, 5000)
    assert found[119].followers == (10**6, 10**6)
    assert (found[0].ahead_of, found[119].ahead_of) == (50, 50)


def test_too_few_creators_compare_nothing_and_no_plays_neither():
    assert engagement(*alike(FEWEST_NEIGHBOURS - 1)) == [None] * (FEWEST_NEIGHBOURS - 1)
    columns = alike(FEWEST_NEIGHBOURS + 1)
    columns[1][0] = 0
    found = engagement(*columns)
    assert found[0] is None
    assert found[1].creators == FEWEST_NEIGHBOURS


def number(text):
    """A number as people write it: 78.9m, 622.6k, 16.60%."""
    value, unit = re.fullmatch(r"([\d.]+)\s*([kmb%]?)", text.strip().lower()).groups()
    return float(value) * {"": 1, "k": 1e3, "m": 1e6, "b": 1e9, "%": 0.01}[unit]


def ranks(values):
    """Places in order of size."""
    return np.argsort(np.argsort(values))


def test_on_real_creators_engagement_is_theirs_and_says_nothing_of_their_size(real_data):
    with (real_data / "influencers" / "top250_numbers.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    followers, plays, likes, published = (
        np.array([number(row[name]) for row in rows]) for name in ("Followers", "Views", "Likes", "Engagement")
    )
    found = engagement(followers.astype(int), plays, likes, [30] * len(rows))
    rate = np.array([one.rate for one in found])
    score = np.array([one.ahead_of for one in found])
    assert len(rows) == 256
    assert np.corrcoef(rate, published)[0, 1] > 0.97  # what we divide is what their publisher divides
    assert abs(np.corrcoef(ranks(score), ranks(followers))[0, 1]) < 0.05
    # Judged alike at every size: in each quarter of followers the mean is near the middle, and so is the spread.
    for quarter in np.array_split(score[np.argsort(followers, kind="stable")], 4):
        assert 45 < quarter.mean() < 55
        assert 25 < quarter.std() < 33  # 28.9: evenly from 0 to 100
    # Who leads their size leads it by the published figure, too.
    assert np.corrcoef(ranks(score), ranks(published))[0, 1] > 0.9
