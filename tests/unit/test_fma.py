"""FMA's two tables: three header rows, newlines in quotes, 163 genres to 16, and every way in which they are broken."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.contracts import Reason, Refused
from etl.errors import SourceMalformed, SourceTruncated
from etl.sources.fma import check, read_genres, read_tracks
from etl.tables import GENRE, TRACK

MESS = 'line one\r\nline two\n<p class="x">three, "four"</p>'
GENRES = {12: "Rock", 25: "Punk", 21: "Hip-Hop"}
Table = Callable[..., bytes]


def tracks(content: bytes) -> list[tuple[int, bytes, dict | Refused]]:
    rows = read_tracks(io.BytesIO(content), "tracks.csv", GENRES)
    return [(position, raw, _named(values, TRACK)) for position, raw, values in rows]


def genres(content: bytes) -> list[tuple[int, bytes, dict | Refused]]:
    rows = read_genres(io.BytesIO(content), "genres.csv")
    return [(position, raw, _named(values, GENRE)) for position, raw, values in rows]


def _named(values, table):  # type: ignore[no-untyped-def]
    if isinstance(values, Refused):
        return values
    return dict(zip((column.name for column in table.columns), values, strict=True))


def test_a_track_fills_every_column(tracks_csv: Table) -> None:
    [(position, _, track)] = tracks(tracks_csv({}))
    assert position == 4  # after three header rows
    assert track == {
        "track_id": 2,
        "title": "Blue Train",
        "artist_id": 1,
        "artist_name": "The Larks",
        "artist_location": None,
        "artist_website": None,
        "album_title": "First Light",
        "genre": "Rock",
        "genre_ids": [12, 25],
        "duration_s": 168,
        "listens": 1293,
        "license": "Attribution",
        "subset": "small",
        "created_at": 1227664092,  # 2008-11-26 01:48:12 UTC
    }


@pytest.mark.parametrize(
    ("changes", "column", "value"),
    [
        ({"track.genre_top": ""}, "genre", None),
        ({"track.genres": "[]", "track.genre_top": ""}, "genre_ids", []),
        ({"track.genres": ""}, "genre_ids", []),
        ({"track.listens": ""}, "listens", None),
        ({"track.duration": "168.0"}, "duration_s", 168),
        ({"track.date_created": ""}, "created_at", None),
        ({"track.title": ""}, "title", ""),
        ({"track.title": MESS}, "title", MESS),
        ({"track.title": "nul \0 inside"}, "title", "nul  inside"),
        ({"artist.name": "Ünïcode 原聲 \u2028"}, "artist_name", "Ünïcode 原聲 \u2028"),
    ],
)  # fmt: skip
def test_what_genuine_rows_hold_is_read(tracks_csv: Table, changes: dict, column: str, value: object) -> None:
    [(_, _, track)] = tracks(tracks_csv(changes))
    assert isinstance(track, dict)
    assert track[column] == value


@pytest.mark.parametrize(
    ("changes", "reason", "detail"),
    [
        ({"track.genre_top": "Polka"}, Reason.UNKNOWN_GENRE, "genre 'Polka' is not in genres.csv"),
        ({"track.genres": "[12, 999]"}, Reason.UNKNOWN_GENRE, "genre 999 is not in genres.csv"),
        ({"track.genres": "12"}, Reason.WRONG_TYPE, "track.genres is '12'"),
        ({"track.genres": "['Rock']"}, Reason.WRONG_TYPE, 'track.genres is "[\'Rock\']"'),
        ({"track.genres": "[true]"}, Reason.WRONG_TYPE, "track.genres is '[true]'"),
        ({"track.genres": "[" * 10**5}, Reason.WRONG_TYPE, "track.genres is '" + "[" * 59),
        ({"track_id": ""}, Reason.MISSING, "track_id is missing"),
        ({"track_id": "two"}, Reason.WRONG_TYPE, "track_id is 'two'"),
        ({"track_id": "0"}, Reason.OUT_OF_RANGE, "track_id is 0"),
        ({"track_id": "2147483648"}, Reason.OUT_OF_RANGE, "track_id is 2147483648"),
        ({"artist.id": ""}, Reason.MISSING, "artist_id is missing"),
        ({"track.listens": "-1"}, Reason.OUT_OF_RANGE, "listens is -1"),
        ({"track.listens": "1.5"}, Reason.WRONG_TYPE, "track.listens is '1.5'"),
        ({"track.duration": "nan"}, Reason.WRONG_TYPE, "track.duration is 'nan'"),
        ({"track.date_created": "26 Nov"}, Reason.WRONG_TYPE, "track.date_created is '26 Nov'"),
        ({"track.date_created": "1999-12-31 23:59:59"}, Reason.OUT_OF_RANGE, "created_at is 946684799"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_and_its_neighbours_are_read(
    tracks_csv: Table, changes: dict, reason: Reason, detail: str
) -> None:
    before, (position, raw, bad), after = tracks(tracks_csv({"track_id": "1"}, changes, {"track_id": "3"}))
    assert isinstance(bad, Refused)
    assert (position, bad.reason, bad.detail) == (5, reason, detail)
    assert raw == tracks_csv(changes).splitlines(keepends=True)[3]
    assert (before[2]["track_id"], after[2]["track_id"]) == (1, 3)  # type: ignore[index]


FIELDS = [
    "track_id",
    "artist.id",
    "artist.name",
    "track.date_created",
    "track.duration",
    "track.genre_top",
    "track.genres",
    "track.listens",
    "track.title",
]
FIELD = st.text(st.characters(exclude_categories=["Cs"])) | st.from_regex(
    r"[-+]?[0-9_.e]{1,12}|\[[0-9, ]*\]", fullmatch=True
)


@given(field=st.sampled_from(FIELDS), value=FIELD)
def test_whatever_a_field_holds_its_row_is_refused_or_fits_its_columns(
    tracks_csv: Table, field: str, value: str
) -> None:
    [(_, values), (_, after)] = [
        (position, values)
        for position, _, values in read_tracks(io.BytesIO(tracks_csv({field: value}, {})), "tracks.csv", GENRES)
    ]
    assert not isinstance(after, Refused)
    if not isinstance(values, Refused):
        arrays = [pa.array([value], kind) for value, kind in zip(values, TRACK.schema.types, strict=False)]
        assert "\\x00" not in str([array.to_pylist() for array in arrays])


@pytest.mark.parametrize(("row", "count"), [(b"7,too,few\n", 3), (b"7" + b"," * 20 + b"\n", 21)])
def test_a_row_of_another_width_is_refused(tracks_csv: Table, row: bytes, count: int) -> None:
    [_, (position, raw, bad), after] = tracks(tracks_csv({}) + row + tracks_csv({}).splitlines(keepends=True)[3])
    assert isinstance(bad, Refused)
    assert (position, raw, bad.reason) == (5, row, Reason.WRONG_COLUMN_COUNT)
    assert bad.detail == f"{count} fields, the header has 15"
    assert isinstance(after[2], dict)


def test_a_row_that_is_no_text_is_refused_and_keeps_its_bytes(tracks_csv: Table) -> None:
    latin = tracks_csv({"track.title": "CAFÉ"}).replace("É".encode(), b"\xc9")
    [(position, raw, bad)] = tracks(latin)
    assert isinstance(bad, Refused)
    assert (position, bad.reason) == (4, Reason.NOT_UTF8)
    assert b"CAF\xc9" in raw


def test_a_record_of_many_lines_is_known_by_its_first(tracks_csv: Table) -> None:
    rows = tracks(tracks_csv({"album.title": "one\ntwo\nthree"}, {"track_id": "3"}))
    assert [position for position, _, _ in rows] == [4, 7]
    assert rows[0][1].count(b"\n") == 3


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no mark", "byte order mark"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["Unix", "Windows"])
def test_line_ends_and_a_byte_order_mark_change_nothing(
    tracks_csv: Table, genres_csv: Table, mark: bytes, end: bytes
) -> None:
    def varied(content: bytes) -> bytes:
        return mark + content.replace(b"\n", end)

    assert [row[2] for row in tracks(varied(tracks_csv({})))] == [row[2] for row in tracks(tracks_csv({}))]
    assert [row[2] for row in genres(varied(genres_csv()))] == [row[2] for row in genres(genres_csv())]
    assert check(io.BytesIO(varied(tracks_csv({}))), "it") == "tracks"
    assert check(io.BytesIO(varied(genres_csv())), "it") == "genres"


def test_empty_lines_and_a_missing_last_newline_are_no_rows(tracks_csv: Table) -> None:
    assert len(tracks(tracks_csv({}) + b"\n\n" + tracks_csv({}).splitlines()[3])) == 2


def test_a_quote_within_an_unquoted_field_is_a_quote(tracks_csv: Table) -> None:
    [(_, _, track), _] = tracks(tracks_csv({"track.title": "SIZE"}, {}).replace(b"SIZE", b'12" mix'))
    assert isinstance(track, dict)
    assert track["title"] == '12" mix'


def test_a_track_that_comes_twice_is_read_twice(tracks_csv: Table) -> None:
    """Which of them counts is decided where they are merged."""
    titles = [track["title"] for _, _, track in tracks(tracks_csv({}, {"track.title": "Again"}))]  # type: ignore[index]
    assert titles == ["Blue Train", "Again"]


# Cut files


def test_a_table_that_is_cut_in_a_record_is_refused_with_its_line(tracks_csv: Table) -> None:
    whole = tracks_csv({}, {"track_id": "3", "track.title": 'a "long"\ntitle'})
    record = whole.index(b"\n3,") + 1
    last_field = whole.rindex(b",")  # a cut within the last field leaves all 15
    for cut in range(record + 1, last_field + 1):
        with pytest.raises(
            SourceTruncated, match=r"^tracks.csv line 5: the file ends at line [56] in the middle of the r"
        ):
            tracks(whole[:cut])
        with pytest.raises(SourceTruncated):
            check(io.BytesIO(whole[:cut]), "tracks.csv")


def test_a_table_that_is_cut_within_quotes_of_the_last_field_is_refused(tracks_csv: Table) -> None:
    whole = tracks_csv({"track.title": 'a "long"\ntitle'})
    quote = whole.index(b'"a ')
    for cut in range(quote + 1, len(whole) - 2):
        if whole[quote:cut].count(b'"') % 2 == 0:
            continue  # of two quotes that stand for one, the first may also end the field
        with pytest.raises(
            SourceTruncated, match=r"^tracks.csv line 4: the file ends at line [45] in the middle of th"
        ):
            tracks(whole[:cut])


def test_a_cut_between_records_or_in_the_last_field_cannot_be_seen(tracks_csv: Table) -> None:
    """Only the published checksum tells; ``overtone download`` compares it."""
    whole = tracks_csv({}, {"track_id": "3"})
    assert len(tracks(whole[: whole.index(b"\n3,") + 1])) == 1
    assert tracks(whole[:-4])[1][2]["title"] == "Blue Tr"  # type: ignore[index]


def test_a_table_that_is_cut_in_its_header_is_refused(tracks_csv: Table) -> None:
    whole = tracks_csv({})
    for cut in range(whole.index(b"\n2,")):
        with pytest.raises(SourceMalformed):
            check(io.BytesIO(whole[:cut]), "tracks.csv")
        with pytest.raises(SourceMalformed):
            tracks(whole[:cut])


def test_the_table_that_someone_uploaded_cut_is_refused_with_the_line(real_data: Path) -> None:
    content = (real_data / "fma" / "broken" / "tracks_cut_mid_field.csv").read_bytes()
    with pytest.raises(SourceTruncated) as error:
        check(io.BytesIO(content), "tracks.csv")
    assert str(error.value) == (
        "tracks.csv line 2107: the file ends at line 2109 in the middle of the record that begins here: it was cut. "
        "Download it again; its size and checksum are published with the FMA."
    )


# Wrong files


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"<html><body>404</body></html>", b"track_id,title\n2,Food\n", b"PK\x03\x04", b"\xff\xfe,\0t\0r\0",
     b"\xff\xfb\x90d" * 999],
    ids=["empty", "newline", "html", "another table", "zip", "UTF-16", "mp3"],
)  # fmt: skip
def test_a_file_that_is_neither_table_is_refused(content: bytes) -> None:
    with pytest.raises(SourceMalformed, match=r"^it line 1: it is the header of neither FMA's tracks.csv nor its genr"):
        check(io.BytesIO(content), "it")


def test_the_wrong_table_of_the_two_is_refused(tracks_csv: Table, genres_csv: Table) -> None:
    with pytest.raises(SourceMalformed, match=r"not the header of FMA's genres\.csv"):
        genres(tracks_csv({}))
    with pytest.raises(SourceMalformed, match=r"not the header of FMA's tracks\.csv"):
        tracks(genres_csv())


def test_a_column_that_is_missing_is_named(tracks_csv: Table) -> None:
    with pytest.raises(SourceMalformed, match=r"^tracks.csv lines 1 to 3: .* \(missing: track.genre_top\)"):
        tracks(tracks_csv({}).replace(b"genre_top", b"genre_bottom"))


@pytest.mark.parametrize("bad", [b"a\rb,c\n", b'"' + b"x" * (17 << 20) + b'"\n'], ids=["carriage return", "17 MiB"])
def test_what_is_no_csv_is_refused_with_the_line(tracks_csv: Table, bad: bytes) -> None:
    with pytest.raises(SourceMalformed, match=r"^tracks.csv line 5: it is no csv \("):
        check(io.BytesIO(tracks_csv({}) + bad), "tracks.csv")


# Genres


def test_a_genre_knows_its_parent_and_its_top(genres_csv: Table) -> None:
    assert [genre for _, _, genre in genres(genres_csv())] == [
        {"genre_id": 12, "title": "Rock", "parent_id": None, "top_genre_id": 12, "top_genre": "Rock"},
        {"genre_id": 25, "title": "Punk", "parent_id": 12, "top_genre_id": 12, "top_genre": "Rock"},
        {"genre_id": 21, "title": "Hip-Hop", "parent_id": None, "top_genre_id": 21, "top_genre": "Hip-Hop"},
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((25, 12, "Punk", 99), Reason.UNKNOWN_GENRE),
        ((25, 12, "Punk", ""), Reason.UNKNOWN_GENRE),
        ((25, 12, "", 12), Reason.MISSING),
        (("x", 12, "Punk", 12), Reason.WRONG_TYPE),
        ((-25, 12, "Punk", 12), Reason.OUT_OF_RANGE),
        ((25, 2**31, "Punk", 12), Reason.OUT_OF_RANGE),
    ],
)
def test_a_bad_genre_is_refused(genres_csv: Table, row: tuple, reason: Reason) -> None:
    [(_, _, good), (position, _, bad)] = genres(genres_csv((12, 0, "Rock", 12), row))
    assert isinstance(good, dict)
    assert isinstance(bad, Refused)
    assert (position, bad.reason) == (3, reason)


def test_a_genre_below_a_top_that_has_no_title_is_refused(genres_csv: Table) -> None:
    rows = genres(genres_csv((12, 0, "", 12), (25, 12, "Punk", 12)))
    assert [genre.reason for _, _, genre in rows if isinstance(genre, Refused)] == [Reason.UNKNOWN_GENRE] * 2


# The genuine tables


def test_the_genuine_163_genres_have_16_tops(real_data: Path) -> None:
    with (real_data / "fma" / "fma_metadata" / "genres.csv").open("rb") as file:
        rows = [_named(values, GENRE) for _, _, values in read_genres(file, "genres.csv")]
    assert len(rows) == 163
    tops = {row["genre_id"]: row["title"] for row in rows if row["parent_id"] is None}
    assert sorted(tops.values()) == [
        "Blues", "Classical", "Country", "Easy Listening", "Electronic", "Experimental", "Folk", "Hip-Hop",
        "Instrumental", "International", "Jazz", "Old-Time / Historic", "Pop", "Rock", "Soul-RnB", "Spoken",
    ]  # fmt: skip
    assert all(tops[row["top_genre_id"]] == row["top_genre"] for row in rows)


def test_the_genuine_tracks_are_all_read_as_pandas_reads_them(real_data: Path) -> None:
    folder = real_data / "fma" / "fma_metadata"
    with (folder / "genres.csv").open("rb") as file:
        known = {values[0]: values[1] for _, _, values in read_genres(file, "genres.csv")}  # type: ignore[index]
    with (folder / "tracks.csv").open("rb") as file:
        rows = [_named(values, TRACK) for _, _, values in read_tracks(file, "tracks.csv", known)]
    assert len(rows) == 682
    with (folder / "tracks.csv").open(encoding="utf-8", newline="") as text:
        top, sub, _, *theirs = csv.reader(text)
    title = list(zip(top, sub, strict=True)).index(("track", "title"))
    assert [(row["track_id"], row["title"]) for row in rows] == [(int(row[0]), row[title]) for row in theirs]
    assert {row["genre"] for row in rows} - set(known.values()) == {None}
