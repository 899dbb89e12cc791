"""People by country: noise of the right kind and size, drawn once; intervals that hold; nobody to be found out."""

from collections import Counter
from datetime import date, timedelta
from math import exp, sqrt

import numpy as np
import opendp.prelude as dp
import pytest
from scipy.stats import chisquare, norm

from etl.audience.noise import discrete_gaussian
from etl.audience.people import (
    BINS,
    FEWEST,
    SIGMA,
    SONG_SIGMA,
    SONG_SPANS,
    SPANS,
    UNKNOWN,
    WIDER,
    Cell,
    Z,
    counted,
    least,
    loss,
    noisy,
    places,
    ranks,
    spans_of,
)
from etl.audience.spans import WEEK, span_start

MONDAY = date(2020, 11, 9)  # a span of four weeks begins
SUNDAY = MONDAY + timedelta(days=27)
FOUR = (4, MONDAY)
KEYS = [bytes([number % 256, number // 256]) * 16 for number in range(4000)]


def histogram(people):
    """People half of whom finish, and the others leave in the first tenth."""
    return [people - people // 2, *[0] * (BINS - 2), people // 2, 0]


def drawn(people, key=KEYS[0], track_id=0, country="SWE"):
    """What is told of one cell: whether, how many people, the histogram."""
    told, count, heard = noisy(key, 4, MONDAY, [(1, track_id, country)], np.array([histogram(people)]))
    return bool(told[0]), int(count[0]), heard[0]


# The noise


@pytest.mark.parametrize("deviation", [SIGMA, SONG_SIGMA, WIDER * SONG_SIGMA])
def test_it_is_the_discrete_gaussian(deviation):
    uniform = np.random.default_rng(1).integers(0, 2**64, 200_000, np.uint64)
    counts = Counter(discrete_gaussian(uniform, deviation).tolist())
    values = np.arange(-int(3.5 * deviation), int(3.5 * deviation) + 1)
    mass = np.exp(-(values**2) / (2 * deviation**2))
    mass /= np.exp(-(np.arange(-400, 401) ** 2) / (2 * deviation**2)).sum()
    seen = np.array([counts[value] for value in values])
    rest, expected = 200_000 - seen.sum(), 200_000 * mass
    assert chisquare([*seen, rest], [*expected, 200_000 - expected.sum()]).pvalue > 0.001


def test_it_is_as_opendp_draws_it():
    dp.enable_features("contrib")
    theirs = dp.m.make_gaussian(dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="f64"), scale=SIGMA)
    sample = np.array(theirs([0] * 100_000))
    ours = discrete_gaussian(np.random.default_rng(2).integers(0, 2**64, 100_000, np.uint64), SIGMA)
    values = np.arange(-9, 10)
    both = [[np.sum(one == value) for value in values] + [np.sum(abs(one) > 9)] for one in (sample, ours)]
    differ = sum((a - b) ** 2 / (a + b) for a, b in zip(*both, strict=True))
    assert differ < 70  # chi-square of 20 cells: 1 in 10 million goes beyond


def test_what_it_costs_is_what_opendp_says():
    dp.enable_features("contrib")
    for deviation, share in ((SIGMA, loss()["artist"]), (SONG_SIGMA, loss()["songs"] / 3)):
        people, bins = (
            dp.m.make_gaussian(dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="f64"), scale=scale).map(1.0)
            for scale in (deviation, WIDER * deviation)
        )
        assert people + bins == pytest.approx(share)
    week = len(SPANS) * loss()["artist"] + len(SONG_SPANS) * loss()["songs"]
    assert week <= 0.5  # of an artist's listener, in all that tells of one week


def test_it_is_drawn_once_for_a_cell_and_what_is_in_it():
    assert drawn(50)[1:2] == drawn(50)[1:2]
    assert drawn(50)[2].tolist() == drawn(50)[2].tolist()
    many = np.array([drawn(50, key)[1] - drawn(51, key)[1] + 1 for key in KEYS[:500]])
    assert many.std() == pytest.approx(sqrt(2) * SIGMA, rel=0.15)  # so they cannot be subtracted
    apart = np.array([[drawn(50, key)[1] - 50, drawn(50, key)[2][0] - 25] for key in KEYS[:500]])
    assert abs(np.corrcoef(apart.T)[0, 1]) < 0.15


def test_what_was_told_before_any_could_be_unknown_is_not_drawn_again():
    told, count, heard = noisy(bytes(range(32)), 4, date(2020, 11, 2), [(1, 0, "SWE")], np.array([histogram(50)]))
    assert (told.tolist(), count.tolist()) == ([True], [48])
    assert heard[0].tolist()[:BINS] == [14, -1, -5, -3, 4, -1, 8, -4, -10, 1, 37]


def test_who_is_not_known_to_have_got_anywhere_is_counted_by_themselves():
    artist, track, listener, country = np.array([[9, 9, 9, 9], [1, 2, 1, 1], [1, 1, 2, 3], [0, 0, 0, 0]])
    *_, bins = counted(artist, track, listener, country, np.ones(4, int), np.array([UNKNOWN, 40, UNKNOWN, 100]), 0)
    assert bins.tolist() == [[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1]]
    cell = {(4, MONDAY): {"SWE": Cell(300, [100, *[0] * 9, 100, 100])}}
    [known] = places([(4, MONDAY)], cell, {(4, MONDAY): 300}, 300, False, all_known=False)
    assert (known.people, sum(known.heard)) == (300, pytest.approx(200))
    few = {(4, MONDAY): {"SWE": Cell(300, [5, *[0] * 9, 5, 290])}}
    [unknown] = places([(4, MONDAY)], few, {(4, MONDAY): 300}, 300, False, all_known=False)
    assert (unknown.people, unknown.heard) == (300, ())
    [every] = places([(4, MONDAY)], cell, {(4, MONDAY): 300}, 300, False)  # then the last are noise, and nobody
    assert sum(every.heard) == pytest.approx(300)


def test_no_cell_shares_its_noise_with_another():
    def noise(artist_id=1, track_id=0, country="SWE", span=4, week=MONDAY):
        cells, true = [(artist_id, track_id, country)], np.array([histogram(5000)])
        told = [noisy(key, span, week, cells, true) for key in KEYS[:600]]
        return np.array([[count[0] - 5000, *(heard[0] - true[0])] for _, count, heard in told])

    one = noise()
    others = [noise(artist_id=2), noise(country="NOR"), noise(span=16), noise(week=MONDAY + WEEK), noise(track_id=9)]
    for other in others:
        assert np.abs(np.corrcoef(one.T, other.T)[:13, 13:]).max() < 0.25
    own = np.corrcoef(one.T) - np.eye(13)
    assert np.abs(own).max() < 0.25


@pytest.mark.parametrize(("track_id", "deviation"), [(0, SIGMA), (1, SONG_SIGMA)])
def test_it_is_right_on_average_and_the_interval_holds(track_id, deviation):
    noise = np.array([drawn(5000, key, track_id)[1] - 5000 for key in KEYS])
    assert abs(noise.mean()) < 4 * deviation / sqrt(len(KEYS))
    assert 0.93 <= np.mean(np.abs(noise) <= Z * deviation) <= 0.97


@pytest.mark.parametrize("track_id", [0, 1])
def test_what_is_told_surely_has_ten_people(track_id):
    error = Z * (SONG_SIGMA if track_id else SIGMA)
    for people in (0, 3, 9, 30):
        told = [drawn(people, key, track_id) for key in KEYS]
        assert people > 9 or np.mean([one[0] for one in told]) <= 0.025
        assert all(one[1] - error >= FEWEST for one in told if one[0])
    assert sum(one[0] for one in told) > 1000
    assert np.mean([drawn(least(track_id) + 30, key, track_id)[0] for key in KEYS]) > 0.99


@pytest.mark.parametrize("people", [9, 40])
def test_whoever_knows_all_others_hardly_learns_whether_somebody_is_there(people):
    """The best guess from all that one span tells of an artist's cell, against the most that ρ allows."""

    def likely(told, count, heard):
        log = -((count - people) ** 2 - (count - people - 1) ** 2) / (2 * SIGMA**2)
        true = np.array(histogram(people)), np.array(histogram(people + 1))
        return log - sum(
            sign * ((heard - one) ** 2).sum() / (2 * (WIDER * SIGMA) ** 2)
            for sign, one in zip((1, -1), true, strict=True)
        )

    right = np.mean([likely(*drawn(people, key)) > 0 for key in KEYS])
    wrong = np.mean([likely(*drawn(people + 1, key)) > 0 for key in KEYS])
    most = 2 * norm.cdf(sqrt(2 * loss()["artist"]) / 2) - 1  # of two Gaussians
    assert right - wrong <= most + 3 / sqrt(len(KEYS))
    assert most < 0.14


# Several spans


def test_weeks_are_told_by_the_whole_spans_that_come_nearest():
    through = date(2020, 12, 20)
    assert spans_of(MONDAY, SUNDAY, through, False) == [FOUR]
    assert spans_of(MONDAY + WEEK, SUNDAY + WEEK, through, False) == [FOUR]
    assert spans_of(date(2020, 12, 14), through, through, False) == [(1, date(2020, 12, 14))]
    assert spans_of(date(2020, 12, 14), through, through, True) == [FOUR]
    for size in range(4, 54):
        for song in (False, True):
            spans = spans_of(through - size * WEEK + timedelta(days=1), through, through, song)
            assert all(span_start(first, weeks) == first for weeks, first in spans)
            ends = [first + weeks * WEEK for weeks, first in spans]
            assert ends[:-1] == [first for _, first in spans[1:]]  # no gap
            assert ends[-1] <= through + timedelta(days=1) < ends[-1] + 4 * WEEK
            assert abs(sum(weeks for weeks, _ in spans) - size) <= 2
    for ago in range(4, 40):  # of old weeks no month shares more
        end = through - ago * WEEK
        [(size, first)] = spans_of(end - 4 * WEEK + timedelta(days=1), end, through, False)
        assert (size, abs(first + 4 * WEEK - timedelta(days=1) - end) <= 2 * WEEK) == (4, True)


def test_one_span_is_told_as_it_is():
    [place] = places([FOUR], {FOUR: {"SWE": Cell(50, histogram(50))}}, {FOUR: 90}, 90, False)
    assert (place.people, place.estimated, place.heard) == (50, False, tuple(histogram(50)[:BINS]))
    [place] = places([FOUR], {FOUR: {"SWE": Cell(61, histogram(50))}}, {FOUR: 90}, 90, False)
    assert place.heard == tuple(1 + bin for bin in histogram(50)[:BINS])  # it adds up
    [place] = places([FOUR], {FOUR: {"SWE": Cell(50, histogram(50))}}, {FOUR: 90}, 90, False)
    assert (place.low, place.high) == (50 - Z * SIGMA, 50 + Z * SIGMA)
    assert places([FOUR], {}, {FOUR: 90}, 90, False) == []
    assert places([], {}, {}, 0, False) == []


def test_over_several_spans_each_person_is_told_once():
    before = (4, MONDAY - 4 * WEEK)
    told = {
        FOUR: {"SWE": Cell(100, histogram(100)), "NOR": Cell(30, histogram(30))},
        before: {"SWE": Cell(100, histogram(100))},
    }
    swe, nor = places([before, FOUR], told, {FOUR: 200, before: 200}, 250, False)
    assert (swe.country, swe.people, swe.estimated) == ("SWE", 125, True)
    assert sum(swe.heard) == pytest.approx(125)
    assert nor.people == pytest.approx(250 / 400 * (30 + least(0) / 2))
    assert nor.high - nor.people > Z * 250 / 400 * SIGMA


def test_the_interval_over_several_spans_holds_where_people_come_back_unevenly():
    rng, hits, tries = np.random.default_rng(5), 0, 0
    spans = [(4, MONDAY - number * 4 * WEEK) for number in range(3)]
    for turn in range(300):
        cells, seen, everybody = {span: {} for span in spans}, dict.fromkeys(spans, 0), 0
        true = {}
        for place, people in enumerate([400, 200, 120, 60, 30, 12]):
            habit = rng.beta(6, 6, people)
            there = rng.random((3, people)) < habit
            true[f"C{place}"], everybody = there.any(axis=0).sum(), everybody + there.any(axis=0).sum()
            for span, on in zip(spans, there, strict=True):
                seen[span] += on.sum()
                told, count, heard = noisy(
                    KEYS[turn], *span, [(1, 0, f"C{place}")], np.array([histogram(int(on.sum()))])
                )
                if told[0]:
                    cells[span][f"C{place}"] = Cell(int(count[0]), heard[0].tolist())
        for one in places(spans, cells, seen, everybody, False):
            tries += 1
            hits += one.low <= true[one.country] <= one.high
    assert tries > 1000
    assert hits / tries >= 0.93


def test_countries_that_cannot_be_told_apart_share_their_places():
    cells = {"A": Cell(100, histogram(100)), "B": Cell(95, histogram(95)), "C": Cell(40, histogram(40))}
    found = places([FOUR], {FOUR: cells}, {FOUR: 300}, 300, False)
    assert ranks(found) == [(1, 2), (1, 2), (3, 3)]


def test_whoever_knows_who_listens_learns_little_of_where():
    """Moving one person from one country to another, which leaves all that is told of the music as it is."""
    from_there = [[(drawn(40, key)[1], drawn(20, key, 0, "NOR")[1]) for key in KEYS],
                  [(drawn(39, key)[1], drawn(21, key, 0, "NOR")[1]) for key in KEYS]]  # fmt: skip
    here, there = (np.array(one)[:, 0] - np.array(one)[:, 1] > 19 for one in from_there)
    most = 2 * norm.cdf(sqrt(2 * 2 * loss()["artist"]) / 2) - 1
    assert here.mean() - there.mean() <= most + 3 / sqrt(len(KEYS))
    assert most < 0.2


def test_an_epsilon_is_what_a_loss_comes_to():
    dp.enable_features("contrib")
    gaussian = dp.m.make_gaussian(dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="f64"), scale=SIGMA)
    epsilon = dp.c.make_fix_delta(dp.c.make_zCDP_to_approxDP(gaussian), delta=1e-6).map(1.0)[0]
    rho = 1 / (2 * SIGMA**2)
    assert epsilon <= rho + 2 * sqrt(rho * np.log(1e6))
    assert exp(-epsilon) > 0.1
