"""Questions in SQL about rows that this process holds, asked of DuckDB: what Spark's workers do with theirs."""

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from secrets import token_hex

import duckdb
import pyarrow as pa

from etl.errors import DiskFull

MEMORY = "2GB"  #: of a process, beside the rows that it is given; what takes more goes to the disk

Value = int | float | str


def asked(text: str, rows: Mapping[str, pa.Table], values: Mapping[str, Value] | None = None) -> pa.Table:
    """The answer to a question (``sql/buckets/``).

    Args:
        text: one statement; times are UTC.
        rows: the tables that it names.
        values: what it names ``$so``.

    Raises:
        DiskFull: what takes more memory than there is cannot be put aside.
    """
    try:
        with _engine().cursor() as own:  # with names of its own
            own.execute("SET TimeZone = 'UTC'")
            for name, table in rows.items():
                own.register(name, table)
            return own.sql(text, params=dict(values or {})).to_arrow_table()
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        reason = f"rows that take more than {MEMORY} cannot be put aside there: {error}"
        raise DiskFull(tempfile.gettempdir(), reason, "Free some, or set TMPDIR, and run the same again.") from error


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        config={
            "threads": 1,  # a task has one core
            "memory_limit": MEMORY,
            # It is made when it is needed; a name that somebody else knew before would be theirs to read.
            "temp_directory": str(Path(tempfile.gettempdir()) / f"overtone-rows-{token_hex(8)}"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,  # a name is one of the tables that were given, or nothing
        }
    )
