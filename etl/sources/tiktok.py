"""TikTok posts in the pushshift shape: one nested JSON object a line.

The shape was read off programs that use such files; ``docs/sources.md`` describes it and the spellings that occur.
What of it is read stands here once, in ``_Post``, ``_values`` and ``SOURCES``. Lines are read some hundreds at a time,
column by column; one in which anything is unusual is read again by itself (``parse``), which names what is wrong.
"""

import gc
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import IO, Any, Self

import msgspec
import orjson
import pyarrow as pa

from etl.contracts import Batch, Reason, Refused, conform, rows_of
from etl.sources.lines import blocks
from etl.sources.values import FIRST, FLAG, FLAGS, ID, LIST, NUMBER, TEXT, read_column
from etl.tables import POST, YEAR_2100

__all__ = ["FLAGS", "PARSER", "decode", "first_letter", "parse", "read_posts"]

PARSER = "tiktok-2"


Text = str | None
Texts = list[str] | None
Number = int | str | None
Flag = bool | str | None


class _Part(msgspec.Struct, gc=False):
    """What is read of an object, in the types that are common; of its other fields no more is asked than to be JSON.

    ``_decode`` takes no other types. What ``parse`` makes holds whatever the line does.
    """

    @classmethod
    def of(cls, part: dict[str, Any], **parts: Any) -> Self:
        """The part whose fields hold what an object does."""
        return cls(**{name: part[name] for name in cls.__struct_fields__ if name in part} | parts)


class _Meta(_Part):
    duration: int | float | msgspec.UnsetType | None = msgspec.UNSET
    Duration: int | float | None = None


class _Video(_Part):
    urls: Texts = None
    url: Texts = None
    videoMeta: _Meta | None = None


class _Item(_Part):
    id: Text = None
    text: Text = None
    createTime: Number = None
    covers: Texts = None
    coversOrigin: Texts = None
    video: _Video | None = None
    diggCount: Number = None
    shareCount: Number = None
    playCount: Number = None
    commentCount: Number = None


class _Author(_Part):
    userId: Text = None
    uniqueId: Text = None
    nickName: Text = None
    verified: Flag = None


class _Music(_Part):
    musicId: Text = None
    musicName: Text = None
    authorName: Text = None
    original: Flag = None
    playUrl: Texts = None
    covers: Texts = None
    coversLarger: Texts = None


class _Stats(_Part):
    followerCount: Number = None
    heartCount: Number = None


class _Post(_Part):
    itemInfos: _Item
    authorInfos: _Author
    musicInfos: _Music
    authorStats: _Stats | None = None


def _given(value: Any, other: Any) -> Any:
    """A value, or another where it says nothing; 0, false or {} is no list, and is not passed over."""
    return other if value in (None, "", []) else value


def _values(posts: Sequence[_Post]) -> dict[str, list[Any]]:
    """What posts say for each column of ``SOURCES``, not yet read."""
    items, authors, music = (
        [post.itemInfos for post in posts],
        [post.authorInfos for post in posts],
        [post.musicInfos for post in posts],
    )
    no_stats, no_video, no_meta = _Stats(), _Video(), _Meta()
    stats = [post.authorStats or no_stats for post in posts]
    videos = [item.video or no_video for item in items]
    metas = [video.videoMeta or no_meta for video in videos]
    return {
        "video_id": [item.id for item in items],
        "video_url": [video.urls or _given(video.urls, video.url) for video in videos],
        "caption": [item.text for item in items],
        "video_covers": [item.covers or _given(item.covers, item.coversOrigin) for item in items],
        "duration_s": [meta.Duration if meta.duration is msgspec.UNSET else meta.duration for meta in metas],
        "plays": [item.playCount for item in items],
        "likes": [item.diggCount for item in items],
        "shares": [item.shareCount for item in items],
        "comments": [item.commentCount for item in items],
        "created_at": [item.createTime for item in items],
        "sound_id": [sound.musicId for sound in music],
        "song_title": [sound.musicName for sound in music],
        "artist_name": [sound.authorName for sound in music],
        "music_url": [sound.playUrl for sound in music],
        "sound_covers": [sound.coversLarger or _given(sound.coversLarger, sound.covers) for sound in music],
        "original": [sound.original for sound in music],
        "creator_id": [author.userId for author in authors],
        "handle": [author.uniqueId for author in authors],
        "creator_name": [author.nickName for author in authors],
        "verified": [author.verified for author in authors],
        "followers": [one.followerCount for one in stats],
        "creator_likes": [one.heartCount for one in stats],
    }


#: How each column is read, and what errors call its value; ``letter`` is made of the title.
SOURCES = {
    "video_id": (ID, "itemInfos.id"),
    "video_url": (FIRST, "video.urls"),
    "caption": (TEXT, "itemInfos.text"),
    "video_covers": (LIST, "itemInfos.covers"),
    "duration_s": (NUMBER, "videoMeta.duration"),
    "plays": (NUMBER, "itemInfos.playCount"),
    "likes": (NUMBER, "itemInfos.diggCount"),
    "shares": (NUMBER, "itemInfos.shareCount"),
    "comments": (NUMBER, "itemInfos.commentCount"),
    "created_at": (NUMBER, "itemInfos.createTime"),
    "sound_id": (ID, "musicInfos.musicId"),
    "song_title": (TEXT, "musicInfos.musicName"),
    "artist_name": (TEXT, "musicInfos.authorName"),
    "music_url": (FIRST, "musicInfos.playUrl"),
    "sound_covers": (LIST, "musicInfos.covers"),
    "original": (FLAG, "musicInfos.original"),
    "creator_id": (ID, "authorInfos.userId"),
    "handle": (TEXT, "authorInfos.uniqueId"),
    "creator_name": (TEXT, "authorInfos.nickName"),
    "verified": (FLAG, "authorInfos.verified"),
    "followers": (NUMBER, "authorStats.followerCount"),
    "creator_likes": (NUMBER, "authorStats.heartCount"),
}


