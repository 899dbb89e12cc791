"""Numbers and times as people read them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dashboards.components import numbers

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (None, "–"),
        (0, "0"),
        (999, "999"),
        (1000, "1k"),
        (12_437, "12.4k"),
        (99_949, "99.9k"),
        (99_951, "100k"),
        (999_499, "999k"),
        (999_500, "1M"),
        (3_149_000, "3.1M"),
        (2_500_000_000, "2.5B"),
        (-1500, "-1.5k"),
    ],
)
def test_a_count_is_short(count, words):
    assert numbers.short(count) == words


def test_books_show_every_digit_with_narrow_spaces():
    assert numbers.full(1_234_567) == "1\u202f234\u202f567"


def test_a_noun_follows_its_count():
    assert numbers.several(1, "video") == "1 video"
    assert numbers.several(12_437, "video") == "12.4k videos"
    assert numbers.several(0, "match", "matches") == "0 matches"


def test_a_clip_lasts_minutes_and_seconds():
    assert [numbers.duration(seconds) for seconds in (0.4, 29.98, 185)] == ["0:00", "0:30", "3:05"]


def test_a_load_took_seconds_then_minutes():
    took = [numbers.took(NOON, NOON + timedelta(seconds=seconds)) for seconds in (0.04, 9.94, 12, 99, 180)]
    assert took == ["0.0 s", "9.9 s", "12 s", "99 s", "3 min"]


def test_the_past_is_told_in_the_unit_that_matters():
    past = [timedelta(seconds=20), timedelta(minutes=4.9), timedelta(hours=3.5), timedelta(days=2)]
    assert [numbers.ago(NOON - ago, NOON) for ago in past] == ["just now", "4 min ago", "3 h ago", "31 Dec 2025"]


def test_a_day_has_no_leading_zero_and_may_be_missing():
    assert numbers.day_words(date(2026, 1, 2)) == "2 Jan 2026"
    assert numbers.day_words(None) == "no day yet"
