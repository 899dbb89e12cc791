"""Invented TikTok posts, by day, in the pushshift shape and with the mess of real files.

A day's file depends on the seed and the day alone: videos of the weeks before come again with the counts that they have
by then. Every creator, caption and count is invented. How plays hang on followers, differ from video to video and are
liked follows 25,324 real videos of 888 creators (``overtone evaluate synthetic``).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import orjson
import pyarrow as pa
import zstandard
from numpy.typing import NDArray

from etl.synthetic import chance, names
from etl.synthetic.activity import influencers
from etl.synthetic.activity.causes import Posts, normal
from etl.synthetic.activity.charts import Pools
from etl.synthetic.activity.influencers import Seen
from etl.synthetic.activity.law import Law
from etl.synthetic.activity.listens import Days
from etl.synthetic.activity.world import APPEAL, CODES, SHARES, Floats, Ints, fixed, pick
from etl.synthetic.demo import captions
from etl.synthetic.demo.covers import cover
from etl.synthetic.demo.sounds import Sound, new_sounds, sounds
from etl.tables import TOP_GENRES as GENRES

FRESH, TWICE = 2065, 40  #: lines of a day: new videos, new ones again
AGAIN = {1: 225, 2: 110, **dict.fromkeys(range(3, 15), 5)}  #: and of so many days ago
EPOCH = date(
    2020, 12, 19
)  #: from when on all videos of a day are known; of a day before it, the ``EARLIER`` most played
EARLIER = 250
HISTORY = 28  #: days whose videos came in before
CREATORS = 400
DAY_S = 86_400
SIGNATURES = ["", "▪️▪️▪️", "invented person", "📍 Heronsby\nshe/they", "новые видео каждый день"]
LENGTHS_S = (7, 9, 11, 13, 15, 15, 18, 22, 30, 58)

#: Plays of a video: exp(``LEVEL``) · followers ** ``BEND``, times what a creator and a video have of their own.
LEVEL, BEND = -1.66, 0.986
OF_CREATOR, OF_VIDEO = 0.9, 0.72  #: spreads; a video's tails are those of Student's t with four degrees of freedom
VIRAL, VIRAL_MORE = 0.012, 1.4  #: share of videos that go viral, and the mean of the logarithm of what they gain
#: Comments and shares a like, and how widely they vary: the medians and spreads of the same
COMMENTS, COMMENTS_SPREAD, SHARED, SHARED_SPREAD = 0.0072, 0.9, 0.0037, 1.2
OWN_GENRE = 0.65  #: share of videos that use music of the genre that their creator is at home in
BURSTS, BURST_DAYS, BURST = 0.004, 6.0, 12.0  #: sounds that come up a day, share; how long; how much


@dataclass(frozen=True)
class Creator:
    """Who posts."""

    creator_id: str
    handle: str
    name: str
    language: str
    signature: str
    followers: int
    country: int  #: place in ``CODES``
    genre: int  #: place in ``GENRES``: the music that they use most
    at_home: float  #: share of who sees their videos that lives in their country
    level: float  #: logarithm of how many more plays they have than others of their size


@dataclass(frozen=True)
class Videos:
    """The videos first seen on a day: one element each."""

    day: date
    video_id: NDArray[np.int64]
    created: Ints  #: seconds since 1970
    sound: Ints  #: place in ``Feed.pool(day)``
    creator: Ints  #: place in ``creators``
    plays: Ints  #: in the end
    fades_days: Floats  #: by when all but 1 / e of them have come
    liked: Floats  #: share of the plays
    duration_s: Ints

    def __len__(self) -> int:
        return len(self.video_id)


class Feed:
    """What is posted in a world of listeners; each day is fixed by the seed, the world's charts and the day."""

    def __init__(self, seed: int, clips: int, days: Days) -> None:
        self._seed, self._clips, self._days = seed, clips, days
        self._law: Law = days.law
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
        track_id = np.array([pool[i].track_id or -1 for i in made.sound[:FRESH]])
        known = self._days.charts.track_id
        track = np.minimum(np.searchsorted(known, track_id), len(known) - 1)
        [there] = np.nonzero(known[track] == track_id)
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
            plays, likes, comments, shares = _counts(self._seed, of, np.array(known), at)
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
        known, law = self._days.charts.track_id, self._law
        ids = np.array([int(one.sound_id) for one in pool])
        track_id = np.array([one.track_id or -1 for one in pool])
        place = np.minimum(np.searchsorted(known, track_id), len(known) - 1)
        linked = known[place] == track_id
        tide = np.where(linked, self._days.tides.posted(day)[place], 1.0)
        for spike in self._days.spikes(day):
            tide[linked & (place == spike.track)] *= 1 + law.famous * 0.65 ** (day - spike.begins).days
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
        counts: dict[int, Iterator[tuple[int, ...]]] = {}
        for of in {id(of): of for of, _, _ in seen}.values():
            those, times = (
                np.array(column) for column in zip(*((i, at) for one, i, at in seen if one is of), strict=True)
            )
            counted = _counts(self._seed, of, those, times)
            counts[id(of)] = iter(zip(*(column.tolist() for column in counted), strict=True))
        for of, i, at in seen:
            sound, creator = self.pool(of.day)[of.sound[i]], self.creators[of.creator[i]]
            yield _post(self._seed, of, i, at, next(counts[id(of)]), sound, creator)


