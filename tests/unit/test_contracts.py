"""What a row must be, and how many may fail before a file is refused."""

import pyarrow as pa
import pytest

from etl.contracts import Reason, Refused, check_share, conform
from etl.errors import TooManyBadRows
from etl.tables import Column, Table

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
