"""A video as a line of a file in the pushshift shape, with the mess of real ones."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson
import zstandard

from etl.synthetic import chance
from etl.synthetic.demo import captions
from etl.synthetic.demo.covers import cover
from etl.synthetic.demo.sounds import Sound
from etl.synthetic.demo.videos import DAY_S, Creator, Videos


def write_posts(path: Path, lines: Iterable[bytes]) -> None:
    """Write a ``posts_<day>.ndjson.zst``."""
    path.write_bytes(zstandard.ZstdCompressor(level=9).compress(b"".join(lines)))


def as_post(
    seed: int, of: Videos, i: int, at: int, counts: tuple[int, ...], sound: Sound, creator: Creator
) -> dict[str, Any]:
    """A video as seen at a time with these plays, likes, comments and shares, in one of the spellings that occur."""
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