def _counts(seed: int, of: Videos, those: Ints, at: Ints | int) -> tuple[Ints, Ints, Ints, Ints]:
    """Plays, likes, comments and shares of some videos at a time, or each at its own."""
    age = (at - of.created[those]) / (of.fades_days[those] * DAY_S)
    plays = (of.plays[those] * (1 - np.exp(-np.maximum(age, 0)))).astype(np.int64)
    likes = (plays * of.liked[those]).astype(np.int64)
    talk, pass_on = (normal(fixed(seed, about, of.video_id[those])) for about in (50, 51))
    return (
        plays,
        likes,
        (likes * COMMENTS * np.exp(COMMENTS_SPREAD * talk)).astype(np.int64),
        (likes * SHARED * np.exp(SHARED_SPREAD * pass_on)).astype(np.int64),
    )


def write_posts(path: Path, lines: Iterable[bytes]) -> None:
    """Write a ``posts_<day>.ndjson.zst``."""
    path.write_bytes(zstandard.ZstdCompressor(level=9).compress(b"".join(lines)))


@lru_cache(maxsize=4)
def creators(seed: int) -> list[Creator]:
    """Who posts, the busiest first."""
    rng = chance(seed, "creators")
    return [_creator(rng, i) for i in range(CREATORS)]


def _creator(rng: np.random.Generator, i: int) -> Creator:
    creator_id = str(6_600_000_000_000_000_000 + i * 10**14 + int(rng.integers(10**14)))
    country = int(pick(SHARES, rng.random()))
    language = captions.language(rng, CODES[country])
    return Creator(
        creator_id=creator_id,
        handle=names.handle(rng, language),
        name=names.person(rng, language),
        language=language,
        signature=str(rng.choice(SIGNATURES)),
        followers=int(rng.lognormal(9, 2)),
        country=country,
        genre=int(pick(APPEAL, rng.random())),
        at_home=float(np.round(rng.beta(9, 6), 3)),
        level=float(np.round(OF_CREATOR * rng.standard_normal(), 6)),
    )


@lru_cache(maxsize=64)
def _pool(seed: int, clips: int, day: date) -> tuple[Sound, ...]:
    from etl.synthetic.demo.archive import FIRST_NEW

    late = (new_sounds(seed, clips, FIRST_NEW + timedelta(days=i)) for i in range((day - FIRST_NEW).days + 1))
    return (*sounds(seed, clips), *(sound for those in late for sound in those))


