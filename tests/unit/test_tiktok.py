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

from etl.contracts import Reason, Refused, rows_of
from etl.sources import lines as module
from etl.sources.tiktok import first_letter, parse, read_posts
from etl.tables import POST
from lab.bench.posts import BAD, ODD

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


def read(content: bytes) -> tuple[pa.Table, list[tuple[int, bytes, Reason, str]]]:
    """A file as it is read many lines at a time."""
    batches = list(read_posts(io.BytesIO(content), "posts", DAY))
    refused = [(*place, why.reason, why.detail) for batch in batches for *place, why in batch.refused]
    return pa.concat_tables([rows_of(POST, [[]] * len(KEYS), []), *(batch.rows for batch in batches)]), refused


def one_by_one(content: bytes) -> tuple[pa.Table, list[tuple[int, bytes, Reason, str]]]:
    """The same file, each line parsed by itself."""
    rows, positions, refused = [], [], []
    for position, line in enumerate(content.split(b"\n"), start=1):
        if line.strip():
            try:
                rows.append(parse(line, LATEST))
                positions.append(position)
            except Refused as why:
                refused.append((position, line, why.reason, why.detail))
    return rows_of(POST, list(zip(*rows, strict=True)) or [[]] * len(KEYS), positions), refused


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
        *(({"itemInfos.covers": value}, "video_covers", []) for value in (None, "", [], [""])),
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
        *((Reason.WRONG_TYPE, {path: value}, f"{path.removeprefix('itemInfos.')} is {value!r}")
          for path in ("itemInfos.video.urls", "musicInfos.playUrl") for value in (0, False, {}, {"0": "x"})),
        *((Reason.WRONG_TYPE, {f"{part}Infos.{path}": value}, f"{part}Infos.covers is {value!r}")
          for part, path in (("item", "covers"), ("music", "coversLarger")) for value in (0, False, {}, {"0": "x"})),
        *((Reason.WRONG_TYPE, {path: value}, "authorStats, video or videoMeta is no object")
          for path in ("authorStats", "itemInfos.video", "itemInfos.video.videoMeta") for value in (0, False)),
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


CHANGES = st.dictionaries(st.sampled_from(PLACES), JSON, min_size=1, max_size=3)


@given(several=st.lists(CHANGES, min_size=1, max_size=4))
def test_lines_read_together_give_what_each_gives_by_itself(post: Post, several: list[dict]) -> None:
    """Whatever values are: a row that fits its columns, or the same reason and detail."""
    posts = [post({place: changes[place] for place in sorted(changes, reverse=True)}) for changes in several]
    content = post() + b"".join(posts) + post()
    rows, refused = read(content)
    expected, expected_refused = one_by_one(content)
    assert rows.equals(expected)
    assert refused == expected_refused
    assert len(rows) + len(refused) == len(several) + 2
    assert "\\x00" not in str(rows.to_pylist())


@given(data=st.data())
def test_bytes_changed_anywhere_in_a_line_change_no_verdict(post: Post, data: st.DataObject) -> None:
    """In fields that are not read, too."""
    line = post({"other": {"text": "é @", "list": [1.5, None, True]}}).strip().replace(b"@", b"\\ud83d\\ude00")
    at = data.draw(st.integers(0, len(line)))
    away = data.draw(st.integers(0, 3))
    token = data.draw(
        st.binary(max_size=3) | st.sampled_from([b'"', b"\\", b"\\ud83d", b"{", b"\xff", b"\n", b",", b"0"])
    )
    content = post() + line[:at] + token + line[at + away :] + b"\n" + post()
    rows, refused = read(content)
    expected, expected_refused = one_by_one(content)
    assert rows.equals(expected)
    assert refused == expected_refused


@pytest.mark.parametrize("kind", BAD)
def test_every_kind_of_bad_line_is_refused_and_its_neighbours_are_not(post: Post, kind: str) -> None:
    reason, change = BAD[kind]
    bad = change(post().strip())
    rows, refused = read(post() + bad + b"\n" + post())
    assert rows["position"].to_pylist() == [1, 3]
    assert [one[:3] for one in refused] == [(2, bad, reason)]


