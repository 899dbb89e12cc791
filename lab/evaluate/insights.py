"""How often an artist hears of news that is none, and how many of the songs that took off are told.

Nothing changes in two of the three worlds: made listens without their spikes, and counts drawn at random with a weekday
rhythm. In the third, made listens as they are, it is known which song took off when.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from etl.audience.insights import RHYTHM, Insight, Series, Week, insights
from etl.audience.people import BINS, noisy
from etl.synthetic.activity import Population, catalogue
from etl.synthetic.activity.law import CALM
from lab.figures import Figure, Goal, Report

SEED, LISTENERS, TRACKS = 1, 5_000, 992
KEY = bytes(32)  #: of the noise of people
LOOKED = 30  #: days that are looked at
PERIODS = 6  #: of so many days, in which spikes are looked for
END = date(2020, 12, 20)
ARTISTS = 300  #: of counts drawn at random
FOUND_BY = 8  #: days after a spike began by which it counts as found: it lasts as long


@dataclass
class Told:
    """What is published of an artist."""

    series: Series
    weeks: list[Week] = field(default_factory=list)
    countries: dict[str, tuple[date, int]] = field(default_factory=dict)

    def insights(self, end: date, looked: int = LOOKED) -> list[Insight]:
        """What they are told at the end of some days, without round numbers: these need no luck."""
        found = insights(self.series, self.weeks, self.countries, end - timedelta(days=looked - 1), end)
        return [one for one in found if one.kind in ("spike", "country")]


def run(data: Path | None) -> Report:
    """Count false alarms where nothing changes, and what is found where something does."""
    figures = []
    tracks = catalogue(SEED, TRACKS)
    calm = published(Population.of(SEED, LISTENERS, tracks, law=CALM), END, RHYTHM + LOOKED)
    for name, world in (("made_without_spikes", calm), ("drawn_at_random", random_world(SEED, ARTISTS))):
        alarms = np.array([len(one.insights(END)) for one in world.values()])
        twice = float((alarms > 1).mean())
        figures += [
            Figure(f"insights.{name}.false_alarms_mean", float(alarms.mean()), f"an artist in {LOOKED} days",
                   n=len(alarms), goal=Goal("value", at_most=0.2)),
            Figure(f"insights.{name}.artists_with_two", twice, "share of artists with more than one",
                   n=len(alarms), goal=Goal("value", at_most=0.01)),
        ]  # fmt: skip
    made = Population.of(SEED, LISTENERS, tracks)
    found, true, false = recall(made, END, PERIODS * LOOKED)
    figures += [
        Figure("insights.spikes_found", found / true, "of the songs that took off", n=true,
               goal=Goal("value", at_least=0.8)),
        Figure("insights.beside_spikes.false_alarms_mean", false / made.charts.artists / PERIODS,
               f"an artist in {LOOKED} days", n=made.charts.artists, goal=Goal("value", at_most=0.2)),
    ]  # fmt: skip
    return Report("How often insights are right", _ABOUT, figures)


def published(made: Population, end: date, days: int) -> dict[int, Told]:
    """What pages have of so many days of made listens, by artist; as sql/marts publishes it."""
    first = end - timedelta(days=days - 1)
    first += timedelta(days=-first.weekday() % 7)
    days = (end - first).days + 1
    charts = made.charts
    artists, artist = np.unique(charts.artist_id, return_inverse=True)
    told = {int(one): Told(Series(first, {})) for one in artists}
    of_week: list[tuple[NDArray, NDArray]] = []
    for place in range(days):
        plays = made.plays(first + timedelta(days=place))
        for offset, thing in ((0, artist[plays.track] * 0 + plays.track), (len(charts.track_id), artist[plays.track])):
            for key, count in zip(*np.unique(thing, return_counts=True), strict=True):
                whose = int(artists[key]) if offset else int(charts.artist_id[key])
                name = 0 if offset else int(charts.track_id[key])
                told[whose].series.listens.setdefault(name, np.zeros(days))[place] = count  # type: ignore[attr-defined]
        of_week.append((artist[plays.track], plays.listener))
        if len(of_week) == 7:
            _weeks(
                made, told, artists, first + timedelta(days=place - 6), *map(np.concatenate, zip(*of_week, strict=True))
            )
            of_week = []
    return {name: one for name, one in told.items() if one.weeks}


def random_world(seed: int, artists: int, days: int = RHYTHM + LOOKED) -> dict[int, Told]:
    """Artists of one to twelve tracks whose days are negative-binomial about a mean that has a weekday rhythm alone."""
    rng = np.random.default_rng(seed)
    first = END - timedelta(days=days - 1)
    world = {}
    for artist in range(artists):
        rhythm = np.exp(rng.normal(0, 0.15, 7))
        means = np.exp(rng.uniform(np.log(5), np.log(600), rng.integers(1, 13)))
        spread = rng.uniform(1.2, 4)  # variance over mean
        mean = means[:, None] * rhythm[[(first + timedelta(days=day)).weekday() for day in range(days)]]
        counts = rng.negative_binomial(mean / (spread - 1), 1 / spread)
        world[artist] = Told(Series(first, dict(enumerate([counts.sum(axis=0), *counts]))))
    return world


def recall(made: Population, end: date, days: int) -> tuple[int, int, int]:
    """How many spikes that began in the last so many days are told, how many there are, and what else is told."""
    world = published(made, end, RHYTHM + days)
    charts, begins = made.charts, end - timedelta(days=days - 1)
    true = [
        (int(charts.artist_id[one.track]), int(charts.track_id[one.track]), one.begins)
        for day in range(days - FOUND_BY + 1)
        for one in made.spikes(begins + timedelta(days=day))
        if one.begins == begins + timedelta(days=day)
    ]
    told = []
    for artist, one in world.items():
        for turn in range(days // LOOKED):
            until = end - timedelta(days=turn * LOOKED)
            told += [(artist, each) for each in one.insights(until)]

    def explains(spike: tuple[int, int, date], artist: int, one: Insight) -> bool:
        whose, track, begun = spike
        late = (one.day - begun).days
        return one.kind == "spike" and whose == artist and one.track_id in (track, None) and -1 <= late <= FOUND_BY

    found = sum(any(explains(spike, *one) for one in told) for spike in true)
    every = true + [
        (int(charts.artist_id[one.track]), int(charts.track_id[one.track]), one.begins) for one in made.spikes(begins)
    ]
    false = sum(not any(explains(spike, *one) for spike in every) for one in told)
    return found, len(true), false


def _weeks(
    made: Population, told: dict[int, Told], artists: NDArray, week: date, artist: NDArray, listener: NDArray
) -> None:
    """Add a week of each artist and their countries."""
    listens = np.bincount(artist, minlength=len(artists))
    pairs = np.unique(np.stack([artist, listener]), axis=1)
    listeners = np.bincount(pairs[0], minlength=len(artists))
    for place in np.flatnonzero(listeners):
        told[int(artists[place])].weeks.append(Week(week, int(listens[place]), int(listeners[place])))
    country = made.people.country[pairs[1]].astype(np.int64)
    keys, counts = np.unique(pairs[0] * 1000 + country, return_counts=True)
    cells = [(int(artists[key // 1000]), 0, str(key % 1000)) for key in keys]
    shown, people, _ = noisy(KEY, 1, week, cells, np.pad(counts[:, None], ((0, 0), (0, BINS))))
    for place in np.flatnonzero(shown):
        told[cells[place][0]].countries.setdefault(cells[place][2], (week, int(people[place])))


_ABOUT = f"""
What an artist is told of the last {LOOKED} days, from what pages have: days and weeks of songs, exact, and people by
country, with their noise. False alarms are counted where nothing changes: {LISTENERS:,} made listeners (seed {SEED})
and {TRACKS} tracks without the spikes, and {ARTISTS} artists of one to twelve tracks whose days are drawn from
negative-binomial distributions (variance 1.2 to 4 means) about a weekday rhythm. New countries count, round numbers do
not: those are no matter of chance. *Found* are, of the songs that the made activity lets take off over
{PERIODS * LOOKED} days, those that are told within the {FOUND_BY} days that a spike lasts.
"""