def _post(
    seed: int, of: Videos, i: int, at: int, counts: tuple[int, ...], sound: Sound, creator: Creator
) -> dict[str, Any]:
    video_id, created = str(of.video_id[i]), int(of.created[i])
    rng, looked = chance(seed, "video", video_id), chance(seed, "looked", video_id, at)
    plays, likes, comments, shares = counts
    tags = captions.tags(rng, creator.language)
    song = {"title": None, "artist": None} if sound.original else {"title": sound.title, "artist": sound.artist}
    caption = captions.caption(rng, creator.language, **song, tags=tags)
    urls, duration = ("urls" if looked.random() < 0.7 else "url"), ("duration" if looked.random() < 0.7 else "Duration")
    hearts = creator.followers * 21
    followed = {"followerCount": creator.followers, "heartCount": hearts if looked.random() < 0.7 else str(hearts)}
    stats = {"authorStats": followed} if looked.random() < 0.6 else {}
    original = sound.original if looked.random() < 0.8 else str(sound.original).lower()
    signed = f"?x-expires={at + 2 * DAY_S}&x-signature={looked.bytes(9).hex()}%3D"

    def url(path: str) -> list[str]:
        return [f"https://example.invalid/{path}{signed}"]

    sleeve, avatar = [cover(sound.sound_id)], url(f"avatar/{creator.creator_id}.jpeg")
    return stats | {
        "itemInfos": {
            "id": video_id,
            "text": caption,
            "createTime": str(created),
            "authorId": creator.creator_id,
            "musicId": sound.sound_id,
            "covers": [cover(sound.sound_id, video_id)],
            "coversOrigin": url(f"obj/{video_id}_{created}"),
            "coversDynamic": url(f"obj/{video_id}.webp"),
            "video": {
                urls: url(f"video/{video_id}/"),
                "videoMeta": {"width": 576, "height": 1024, "ratio": 14, duration: int(of.duration_s[i])},
            },
            "diggCount": likes,
            "shareCount": shares,
            "playCount": plays,
            "commentCount": comments,
            "isActivityItem": False,
            "warnInfo": [],
        },
        "authorInfos": {
            "userId": creator.creator_id,
            "secUid": f"sec_{creator.creator_id[-9:]}",
            "uniqueId": creator.handle,
            "nickName": creator.name,
            "signature": creator.signature,
            "verified": creator.followers > 300_000,
            **dict.fromkeys(("covers", "coversMedium", "coversLarger"), avatar),
        },
        "musicInfos": {
            "musicId": sound.sound_id,
            "musicName": sound.title,
            "authorName": sound.artist,
            "original": original,
            "playUrl": url(f"music/{sound.sound_id}.mp3") if looked.random() < 0.995 else [],
            **dict.fromkeys(("covers", "coversMedium", "coversLarger"), sleeve),
        },
        "challengeInfoList": [
            {
                "challengeId": str(crc32(tag.encode())),
                "challengeName": tag,
                "text": "",
                "isCommerce": False,
                "covers": [],
            }
            for tag in tags
        ],
        "textExtra": [{"AwemeId": "", "HashtagName": tag, "Type": 1, "IsCommerce": False} for tag in tags],
        "duetInfo": "0",
    }


def _changed(post: dict[str, Any], part: str, without: str = "", **values: object) -> bytes:
    return orjson.dumps(post | {part: {k: v for k, v in post[part].items() if k != without} | values})


#: Every way in which a line is bad here: ten lines in 2,510, well below the share that stops a load.
SPOILS: list[Callable[[dict[str, Any]], bytes]] = [
    lambda post: b"<html><body>502 Bad Gateway</body></html>",
    lambda post: orjson.dumps(post)[:700],
    lambda post: _changed(post, "musicInfos", without="musicId"),
    lambda post: _changed(post, "itemInfos", without="id"),
    lambda post: _changed(post, "itemInfos", playCount={"total": "many"}),
    lambda post: _changed(post, "itemInfos", diggCount=-1),
    lambda post: _changed(post, "itemInfos", text="@").replace(b'"@"', b'"nul \x00 byte"'),
    lambda post: _changed(post, "itemInfos", text="@").replace(b'"@"', b'"no UTF-8 \xff\xfe"'),
    lambda post: _changed(post, "itemInfos", createTime="4102444800"),  # the year 2100
    lambda post: _changed(post, "itemInfos", createTime="0"),
]


def _some(rng: np.random.Generator, places: list[int], count: int) -> list[int]:
    return rng.choice(places, min(count, len(places)), replace=False).tolist()


def _zipf(count: int) -> Floats:
    share = (np.arange(count) + 6.0) ** -0.9
    return share / share.sum()


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
