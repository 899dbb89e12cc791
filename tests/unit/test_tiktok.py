"""One TikTok line at a time: both spellings, every reason code, and ids that keep their 19 digits."""

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.contracts import Reason, Refused
from etl.sources.tiktok import first_letter, parse, read_posts
from etl.tables import POST

DAY = date(2020, 12, 21)
LATEST = datetime(2020, 12, 23, tzinfo=UTC)
KEYS = [column.name for column in POST.columns]
Post = Callable[..., bytes]


def parsed(line: bytes) -> dict[str, Any]:
    return dict(zip(KEYS, parse(line, LATEST), strict=True))


def refusal(line: bytes) -> Refused:
    with pytest.raises(Refused) as refused:
        parse(line, LATEST)
    return refused.value


def test_a_post_fills_every_column(post: Post) -> None:
    assert parsed(post()) == {
        "video_id": "6900000000000000001",
        "video_url": "https://videos/1",
        "caption": "look at this",
        "video_covers": ["https://pics/v1.jpg"],
        "duration_s": 15,
        "plays": 100,
        "likes": 20,
        "shares": 3,
        "comments": 4,
        "created_at": 1608508800,
        "sound_id": "6800000000000000001",
        "letter": "b",
        "song_title": "Blue Train",
        "artist_name": "The Larks",
        "music_url": "https://sounds/1",
        "sound_covers": ["https://pics/s1.jpg"],
        "original": False,
        "creator_id": "6700000000000000001",
        "handle": "ann",
        "creator_name": "Ann",
        "verified": False,
        "followers": 50,
        "creator_likes": 70,
    }


@pytest.mark.parametrize(
    ("changes", "column", "value"),
    [
        ({"itemInfos.video.urls": ..., "itemInfos.video.url": "https://videos/2"}, "video_url", "https://videos/2"),
        ({"itemInfos.video.urls": ["", "https://videos/3"]}, "video_url", "https://videos/3"),
        ({"itemInfos.video.urls": []}, "video_url", None),
        ({"itemInfos.video": None}, "duration_s", None),
        ({"itemInfos.video.videoMeta": {"Duration": 9}}, "duration_s", 9),
        ({"itemInfos.video.videoMeta.duration": 14.5}, "duration_s", 14.5),
        ({"itemInfos.video.videoMeta.duration": 0}, "duration_s", 0),
        ({"itemInfos.createTime": 1608508800}, "created_at", 1608508800),
        ({"itemInfos.createTime": 1608508800.0}, "created_at", 1608508800),
        ({"itemInfos.covers": "https://pics/one.jpg"}, "video_covers", ["https://pics/one.jpg"]),
        ({"itemInfos.covers": ..., "itemInfos.coversOrigin": ["https://pics/o.jpg"]}, "video_covers", ["https://pics/o.jpg"]),
        ({"itemInfos.covers": None}, "video_covers", []),
        ({"itemInfos.playCount": "44800"}, "plays", 44800),
        ({"itemInfos.playCount": 4.48e4}, "plays", 44800),
        ({"itemInfos.playCount": ""}, "plays", None),
        ({"itemInfos.playCount": ...}, "plays", None),
        ({"itemInfos.text": None}, "caption", ""),
        ({"itemInfos.text": "nul \0 inside"}, "caption", "nul  inside"),
        ({"itemInfos.text": "tab\tnew\nline \\N \\. \u2028 👩‍👩‍👧"}, "caption", "tab\tnew\nline \\N \\. \u2028 👩‍👩‍👧"),
        ({"musicInfos.coversLarger": ..., "musicInfos.covers": ["https://pics/s.jpg"]}, "sound_covers", ["https://pics/s.jpg"]),
        ({"musicInfos.original": "true"}, "original", True),
        ({"musicInfos.original": "False"}, "original", False),
        ({"musicInfos.original": 1}, "original", True),
        ({"musicInfos.original": ...}, "original", None),
        ({"musicInfos.playUrl": "https://sounds/2"}, "music_url", "https://sounds/2"),
        ({"musicInfos.musicName": ""}, "letter", "other"),
        ({"authorInfos.verified": None}, "verified", None),
        ({"authorStats": None}, "followers", None),
        ({"authorStats.heartCount": 70}, "creator_likes", 70),
    ],
)  # fmt: skip
def test_every_spelling_that_occurs_is_read(post: Post, changes: dict, column: str, value: object) -> None:
    assert parsed(post(changes))[column] == value


