"""A day of invented TikTok posts in the pushshift shape, with the mess of real files.

A day's file depends on the seed and the day alone: videos of the two days before come again with the counts that they
have by then. Every creator, caption and count is invented.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import zstandard

from etl.synthetic import chance, names
from etl.synthetic.demo.covers import cover
from etl.synthetic.demo.sounds import SOUNDS, Sound, sounds

FRESH, TWICE, YESTERDAY, BEFORE = 2125, 40, 225, 110  #: lines of a day: new videos, new ones again, older ones again
CREATORS = 400
DAY_S = 86_400
WORDS = "pov wait for the end no one asked but here we go again day trying not to cry this sound is stuck in my head"
EMOJI = "😂 🔥 ✨ 💔 🎶 👩‍👩‍👧 🏳️‍🌈 👨🏽‍🍳 🫶 🥺 ‼️ 🇧🇷"
TAGS = [
    "fyp",
    "foryou",
    "parati",
    "viral",
    "lernenmittiktok",
    "музыка",
    "おすすめ",
    "kitchen",
    "slowed",
    "newmusic",
    "duet",
]
SIGNATURES = ["", "▪️▪️▪️", "invented person", "📍 Heronsby\nshe/they", "новые видео каждый день"]


@dataclass(frozen=True)
class Creator:
    """Who posts."""

    creator_id: str
    handle: str
    name: str
    signature: str
    followers: int


@dataclass(frozen=True)
class Video:
    """A video; ``plays`` is what it will have in the end, of whom the share ``liked`` will have liked it."""

    video_id: str
    created: int  #: seconds since 1970
    sound: Sound
    creator: Creator
    caption: str
    tags: list[str]
    duration_s: int
    plays: int
    liked: float


def write_posts(path: Path, seed: int, day: date, clips: int) -> None:
    """Write the day's ``posts_<day>.ndjson.zst``."""
    path.write_bytes(zstandard.ZstdCompressor(level=9).compress(b"".join(lines(seed, day, clips))))


def lines(seed: int, day: date, clips: int = 192) -> list[bytes]:
    """The day's 2,510 lines in the order in which the posts were seen; one line is bad for each way to be bad."""
    rng, midnight = chance(seed, "lines", day), _midnight(day)
    fresh = videos(seed, day, clips)
    seen = [*fresh[:FRESH], *_some(rng, fresh[:FRESH], TWICE)]
    for age, count in ((1, YESTERDAY), (2, BEFORE)):
        seen += _some(rng, videos(seed, day - timedelta(days=age), clips), count)
    times = [int(rng.integers(max(midnight, video.created + 600), midnight + DAY_S)) for video in seen]
    in_order = sorted(range(len(seen)), key=times.__getitem__)
    made = [orjson.dumps(_post(seen[i], times[i], rng)) for i in in_order]
    for spoil, video in zip(SPOILS, fresh[FRESH:], strict=True):
        made.insert(int(rng.integers(50, len(made))), spoil(_post(video, midnight + DAY_S, rng)))
    return [line + b"\n" for line in made]


