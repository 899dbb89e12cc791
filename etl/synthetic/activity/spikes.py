"""Songs that take off for some days because their artist is on everybody's lips: plays and posts come of it alike."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from etl.synthetic import chance
from etl.synthetic.activity.charts import Charts
from etl.synthetic.activity.world import SHARES, UNKNOWN, Floats, pick

DAYS = 8  #: that a spike lasts
FADES = 0.65  #: to this share of its height from day to day
HEIGHT = (3.0, 9.0)  #: how many times what its artist is played on other days comes on top, on the first day
LEAST = 0.004  #: of all plays; even an artist whom nobody plays may take off
ABROAD = 0.2  #: share of the plays of a spike in one country that comes from elsewhere


@dataclass(frozen=True)
class Spike:
    """A song that takes off; ``country`` is where, ``UNKNOWN``: everywhere."""

    begins: date
    track: int  #: place in the charts
    country: int
    height: float  #: share of all plays that it gains on the first day


def beginning(seed: int, day: date, charts: Charts, a_day: float) -> list[Spike]:
    """The spikes that begin on a day: so many for the square root of the number of artists."""
    rng = chance(seed, "spikes", day)
    there = np.sqrt(charts.expected) * (charts.released <= np.datetime64(day, "D"))
    made = []
    for _ in range(rng.poisson(a_day * charts.artists**0.5)):
        track = int(pick(there, rng.random()))
        country = int(pick(np.sqrt(SHARES), rng.random())) if rng.random() < 0.6 else UNKNOWN
        played = charts.expected[charts.artist_id == charts.artist_id[track]].sum()
        made.append(Spike(day, track, country, max(LEAST, min(0.05, rng.uniform(*HEIGHT) * played))))
    return made


def gains(spikes: list[Spike], day: date, in_country: Floats) -> tuple[NDArray[np.int32], Floats]:
    """The tracks that gain on a day, and for each country the running sums of their shares of its plays.

    Args:
        spikes: those that have begun by this day and may last.
        day: the day.
        in_country: share of all plays that each country has, the unknown one last.
    """
    shares = np.zeros((len(in_country), len(spikes)))
    for place, spike in enumerate(spikes):
        gain = spike.height * FADES ** (day - spike.begins).days
        shares[:, place] = gain if spike.country == UNKNOWN else ABROAD * gain
        if spike.country != UNKNOWN:
            shares[spike.country, place] += (1 - ABROAD) * gain / max(in_country[spike.country], gain)
    running = np.cumsum(shares, axis=1)
    return np.array([spike.track for spike in spikes], np.int32), np.minimum(running, 0.6)