@pytest.mark.parametrize("number", ["6907228749016714497", "6907228749016714499", "9007199254740993", "1"])
@pytest.mark.parametrize("spell", [str, int])
def test_an_id_never_loses_a_digit(post: Post, number: str, spell: Callable) -> None:
    """A float holds 15 to 17 digits: 9007199254740993 would become …992."""
    ids = {"itemInfos.id": spell(number), "musicInfos.musicId": spell(number), "authorInfos.userId": spell(number)}
    row = parsed(post(ids))
    assert (row["video_id"], row["sound_id"], row["creator_id"]) == (number, number, number)


ID = ("itemInfos.id", "musicInfos.musicId", "authorInfos.userId")


@pytest.mark.parametrize(
    ("reason", "changes", "detail"),
    [
        *((Reason.MISSING, {path: value}, f"{path} is missing") for path in ID for value in (..., None, "", 0, "0")),
        *((Reason.MISSING, {part: value}, f"{part} is missing")
          for part in ("itemInfos", "authorInfos", "musicInfos") for value in (..., None)),
        (Reason.MISSING, {"itemInfos.createTime": ...}, "created_at is missing"),
        *((Reason.WRONG_TYPE, {path: value}, f"{path} is {value!r}")
          for path in ID for value in (6.9e18, "69x", "６９", -1, True, ["1"], "1" * 33)),
        (Reason.WRONG_TYPE, {"musicInfos": ["no", "object"]}, "musicInfos is ['no', 'object']"),
        (Reason.WRONG_TYPE, {"itemInfos.video": "v.mp4"}, "authorStats, video or videoMeta is no object"),
        (Reason.WRONG_TYPE, {"itemInfos.video.videoMeta": [15]}, "authorStats, video or videoMeta is no object"),
        (Reason.WRONG_TYPE, {"authorStats": "many"}, "authorStats, video or videoMeta is no object"),
        (Reason.WRONG_TYPE, {"itemInfos.text": 5}, "itemInfos.text is 5"),
        (Reason.WRONG_TYPE, {"itemInfos.playCount": "4.4k"}, "itemInfos.playCount is '4.4k'"),
        (Reason.WRONG_TYPE, {"itemInfos.playCount": "--5"}, "itemInfos.playCount is '--5'"),
        (Reason.WRONG_TYPE, {"itemInfos.playCount": 4.5}, "plays is 4.5"),
        (Reason.WRONG_TYPE, {"itemInfos.playCount": True}, "itemInfos.playCount is True"),
        (Reason.WRONG_TYPE, {"itemInfos.covers": [1]}, "itemInfos.covers is [1]"),
        (Reason.WRONG_TYPE, {"itemInfos.createTime": "21 Dec 2020"}, "itemInfos.createTime is '21 Dec 2020'"),
        (Reason.WRONG_TYPE, {"musicInfos.original": "maybe"}, "musicInfos.original is 'maybe'"),
        (Reason.WRONG_TYPE, {"musicInfos.original": []}, "musicInfos.original is []"),
        (Reason.OUT_OF_RANGE, {"itemInfos.playCount": -1}, "plays is -1"),
        (Reason.OUT_OF_RANGE, {"itemInfos.playCount": "-1"}, "plays is -1"),
        (Reason.OUT_OF_RANGE, {"itemInfos.playCount": 2**53 + 1}, "plays is 9007199254740993"),
        (Reason.OUT_OF_RANGE, {"itemInfos.video.videoMeta.duration": 1e7}, "duration_s is 10000000"),
        (Reason.OUT_OF_RANGE, {"itemInfos.createTime": 1388534399}, "created_at is 1388534399"),
        *((Reason.OUT_OF_RANGE, {"itemInfos.createTime": time}, 
           f"itemInfos.createTime is {time}, after the day of the drop")
          for time in (1608681601, 1608508800000)),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_with_its_reason_and_its_place(
    post: Post, reason: Reason, changes: dict, detail: str
) -> None:
    refused = refusal(post(changes))
    assert (refused.reason, refused.detail) == (reason, detail)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"<html>", Reason.NOT_JSON),
        (b"[1, 2]", Reason.NOT_JSON),
        (b'"text"', Reason.NOT_JSON),
        (b"null", Reason.NOT_JSON),
        (b'{"itemInfos": NaN}', Reason.NOT_JSON),
        (b"[" * 100_000, Reason.NOT_JSON),
        (b"\0", Reason.NOT_JSON),
        (b'{"itemInfos": {"text": "\xff\xfe"}}', Reason.NOT_UTF8),
        (b'{"itemInfos": {"text": "half a smile: \\ud83d"}}', Reason.NOT_UTF8),
        (b"{}", Reason.MISSING),
    ],
)
def test_a_line_that_is_no_post_is_refused(line: bytes, reason: Reason) -> None:
    assert refusal(line).reason == reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