@lru_cache(maxsize=8)
def videos(seed: int, day: date, clips: int = 192) -> list[Video]:
    """The videos first seen on a day; after the ``FRESH`` good ones, one for each way to spoil a line."""
    rng, count = chance(seed, "videos", day), FRESH + len(SPOILS)
    pool, people = sounds(seed, clips), creators(seed)
    used, posted = rng.choice(SOUNDS, count, p=_zipf(SOUNDS)), rng.choice(CREATORS, count, p=_zipf(CREATORS))
    created = _midnight(day) + rng.integers(-DAY_S // 2, int(DAY_S * 0.98), count)
    made = []
    for when, sound, person in zip(created.tolist(), used, posted, strict=True):
        tags = [TAGS[i] for i in rng.choice(len(TAGS), rng.integers(5), replace=False)]
        words = [names.one(rng, WORDS) for _ in range(rng.integers(9))]
        emoji = [names.one(rng, EMOJI) for _ in range(rng.integers(3))]
        caption = " ".join(words + emoji + [f"#{tag}" for tag in tags])
        plays = int(min(people[person].followers, 3_000_000) ** 0.6 * rng.lognormal(3, 1.3))
        number = str((when << 32) + int(rng.integers(1 << 32)))  # the upper half of a video's id is its time
        length, liked = int(rng.choice([7, 15, 15, 30, 59])), float(rng.beta(2, 14))
        made.append(Video(number, when, pool[sound], people[person], caption, tags, length, plays, liked))
    return made


@lru_cache(maxsize=2)
def creators(seed: int) -> list[Creator]:
    """Who posts, the busiest first."""
    rng = chance(seed, "creators")
    return [
        Creator(
            str(6_600_000_000_000_000_000 + i * 10**14 + int(rng.integers(10**14))),
            f"{names.word(rng)}{rng.choice(['.', '_', ''])}{rng.integers(1000)}",
            f"{names.word(rng).title()}{rng.choice(['', '', ' 🎧', ' ✨', '・ω・'])}",
            str(rng.choice(SIGNATURES)),
            int(rng.lognormal(9, 2)),
        )
        for i in range(CREATORS)
    ]


def _post(video: Video, at: int, rng: np.random.Generator) -> dict[str, Any]:
    """The video as seen at a time, in one of the spellings that occur; its counts only grow."""
    sound, creator = video.sound, video.creator
    plays = int(video.plays * (1 - np.exp((video.created - at) / (1.5 * DAY_S))))
    urls, duration = ("urls" if rng.random() < 0.7 else "url"), ("duration" if rng.random() < 0.7 else "Duration")
    hearts = creator.followers * 21
    followed = {"followerCount": creator.followers, "heartCount": hearts if rng.random() < 0.7 else str(hearts)}
    stats = {"authorStats": followed} if rng.random() < 0.6 else {}
    original = sound.original if rng.random() < 0.8 else str(sound.original).lower()
    signed = f"?x-expires={at + 2 * DAY_S}&x-signature={rng.bytes(9).hex()}%3D"

    def url(path: str) -> list[str]:
        return [f"https://example.invalid/{path}{signed}"]

    sleeve, avatar = [cover(sound.sound_id)], url(f"avatar/{creator.creator_id}.jpeg")
    return stats | {
        "itemInfos": {
            "id": video.video_id,
            "text": video.caption,
            "createTime": str(video.created),
            "authorId": creator.creator_id,
            "musicId": sound.sound_id,
            "covers": [cover(sound.sound_id, video.video_id)],
            "coversOrigin": url(f"obj/{video.video_id}_{video.created}"),
            "coversDynamic": url(f"obj/{video.video_id}.webp"),
            "video": {
                urls: url(f"video/{video.video_id}/"),
                "videoMeta": {"width": 576, "height": 1024, "ratio": 14, duration: video.duration_s},
            },
            "diggCount": int(plays * video.liked),
            "shareCount": int(plays * video.liked / 40),
            "playCount": plays,
            "commentCount": int(plays * video.liked / 25),
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
            "playUrl": url(f"music/{sound.sound_id}.mp3") if rng.random() < 0.995 else [],
            **dict.fromkeys(("covers", "coversMedium", "coversLarger"), sleeve),
        },
        "challengeInfoList": [
            {
                "challengeId": str(1000 + TAGS.index(tag)),
                "challengeName": tag,
                "text": "",
                "isCommerce": False,
                "covers": [],
            }
            for tag in video.tags
        ],
        "textExtra": [{"AwemeId": "", "HashtagName": tag, "Type": 1, "IsCommerce": False} for tag in video.tags],
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


def _some(rng: np.random.Generator, pool: list[Video], count: int) -> list[Video]:
    return [pool[i] for i in rng.choice(min(FRESH, len(pool)), count, replace=False)]


def _zipf(count: int) -> np.ndarray:
    share = (np.arange(count) + 6.0) ** -0.9
    return share / share.sum()


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
