"""What a day's listeners play, when, and how much of it they hear: fixed by the population and the day.

First come the listens that would be without any post, then those that posts bring: the first are the same in a world
without posts, so that it is known which listens would not have been. Nobody hears two things at once: a listen ends
before the listener's next one begins, on whatever day.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from itertools import count

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl.synthetic import chance
from etl.synthetic.activity import causes, spikes
from etl.synthetic.activity.causes import Brought, Posts
from etl.synthetic.activity.charts import BY_HOME, FIRST_SCENE, HOME, SCENE, Charts
from etl.synthetic.activity.law import LAW, Law
from etl.synthetic.activity.listeners import Listeners
from etl.synthetic.activity.pools import TOGETHER, Pools
from etl.synthetic.activity.spikes import Spike
from etl.synthetic.activity.tides import Tides
from etl.synthetic.activity.world import AHEAD_S, CODES, DEVICES, UNKNOWN, Floats, Ints, fixed, words

DAY_S = 86_400
A_DAY = 400_000 / 60 / 5_000  #: plays a listener and day, over the 60 days by which all have joined
#: Plays in one sitting: 64 lengths, each as likely as the others; half are of 4 or fewer.
LENGTHS = np.rint(np.exp(np.linspace(0.0, 2.95, 64))).astype(np.int64)
FAITHFUL = 0.7  #: share of plays that keep to the sitting's genre
PAUSE_S = 8  #: between two plays of a sitting, at most

#: How many sittings begin in each local hour of Saturday and Sunday, from midnight, on whatever device.
WEEKEND = (20, 14, 9, 5, 3, 3, 4, 9, 17, 27, 36, 42, 44, 44, 44, 44, 46, 48, 48, 46, 46, 44, 38, 29)
OTHER_DEVICE = 0.2  #: share of sittings on another device than the usual one
AGAIN = 0.02  #: chance that a play may be of the song before it; else another is looked for
TRIES = 3  #: how often
MOODS = 0.5  #: spread of how much one listens from week to week
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
    video_id: NDArray[np.int64]  #: of the video without which it would not have been; 0: of none

    def take(self, places: Ints) -> "Plays":
        """Some of them."""
        return Plays(*(getattr(self, field.name)[places] for field in fields(self)))


class Days:
    """Makes the days of a population; keeps what they share."""

    def __init__(self, seed: int, people: Listeners, charts: Charts, law: Law = LAW) -> None:
        self._seed, self._people, self.charts, self.law = seed, people, charts, law
        self._posts: Callable[[date], Posts] | None = None
        self.tides = Tides(seed, charts, law)
        self._usual = people.activity * 2**20
        self._ahead_s = AHEAD_S[people.country]
        self._at_home = ((1 + people.country.astype(np.int16)) * TOGETHER).astype(np.int16)
        self._in_scene = ((FIRST_SCENE + people.scene.astype(np.int16)) * TOGETHER).astype(np.int16)
        founders = people.founders()
        self._in_country = np.bincount(founders.country, founders.activity, UNKNOWN + 1) / founders.activity.sum()
        self._starts = np.stack([_quantiles(np.array(hours, float)) for _, hours, _ in DEVICES.values()])
        self._weekend = np.stack([_quantiles(np.array(WEEKEND, float))] * len(DEVICES))
        lengths = [np.maximum(1, np.rint(LENGTHS * longer)).astype(np.int64) for _, _, longer in DEVICES.values()]
        self._lengths = np.stack(lengths)
        self._length = float(
            sum(share * each.mean() for (share, _, _), each in zip(DEVICES.values(), lengths, strict=True))
        )
        self._countries = pa.array(CODES)
        self._founders = len(founders)
        recent = [self._heard_by(people.full - timedelta(days=ago)) for ago in range(60)]
        self._recently = sum(recent) / len(recent)
        self._spikes: dict[date, list[Spike]] = {}

    def bring(self, posts: Callable[[date], Posts]) -> None:
        """From now on, listens come of what is posted on a day."""
        self._posts = posts

    def usual(self, day: date) -> int:
        """How many listens a day has: more on Fridays and Saturdays, more as the audience grows."""
        growth = self._heard_by(day) / self._recently
        luck = chance(self._seed, "volume", day).normal(1, 0.02)
        return max(1, round(A_DAY * self._founders * growth * WEEKDAYS[day.weekday()] * luck))

    def spikes(self, day: date) -> list[Spike]:
        """The songs that have taken off by a day, and are still at it."""
        begun = [day - timedelta(days=ago) for ago in range(spikes.DAYS)]
        for first in begun:
            if first not in self._spikes:
                self._spikes[first] = spikes.beginning(self._seed, first, self.charts, self.law.spikes)
        return [spike for first in begun for spike in self._spikes[first]]

    def table(self, day: date, how_many: int | None = None) -> pa.Table:
        """A day's listens as they are landed, by time."""
        return self._table(day, self.plays(day, how_many))

    def _table(self, day: date, plays: Plays) -> pa.Table:
        people, charts = self._people, self.charts
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

    def with_truth(self, day: date) -> tuple[pa.Table, pa.Table]:
        """A day's listens as they are landed, and of those that a post brought: listened_at, listener_id, track_id,
        video_id."""
        plays = self.plays(day)
        [brought] = np.nonzero(plays.video_id)
        listens = self._table(day, plays)
        columns = listens.select(["listened_at", "listener_id", "track_id"]).take(brought)
        return listens, columns.append_column("video_id", pa.array(plays.video_id[brought]).cast(pa.string()))

    def plays(self, day: date, how_many: int | None = None) -> Plays:
        """A day's listens as numbers; with ``how_many``, of a world without posts.

        Raises:
            ValueError: more than 100 listens a listener.
        """
        wanted = self.usual(day) if how_many is None else how_many
        if wanted > 100 * len(self._people):
            raise ValueError(f"{wanted} listens in a day are too many for {len(self._people)} listeners")
        running, pools = self._running(day), self.charts.pools(self.tides.heard(day))
        tries = (self._tried(day, wanted, attempt, running, pools) for attempt in count())
        plays = next(plays for plays in tries if plays is not None)
        return self._with_brought(day, running, plays, self._posts) if self._posts and how_many is None else plays

    def _heard_by(self, day: date) -> float:
        """How much those listen who are there on a day, as a rule."""
        return float((self._people.activity * self._people.there(day)).sum())

    def _running(self, day: date) -> NDArray[np.int64]:
        """Running sums over the listeners of how much they listen on a day; nothing before they join and after."""
        week = np.arange(len(self._people), dtype=np.int64)
        mood = np.exp(MOODS * 3.46 * (fixed(self._seed, 3_000_000 + day.toordinal() // 7, week) - 0.5))
        weights = (self._usual * mood).astype(np.int64) + 1
        return np.cumsum(np.where(self._people.there(day), weights, 0))

    def _tried(self, day: date, wanted: int, attempt: int, running: NDArray[np.int64], pools: Pools) -> Plays | None:
        """So many listens; None when too many sittings were cut by the end of the day."""
        rng = chance(self._seed, "listens", day, attempt)
        sittings = int(wanted * (1.02 + 0.3 * attempt) / self._length + 3 * wanted**0.5 / self._length + 20)
        who, begins, device = self._sittings(rng, day, sittings, running)
        lots = words(rng, sittings)
        length = self._lengths[device, (lots & np.uint64(63)).view(np.int64)]
        listener = np.repeat(who, length)
        lots_track, lots = words(rng, len(listener)), words(rng, len(listener))
        genre = np.repeat(self._genre(who, words(rng, sittings)), length)
        [strays] = np.nonzero(_byte(lots, 7) >= int(256 * FAITHFUL))
        genre[strays] = self._genre(listener[strays], words(rng, len(strays)))
        pool = self._pool(listener, genre, _byte(lots, 6))
        track = pools.draw(pool, lots_track)
        self._take_off(rng, day, listener, track)
        self._not_again(rng, listener, track, pool, pools)
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
        return Plays(order >> 32, listener[kept], track[kept], heard_s[kept], np.zeros(len(kept), np.int64))

    def _not_again(
        self, rng: np.random.Generator, listener: Ints, track: NDArray[np.int32], pool: Ints, pools: Pools
    ) -> None:
        """Let another song follow where the same one would, most often: of the sitting's genre, at last of any."""
        for turn in range(TRIES):
            [same] = np.nonzero((track[1:] == track[:-1]) & (listener[1:] == listener[:-1]))
            same = same[rng.random(len(same)) >= AGAIN] + 1
            genre = pool[same] % TOGETHER if turn < TRIES - 1 else self._genre(listener[same], words(rng, len(same)))
            track[same] = pools.draw(pool[same] if turn == 0 else genre, words(rng, len(same)))

    def _with_brought(
        self, day: date, running: NDArray[np.int64], plays: Plays, posts: Callable[[date], Posts]
    ) -> Plays:
        """The day's listens with those that posts bring, where the listeners have time for them."""
        rng = chance(self._seed, "brought", day)
        brought = causes.brought(self._seed, day, posts, self._founders, self._in_country, self.law)
        who, kept = self._hears(rng, brought, running)
        once = np.sort(np.unique(who.astype(np.int64) << 32 | brought.track[kept], return_index=True)[1])
        who, kept = who[once], kept[once]  # of one song, once a day
        track, video_id = brought.track[kept], brought.video_id[kept]
        lots = words(rng, len(who))
        heard_s = self._heard(who, track, lots.astype(np.uint32), _byte(lots, 5))
        lasts = np.ceil(heard_s).astype(np.int64) + 1
        busy = np.sort(plays.listener << 17 | plays.second)
        order = np.argsort(plays.listener << 17 | plays.second, kind="stable")
        until = (plays.second + np.ceil(plays.heard_s).astype(np.int64) + 1)[order]
        second = np.full(len(who), -1)
        for _ in range(TRIES):
            [open_] = np.nonzero(second < 0)
            at = self._local(rng, day, self._people.device[who[open_]], who[open_])
            after = np.searchsorted(busy, who[open_] << 17 | at, side="right")
            before_ends = np.where(after > 0, until[after - 1], 0) * (_owner(busy, after - 1) == who[open_])
            next_begins = np.where(
                _owner(busy, after) == who[open_], busy[np.minimum(after, len(busy) - 1)] & (2**17 - 1), DAY_S
            )
            fits = (before_ends <= at) & (at + lasts[open_] <= next_begins)
            second[open_[fits]] = at[fits]
        [fits] = np.nonzero(second >= 0)
        fits = fits[np.lexsort([second[fits], who[fits]])]
        clash = (np.diff(who[fits]) == 0) & (second[fits][1:] < second[fits][:-1] + lasts[fits][:-1])
        fits = fits[np.concatenate([[True], ~clash])] if len(fits) else fits
        # Of three in a row the second may have gone, and the third with it: fewer, and none at once.
        every = [plays, Plays(second[fits], who[fits], track[fits], heard_s[fits], video_id[fits])]
        joined = Plays(*(np.concatenate([getattr(one, field.name) for one in every]) for field in fields(Plays)))
        return joined.take(np.argsort(joined.second, kind="stable"))

    def _hears(self, rng: np.random.Generator, brought: Brought, running: NDArray[np.int64]) -> tuple[Ints, Ints]:
        """Who hears what posts bring: of two people of its country the one who likes the genre more."""
        there = np.diff(running, prepend=0)
        order = np.argsort(self._people.country, kind="stable")
        weights = np.cumsum(there[order])
        ends = np.searchsorted(self._people.country[order], np.arange(UNKNOWN + 2))
        base, total = np.concatenate([[0], weights])[ends[:-1]], np.diff(np.concatenate([[0], weights])[ends])
        [kept] = np.nonzero(total[brought.country] > 0)
        country = brought.country[kept]
        lots = rng.random((2, len(kept)))
        two = order[np.searchsorted(weights, base[country] + (lots * total[country]).astype(np.int64), side="right")]
        taste = self._people.taste[two, self.charts.genre[brought.track[kept]]]
        return np.where(taste[1] > taste[0], two[1], two[0]), kept

    def _sittings(
        self, rng: np.random.Generator, day: date, sittings: int, running: NDArray[np.int64]
    ) -> tuple[Ints, Ints, Ints]:
        """Who sits down to listen, at which second of the day and on what, by listener and second."""
        who = np.searchsorted(running, np.sort(rng.integers(0, running[-1], sittings)), side="right")
        other = rng.random(sittings, np.float32) < OTHER_DEVICE
        device = np.where(other, rng.integers(len(DEVICES), size=sittings), self._people.device[who])
        begins = self._local(rng, day, device, who)
        order = np.argsort(who << 17 | begins, kind="stable")
        return who[order], begins[order], device[order]

    def _local(self, rng: np.random.Generator, day: date, device: Ints, who: Ints) -> Ints:
        """A second of the day for each of these people, by the clock where they are and the habits of a device."""
        starts, lots = self._weekend if day.weekday() >= 5 else self._starts, words(rng, len(who))
        at, between = (lots >> np.uint64(52)).view(np.int64), (lots & np.uint64(0xFFFF)).view(np.int64)
        local = starts[device, at] + ((starts[device, at + 1] - starts[device, at]) * between >> 16)
        return (local - self._ahead_s[who]) % DAY_S

    def _genre(self, listener: Ints, lots: NDArray[np.uint64]) -> NDArray[np.int8]:
        edges = self.charts.taste[listener]
        return (edges <= (lots >> np.uint64(49)).astype(np.uint16)[:, None]).sum(axis=1, dtype=np.int8)

    def _pool(self, listener: Ints, genre: NDArray[np.int8], lot: NDArray[np.uint8]) -> NDArray[np.int16]:
        at_home, in_scene = int(256 * HOME), int(256 * (HOME + SCENE))
        kind = np.where(lot < at_home, self._at_home[listener], np.where(lot < in_scene, self._in_scene[listener], 0))
        return (kind + genre).astype(np.int16)

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
        charts, lots = self.charts, lot * np.float32(2**-32)
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


def _owner(busy: Ints, place: Ints) -> Ints:
    """Whose the listen at a place is; -1 where there is none."""
    inside = (place >= 0) & (place < len(busy))
    return np.where(inside, busy[np.where(inside, place, 0)] >> 17, -1)


def _byte(lots: NDArray[np.uint64], number: int) -> NDArray[np.uint8]:
    """One of the eight bytes of each word, 0 the lowest."""
    return (lots >> np.uint64(8 * number)).astype(np.uint8)


def _quantiles(hours: Floats) -> Ints:
    """The seconds of the day by which 0, 1/4096, 2/4096 … of the sittings have begun."""
    running = np.concatenate([[0], np.cumsum(hours) / hours.sum()])
    return np.interp(np.linspace(0, 1, 4097), running, np.arange(len(running)) * 3600.0).astype(np.int64)
