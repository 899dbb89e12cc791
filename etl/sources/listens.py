"""Files of listens and of who listens, to canonical columns: Parquet, or CSV (plain, gzip, Zstandard, zip).

What a file holds is told by the names of its columns. Values are checked by column, not by row: a file of listens is
long. docs/sources.md lists the columns.
"""

import csv
import io
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from etl.contracts import Reason
from etl.countries import ALPHA3, NO_COUNTRY
from etl.errors import SourceMalformed
from etl.sources.lines import lines
from etl.tables import FRIENDSHIP, INFLUENCER, LISTEN, LISTENER, SHARING, TOP_GENRES, Column, Table

#: Version of what files become: another one parses them anew.
PARSER = "listens-3"

KINDS = {"listens": LISTEN, "listeners": LISTENER, "friendships": FRIENDSHIP, "influencers": INFLUENCER}

#: Columns that a file may leave out, and what they then are.
OPTIONAL = {
    "synthetic": False, "country": None, "heard_pct": None, "listen_id": None, "taste": None, "joined": None,
    "sharing": None, "creator_id": None,
}  # fmt: skip

ROWS = 250_000  # at a time
PARQUET = b"PAR1"


@dataclass(frozen=True)
class Checked:
    """Some rows of a file."""

    good: pa.Table  #: columns of the table, and ``position`` in the file: line (from 1), in Parquet row (from 1)
    refused: pa.Table  #: position, reason, detail


def kind_of(names: Collection[str]) -> str | None:
    """Which of ``KINDS`` a file of these columns holds; None where it is none."""
    for kind, table in KINDS.items():
        if {column.name for column in table.columns} - set(OPTIONAL) <= set(names):
            return kind
    return None


def check(file: IO[bytes], name: str) -> str:
    """The kind of a whole file, read to its end: a cut one must not be kept.

    Raises:
        SourceMalformed, SourceTruncated: it is neither Parquet nor CSV, its columns are no kind's, or it was cut.
    """
    if is_parquet(file):
        names = _parquet(file, name).schema_arrow.names
    else:
        read = lines(file, name)
        names = _header(next(read, b""))
        for _ in read:
            pass
    kind = kind_of(names)
    if kind is None:
        raise SourceMalformed(
            name,
            f"its columns are no file's of listens ({', '.join(names)[:100]})",
            "docs/sources.md lists the columns; a CSV begins with their names.",
        )
    return kind


def is_parquet(file: IO[bytes]) -> bool:
    """Whether a file begins as Parquet does; it is then at its beginning."""
    magic = file.read(4)
    file.seek(0)
    return magic == PARQUET


def read(file: IO[bytes], name: str, kind: str, day: date) -> Iterator[Checked]:
    """The rows of a file, some at a time.

    Args:
        file: seekable.
        name: of the file, for errors.
        kind: one of ``KINDS``.
        day: of the drop: no listen can be later.
    """
    for raw, positions, refused in _parquet_rows(file, name) if is_parquet(file) else _csv_rows(file, name):
        yield _checked(raw, positions, refused, KINDS[kind], day)


def raw_rows(file: IO[bytes], name: str, positions: Collection[int]) -> dict[int, bytes]:
    """Rows of a file as they were written, by position; of Parquet as JSON-like text, for it has no lines."""
    wanted = set(positions)
    if not wanted:
        return {}
    if not is_parquet(file):
        return {number: line for number, line in enumerate(lines(file, name), start=1) if number in wanted}
    found: dict[int, bytes] = {}
    for raw, numbers, _ in _parquet_rows(file, name):
        at = [place for place, number in enumerate(numbers.to_pylist()) if number in wanted]
        found |= {
            numbers[place].as_py(): str(row).encode() for place, row in zip(at, raw.take(at).to_pylist(), strict=True)
        }
    return found


_Rows = tuple[pa.Table, pa.Array, list[tuple[int, Reason, str]]]


def _parquet(file: IO[bytes], name: str) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(file)
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceMalformed(name, f"it is no whole Parquet file ({error})"[:200], "Land it again.") from error


def _parquet_rows(file: IO[bytes], name: str) -> Iterator[_Rows]:
    first = 1
    opened = _parquet(file, name)
    try:
        for batch in opened.iter_batches(ROWS):
            table = pa.Table.from_batches([batch])
            yield table, pa.array(range(first, first + len(table)), pa.int64()), []
            first += len(table)
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceMalformed(name, f"its Parquet is damaged ({error})"[:200], "Land it again.") from error


