"""Files of posts to measure reading with: real ones multiplied, or made ones.

Among them are lines of which we know what must become of them: bad in every way that quarantine knows, or good in a way
that is easily taken for bad.
"""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson

from etl.contracts import Reason, Refused
from etl.sources.tiktok import parse
from etl.synthetic.demo.world import world

Change = Callable[[bytes], bytes]

REAL, REAL_DAY = "tiktok/posts_2020-12.ndjson", date(2020, 12, 31)
MADE_DAY, MADE_SEED = date(2020, 12, 21), 1

IDS = re.compile(rb'("(?:id|userId|musicId)"\s*:\s*"?)\d+')
HUGE = "x" * (2 << 20)


def changed(**values: Any) -> Change:
    """A post with other values: ``itemInfos__id=7``; ``...`` takes a value away."""

    def change(line: bytes) -> bytes:
        post = orjson.loads(line)
        for path, value in values.items():
            *parents, name = path.split("__")
            part = post
            for parent in parents:
                part[parent] = part.get(parent) or {}
                part = part[parent]
            part[name] = value
            if value is ...:
                del part[name]
        return json.dumps(post, ensure_ascii=False).encode()

    return change


def written(token: bytes, *, path: str = "itemInfos__text") -> Change:
    """A post in which a value is written as these bytes."""
    return lambda line: changed(**{path: "@@"})(line).replace(b'"@@"', token)


def twice(part: str, name: str, first: Any, second: bytes) -> Change:
    """A post in which a key comes twice: then the second value counts."""
    change = changed(**{f"{part}__{name}": first})
    written = json.dumps({name: first})[1:-1].encode()
    return lambda line: change(line).replace(written, written + b', "%s": %s' % (name.encode(), second))


