"""Rows as Postgres's COPY takes them as text: slower than etl/store/pgcopy.py, with arrays and bytes.

Source: https://www.postgresql.org/docs/18/sql-copy.html (Text Format).
"""

from typing import Any

import pyarrow as pa

_TYPES = {
    "string": "text",
    "int32": "integer",
    "int64": "bigint",
    "float": "real",
    "double": "double precision",
    "bool": "boolean",
    "date32[day]": "date",
    "binary": "bytea",
}

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def column_type(kind: pa.DataType) -> str:
    """The Postgres type of a column.

    >>> column_type(pa.list_(pa.int32())), column_type(pa.timestamp("us", "UTC"))
    ('integer[]', 'timestamptz')
    """
    if pa.types.is_list(kind):
        return column_type(kind.value_type) + "[]"
    if pa.types.is_timestamp(kind):
        return "timestamptz"
    return _TYPES[str(kind)]


def encode(batch: pa.RecordBatch) -> str:
    """A batch's rows, a line each; a list column is an array."""
    columns = [[_value(value) for value in column.to_pylist()] for column in batch.columns]
    return "".join("\t".join(row) + "\n" for row in zip(*columns, strict=True))


def _value(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, list):
        return "{" + ",".join(_element(item) for item in value) + "}"
    return str(value)


def _element(item: Any) -> str:
    if not isinstance(item, str):
        return "NULL" if item is None else str(item)
    quoted = item.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'.translate(_ESCAPES)