def _csv_rows(file: IO[bytes], name: str) -> Iterator[_Rows]:
    read = lines(file, name)
    header = _header(next(read, b""))
    numbered = ((number, line) for number, line in enumerate(read, start=2) if line.strip())
    while block := list(islice(numbered, ROWS)):
        positions, texts = zip(*block, strict=True)
        yield _split(header, list(positions), list(texts))


def _header(line: bytes) -> list[str]:
    text = line.decode("utf-8-sig", errors="replace").strip()
    return [name.strip() for name in next(csv.reader([text]), [])]


def _split(header: list[str], positions: list[int], texts: list[bytes]) -> _Rows:
    """Cut lines into fields; a line that has more or fewer than the header is refused."""
    bad: dict[int, int] = {}

    def skip(row: pacsv.InvalidRow) -> str:
        bad[row.number - 1] = row.actual_columns
        return "skip"

    table = pacsv.read_csv(
        io.BytesIO(b"\n".join(texts)),
        pacsv.ReadOptions(use_threads=False, column_names=header, block_size=1 << 30),
        pacsv.ParseOptions(invalid_row_handler=skip),
        pacsv.ConvertOptions(column_types=dict.fromkeys(header, pa.binary()), strings_can_be_null=False),
    )
    refused = [
        (positions[place], Reason.WRONG_COLUMN_COUNT, f"{found} fields, {len(header)} columns")
        for place, found in sorted(bad.items())
    ]
    kept = [position for place, position in enumerate(positions) if place not in bad]
    return table, pa.array(kept, pa.int64()), refused


def _checked(
    raw: pa.Table, positions: pa.Array, refused: list[tuple[int, Reason, str]], table: Table, day: date
) -> Checked:
    wrong: dict[int, tuple[Reason, str]] = {}  # of a row the first column that is wrong

    def refuse(where: pa.Array, reason: Reason, why: str | Callable[[int], str]) -> None:
        for place in pc.indices_nonzero(pc.fill_null(where, False)).to_pylist():
            wrong.setdefault(place, (reason, why if isinstance(why, str) else why(place)))

    columns = []
    for column in table.columns:
        if column.name not in raw.column_names:
            columns.append(_constant(OPTIONAL[column.name], column, len(raw)))
            continue
        given = raw[column.name].combine_chunks()
        if isinstance(given, pa.ChunkedArray):
            given = given.chunk(0) if given.num_chunks else pa.array([], given.type)
        text, not_utf8 = _texts(given)
        refuse(not_utf8, Reason.NOT_UTF8, f"{column.name} is no text")
        missing = pc.is_null(text)
        values = _typed(text, column)
        if column.name in OPTIONAL and OPTIONAL[column.name] is not None:
            values, missing = pc.fill_null(values, OPTIONAL[column.name]), pc.and_(missing, False)
        if not column.nullable:
            refuse(missing, Reason.MISSING, f"{column.name} is missing")
        quote = partial(_quoted, column.name, text)
        refuse(pc.and_(pc.is_valid(text), pc.is_null(values)), Reason.WRONG_TYPE, quote)
        refuse(_out_of_range(values, column, day), Reason.OUT_OF_RANGE, quote)
        if column.name in ("country", "audience_countries"):
            values, unknown = _alpha3(values)
            refuse(unknown, Reason.UNKNOWN_COUNTRY, quote)
        if column.name == "sharing":
            known = pc.is_in(values, pa.array(SHARING))
            refuse(pc.and_(pc.is_valid(values), pc.invert(known)), Reason.OUT_OF_RANGE, quote)
        if column.name in ("taste", "genre_shares"):
            lengths = pc.fill_null(pc.not_equal(pc.list_value_length(values), len(TOP_GENRES)), False)
            refuse(lengths, Reason.OUT_OF_RANGE, f"{column.name} has not {len(TOP_GENRES)} shares")
        columns.append(values)
    if table is FRIENDSHIP and len(raw):
        first, second = columns[0], columns[1]
        refuse(pc.greater_equal(first, second), Reason.OUT_OF_RANGE, "listener_a is not below listener_b")
    rows = pa.table(
        [*columns, positions], schema=pa.schema([(one.name, one.type) for one in table.columns] + [POSITION])
    )
    if wrong:
        keep = pa.array([place not in wrong for place in range(len(rows))])
        refused = refused + [(positions[place].as_py(), *why) for place, why in wrong.items()]
        rows = rows.filter(keep)
    refused.sort()
    return Checked(
        rows,
        pa.table(
            [[one[0] for one in refused], [str(one[1]) for one in refused], [one[2] for one in refused]],
            schema=pa.schema([POSITION, ("reason", pa.string()), ("detail", pa.string())]),
        ),
    )