#: A name for each way in which a line is bad → the reason that it is refused for, and how a good line becomes it.
BAD: dict[str, tuple[Reason, Change]] = {
    "cut in the middle": (Reason.NOT_JSON, lambda line: line[: len(line) // 2]),
    "cut before its last brace": (Reason.NOT_JSON, lambda line: line[:-1]),
    "the second half only": (Reason.NOT_JSON, lambda line: line[len(line) // 2 :]),
    "html": (Reason.NOT_JSON, lambda line: b"<html><body>502 Bad Gateway</body></html>"),
    "two objects": (Reason.NOT_JSON, lambda line: line + line),
    "two objects with a space": (Reason.NOT_JSON, lambda line: line + b" " + line),
    "something after the object": (Reason.NOT_JSON, lambda line: line + b","),
    "a list of objects": (Reason.NOT_JSON, lambda line: b"[" + line + b"]"),
    "a text": (Reason.NOT_JSON, lambda line: orjson.dumps(line.decode())),
    "a number": (Reason.NOT_JSON, lambda line: b"7"),
    "null": (Reason.NOT_JSON, lambda line: b"null"),
    "a list that nests too deep": (Reason.NOT_JSON, lambda line: b"[" * 100_000),
    "single quotes": (Reason.NOT_JSON, lambda line: line.replace(b'"', b"'")),
    "a comma too many": (Reason.NOT_JSON, lambda line: line[:-1] + b",}"),
    "a NUL byte alone": (Reason.NOT_JSON, lambda line: b"\x00"),
    "a NUL byte after the object": (Reason.NOT_JSON, lambda line: line + b"\x00"),
    "a NUL byte in a text": (Reason.NOT_JSON, written(b'"\x00"')),
    "a NUL byte in a text that is not read": (Reason.NOT_JSON, written(b'"\x00"', path="other")),
    "a tab in a text": (Reason.NOT_JSON, written(b'"\t"')),
    "NaN": (Reason.NOT_JSON, written(b"NaN", path="itemInfos__playCount")),
    "NaN that is not read": (Reason.NOT_JSON, written(b"NaN", path="other")),
    "Infinity": (Reason.NOT_JSON, written(b"Infinity", path="itemInfos__diggCount")),
    "-Infinity that is not read": (Reason.NOT_JSON, written(b"-Infinity", path="musicInfos__other")),
    "a number beyond a double": (Reason.NOT_JSON, written(b"1e999", path="itemInfos__playCount")),
    "a leading zero": (Reason.NOT_JSON, written(b"007", path="itemInfos__playCount")),
    "huge and cut": (Reason.NOT_JSON, lambda line: changed(itemInfos__text=HUGE)(line)[:-9]),
    "bytes that are no text": (Reason.NOT_UTF8, written(b'"\xff\xfe"')),
    "bytes that are no text, not read": (Reason.NOT_UTF8, written(b'"\xff\xfe"', path="other")),
    "Latin-1": (Reason.NOT_UTF8, written('"né"'.encode("latin-1"), path="authorInfos__nickName")),
    "a surrogate as bytes": (Reason.NOT_UTF8, written(b'"\xed\xa0\x80"', path="authorInfos__other")),
    "half a surrogate pair": (Reason.NOT_UTF8, written(b'"\\ud83d"')),
    "half a surrogate pair, not read": (Reason.NOT_UTF8, written(b'"\\ud83d!"', path="itemInfos__other")),
    "the other half": (Reason.NOT_UTF8, written(b'"\\ude00"', path="musicInfos__musicName")),
    "no video": (Reason.MISSING, changed(itemInfos=...)),
    "no creator": (Reason.MISSING, changed(authorInfos=None)),
    "no sound": (Reason.MISSING, changed(musicInfos=...)),
    "an empty object": (Reason.MISSING, lambda line: b"{}"),
    "no video id": (Reason.MISSING, changed(itemInfos__id=...)),
    "sound id 0": (Reason.MISSING, changed(musicInfos__musicId="0")),
    "an empty creator id": (Reason.MISSING, changed(authorInfos__userId="")),
    "no time": (Reason.MISSING, changed(itemInfos__createTime=...)),
    "no time, said twice": (Reason.MISSING, twice("itemInfos", "createTime", "1606780800", b"null")),
    "a sound that is a list": (Reason.WRONG_TYPE, changed(musicInfos=[])),
    "a video that is a text": (Reason.WRONG_TYPE, changed(itemInfos__video="v.mp4")),
    "an id that was a float": (Reason.WRONG_TYPE, changed(itemInfos__id=6.9e18)),
    "an id beyond 64 bits": (Reason.WRONG_TYPE, changed(musicInfos__musicId=10**25)),
    "an id in words": (Reason.WRONG_TYPE, changed(authorInfos__userId="@ann")),
    "an id in other digits": (Reason.WRONG_TYPE, changed(itemInfos__id="６９")),
    "a second id that is none": (Reason.WRONG_TYPE, twice("musicInfos", "musicId", "68", b'"none"')),
    "a count in words": (Reason.WRONG_TYPE, changed(itemInfos__playCount="4.4k")),
    "a count that is an object": (Reason.WRONG_TYPE, changed(itemInfos__playCount={"total": 5})),
    "a count that is a flag": (Reason.WRONG_TYPE, changed(itemInfos__shareCount=True)),
    "half a like": (Reason.WRONG_TYPE, changed(itemInfos__diggCount=4.5)),
    "a flag nobody knows": (Reason.WRONG_TYPE, changed(musicInfos__original="maybe")),
    "a caption that is a number": (Reason.WRONG_TYPE, changed(itemInfos__text=5)),
    "covers that are numbers": (Reason.WRONG_TYPE, changed(itemInfos__covers=["https://pics/1", 2])),
    "a time in words": (Reason.WRONG_TYPE, changed(itemInfos__createTime="21 Dec 2020")),
    "a negative count": (Reason.OUT_OF_RANGE, changed(itemInfos__playCount=-1)),
    "a negative count as text": (Reason.OUT_OF_RANGE, changed(itemInfos__commentCount="-1")),
    "a count beyond 2^53": (Reason.OUT_OF_RANGE, changed(itemInfos__playCount=2**53 + 1)),
    "a count beyond 64 bits": (Reason.OUT_OF_RANGE, changed(itemInfos__playCount=10**30)),
    "a video of a year": (Reason.OUT_OF_RANGE, changed(itemInfos__video__videoMeta={"duration": 31_536_000})),
    "a time before 2014": (Reason.OUT_OF_RANGE, changed(itemInfos__createTime="1388534399")),
    "a time in milliseconds": (Reason.OUT_OF_RANGE, changed(itemInfos__createTime="1608508800000")),
    "a time after the drop": (Reason.OUT_OF_RANGE, changed(itemInfos__createTime=4_102_444_799)),
}

#: Ways in which a line is good, though it may not look so; none of them changes the ids.
ODD: dict[str, Change] = {
    "Windows line end": lambda line: line + b"\r",
    "byte order mark": lambda line: b"\xef\xbb\xbf" + line,
    "spaces around": lambda line: b"  " + line + b"\t ",
    "escaped characters": lambda line: json.dumps(orjson.loads(line)).encode(),
    "no spaces": lambda line: orjson.dumps(orjson.loads(line)),
    "a NUL escape": written(b'"a\\u0000b"'),
    "NaN in a text": written(b'"NaN, Infinity, null"'),
    "a caption of 2 MiB": changed(itemInfos__text=HUGE),
    "fields nobody knows": changed(other={"a": [1, {"b": None}]}, itemInfos__other=[1.5, "é"]),
    "the other spelling": changed(itemInfos__video={"url": "https://v/1", "videoMeta": {"Duration": 9}}),
    "no video object": changed(itemInfos__video=None),
    "no statistics": changed(authorStats=None),
    "statistics as an empty list": changed(authorStats=[]),
    "statistics as text": changed(authorStats={"followerCount": "50", "heartCount": 7e3}),
    "counts as text": changed(itemInfos__playCount="44800", itemInfos__diggCount=""),
    "counts as floats": changed(itemInfos__playCount=4.48e4, itemInfos__shareCount=0.0),
    "a time as a number": changed(itemInfos__createTime=1_606_780_800),
    "flags as text": changed(musicInfos__original="True", authorInfos__verified=0),
    "no texts": changed(itemInfos__text=None, musicInfos__musicName=..., authorInfos__nickName=None),
    "no covers": changed(itemInfos__covers=None, musicInfos__covers=...),
    "an empty cover": changed(itemInfos__covers=["", "https://pics/2"]),
    "a cover that is no list": changed(musicInfos__covers="https://pics/3"),
    "a key that comes twice": twice("itemInfos", "playCount", "many", b"5"),
}


@dataclass
class PostFile:
    """Lines of a file, and what must become of them; positions count from 1."""

    day: date
    lines: list[bytes] = field(default_factory=list)
    good: dict[int, str] = field(default_factory=dict)  #: position → its video's id
    bad: dict[int, tuple[str, Reason]] = field(default_factory=dict)  #: position → in which way, and the reason

    @property
    def content(self) -> bytes:
        """The bytes of the file; its last line has no newline."""
        return b"\n".join(self.lines)


def make(count: int, data: Path | None, spoilt: bool = True) -> PostFile:
    """A file of about ``count`` posts.

    Args:
        count: of plain posts; each has ids of its own.
        data: folder of real data; posts are made where it is None.
        spoilt: with every kind of ``BAD`` and ``ODD``, and empty lines, among them: as often as keeps the bad ones
            below 1 % of all, but each once at least.
    """
    file = PostFile(REAL_DAY if data else MADE_DAY)
    originals = _originals(data, file.day)
    kinds: list[str | None] = [*BAD, *ODD, None] * max(1, count // (110 * len(BAD))) if spoilt else []
    every = max(1, count // len(kinds)) if kinds else count
    for number in range(count):
        line = originals[number % len(originals)]
        if kinds and not number % every and number // every < len(kinds):
            _add_odd(file, kinds[number // every], line, count + number)
        _add(file, line, number)
    return file


def _add(file: PostFile, line: bytes, number: int, change: Change = bytes) -> None:
    """A post with ids of its own, of 19 digits."""
    video_id = 6_000_000_000_000_000_001 + number
    file.lines.append(change(IDS.sub(rb"\g<1>%d" % video_id, line)))
    file.good[len(file.lines)] = f"{video_id}"


def _add_odd(file: PostFile, kind: str | None, line: bytes, number: int) -> None:
    if kind is None:
        file.lines.append(b"")
    elif kind in ODD:
        _add(file, line, number, ODD[kind])
    else:
        reason, change = BAD[kind]
        file.lines.append(change(line))
        file.bad[len(file.lines)] = (kind, reason)


def _originals(data: Path | None, day: date) -> list[bytes]:
    """Posts that are good."""
    latest = datetime(day.year, day.month, day.day, tzinfo=UTC)
    good = []
    for line in (data / REAL).read_bytes().splitlines() if data else world(MADE_SEED, day).feed.lines(day):
        with suppress(Refused):
            parse(line, latest)
            good.append(line.strip())
    return good
