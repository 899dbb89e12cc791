"""Our encoders of COPY against the library's: the same bytes, or the same rows in columns of the same types."""

import io
import itertools
from datetime import date

import psycopg2
import pyarrow as pa
import pytest
from pgpq import ArrowToPostgresBinaryEncoder

from etl import tables
from etl.jobs.describe_audio import TRACK_CLIP, TRACK_FEATURE
from etl.jobs.match_tracks import TRACK_MATCH
from etl.store import pgcopy
from etl.store.loads import stage
from etl.store.warehouse import Cursor, Warehouse

#: Every table that a job stages or copies, and what holds all that a column may be.
SCHEMAS = {
    **{table.name: table.schema for table in vars(tables).values() if isinstance(table, tables.Table)},
    "listen_staged": tables.LISTEN.schema.append(pa.field("file", pa.int16())),
    "post_staged": tables.POST.schema.append(pa.field("file", pa.int32())),
    "refused": tables.REFUSED,
    "clip_feature": tables.CLIP_FEATURE,
    "clip_peaks": tables.CLIP_PEAKS,
    "track_match": TRACK_MATCH,
    "track_feature": TRACK_FEATURE,
    "track_clip": TRACK_CLIP,
    "label": pa.schema([("track_id", pa.int32()), ("genre", pa.string()), ("artist_id", pa.int32())]),
    "double": pa.schema([("value", pa.float64()), ("values", pa.list_(pa.float64()))]),
}
BINARY_ONLY = {"listen", "listen_staged"}  # our text knows no smallint

VALUES: dict[str, list] = {
    "string": ["", "a", None, "\\N", "\t\r\n", "é 原聲", "👩‍👩‍👧", "NULL", '{"a",b}', "x" * 3000],
    "int16": [0, 1, -1, None, 2**15 - 1, -(2**15)],
    "int32": [0, 1, -1, None, 2**31 - 1, -(2**31)],
    "int64": [0, 1, -1, None, 2**63 - 1, -(2**63)],
    "float": [0.0, -0.0, 0.1, None, float("nan"), float("inf"), float("-inf"), 3.4028235e38, 1e-45],
    "double": [0.0, -0.0, 0.1, None, float("nan"), float("inf"), float("-inf"), 1.7976931348623157e308, 5e-324],
    "bool": [True, False, None],
    "date32[day]": [-719162, -1, 0, None, 10_957, 18_617, 2_932_896],  # from 0001-01-01 to 9999-12-31
    "timestamp[s, tz=UTC]": [-1, 0, None, 946_684_800, 946_684_799, 1_608_508_800, 4_102_444_800],
    "timestamp[us, tz=UTC]": [-1, 0, None, 946_684_800_000_001, 1_608_508_800_123_456, 4_102_444_800_000_000],
    "binary": [b"", None, bytes(range(256)), b"\\x00", b"\0"],
}


def values_of(kind: pa.DataType) -> list:
    if not pa.types.is_list(kind):
        return VALUES[str(kind)]
    inner = VALUES[str(kind.value_type)]
    return [[], None, inner, [None], inner[:1], [value for value in inner if value is not None] * 30]


def filled(schema: pa.Schema, rows: int = 100) -> pa.Table:
    """A table of awkward values, of which each column has its own turn."""
    columns = []
    for place, kind in enumerate(schema.types):
        values = itertools.islice(itertools.cycle(values_of(kind)), place, place + rows)
        columns.append(pa.array(values, kind))
    return pa.table(columns, schema=schema)


def pieces(schema: pa.Schema) -> list[pa.Table]:
    """None, one, some, a slice of some, and chunks."""
    some = filled(schema)
    return [some.slice(0, 0), some.slice(7, 1), some, some.slice(13, 20), pa.concat_tables([some, some.slice(3, 9)])]


def by_library(batch: pa.RecordBatch) -> bytes:
    encoder = ArrowToPostgresBinaryEncoder(batch.schema)
    return encoder.write_header() + encoder.write_batch(batch) + encoder.finish()


def columns_by_library(schema: pa.Schema) -> str:
    columns = ArrowToPostgresBinaryEncoder(schema).schema().columns
    return ", ".join(
        f"{column.name} {(column.data_type.ddl() or '').replace('TIMESTAMP', 'TIMESTAMPTZ')}" for column in columns
    )


def stage_by_library(cursor: Cursor, name: str, schema: pa.Schema, tables: list[pa.Table]) -> None:
    cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns_by_library(schema)}) ON COMMIT DROP")
    for table in tables:
        for batch in table.to_batches(max_chunksize=64):
            cursor.copy_expert(f"COPY {name} FROM STDIN (FORMAT binary)", io.BytesIO(by_library(batch)))


def content(cursor: Cursor, name: str) -> tuple[list[int], list[str]]:
    """The types of a table's columns, and its rows; NaN is as NaN is written."""
    cursor.execute(f"SELECT * FROM {name} ORDER BY ctid")
    rows = [
        repr([bytes(value) if isinstance(value, memoryview) else value for value in row.values()]) for row in cursor
    ]
    return [column.type_code for column in cursor.description or []], rows


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_bytes_are_the_same_where_ours_can_tell(name: str) -> None:
    for table in pieces(SCHEMAS[name]):
        plain = {
            field.name: table[field.name].fill_null(date(2020, 12, 21))  # our encoder fails on days that are null
            if pa.types.is_date(field.type)
            else table[field.name]
            for field in table.schema
            if not (pa.types.is_list(field.type) or pa.types.is_binary(field.type))
        }
        for batch in pa.table(plain).to_batches(max_chunksize=64):
            assert by_library(batch) == pgcopy.HEADER + pgcopy.encode(batch) + pgcopy.TRAILER


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name not in BINARY_ONLY])
def test_the_rows_are_the_same(shared: Warehouse, name: str) -> None:
    schema = SCHEMAS[name]
    with shared.transaction() as cursor:
        rows = stage(cursor, "ours", schema, pieces(schema))
        stage_by_library(cursor, "theirs", schema, pieces(schema))
        assert content(cursor, "ours") == content(cursor, "theirs")
        assert len(content(cursor, "theirs")[1]) == rows == sum(len(table) for table in pieces(schema))


@pytest.mark.parametrize(
    ("kind", "value"), [(pa.string(), "a\0b"), (pa.string(), "\0"), (pa.list_(pa.string()), ["a", "b\0"])], ids=str
)
def test_a_text_with_nul_is_refused_with_the_same_error(shared: Warehouse, kind: pa.DataType, value: object) -> None:
    table = pa.table([pa.array([value], kind)], schema=pa.schema([("value", kind)]))
    said = []
    for by in (stage, stage_by_library):
        with shared.transaction() as cursor, pytest.raises(psycopg2.errors.CharacterNotInRepertoire) as refused:
            by(cursor, "staged", table.schema, [table])
        said.append(str(refused.value).splitlines()[0])
    assert said[0] == said[1]
