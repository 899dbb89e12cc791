"""Invented TikTok posts, day by day.

A day's file depends on the seed and the day alone: videos of the weeks before come again with the counts that they have
by then. Every creator, caption and count is invented. How plays hang on followers, differ from video to video and are
liked follows 25,324 real videos of 888 creators (``overtone evaluate synthetic``).
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from etl.synthetic import chance
from etl.synthetic.activity import influencers
from etl.synthetic.activity.causes import Posts
from etl.synthetic.activity.influencers import Seen
from etl.synthetic.activity.listens import Days
from etl.synthetic.activity.pools import Pools
from etl.synthetic.activity.spikes import FADES
from etl.synthetic.activity.world import Floats, Ints, fixed, normal
from etl.synthetic.demo.archive import FIRST_NEW
from etl.synthetic.demo.pushshift import SPOILS, as_post
from etl.synthetic.demo.sounds import Sound, new_sounds, sounds
from etl.synthetic.demo.videos import CREATORS, DAY_S, Videos, counts, creators
from etl.tables import TOP_GENRES as GENRES

FRESH, TWICE = 2065, 40  #: lines of a day: new videos, new ones again
AGAIN = {1: 225, 2: 110, **dict.fromkeys(range(3, 15), 5)}  #: and of so many days ago
EPOCH = date(2020, 12, 19)  #: from when on all videos of a day are known; before it, the most played
EARLIER = 250  #: of a day
HISTORY = 28  #: days whose videos came in before
LENGTHS_S = (7, 9, 11, 13, 15, 15, 18, 22, 30, 58)

#: Plays of a video: exp(``LEVEL``) · followers ** ``BEND``, times what a creator and a video have of their own.
LEVEL, BEND = -1.47, 0.97
OF_VIDEO = 0.62  #: spread of its own; its tails are those of Student's t with four degrees of freedom
VIRAL, VIRAL_MORE = 0.026, 1.4  #: share of videos that go viral, and the mean of the logarithm of what they gain
OWN_GENRE = 0.65  #: share of videos that use music of the genre that their creator is at home in
BURSTS, BURST_DAYS, BURST = 0.004, 6.0, 12.0  #: sounds that come up a day, share; how long; how much


class Feed:
    """What is posted in a world of listeners; each day is fixed by the seed, the world's charts and the day."""

    def __init__(self, seed: int, clips: int, days: Days) -> None:
        self._seed, self._clips, self._days = seed, clips, days
        self.creators = creators(seed)
        self._by_activity = np.cumsum(_zipf(CREATORS))
        self._followers = np.array([one.followers for one in self.creators], float)
        self._level = np.array([one.level for one in self.creators])
        self._genre = np.array([one.genre for one in self.creators])
        self._kept: dict[date, Videos] = {}

    def pool(self, day: date) -> tuple[Sound, ...]:
        """The sounds that there are on a day, those that came up last at the end."""
        return _pool(self._seed, self._clips, day)

    def videos(self, day: date) -> Videos:
        """The videos first seen on a day; after the good ones, one for each way to spoil a line."""
        if day not in self._kept:
            if len(self._kept) > 2 * HISTORY:
                self._kept.pop(min(self._kept))
            self._kept[day] = self._made(day)
        return self._kept[day]

    def known(self, day: date) -> list[int]:
        """Those of them that anybody has collected."""
        if day >= EPOCH:
            return list(range(FRESH))
        return np.sort(np.argsort(-self.videos(day).plays[:FRESH], kind="stable")[:EARLIER]).tolist()

    def posts(self, day: date) -> Posts:
        """The videos of a day that use a track of the catalogue, known or not."""
        made, pool = self.videos(day), self.pool(day)
        track = self._days.charts.places(np.array([pool[i].track_id or -1 for i in made.sound[:FRESH]]))
        [there] = np.nonzero(track >= 0)
        who = [self.creators[i] for i in made.creator[there]]
        return Posts(
            made.video_id[there],
            track[there].astype(np.int32),
            np.array([one.country for one in who], np.int8),
            np.array([one.at_home for one in who]),
            made.plays[there].astype(float),
            made.fades_days[there],
        )

    def lines(self, day: date) -> list[bytes]:
        """The day's lines in the order in which the posts were seen; one line is bad for each way to be bad."""
        rng, midnight = chance(self._seed, "lines", day), _midnight(day)
        today, fresh = self.videos(day), self.known(day)
        seen = [(today, i) for i in [*fresh, *_some(rng, fresh, TWICE)]]
        for age, count in AGAIN.items():
            before = day - timedelta(days=age)
            seen += [(self.videos(before), i) for i in _some(rng, self.known(before), count)]
        times = [int(rng.integers(max(midnight, of.created[i] + 600), midnight + DAY_S)) for of, i in seen]
        in_order = sorted(range(len(seen)), key=times.__getitem__)
        made = [orjson.dumps(post) for post in self._as_seen([(*seen[i], times[i]) for i in in_order])]
        bad = self._as_seen([(today, i, midnight + DAY_S) for i in range(FRESH, len(today))])
        for spoil, post in zip(SPOILS, bad, strict=True):
            made.insert(int(rng.integers(50, len(made))), spoil(post))
        return [line + b"\n" for line in made]

    def history(self, last: date) -> Iterator[bytes]:
        """The known videos of the ``HISTORY`` days up to one, as they are seen at its end."""
        at = _midnight(last) + DAY_S - 1
        for ago in reversed(range(HISTORY)):
            day = last - timedelta(days=ago)
            known = [(self.videos(day), i, at) for i in self.known(day)]
            yield from (orjson.dumps(post) + b"\n" for post in self._as_seen(known))

    def influencers(self, day: date) -> pa.Table:
        """Who posted in the ``HISTORY`` days up to one, as those videos show them that are known at its end."""
        at, parts = _midnight(day) + DAY_S, []
        for ago in range(HISTORY):
            of, known = self.videos(day - timedelta(days=ago)), self.known(day - timedelta(days=ago))
            plays, likes, comments, shares = counts(self._seed, of, np.array(known), at)
            genre = np.array([GENRES.index(one.genre) for one in self.pool(of.day)])[of.sound[known]]
            parts.append((of.creator[known], genre, plays, likes, comments, shares))
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        every = np.concatenate([self.videos(day - timedelta(days=ago)).creator for ago in range(HISTORY)])
        posted = np.bincount(every, minlength=CREATORS)
        return influencers.seen(
            Seen(
                one.creator_id, one.handle, one.name, one.followers, one.country, one.at_home, HISTORY / 7,
                int(posted[place]), *(column[columns[0] == place] for column in columns[1:]),
            )
            for place, one in enumerate(self.creators)
        )  # fmt: skip

    def _made(self, day: date) -> Videos:
        rng = chance(self._seed, "videos", day)
        count = FRESH + len(SPOILS)
        creator = np.minimum(np.searchsorted(self._by_activity, rng.random(count), side="right"), CREATORS - 1)
        own = rng.random(count) < OWN_GENRE
        pools = self._pools(day)
        sound = pools.draw(
            np.where(own, self._genre[creator], len(GENRES)), rng.integers(2**64 - 1, size=count, dtype=np.uint64)
        )
        created = _midnight(day) + rng.integers(-DAY_S // 2, int(DAY_S * 0.98), count)
        viral = np.where(rng.random(count) < VIRAL, VIRAL_MORE * (1 + rng.standard_exponential(count)), 0.0)
        level = LEVEL + BEND * np.log(self._followers[creator]) + self._level[creator]
        level += OF_VIDEO * rng.standard_t(4, count) + viral
        return Videos(
            day=day,
            video_id=(created << 32) + rng.integers(1 << 32, size=count),  # the upper half of an id is its time
            created=created,
            sound=sound.astype(np.int64),
            creator=creator,
            plays=np.exp(np.clip(level, 0, 19)).astype(np.int64),
            fades_days=np.round(1.5 * np.exp(rng.normal(0, 0.5, count) + 0.3 * viral), 3),
            liked=np.round(rng.beta(4, 22, count), 4),
            duration_s=np.array(LENGTHS_S)[rng.integers(len(LENGTHS_S), size=count)],
        )

    def _pools(self, day: date) -> Pools:
        """Sounds by genre, and all of them: by how often each is used on a day."""
        pool = self.pool(day)
        law, days = self._days.law, self._days
        ids = np.array([int(one.sound_id) for one in pool])
        track = days.charts.places(np.array([one.track_id or -1 for one in pool]))
        tide = np.where(track >= 0, days.tides.posted(day)[track], 1.0)
        for spike in days.spikes(day):
            tide[track == spike.track] *= 1 + law.famous * FADES ** (day - spike.begins).days
        usual = _zipf(len(pool))[(fixed(self._seed, 40, ids) * len(pool)).astype(int)]
        weights = usual * tide * np.exp(law.trend * normal(fixed(self._seed, 41, ids))) * self._bursts(day, ids)
        genre = np.array([GENRES.index(one.genre) for one in pool])
        order = np.argsort(genre, kind="stable")
        sizes = np.append(np.bincount(genre, minlength=len(GENRES)), len(pool))
        items = np.concatenate([order, np.arange(len(pool))])
        return Pools.of(items, weights[items], sizes)

    def _bursts(self, day: date, ids: Ints) -> Floats:
        """By how much sounds are used more because others have used them: some come up each day, and fade."""
        found = np.ones(len(ids))
        for ago in range(4 * int(BURST_DAYS)):
            lots = fixed(self._seed, 2_000_000 + day.toordinal() - ago, ids)
            height = BURST * np.exp(normal(fixed(self._seed, 42 + day.toordinal() - ago, ids)))
            found += np.where(lots < BURSTS, height * np.exp(-ago / BURST_DAYS), 0.0)
        return found

    def _as_seen(self, seen: Sequence[tuple[Videos, int, int]]) -> Iterator[dict[str, Any]]:
        """Videos as each is seen at a time, in one of the spellings that occur; their counts only grow."""
        by_day: dict[int, Iterator[tuple[int, ...]]] = {}
        for of in {id(of): of for of, _, _ in seen}.values():
            those, times = (
                np.array(column) for column in zip(*((i, at) for one, i, at in seen if one is of), strict=True)
            )
            counted = counts(self._seed, of, those, times)
            by_day[id(of)] = iter(zip(*(column.tolist() for column in counted), strict=True))
        for of, i, at in seen:
            sound, creator = self.pool(of.day)[of.sound[i]], self.creators[of.creator[i]]
            yield as_post(self._seed, of, i, at, next(by_day[id(of)]), sound, creator)


@lru_cache(maxsize=64)
def _pool(seed: int, clips: int, day: date) -> tuple[Sound, ...]:
    late = (new_sounds(seed, clips, FIRST_NEW + timedelta(days=i)) for i in range((day - FIRST_NEW).days + 1))
    return (*sounds(seed, clips), *(sound for those in late for sound in those))


def _some(rng: np.random.Generator, places: list[int], count: int) -> list[int]:
    return rng.choice(places, min(count, len(places)), replace=False).tolist()


def _zipf(count: int) -> Floats:
    share = (np.arange(count) + 6.0) ** -0.9
    return share / share.sum()


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