@pytest.mark.parametrize("kind", ODD)
def test_a_line_that_only_looks_bad_is_read_as_by_itself(post: Post, kind: str) -> None:
    content = post() + ODD[kind](post().strip()) + b"\n" + post()
    rows, refused = read(content)
    assert refused == []
    assert rows["position"].to_pylist() == [1, 2, 3]
    assert rows.equals(one_by_one(content)[0])


@pytest.mark.parametrize("chunk", [1000, 4096, 7919])
def test_no_row_is_lost_or_invented_wherever_a_chunk_ends(
    post: Post, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK", chunk)
    kinds = [kind for kind in [*BAD, *ODD] if "2 MiB" not in kind and "huge" not in kind]
    lines = []
    for number, kind in enumerate(kinds, start=1):
        good = post({"itemInfos.id": f"{number}"}).strip()
        lines += [good, BAD[kind][1](good) if kind in BAD else ODD[kind](good), b""]
    rows, refused = read(b"\n".join(lines))
    bad = [number for number, kind in enumerate(kinds) if kind in BAD]
    odd = [number for number, kind in enumerate(kinds) if kind in ODD]
    assert [one[:2] for one in refused] == [(3 * number + 2, lines[3 * number + 1]) for number in bad]
    expected = {3 * number + 1: f"{number + 1}" for number in range(len(kinds))}
    expected |= {3 * number + 2: f"{number + 1}" for number in odd}
    assert dict(zip(rows["position"].to_pylist(), rows["video_id"].to_pylist(), strict=True)) == expected
    assert rows["position"].to_pylist() == sorted(expected)


def test_a_number_too_great_for_a_double_in_a_field_that_is_not_read_is_no_reason_to_refuse(post: Post) -> None:
    """JSON has no greatest number; the line's own values are whole."""
    rows, refused = read(post({"other": "@@"}).replace(b'"@@"', b"1e999"))
    assert (len(rows), refused) == (1, [])


def test_all_of_a_thousand_real_posts_are_read_and_together_as_one_by_one(real_data: Path) -> None:
    content = (real_data / "tiktok/posts_2020-12.ndjson").read_bytes()
    rows, refused = read(content)
    assert refused == []
    assert rows.equals(one_by_one(content)[0])
    posts = [json.loads(line) for line in content.splitlines()]
    assert len(posts) == 1000
    assert rows["video_id"].to_pylist() == [post["itemInfos"]["id"] for post in posts]
    assert rows["sound_id"].to_pylist() == [post["musicInfos"]["musicId"] for post in posts]
    assert rows["song_title"].to_pylist() == [post["musicInfos"]["musicName"] for post in posts]


def test_a_line_is_refused_wherever_it_is_cut(post: Post) -> None:
    line = post().strip()
    assert {refusal(line[:cut]).reason for cut in range(1, len(line))} == {Reason.NOT_JSON}


def test_a_post_of_the_next_day_may_be_in_a_drop_taken_in_a_time_zone_ahead(post: Post) -> None:
    assert parsed(post({"itemInfos.createTime": 1608681600}))["created_at"] == 1608681600


def test_positions_count_every_line_and_refused_lines_keep_their_bytes(post: Post) -> None:
    """A byte order mark, an empty line and Windows line ends are no reason to refuse anything."""
    good = post().replace(b"\n", b"\r\n")
    file = b"\xef\xbb\xbf" + good + b"\r\n" + b'{"cut": \r\n' + good.strip()
    rows, refused = read(file)
    assert rows["position"].to_pylist() == [1, 4]
    assert [one[:2] for one in refused] == [(3, b'{"cut": \r')]
    assert rows.drop(["position"]).slice(0, 1).equals(rows.drop(["position"]).slice(1))


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