def _quoted(name: str, values: pa.Array, place: int) -> str:
    return f"{name} is {str(values[place].as_py())!r:.60}"


POSITION = ("position", pa.int64())


def _constant(value: object, column: Column, rows: int) -> pa.Array:
    return pa.nulls(rows, column.type) if value is None else pa.array([value] * rows, column.type)


def _texts(given: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Fields of a CSV as texts, empty ones null, and which are no UTF-8; other columns as they are."""
    if pa.types.is_dictionary(given.type):
        given = given.dictionary_decode()
    if not pa.types.is_binary(given.type):
        return given, pa.array([False] * len(given))
    text = _cast(given, pa.string())
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(text), ""), None, text), pc.is_null(text)


def _typed(text: pa.Array, column: Column) -> pa.Array:
    """Values of a column's type, null where a value is none."""
    kind = column.type
    if text.type == kind:
        return text
    if pa.types.is_list(kind):
        if not pa.types.is_string(text.type):
            return _cast(text, kind)
        return _cast(pc.split_pattern(text, ";"), kind)  # 0.5;0.25;…
    if pa.types.is_timestamp(kind):
        if pa.types.is_timestamp(text.type):
            if text.type.tz is None:
                text = pc.assume_timezone(text, "UTC")
            return text.cast(kind, safe=False)  # nanoseconds are cut
        if not pa.types.is_string(text.type):
            return pa.nulls(len(text), kind)  # a number without a unit
        zoned = pc.match_substring_regex(text, r"(Z|[+-]\d\d:?\d\d)$")
        with_zone = _cast(pc.if_else(zoned, text, None), kind)
        naive = _cast(pc.if_else(zoned, None, text), pa.timestamp("us"))
        return pc.coalesce(with_zone, pc.assume_timezone(naive, "UTC"))
    if pa.types.is_string(kind) and not pa.types.is_large_string(text.type):
        return text.cast(kind) if pa.types.is_integer(text.type) else pa.nulls(len(text), kind)
    if pa.types.is_boolean(kind) and pa.types.is_string(text.type):
        text = pc.utf8_lower(text)
    return _cast(text, kind)


def _cast(values: pa.Array, kind: pa.DataType) -> pa.Array:
    """Values as another type, null where one is none of it; halves what fails until the bad ones are alone."""
    try:
        return pc.cast(values, kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        if len(values) <= 1:
            return pa.nulls(len(values), kind)
        half = len(values) // 2
        return pa.concat_arrays([_cast(values[:half], kind), _cast(values[half:], kind)])


def _out_of_range(values: pa.Array, column: Column, day: date) -> pa.Array:
    low, high = column.bounds
    kind = column.type
    out = pa.array([False] * len(values))
    if pa.types.is_timestamp(kind):
        kind = pa.timestamp("s", "UTC")  # of the bounds
        out = pc.greater_equal(values, datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1))
    if low is not None:
        out = pc.or_(out, pc.less(values, pa.scalar(low, kind)))
    if high is not None:
        out = pc.or_(out, pc.greater(values, pa.scalar(high, kind)))
    return out


def _alpha3(values: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Countries as alpha-3, null where unknown, and which codes stand for none."""
    if pa.types.is_list(values.type):
        inner, unknown = _alpha3(values.flatten())
        bad = pc.if_else(unknown, 1, 0).to_pylist()
        owner = (
            values.value_parent_indices() if hasattr(values, "value_parent_indices") else pc.list_parent_indices(values)
        )
        rows = {row for row, is_bad in zip(owner.to_pylist(), bad, strict=True) if is_bad}
        lists = pa.ListArray.from_arrays(_offsets(values), pc.fill_null(inner, ""))
        return lists, pa.array([row in rows for row in range(len(values))])
    coded = pc.utf8_upper(pc.utf8_trim_whitespace(values))
    codes = coded.dictionary_encode()
    table = {**ALPHA3, **{code: code for code in ALPHA3.values()}}
    names: Iterable[str | None] = codes.dictionary.to_pylist()
    known = pa.array([table.get(code or "") for code in names], pa.string())
    none = pa.array([code not in NO_COUNTRY and code not in table for code in names], pa.bool_())
    return known.take(codes.indices), none.take(codes.indices)


def _offsets(values: pa.ListArray) -> pa.Array:
    lengths = pc.fill_null(pc.list_value_length(values), 0).to_pylist()
    ends = [0]
    for length in lengths:
        ends.append(ends[-1] + length)
    return pa.array(ends, pa.int32())
