"""What a day's listeners play, when, and how much of it they hear: fixed by the population and the day.

Nobody hears two things at once: a listen ends before the listener's next one begins, on whatever day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl.synthetic import chance
from etl.synthetic.activity import spikes
from etl.synthetic.activity.charts import BY_HOME, FIRST_SCENE, HOME, SCENE, TOGETHER, Charts
from etl.synthetic.activity.listeners import Listeners
from etl.synthetic.activity.spikes import Spike
from etl.synthetic.activity.world import AHEAD_S, CODES, UNKNOWN, Floats, Ints, words

DAY_S = 86_400
A_DAY = 400_000 / 60 / 5_000  #: plays a listener and day, over the 60 days by which all have joined
#: Plays in one sitting: 64 lengths, each as likely as the others; half are of 4 or fewer.
LENGTHS = np.rint(np.exp(np.linspace(0.0, 2.95, 64))).astype(np.int64)
FAITHFUL = 0.7  #: share of plays that keep to the sitting's genre
PAUSE_S = 8  #: between two plays of a sitting, at most

#: How many sittings begin in each local hour, from midnight: on a working day, on Saturday and Sunday.
HOURS = (
    (9, 5, 3, 2, 2, 4, 12, 28, 36, 28, 24, 26, 32, 30, 28, 30, 36, 46, 50, 48, 46, 42, 32, 18),
    (20, 14, 9, 5, 3, 3, 4, 9, 17, 27, 36, 42, 44, 44, 44, 44, 46, 48, 48, 46, 46, 44, 38, 29),
)
WEEKDAYS = (0.96, 0.95, 0.97, 1.0, 1.07, 1.08, 0.97)  #: plays on each, from Monday

#: Running share of all listens that have ended, at which second; those who leave later leave at any point.
#: Source: P. Lamere, "The Skip", 2014: 24 % gone by 5 s, 35 % by 30 s.
GONE = np.array([0, 0.02, 0.07, 0.13, 0.19, 0.24, 0.274, 0.297, 0.315, 0.33, 0.342, 0.35])
GONE_S = np.array([0, 1, 2, 3, 4, 5, 7, 10, 14, 19, 25, 30.0])

SCHEMA = pa.schema(
    [
        ("listened_at", pa.timestamp("us", "UTC")),  # when it began, in whole seconds
        ("listener_id", pa.int64()),
        ("track_id", pa.int32()),
        ("country", pa.dictionary(pa.int8(), pa.string())),  # ISO 3166-1 alpha-3; null: not known
        ("heard_pct", pa.int16()),  # of the track, rounded down; 100: to its end
        ("synthetic", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class Plays:
    """A day's listens by time; listeners and tracks by their places."""

    second: Ints  #: of the day
    listener: Ints
    track: NDArray[np.int32]
    heard_s: NDArray[np.float32]  #: the track's whole duration where it was heard to the end


