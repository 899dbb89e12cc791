"""Files of listens: told by their columns, checked value by value, refused with a reason and a place."""

import gzip
import io
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from etl.contracts import Reason
from etl.countries import ALPHA3
from etl.errors import SourceMalformed, SourceTruncated
from etl.sources import listens

DAY = date(2020, 12, 21)
HEADER = b"listened_at,listener_id,track_id,country,heard_pct\n"
GOOD = b"2020-12-21T10:00:00Z,1,2,SE,100\n"


def read(data: bytes, kind: str = "listens") -> tuple[list[tuple], list[tuple]]:
    """Good rows and refused ones."""
    good, refused = [], []
    for part in listens.read(io.BytesIO(data), "file", kind, DAY):
        good += [tuple(row.values()) for row in part.good.to_pylist()]
        refused += [tuple(row.values()) for row in part.refused.to_pylist()]
    return good, refused


def test_a_listen_has_its_time_in_utc_and_its_country_in_three_letters() -> None:
    good, refused = read(HEADER + b"2020-12-21T10:00:00+01:00,7,2,se,55\n2020-12-21 23:59:59.5,7,2,ZZ,0\n\n")
    assert refused == []
    assert good == [
        (datetime(2020, 12, 21, 9, tzinfo=UTC), 7, 2, "SWE", 55, False, None, 2),
        (datetime(2020, 12, 21, 23, 59, 59, 500_000, tzinfo=UTC), 7, 2, None, 0, False, None, 3),
    ]


def test_how_far_a_listen_got_may_be_unknown() -> None:
    for data in (
        HEADER + b"2020-12-21T10:00:00Z,1,2,SE,\n",
        b"listened_at,listener_id,track_id\n2020-12-21T10:00:00Z,1,2\n",
    ):
        assert listens.check(io.BytesIO(data), "file") == "listens"
        good, refused = read(data)
        assert refused == []
        assert [row[4] for row in good] == [None]


@pytest.mark.parametrize(
    ("line", "reason", "detail"),
    [
        (b"2020-12-22T00:00:00Z,1,2,SE,5", Reason.OUT_OF_RANGE, "listened_at is '2020-12-22T00:00:00Z'"),
        (b"1999-12-22T00:00:00Z,1,2,SE,5", Reason.OUT_OF_RANGE, "listened_at is '1999-12-22T00:00:00Z'"),
        (b"2020-13-21T10:00:00Z,1,2,SE,5", Reason.WRONG_TYPE, "listened_at is '2020-13-21T10:00:00Z'"),
        (b"1608508800,1,2,SE,5", Reason.WRONG_TYPE, "listened_at is '1608508800'"),
        (b"2020-12-21T10:00:00Z,0,2,SE,5", Reason.OUT_OF_RANGE, "listener_id is '0'"),
        (b"2020-12-21T10:00:00Z,ann,2,SE,5", Reason.WRONG_TYPE, "listener_id is 'ann'"),
        (b"2020-12-21T10:00:00Z,1,,SE,5", Reason.MISSING, "track_id is missing"),
        (b"2020-12-21T10:00:00Z,1,2,QQ,5", Reason.UNKNOWN_COUNTRY, "country is 'QQ'"),
        (b"2020-12-21T10:00:00Z,1,2,SE,101", Reason.OUT_OF_RANGE, "heard_pct is '101'"),
        (b"2020-12-21T10:00:00Z,1,2,SE,-1", Reason.OUT_OF_RANGE, "heard_pct is '-1'"),
        (b"2020-12-21T10:00:00Z,1,2,SE,5.5", Reason.WRONG_TYPE, "heard_pct is '5.5'"),
        (b"2020-12-21T10:00:00Z,1,2,\xff,5", Reason.NOT_UTF8, "country is no text"),
        (b"2020-12-21T10:00:00Z,1,2,SE", Reason.WRONG_COLUMN_COUNT, "4 fields, 5 columns"),
    ],
)
def test_a_line_that_is_no_listen_is_refused(line: bytes, reason: Reason, detail: str) -> None:
    data = HEADER + GOOD + line + b"\n" + GOOD
    good, refused = read(data)
    assert refused == [(3, str(reason), detail)]
    assert [row[-1] for row in good] == [2, 4]
    assert listens.raw_rows(io.BytesIO(data), "file", [3]) == {3: line}


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress], ids=["plain", "gzip", "zstd"])
def test_a_csv_may_be_packed(pack) -> None:
    data = pack(HEADER + GOOD)
    assert listens.check(io.BytesIO(data), "file") == "listens"
    assert len(read(data)[0]) == 1


def test_parquet_gives_the_same_rows_as_csv() -> None:
    table = pa.table(
        {
            "heard_pct": pa.array([100, 200], pa.int64()),
            "listened_at": pa.array([1608544800 * 10**9 + 1, 1608544800 * 10**9], pa.timestamp("ns")),
            "listener_id": pa.array([1, 1], pa.int32()),
            "track_id": [2, 2],
            "country": pa.array(["SE", "SE"]).dictionary_encode(),
            "note": ["extra columns", "do not matter"],
        }
    )
    out = io.BytesIO()
    pq.write_table(table, out)
    assert listens.check(io.BytesIO(out.getvalue()), "file") == "listens"
    good, refused = read(out.getvalue())
    assert [row[:-1] for row in good] == [row[:-1] for row in read(HEADER + GOOD)[0]]
    assert refused == [(2, "out_of_range", "heard_pct is '200'")]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (b"listener_id,name,country\n", "listeners"),
        (b"since,listener_a,listener_b\n", "friendships"),
        (HEADER, "listens"),
    ],
)
def test_a_file_is_known_by_its_columns(header: bytes, kind: str) -> None:
    assert listens.check(io.BytesIO(header), "file") == kind


def test_what_is_no_file_of_listens_is_refused_at_the_door() -> None:
    with pytest.raises(SourceMalformed, match=r"x.csv: its columns are no file's of listens \(a, b\)"):
        listens.check(io.BytesIO(b"a,b\n1,2\n"), "x.csv")
    with pytest.raises(SourceTruncated):
        listens.check(io.BytesIO(gzip.compress(HEADER + GOOD * 99)[:-9]), "x.csv.gz")
    out = io.BytesIO()
    pq.write_table(pa.table({"a": [1]}), out)
    with pytest.raises(SourceMalformed, match="no whole Parquet file"):
        listens.check(io.BytesIO(out.getvalue()[:-4]), "x.parquet")


def test_friends_come_with_the_smaller_id_first_and_tastes_have_sixteen_shares() -> None:
    good, refused = read(b"listener_a,listener_b,since\n1,2,2020-01-01\n2,2,2020-01-01\n", "friendships")
    assert good == [(1, 2, date(2020, 1, 1), False, 2)]
    assert refused == [(3, "out_of_range", "listener_a is not below listener_b")]
    taste = ";".join(["0.0625"] * 16).encode()
    people = b"listener_id,name,country,taste\n1,Ann,NO," + taste + b"\n2,Ben,,0.5;0.5\n3,Cy,,\n"
    good, refused = read(people, "listeners")
    assert [(row[0], row[2], row[3]) for row in good] == [(1, "NOR", [0.0625] * 16), (3, None, None)]
    assert refused == [(3, "out_of_range", "taste has not 16 shares")]


def test_every_country_has_one_code_of_three_letters() -> None:
    assert len(ALPHA3) == len(set(ALPHA3.values())) == 250
    assert (ALPHA3["SE"], ALPHA3["TR"], ALPHA3["CD"]) == ("SWE", "TUR", "COD")