PLACES = [
    "itemInfos",
    "authorInfos",
    "musicInfos",
    "authorStats",
    "itemInfos.id",
    "itemInfos.text",
    "itemInfos.createTime",
    "itemInfos.covers",
    "itemInfos.video",
    "itemInfos.video.urls",
    "itemInfos.video.videoMeta",
    "itemInfos.video.videoMeta.duration",
    "itemInfos.playCount",
    "authorInfos.userId",
    "authorInfos.uniqueId",
    "authorInfos.verified",
    "musicInfos.musicId",
    "musicInfos.musicName",
    "musicInfos.original",
    "musicInfos.playUrl",
    "musicInfos.coversLarger",
    "authorStats.followerCount",
]


@given(place=st.sampled_from(PLACES), value=JSON)
def test_whatever_a_value_is_the_post_is_refused_or_fits_its_columns(post: Post, place: str, value: object) -> None:
    [(_, _, row)] = read_posts(io.BytesIO(post({place: value})), "posts", DAY)
    if not isinstance(row, Refused):
        arrays = [pa.array([value], kind) for value, kind in zip(row, POST.schema.types, strict=False)]
        assert "\\x00" not in str([array.to_pylist() for array in arrays])


def test_a_line_is_refused_wherever_it_is_cut(post: Post) -> None:
    line = post().strip()
    assert {refusal(line[:cut]).reason for cut in range(1, len(line))} == {Reason.NOT_JSON}


def test_a_post_of_the_next_day_may_be_in_a_drop_taken_in_a_time_zone_ahead(post: Post) -> None:
    assert parsed(post({"itemInfos.createTime": 1608681600}))["created_at"] == 1608681600


def test_positions_count_every_line_and_refused_lines_keep_their_bytes(post: Post) -> None:
    """A byte order mark, an empty line and Windows line ends are no reason to refuse anything."""
    good = post().replace(b"\n", b"\r\n")
    file = b"\xef\xbb\xbf" + good + b"\r\n" + b'{"cut": \r\n' + good.strip()
    rows = list(read_posts(io.BytesIO(file), "posts", DAY))
    assert [position for position, _, _ in rows] == [1, 3, 4]
    assert rows[1][1] == b'{"cut": \r'
    assert [isinstance(values, Refused) for _, _, values in rows] == [False, True, False]
    assert rows[0][2] == rows[2][2]


@pytest.mark.parametrize(
    ("title", "letter"),
    [
        ("Blue Train", "b"), ("Élan", "e"), ("ÅNGSTRÖM", "a"), ("(I) do", "i"), ("« Quoi »", "q"), ("7 rings", "0-9"),
        ("٣ أيام", "0-9"), ("①st", "0-9"), ("ｆｕｌｌ", "f"), ("ß", "s"), ("ﬁre", "f"), ("İstanbul", "i"),
        ("оригинал", "other"), ("原聲", "other"), ("الصوت", "other"), ("Æon", "other"), ("🔥🔥", "other"),
        ("🔥 fire", "f"), ("", "other"), (" \u200d", "other"),
    ],
)  # fmt: skip
def test_a_sound_lies_with_its_first_letter(title: str, letter: str) -> None:
    assert first_letter(title) == letter


def test_every_letter_has_a_partition() -> None:
    """Whatever character a title begins with: another letter would stop the load of a whole day."""
    letters = {first_letter(chr(code)) for code in range(0x110000) if not 0xD800 <= code < 0xE000}
    assert letters == {*"abcdefghijklmnopqrstuvwxyz", "0-9", "other"}


def test_all_of_a_thousand_real_posts_are_read(real_data: Path) -> None:
    with (real_data / "tiktok" / "posts_2020-12.ndjson").open("rb") as file:
        rows = list(read_posts(file, "posts", DAY))
    assert len(rows) == 1000
    assert [values for _, _, values in rows if isinstance(values, Refused)] == []
    for _, raw, values in rows:
        post = json.loads(raw)
        row = dict(zip(KEYS, values, strict=True))  # type: ignore[arg-type]
        assert row["video_id"] == post["itemInfos"]["id"]
        assert row["sound_id"] == post["musicInfos"]["musicId"]
        assert row["song_title"] == post["musicInfos"]["musicName"]
