"""What moves a track's popularity from day to day, whoever listens: ripples, seasons, playlists, being new.

Each number hangs on the seed, the day and the track's id alone: no day is computed from the one before.
"""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from etl.synthetic.activity.charts import Charts
from etl.synthetic.activity.law import Law
from etl.synthetic.activity.world import Floats, fixed
from etl.tables import TOP_GENRES as GENRES

RIPPLES = 40  #: days after which a ripple is over
YEAR = 365.25


class Tides:
    """The tides of a catalogue; keeps the draws of days that several days share."""

    def __init__(self, seed: int, charts: Charts, law: Law) -> None:
        self._seed, self._charts, self._law = seed, charts, law
        self._drawn: dict[date, NDArray[np.float32]] = {}

    def heard(self, day: date) -> Floats:
        """By how much each track is heard more or less than usual on a day; 0 before its release."""
        law, new = self._law, self._age(day)
        listed = law.listed * self._listed(day) if law.playlists else 0.0
        there = 1 + listed + law.fresh * np.exp(-new / law.fresh_days)
        return np.where(new >= 0, self._swell(day) * there, 0.0)

    def posted(self, day: date) -> Floats:
        """The same of how often posts use it: fame and being new, and no playlist."""
        new = self._age(day)
        return np.where(new >= 0, self._swell(day) * (1 + self._law.posted_fresh * np.exp(-new / 12)), 0.0)

    def _age(self, day: date) -> Floats:
        """Days since the release; large for what was always there."""
        return np.asarray((np.datetime64(day, "D") - self._charts.released).astype(np.int64), np.float64)

    def _swell(self, day: date) -> Floats:
        """Ripples, and the season of the genre."""
        law, charts = self._law, self._charts
        swell = np.ones(len(charts.track_id))
        if law.season:
            turn = fixed(self._seed, 20, np.arange(len(GENRES))) + day.timetuple().tm_yday / YEAR
            swell *= (1 + law.season * np.sin(2 * np.pi * turn))[charts.genre]
        if law.ripple:
            left = sum(law.lasting**ago * self._lots(day - timedelta(days=ago)) for ago in range(RIPPLES))
            # A lot's variance is 1 / 12; of what is summed, the older, the less is left.
            swell *= np.exp(law.ripple * np.sqrt(12 * (1 - law.lasting**2)) * left)
        return swell

    def _listed(self, day: date) -> NDArray[np.bool_]:
        """Which tracks are on a playlist on a day."""
        law, found = self._law, np.zeros(len(self._charts.track_id), bool)
        for ago in range(law.listed_days):
            lots = (self._lots(day - timedelta(days=ago)) + np.float32(0.5)) * np.float32(64)
            found |= lots - np.floor(lots) < np.float32(law.playlists)
        return found

    def _lots(self, day: date) -> NDArray[np.float32]:
        """A number in [-.5, .5) for each track on a day."""
        if day not in self._drawn:
            if len(self._drawn) > 2 * RIPPLES:
                self._drawn.pop(min(self._drawn))
            lots = fixed(self._seed, 1_000_000 + day.toordinal(), self._charts.track_id.astype(np.int64))
            self._drawn[day] = (lots - 0.5).astype(np.float32)
        return self._drawn[day]
