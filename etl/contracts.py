"""What a source's row must be before it may enter a canonical table.

A source's parser turns vendor text into values and raises ``Refused`` where it cannot; ``conform`` then holds them
against the table's columns. A refused row goes to quarantine with a reason code and its raw bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyarrow as pa

from etl.errors import TooManyBadRows
from etl.tables import Column, Table

#: Above this share of refused rows a drop is more likely the wrong file than a file with flaws.
MAX_BAD_SHARE = 0.01


class Reason(StrEnum):
    """Why a row is in quarantine."""

    NOT_UTF8 = "not_utf8"  #: bytes that are no text
    NOT_JSON = "not_json"  #: a line that is no JSON object, a cut one included
    WRONG_COLUMN_COUNT = "wrong_column_count"  #: more or fewer fields than the header
    MISSING = "missing"  #: a value that must be there is not
    WRONG_TYPE = "wrong_type"  #: text where a number belongs, and the like
    OUT_OF_RANGE = "out_of_range"  #: a number or time that cannot be
    UNKNOWN_GENRE = "unknown_genre"  #: a genre that genres.csv does not have
    UNKNOWN_TRACK = "unknown_track"  #: a listen of a track that the catalogue does not have
    UNKNOWN_COUNTRY = "unknown_country"  #: a code that stands for no country
    OFF_FROM_REFERENCE = "off_from_reference"  #: a clip that librosa describes otherwise


class Refused(Exception):
    """One row that may not enter, with its reason and where in the row it lies."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Batch:
    """Rows of a source, as many as are read at a time."""

    rows: pa.Table  #: the good ones: the table's columns, then ``position`` in the file
    refused: list[tuple[int, bytes, Refused]]  #: the others: position, raw bytes, why


def rows_of(table: Table, columns: Sequence[pa.Array | Sequence[Any]], positions: Sequence[int]) -> pa.Table:
    """Rows of a ``Batch`` from conforming values, a sequence for each column of the table."""
    schema = pa.schema([(column.name, column.type) for column in table.columns] + [("position", pa.int64())])
    arrays = [
        values if isinstance(values, pa.Array) else pa.array(values, kind)
        for values, kind in zip([*columns, positions], schema.types, strict=True)
    ]
    return pa.table(arrays, schema=schema)


def conform(row: Mapping[str, Any], table: Table) -> tuple[Any, ...]:
    """A row's values in the order of its table's columns.

    Raises:
        Refused: a value is missing, of another type, or out of its column's range.
    """
    return tuple(conformed(row.get(column.name), column) for column in table.columns)


def conformed(value: Any, column: Column) -> Any:
    """A value that its column takes.

    Raises:
        Refused: it is missing, of another type, or out of the column's range.
    """
    if value is None:
        if not column.nullable:
            raise Refused(Reason.MISSING, f"{column.name} is missing")
        return None
    if not isinstance(value, _python_types(column.type)) or (isinstance(value, bool) and column.type != pa.bool_()):
        raise Refused(Reason.WRONG_TYPE, f"{column.name} is {value!r:.60}")
    if not within(value, column):
        raise Refused(Reason.OUT_OF_RANGE, f"{column.name} is {value!r:.60}")
    return value


def within(value: Any, column: Column) -> bool:
    """Whether a value is within its column's range."""
    low, high = column.bounds
    return (low is None or low <= value) and (high is None or value <= high)


_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "int32": int,
    "int64": int,
    "float": (int, float),
    "bool": bool,
    "timestamp[s, tz=UTC]": int,
}


def _python_types(kind: pa.DataType) -> type | tuple[type, ...]:
    return list if pa.types.is_list(kind) else _TYPES[str(kind)]


def check_share(source: object, rows_in: int, refused: Mapping[str, int], max_bad_share: float) -> None:
    """Stop a load whose source is mostly not what it should be.

    Raises:
        TooManyBadRows: more than ``max_bad_share`` of the rows were refused.
    """
    bad = sum(refused.values())
    if rows_in and bad / rows_in > max_bad_share:  # a product rounds: 0.29 * 100 is less than 29
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(refused.items(), key=lambda item: -item[1]))
        raise TooManyBadRows(
            source,
            f"{bad} of {rows_in} rows were refused ({reasons}), over {100 * max_bad_share:g} %;"
            " nothing of it was published",
            "Check that it is the right file and day; if it is, run again with a higher --max-bad-share.",
        )
