"""What is worth a sentence to an artist: a day far above the usual, a round number passed, a new country.

Read from what is told of songs and times, which is exact (listens a day, and weeks), and of countries.

A day is a spike when it is surely above what its weekday has been like in the four weeks before. The usual is a median,
so that a spike of a week does not become usual; the spread is a median, too, and never less than chance makes it
(listens come in sittings: counts vary more than Poisson's). Every day of every track that is looked at is one
try, and the level is shared between them (Bonferroni), so that an artist with nothing new hears of nothing new:
``overtone evaluate insights`` measures how often it goes wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

USUAL = 28  #: days before a day, whose median is the usual
RHYTHM = 56  #: days before a day, from which its weekday's share is learned
FEWEST_DAYS = 14  #: of the usual ones that must be there
FEWEST_WEEKS = 4  #: of history, before which all is new
SURE = 0.05  #: how often at most an artist in whose numbers nothing changes is told of a spike, a period
DEGREES = 10  #: of freedom that a median spread over 28 days is worth: 0.37 of a standard deviation's
LEAST_TIMES, LEAST_MORE = 1.5, 20  #: what a spike is at least, over the usual
STEADY = 4  #: weeks of no rhythm that a weekday's share is drawn towards
CLEARLY = 25  #: people told in the first week of a new country: more than a few more than are told at all
MOST = 4  #: insights

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Series:
    """Listens a day of an artist: ``listens[track]`` of shape (days,); 0: all."""

    first: date
    listens: Mapping[int, Floats]


@dataclass(frozen=True)
class Week:
    """A week that is shown, by its Monday."""

    week: date
    listens: int
    listeners: int


@dataclass(frozen=True)
class Insight:
    """One thing to tell: ``count`` of what, on or from ``day``; ``usual`` for a spike.

    A spike's ``day`` is its highest and ``until`` its last; a milestone's and a country's are Mondays.
    """

    kind: Literal["spike", "listens", "listeners", "country"]
    day: date
    count: int
    usual: int | None = None
    until: date | None = None
    track_id: int | None = None
    countries: tuple[str, ...] = ()


def insights(
    series: Series, weeks: Sequence[Week], countries: Mapping[str, tuple[date, int]], start: date, end: date
) -> list[Insight]:
    """What is worth a sentence of the days from ``start`` to ``end``, the newest first, four at most.

    Args:
        series: with eight weeks before ``start``, where there are any.
        weeks: all there are up to ``end``, by time.
        countries: the first week that people of each are told in, and how many.
    """
    found = [*spikes(series, start, end), *milestones(weeks, start), *new_countries(weeks, countries, start, end)]
    return sorted(found, key=lambda one: (one.day, one.count), reverse=True)[:MOST]


def spikes(series: Series, start: date, end: date) -> list[Insight]:
    """Days that are surely and clearly above the usual; days on end are one spike, told by its highest day.

    Where a track explains a spike of all, only the track's is told.
    """
    days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
    names = list(series.listens)
    if not names:
        return []
    heard = np.stack([np.asarray(series.listens[name], float) for name in names])
    bar = SURE / (len(names) * len(days))
    high = {}
    for day in days:
        place = (day - series.first).days
        if FEWEST_DAYS <= place < heard.shape[1]:
            usual, p_value = above_usual(heard, place, names.index(0) if 0 in names else 0)
            count = heard[:, place]
            clear = (count >= LEAST_TIMES * usual) & (count - usual >= LEAST_MORE)
            for row in np.flatnonzero((p_value < bar) & clear):
                high[names[row], day] = (int(count[row]), round(usual[row]))
    found: list[Insight] = []
    for name in sorted(names, reverse=True):  # all of them last
        run: list[date] = []
        for day in days:
            if (name, day) in high:
                run.append(day)
            if run and (day == days[-1] or (day - run[-1]).days >= 2):  # a day in between does not end it
                if name or not any(one.until >= run[0] and one.day <= run[-1] for one in found if one.until):
                    peak = max(run, key=lambda one: high[name, one][0])
                    found.append(Insight("spike", peak, *high[name, peak], until=run[-1], track_id=name or None))
                run = []
    return found


def above_usual(heard: Floats, place: int, whole: int) -> tuple[Floats, Floats]:
    """What is usual on a day in each series, shape (series,), and how likely as much as was heard is by chance.

    Args:
        heard: shape (series, days).
        place: of the day; only days before it are learned from.
        whole: the series of all, whose rhythm is everyone's: a track's own weeks are too few to tell.
    """
    rhythm = _rhythm(heard[whole, max(0, place - RHYTHM) : place])
    before = heard[:, max(0, place - USUAL) : place]
    n = before.shape[1]
    share = rhythm[(np.arange(-n, 0)) % 7]
    level = np.median(before / share, axis=1)
    expected = level[:, None] * share
    off = _spread_out(before) - _spread_out(expected)
    spread = (1.4826 * np.median(np.abs(off), axis=1)) ** 2
    usual = level * rhythm[0]
    error = np.maximum(spread, 1) * (1 + np.pi / 2 / n)
    z = (_spread_out(heard[:, place]) - _spread_out(usual)) / np.sqrt(error)
    return usual, student.sf(z, DEGREES)


def milestones(weeks: Sequence[Week], start: date) -> list[Insight]:
    """Round numbers passed since ``start``: of all listens so far, and of listeners in one week."""
    found = []
    total = most = 0
    for number, week in enumerate(weeks):
        new, old = week.week >= start and number >= FEWEST_WEEKS, (total, most)
        total, most = total + week.listens, max(most, week.listeners)
        passed = (("listens", old[0], total, 1000), ("listeners", old[1], most, 100))
        for kind, before, after, least in passed:
            goal = round_below(after)
            if new and goal >= least and before < goal:
                found.append(Insight(kind, week.week, goal))  # type: ignore[arg-type]  # one of the kinds
    return found


def new_countries(
    weeks: Sequence[Week], countries: Mapping[str, tuple[date, int]], start: date, end: date
) -> list[Insight]:
    """Countries first told in these weeks, and clearly so; those of one week together, the largest first."""
    if not weeks:
        return []
    earliest = max(start, weeks[0].week + timedelta(weeks=FEWEST_WEEKS))
    by_week: dict[date, list[tuple[int, str]]] = {}
    for code, (week, people) in countries.items():
        if earliest <= week <= end and people >= CLEARLY:
            by_week.setdefault(week, []).append((people, code))
    return [
        Insight("country", week, max(one)[0], countries=tuple(code for _, code in sorted(one, reverse=True)))
        for week, one in by_week.items()
    ]


def round_below(count: int) -> int:
    """The largest of 1, 2, 5, 10, 20, 50 … that a count has reached.

    >>> [round_below(count) for count in (0, 7, 1999, 2000, 64_000)]
    [0, 5, 1000, 2000, 50000]
    """
    if count < 1:
        return 0
    size = 10 ** (len(str(count)) - 1)
    return size * max(first for first in (1, 2, 5) if first * size <= count)


def _spread_out(counts: Floats) -> Floats:
    """Counts so that Poisson's have a variance of 1, small ones too.

    Anscombe, "The transformation of Poisson, binomial and negative-binomial data", Biometrika 1948.
    """
    return 2 * np.sqrt(counts + 3 / 8)


def _rhythm(days: Floats) -> Floats:
    """The share of a week's usual day that each of the next seven days has, from whole weeks that end the day before.

    Drawn towards none, as each weekday has few: shape (7,), the first the next day's.
    """
    weeks = days[len(days) % 7 :].reshape(-1, 7)
    shares = np.median(weeks / np.maximum(np.median(weeks, axis=1, keepdims=True), 1), axis=0)
    return 1 + (shares - 1) * len(weeks) / (len(weeks) + STEADY)