class Days:
    """Makes the days of a population; keeps what they share."""

    def __init__(self, seed: int, people: Listeners, charts: Charts, calm: bool = False) -> None:
        self._seed, self._people, self._charts, self._calm = seed, people, charts, calm
        self._activity = np.cumsum((people.activity * 2**20).astype(np.int64) + 1)
        self._ahead_s = AHEAD_S[people.country]
        self._at_home = ((1 + people.country.astype(np.int16)) * TOGETHER).astype(np.int16)
        self._in_scene = ((FIRST_SCENE + people.scene.astype(np.int16)) * TOGETHER).astype(np.int16)
        self._in_country = np.bincount(people.country, people.activity, UNKNOWN + 1) / people.activity.sum()
        self._starts = [_quantiles(np.array(hours, float)) for hours in HOURS]
        self._countries = pa.array(CODES)
        recent = [self._heard_by(people.full - timedelta(days=ago)) for ago in range(60)]
        self._recently = sum(recent) / len(recent)
        self._spikes: dict[date, list[Spike]] = {}

    def usual(self, day: date) -> int:
        """How many listens a day has: more on Fridays and Saturdays, more as the audience grows."""
        growth = self._heard_by(day) / self._recently
        luck = chance(self._seed, "volume", day).normal(1, 0.02)
        return max(1, round(A_DAY * len(self._people) * growth * WEEKDAYS[day.weekday()] * luck))

    def spikes(self, day: date) -> list[Spike]:
        """The songs that have taken off by a day, and are still at it."""
        if self._calm:
            return []
        begun = [day - timedelta(days=ago) for ago in range(spikes.DAYS)]
        for first in begun:
            if first not in self._spikes:
                self._spikes[first] = spikes.beginning(self._seed, first, self._charts)
        return [spike for first in begun for spike in self._spikes[first]]

    def table(self, day: date, how_many: int | None = None) -> pa.Table:
        """A day's listens as they are landed, by time."""
        plays = self.plays(day, how_many)
        people, charts = self._people, self._charts
        midnight = (day - date(1970, 1, 1)).days * DAY_S
        country = people.country[plays.listener]
        whole = charts.duration_s[plays.track]
        heard_pct = np.minimum(plays.heard_s * np.float32(100) / whole, 99.0).astype(np.int16)
        heard_pct[plays.heard_s >= whole] = 100
        columns = [
            pa.array((plays.second + midnight) * 1_000_000).cast(SCHEMA.field("listened_at").type),
            pa.array(plays.listener + 1),
            pa.array(charts.track_id[plays.track]),
            pa.DictionaryArray.from_arrays(pa.array(country, mask=country == UNKNOWN), self._countries),
            pa.array(heard_pct),
            pa.repeat(True, len(country)),
        ]
        return pa.table(columns, SCHEMA)

    def plays(self, day: date, how_many: int | None = None) -> Plays:
        """A day's listens as numbers.

        Raises:
            ValueError: more than 100 listens a listener.
        """
        wanted = self.usual(day) if how_many is None else how_many
        if wanted > 100 * len(self._people):
            raise ValueError(f"{wanted} listens in a day are too many for {len(self._people)} listeners")
        tries = (self._tried(day, wanted, attempt) for attempt in count())
        return next(plays for plays in tries if plays is not None)

    def _heard_by(self, day: date) -> float:
        return float(self._activity[self._people.by(day) - 1])

    def _tried(self, day: date, wanted: int, attempt: int) -> Plays | None:
        """So many listens; None when too many sittings were cut by the end of the day."""
        rng = chance(self._seed, "listens", day, attempt)
        sittings = int(wanted * (1.02 + 0.3 * attempt) / LENGTHS.mean() + 3 * wanted**0.5 / LENGTHS.mean() + 20)
        who, begins = self._sittings(rng, day, sittings)
        lots = words(rng, sittings)
        length = LENGTHS[(lots & np.uint64(63)).view(np.int64)]
        listener = np.repeat(who, length)
        lots_track, lots = words(rng, len(listener)), words(rng, len(listener))
        genre = np.repeat(self._genre(who, words(rng, sittings)), length)
        [strays] = np.nonzero(_byte(lots, 7) >= int(256 * FAITHFUL))
        genre[strays] = self._genre(listener[strays], words(rng, len(strays)))
        track = self._charts.pools.draw(self._pool(listener, genre, _byte(lots, 6)), lots_track)
        self._take_off(rng, day, listener, track)
        heard_s = self._heard(listener, track, lots.astype(np.uint32), _byte(lots, 5))
        lasts = np.ceil(heard_s).astype(np.int64) + 1 + (_byte(lots, 4) & np.uint8(PAUSE_S - 1))
        second = _times(who, begins, length, lasts)
        [kept] = np.nonzero(second + lasts <= DAY_S)
        if len(kept) < wanted:
            return None
        # What is too much goes from anywhere: at the end it would always be the same listeners'.
        cut = int(rng.integers(wanted + 1))
        kept = np.concatenate([kept[:cut], kept[cut + len(kept) - wanted :]])
        order = np.sort(second[kept] << 32 | kept)
        kept = order & (2**32 - 1)
        return Plays(order >> 32, listener[kept], track[kept], heard_s[kept])

    def _sittings(self, rng: np.random.Generator, day: date, sittings: int) -> tuple[Ints, Ints]:
        """Who sits down to listen and at which second of the day, by listener and second."""
        of = self._activity[: self._people.by(day)]
        who = np.searchsorted(of, np.sort(rng.integers(0, of[-1], sittings)), side="right")
        lots, starts = words(rng, sittings), self._starts[day.weekday() >= 5]
        at, between = (lots >> np.uint64(52)).view(np.int64), (lots & np.uint64(0xFFFF)).view(np.int64)
        local = starts[at] + ((starts[at + 1] - starts[at]) * between >> 16)
        order = np.sort(who << 17 | (local - self._ahead_s[who]) % DAY_S)
        return order >> 17, order & (2**17 - 1)

    def _genre(self, listener: Ints, lots: NDArray[np.uint64]) -> NDArray[np.int8]:
        edges = self._charts.taste[listener]
        return (edges <= (lots >> np.uint64(49)).astype(np.uint16)[:, None]).sum(axis=1, dtype=np.int8)

    def _pool(self, listener: Ints, genre: NDArray[np.int8], lot: NDArray[np.uint8]) -> NDArray[np.int16]:
        at_home, in_scene = int(256 * HOME), int(256 * (HOME + SCENE))
        kind = np.where(lot < at_home, self._at_home[listener], np.where(lot < in_scene, self._in_scene[listener], 0))
        return self._charts.pool[kind + genre]

    def _take_off(self, rng: np.random.Generator, day: date, listener: Ints, track: NDArray[np.int32]) -> None:
        """Let songs that take off take the place of others, as often as they gain."""
        if begun := self.spikes(day):
            tracks, running = spikes.gains(begun, day, self._in_country)
            lot, country = rng.random(len(listener), np.float32), self._people.country[listener]
            [hit] = np.nonzero(lot < running[:, -1].astype(np.float32)[country])
            track[hit] = tracks[(running[country[hit], :-1] <= lot[hit, None]).sum(axis=1)]

    def _heard(
        self, listener: Ints, track: NDArray[np.int32], lot: NDArray[np.uint32], more: NDArray[np.uint8]
    ) -> NDArray[np.float32]:
        """Seconds heard: one lot decides whether and where one leaves, by how likely this listener is to leave this."""
        charts, lots = self._charts, lot * np.float32(2**-32)
        leaving = charts.leaving[track] - charts.staying.ravel()[listener * TOGETHER + charts.genre[track]]
        leaving -= np.float32(BY_HOME) * (charts.home[track] == self._people.country[listener])
        leaving = np.clip(leaving, 0.3, 1.9)
        whole_s = charts.duration_s[track]
        heard_s, early = whole_s.copy(), leaving * np.float32(charts.left)

        [left] = np.nonzero(lots < early)
        level, whole = lots[left] / leaving[left], whole_s[left]
        begun = np.interp(level, GONE, GONE_S).astype(np.float32) * np.minimum(1, whole / np.float32(31))
        rest = np.maximum(0, (level - GONE[-1]) / (charts.left - GONE[-1])) * np.maximum(0, whole - GONE_S[-1])
        heard_s[left] = np.minimum(begun + rest, whole - np.float32(0.05))

        [dropped] = np.nonzero((lots >= early) & (lots - early < charts.drop[track] * (1 - early)))
        heard_s[dropped] = charts.drop_s[track[dropped]] + more[dropped] * np.float32(4 / 256)
        return heard_s


