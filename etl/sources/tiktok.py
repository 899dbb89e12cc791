"""TikTok posts in the pushshift shape: one nested JSON object a line.

The shape was read off programs that use such files; ``docs/sources.md`` describes it and the spellings that occur.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import IO, Any

import orjson

from etl.contracts import Reason, Refused, conform
from etl.sources.lines import lines
from etl.tables import POST

PARSER = "tiktok-1"


#: Every spelling of a flag that occurs; 1 and 0 are True and False to a dict.
FLAGS = {None: None, "": None, True: True, "true": True, "1": True, False: False, "false": False, "0": False}


def read_posts(file: IO[bytes], name: str, day: date) -> Iterator[tuple[int, bytes, tuple[Any, ...] | Refused]]:
    """Posts in the columns of ``etl.tables.POST``: line number, raw bytes, and the values or why they are refused.

    Args:
        file: plain, gzip, Zstandard or zip; empty lines do not count.
        name: what errors call it.
        day: of the drop; a post made more than a day after it cannot be in it.

    Raises:
        SourceTruncated, SourceMalformed: the file as a whole cannot be read.
    """
    # A drop of a day may have been written in the time zone furthest ahead of UTC.
    latest = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=2)
    for position, line in enumerate(lines(file, name), start=1):
        if line.strip():
            try:
                yield position, line, parse(line, latest)
            except Refused as refused:
                yield position, line, refused


def parse(line: bytes, latest: datetime) -> tuple[Any, ...]:
    """One post in the columns of ``etl.tables.POST``.

    Raises:
        Refused: the line is no JSON object, or a value is missing, of a wrong type or out of range.
    """
    post = decode(line)
    item, author, music = (_part(post, name) for name in ("itemInfos", "authorInfos", "musicInfos"))
    stats = post.get("authorStats") or {}
    video = item.get("video") or {}
    meta = video.get("videoMeta") or {} if isinstance(video, dict) else {}
    if not all(isinstance(part, dict) for part in (stats, video, meta)):
        raise Refused(Reason.WRONG_TYPE, "authorStats, video or videoMeta is no object")
    title = _text(music.get("musicName"), "musicInfos.musicName")
    created_at = _number(item.get("createTime"), "itemInfos.createTime")
    if created_at is not None and created_at > latest.timestamp():
        raise Refused(Reason.OUT_OF_RANGE, f"itemInfos.createTime is {created_at}, after the day of the drop")
    return conform(
        {
            "video_id": _id(item.get("id"), "itemInfos.id"),
            "video_url": _first(video.get("urls") or video.get("url"), "video.urls"),
            "caption": _text(item.get("text"), "itemInfos.text"),
            "video_covers": _texts(item.get("covers") or item.get("coversOrigin"), "itemInfos.covers"),
            "duration_s": _number(meta.get("duration", meta.get("Duration")), "videoMeta.duration"),
            "plays": _number(item.get("playCount"), "itemInfos.playCount"),
            "likes": _number(item.get("diggCount"), "itemInfos.diggCount"),
            "shares": _number(item.get("shareCount"), "itemInfos.shareCount"),
            "comments": _number(item.get("commentCount"), "itemInfos.commentCount"),
            "created_at": created_at,
            "sound_id": _id(music.get("musicId"), "musicInfos.musicId"),
            "letter": first_letter(title),
            "song_title": title,
            "artist_name": _text(music.get("authorName"), "musicInfos.authorName"),
            "music_url": _first(music.get("playUrl"), "musicInfos.playUrl"),
            "sound_covers": _texts(music.get("coversLarger") or music.get("covers"), "musicInfos.covers"),
            "original": _flag(music.get("original"), "musicInfos.original"),
            "creator_id": _id(author.get("userId"), "authorInfos.userId"),
            "handle": _text(author.get("uniqueId"), "authorInfos.uniqueId"),
            "creator_name": _text(author.get("nickName"), "authorInfos.nickName"),
            "verified": _flag(author.get("verified"), "authorInfos.verified"),
            "followers": _number(stats.get("followerCount"), "authorStats.followerCount"),
            "creator_likes": _number(stats.get("heartCount"), "authorStats.heartCount"),
        },
        POST,
    )


def decode(line: bytes) -> dict[str, Any]:
    """The JSON object of a line; a byte order mark before it is no part of it.

    Raises:
        Refused: it is no UTF-8, no JSON, or no object.
    """
    try:
        post = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        reason = Reason.NOT_UTF8 if "UTF-8" in str(error) or "surrogate" in str(error) else Reason.NOT_JSON
        raise Refused(reason, f"{error}") from None
    if not isinstance(post, dict):
        raise Refused(Reason.NOT_JSON, "the line is JSON, but no object")
    return post


def first_letter(title: str) -> str:
    """The partition of a sound: ``a`` … ``z`` by its first letter without accents, ``0-9``, or ``other``.

    >>> [first_letter(title) for title in ("Élan", "(I) do", "7 rings", "оригинал", "")]
    ['e', 'i', '0-9', 'other', 'other']
    """
    for letter in unicodedata.normalize("NFKD", title).casefold():
        if letter.isalnum():
            if letter.isdecimal():
                return "0-9"
            return letter if letter.isascii() else "other"
    return "other"


def _part(post: dict[str, Any], name: str) -> dict[str, Any]:
    part = post.get(name)
    if part is None:
        raise Refused(Reason.MISSING, f"{name} is missing")
    if not isinstance(part, dict):
        raise Refused(Reason.WRONG_TYPE, f"{name} is {part!r:.60}")
    return part


def _id(value: Any, name: str) -> str:
    """Ids have 19 digits, more than a float holds: text, or a whole number that JSON kept exact."""
    if value in (None, "", 0, "0"):
        raise Refused(Reason.MISSING, f"{name} is missing")
    if type(value) is int and value > 0:
        return str(value)
    if isinstance(value, str) and len(value) <= 32 and value.isascii() and value.isdecimal():
        return value
    raise Refused(Reason.WRONG_TYPE, f"{name} is {value!r:.60}")


def _text(value: Any, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(Reason.WRONG_TYPE, f"{name} is {value!r:.60}")
    return value.replace("\x00", "")  # Postgres has no text with NUL


def _texts(value: Any, name: str) -> list[str]:
    values = [value] if isinstance(value, str) else value or []
    if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
        raise Refused(Reason.WRONG_TYPE, f"{name} is {value!r:.60}")
    return [item.replace("\x00", "") for item in values if item]


def _first(value: Any, name: str) -> str | None:
    return next(iter(_texts(value, name)), None)


def _number(value: Any, name: str) -> float | None:
    if type(value) is int:
        return value
    if value in (None, ""):
        return None
    if isinstance(value, str) and len(value) < 20 and value.isascii() and value.removeprefix("-").isdecimal():
        return int(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else value  # a fraction passes where the column takes one
    raise Refused(Reason.WRONG_TYPE, f"{name} is {value!r:.60}")


def _flag(value: Any, name: str) -> bool | None:
    with suppress(KeyError, TypeError):
        return FLAGS[value.lower() if isinstance(value, str) else value]
    raise Refused(Reason.WRONG_TYPE, f"{name} is {value!r:.60}")
