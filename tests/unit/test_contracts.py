"""What a row must be, and how many may fail before a file is refused."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from etl.contracts import Reason, Refused, check_share, conform, within
from etl.errors import TooManyBadRows
from etl.sources.listens import _out_of_range
from etl.sources.values import NUMBER, read_column
from etl.tables import YEAR_2000, YEAR_2100, Column, Table

PET = Table(
    "pet",
    (
        Column("name", pa.string()),
        Column("legs", pa.int32(), low=0),
        Column("weight_kg", pa.float32(), nullable=True, low=0, high=100),
        Column("tame", pa.bool_(), nullable=True),
        Column("toys", pa.list_(pa.string()), nullable=True),
    ),
)
CAT = {"name": "Tom", "legs": 4, "weight_kg": 4.5, "tame": True, "toys": ["ball"]}


def test_values_come_in_the_order_of_the_columns() -> None:
    assert conform(dict(reversed(CAT.items())), PET) == ("Tom", 4, 4.5, True, ["ball"])


@pytest.mark.parametrize("column", ["weight_kg", "tame", "toys"])
def test_what_may_be_null_may_be_absent(column: str) -> None:
    assert None in conform({name: value for name, value in CAT.items() if name != column}, PET)


@pytest.mark.parametrize("number", [0, 100])
def test_bounds_belong_to_the_range(number: int) -> None:
    assert conform(CAT | {"weight_kg": number}, PET)[2] == number


@pytest.mark.parametrize(
    ("changes", "reason", "detail"),
    [
        ({"name": None}, Reason.MISSING, "name is missing"),
        ({"name": b"Tom"}, Reason.WRONG_TYPE, "name is b'Tom'"),
        ({"legs": 4.0}, Reason.WRONG_TYPE, "legs is 4.0"),
        ({"legs": True}, Reason.WRONG_TYPE, "legs is True"),
        ({"legs": -1}, Reason.OUT_OF_RANGE, "legs is -1"),
        ({"legs": 2**31}, Reason.OUT_OF_RANGE, "legs is 2147483648"),
        ({"weight_kg": 100.5}, Reason.OUT_OF_RANGE, "weight_kg is 100.5"),
        ({"weight_kg": float("nan")}, Reason.OUT_OF_RANGE, "weight_kg is nan"),
        ({"tame": 1}, Reason.WRONG_TYPE, "tame is 1"),
        ({"toys": "ball"}, Reason.WRONG_TYPE, "toys is 'ball'"),
        ({"name": 10**100}, Reason.WRONG_TYPE, f"name is {10**59}"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(changes: dict, reason: Reason, detail: str) -> None:
    with pytest.raises(Refused) as refused:
        conform(CAT | changes, PET)
    assert (refused.value.reason, refused.value.detail) == (reason, detail)


#: A column's type and bounds, the least and the greatest that it takes, and what lies just outside.
BOUNDED = [
    (pa.int32(), {}, (-(2**31), 2**31 - 1), (-(2**31) - 1, 2**31)),
    (pa.int32(), {"low": 1}, (1, 2**31 - 1), (0, 2**31)),
    (pa.int32(), {"low": -5, "high": 0}, (-5, 0), (-6, 1)),
    (pa.int32(), {"low": 0, "high": 7}, (0, 7), (-1, 8)),
    (pa.int32(), {"high": 7}, (-(2**31), 7), (-(2**31) - 1, 8)),
    (pa.int64(), {}, (-(2**63), 2**63 - 1), (-(2**63) - 1, 2**63)),
    (pa.int64(), {"low": 1}, (1, 2**63 - 1), (0, 2**63)),
    (pa.int64(), {"low": 0, "high": 2**53}, (0, 2**53), (-1, 2**53 + 1)),
    (pa.float32(), {"low": -1.5, "high": 0}, (-1.5, 0.0), (-1.75, 0.5)),
]


@pytest.mark.parametrize(("kind", "given", "in_range", "out"), BOUNDED, ids=str)
def test_bounds_are_the_columns_where_given_else_those_of_its_type(
    kind: pa.DataType, given: dict, in_range: tuple, out: tuple
) -> None:
    column = Column("value", kind, **given)
    assert [within(value, column) for value in (*in_range, *out)] == [True, True, False, False]


@pytest.mark.parametrize(("kind", "given", "in_range", "out"), BOUNDED, ids=str)
def test_a_column_read_at_once_has_the_same_bounds(kind: pa.DataType, given: dict, in_range: tuple, out: tuple) -> None:
    column = Column("value", kind, nullable=True, **given)
    assert read_column(NUMBER, "value", list(in_range) * 20, column)[1] == set()
    for value in out:
        read, wrong = read_column(NUMBER, "value", [in_range[0], None, value, in_range[1]] * 20, column)
        assert wrong == set(range(2, 80, 4))
        assert read.to_pylist() == [in_range[0], None, None, in_range[1]] * 20


@pytest.mark.parametrize(("kind", "given", "in_range", "out"), BOUNDED, ids=str)
def test_a_file_of_listens_has_the_same_bounds(kind: pa.DataType, given: dict, in_range: tuple, out: tuple) -> None:
    column = Column("value", kind, nullable=True, **given)
    held = [value for value in out if within(value, Column("value", kind))]  # others are no value of the type
    values = pa.array([*in_range, None, *held], kind)
    assert _out_of_range(values, column, date(2020, 12, 21)).to_pylist() == [False, False, None] + [True] * len(held)


@pytest.mark.parametrize("low", [None, 0, YEAR_2000])
def test_a_time_is_from_its_columns_bound_to_the_end_of_the_day(low: int | None) -> None:
    column = Column("at", pa.timestamp("us", "UTC"), low=low, high=YEAR_2100)
    times = [datetime(1969, 12, 31, tzinfo=UTC), datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
             datetime(2000, 1, 1, tzinfo=UTC), datetime(2020, 12, 21, 23, 59, 59, 999_999, tzinfo=UTC),
             datetime(2020, 12, 22, tzinfo=UTC)]  # fmt: skip
    out = _out_of_range(pa.array(times, column.type), column, date(2020, 12, 21)).to_pylist()
    assert out == [low is not None, low == YEAR_2000, False, False, True]
    assert [within(at, column) for at in (YEAR_2100, YEAR_2100 + 1)] == [True, False]


def test_what_is_not_a_whole_number_has_the_bounds_that_are_given() -> None:
    assert Column("value", pa.float32(), low=0).bounds == (0, None)
    assert Column("at", pa.timestamp("s", "UTC")).bounds == Column("text", pa.string()).bounds == (None, None)


@pytest.mark.parametrize(("bad", "rows", "share"), [(1, 100, 0.01), (29, 100, 0.29), (0, 0, 0), (0, 7, 0), (7, 7, 1)])
def test_exactly_the_limit_passes(bad: int, rows: int, share: float) -> None:
    check_share("posts", rows, {"not_json": bad}, share)


@pytest.mark.parametrize(("bad", "rows", "share"), [(2, 199, 0.01), (1, 99, 0.01), (30, 100, 0.29), (1, 10**9, 0)])
def test_one_row_more_does_not(bad: int, rows: int, share: float) -> None:
    with pytest.raises(TooManyBadRows):
        check_share("posts", rows, {"not_json": bad}, share)


def test_the_error_names_file_counts_reasons_and_what_to_do() -> None:
    with pytest.raises(TooManyBadRows) as error:
        check_share("landing/posts", 200, {"missing": 1, "not_json": 4}, 0.015)
    assert str(error.value) == (
        "landing/posts: 5 of 200 rows were refused (4 not_json, 1 missing), over 1.5 %; nothing of it was published. "
        "Check that it is the right file and day; if it is, run again with a higher --max-bad-share."
    )