def _times(who: Ints, begins: Ints, length: Ints, lasts: Ints) -> Ints:
    """The second at which each play begins; a sitting waits for the end of the listener's one before."""
    ends = np.cumsum(lasts)
    last = np.cumsum(length) - 1
    gone = np.concatenate([[0], ends[last[:-1]]])  #: before each sitting, by everyone
    # On a clock that stops between sittings, a listener's sittings may not begin before the latest of those before;
    # listeners are set so far apart that none waits for another.
    apart = np.cumsum(np.concatenate([[0], np.diff(who) > 0])) * (ends[-1] + DAY_S)
    begins = np.maximum.accumulate(begins - gone + apart) - apart
    return np.repeat(begins, length) + ends - lasts


def _byte(lots: NDArray[np.uint64], number: int) -> NDArray[np.uint8]:
    """One of the eight bytes of each word, 0 the lowest."""
    return (lots >> np.uint64(8 * number)).astype(np.uint8)


def _quantiles(hours: Floats) -> Ints:
    """The seconds of the day by which 0, 1/4096, 2/4096 … of the sittings have begun."""
    running = np.concatenate([[0], np.cumsum(hours) / hours.sum()])
    return np.interp(np.linspace(0, 1, 4097), running, np.arange(len(running)) * 3600.0).astype(np.int64)