def read_posts(file: IO[bytes], name: str, day: date) -> Iterator[Batch]:
    """Posts in the columns of ``etl.tables.POST``, some hundreds at a time, in the order of their lines.

    Args:
        file: plain, gzip, Zstandard or zip; empty lines do not count.
        name: what errors call it.
        day: of the drop; a post made more than a day after it cannot be in it.

    Raises:
        SourceTruncated, SourceMalformed: the file as a whole cannot be read.
    """
    # A drop of a day may have been written in the time zone furthest ahead of UTC.
    latest = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=2)
    first = 1
    for lines, are_text in blocks(file, name):
        # Fields that are not read are not decoded either, which would have told bytes that are no text.
        with _no_collector():
            batch = _read_lines(lines, first, latest, _decode if are_text else _decode_text)
        yield batch
        first += len(lines)


def parse(line: bytes, latest: datetime) -> tuple[Any, ...]:
    """One post in the columns of ``etl.tables.POST``.

    Raises:
        Refused: the line is no JSON object, or a value is missing, of a wrong type or out of range.
    """
    post = decode(line)
    item, author, music = (_part(post, name) for name in ("itemInfos", "authorInfos", "musicInfos"))
    stats = _given(post.get("authorStats"), {})
    video = _given(item.get("video"), {})
    meta = _given(video.get("videoMeta"), {}) if isinstance(video, dict) else {}
    if not all(isinstance(part, dict) for part in (stats, video, meta)):
        raise Refused(Reason.WRONG_TYPE, "authorStats, video or videoMeta is no object")
    whole = _Item.of(item, video=_Video.of(video, videoMeta=_Meta.of(meta)))
    values = _values([_Post(whole, _Author.of(author), _Music.of(music), _Stats.of(stats))])

    def read(column: str) -> Any:
        kind, field = SOURCES[column]
        return kind.one(values[column][0], field)

    title, created_at = read("song_title"), read("created_at")
    if created_at is not None and created_at > latest.timestamp():
        raise Refused(Reason.OUT_OF_RANGE, f"itemInfos.createTime is {created_at}, after the day of the drop")
    return conform({column: read(column) for column in SOURCES} | {"letter": first_letter(title)}, POST)


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
    return next(filter(None, map(_letter, title)), "other")


@lru_cache(1 << 16)
def _letter(character: str) -> str | None:
    """The partition of what begins with a character; None if it is neither letter nor digit."""
    for letter in unicodedata.normalize("NFKD", character).casefold():
        if letter.isalnum():
            if letter.isdecimal():
                return "0-9"
            return letter if letter.isascii() else "other"
    return None


def _part(post: dict[str, Any], name: str) -> dict[str, Any]:
    part = post.get(name)
    if part is None:
        raise Refused(Reason.MISSING, f"{name} is missing")
    if not isinstance(part, dict):
        raise Refused(Reason.WRONG_TYPE, f"{name} is {part!r:.60}")
    return part


_decode = msgspec.json.Decoder(_Post).decode


def _decode_text(line: bytes) -> _Post:
    return _decode(line.decode())


@contextmanager
def _no_collector() -> Iterator[None]:
    """Without Python's search for cycles, a third of the time: what is decoded has none and soon is gone."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_lines(lines: list[bytes], first: int, latest: datetime, decode: Callable[[bytes], _Post]) -> Batch:
    """Read lines of which the first has the position ``first``."""
    posts, positions, unusual = [], [], []
    for position, line in enumerate(lines, first):
        try:
            posts.append(decode(line))
            positions.append(position)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            unusual.append(position)
    columns, wrong = _read_columns(_values(posts), latest)
    unusual += [positions[index] for index in wrong]
    rows, refused, begin = rows_of(POST, columns, positions), [], 0
    pieces = []
    for position in sorted(unusual):
        line = lines[position - first]
        end = bisect_left(positions, position)
        pieces.append(rows[begin:end])
        begin = end + (end in wrong)
        if line.strip():
            try:
                pieces.append(rows_of(POST, [[value] for value in parse(line, latest)], [position]))
            except Refused as error:
                # One without a trace: that would hold this frame, and with it all that was decoded.
                refused.append((position, line, Refused(error.reason, error.detail)))
    return Batch(pa.concat_tables([*pieces, rows[begin:]]), refused)


def _read_columns(values: dict[str, list[Any]], latest: datetime) -> tuple[list[pa.Array], set[int]]:
    """The columns of ``etl.tables.POST``, and the indexes of the rows that would be refused."""
    columns, refused = {}, set[int]()
    for column in POST.columns:
        if column.name in SOURCES:
            if column.name == "created_at":
                column = replace(column, high=min(YEAR_2100, latest.timestamp()))
            columns[column.name], wrong = read_column(*SOURCES[column.name], values[column.name], column)
            refused |= wrong
    columns["letter"] = pa.array([first_letter(title or "") for title in values["song_title"]], pa.string())
    return [columns[column.name] for column in POST.columns], refused
