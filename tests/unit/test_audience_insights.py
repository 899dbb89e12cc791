"""What artists are told: a song that took off, a round number, a new country, and nothing where nothing changes."""

from datetime import date, timedelta

import numpy as np
import pytest

from etl.audience.insights import Series, Week, insights, milestones, new_countries, spikes
from etl.synthetic.activity import Population, catalogue
from etl.synthetic.activity.law import CALM, LAW
from lab.evaluate.insights import END, LOOKED, random_world, recall

MONDAY = date(2020, 9, 28)
START, SUNDAY = date(2020, 11, 23), date(2020, 12, 20)
DAYS = (SUNDAY - MONDAY).days + 1


def series(**at):
    """Twelve weeks of 50 to 70 listens a day of a track, more on Fridays; ``at`` sets days from the last."""
    days = np.array([50.0 + 10 * (day % 2) + 20 * (day % 7 == 4) for day in range(DAYS)])
    for ago, count in at.items():
        days[-1 - int(ago[1:])] = count
    return days


def test_a_day_far_above_the_usual_is_a_spike_and_days_on_end_are_one():
    track = series(d9=200, d8=300, d7=180)
    [spike] = spikes(Series(MONDAY, {0: track + 400, 7: track}), START, SUNDAY)
    assert (spike.track_id, spike.day, spike.until) == (7, SUNDAY - timedelta(days=8), SUNDAY - timedelta(days=7))
    assert spike.count == 300
    assert 50 <= spike.usual <= 60


def test_a_spike_of_all_songs_together_is_told_when_no_song_explains_it():
    [spike] = spikes(Series(MONDAY, {0: series(d3=300), 7: series()}), START, SUNDAY)
    assert spike.track_id is None


def test_a_friday_that_is_like_other_fridays_is_none():
    days = np.array([60.0 + 60 * (day % 7 == 4) for day in range(DAYS)])
    assert spikes(Series(MONDAY, {0: days}), START, SUNDAY) == []


def test_a_song_that_nobody_heard_before_takes_off_with_twenty_listens():
    quiet = np.zeros(DAYS)
    quiet[-5] = 20
    [spike] = spikes(Series(MONDAY, {7: quiet}), START, SUNDAY)
    assert (spike.count, spike.usual) == (20, 0)
    quiet[-5] = 19
    assert spikes(Series(MONDAY, {7: quiet}), START, SUNDAY) == []


def test_a_spike_before_the_period_is_not_told_and_two_weeks_of_history_are_needed():
    assert spikes(Series(MONDAY, {7: series(d40=500)}), START, SUNDAY) == []
    young = Series(SUNDAY - timedelta(days=9), {7: series(d2=500)[-10:]})
    assert spikes(young, START, SUNDAY) == []
    assert spikes(Series(MONDAY, {}), START, SUNDAY) == []


def weeks(*counts):
    """Weeks of so many (listens, listeners), the first ten weeks before the period's end."""
    return [Week(MONDAY + timedelta(weeks=place), *count) for place, count in enumerate(counts)]


def test_round_numbers_are_told_in_the_week_they_are_passed():
    found = milestones(weeks(*[(300, 90)] * 8, (200, 95), (300, 205), (10, 130)), START)
    assert [(one.kind, one.count, one.day) for one in found] == [("listeners", 200, date(2020, 11, 30))]
    found = milestones(weeks(*[(120, 90)] * 8, (50, 90)), START)
    assert [(one.kind, one.count) for one in found] == [("listens", 1000)]


def test_a_country_is_new_once_and_when_it_is_clearly_there():
    first = {"SWE": (START, 25), "NOR": (START, 30), "FIN": (START, 19), "USA": (MONDAY, 300)}
    [found] = new_countries(weeks(*[(300, 90)] * 9), first, START, SUNDAY)
    assert (found.countries, found.day, found.count) == (("NOR", "SWE"), START, 30)
    assert new_countries([Week(START - timedelta(weeks=3), 300, 90)], first, MONDAY, SUNDAY) == []


def test_the_newest_four_are_told():
    track = series(d1=500, d6=400, d12=600, d18=500, d24=700)
    found = insights(Series(MONDAY, {7: track}), [], {}, START, SUNDAY)
    assert [one.day for one in found] == [SUNDAY - timedelta(days=ago) for ago in (1, 6, 12, 18)]


def test_an_artist_in_whose_numbers_nothing_changes_hears_of_nothing_new():
    alarms = [len(one.insights(END)) for one in random_world(5, 150).values()]
    assert np.mean(alarms) <= 0.1
    assert max(alarms) <= 1


@pytest.mark.parametrize("calm", [True, False])
def test_songs_that_take_off_are_found_and_little_else_is(calm):
    made = Population.of(3, 4000, catalogue(3, 500), law=CALM if calm else LAW)
    found, true, false = recall(made, END, 2 * LOOKED)
    assert false <= 0.1 * 2 * made.charts.artists
    if calm:
        assert true == 0
    else:
        assert true >= 10
        assert found >= 0.8 * true
