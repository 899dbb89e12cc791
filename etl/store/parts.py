"""Parts of the lake: sets of Parquet files that are replaced as a whole, written and read by Spark.

``ops.lake`` says which folder holds a part, so that a part changes in the transaction that says what follows from it.
A folder is in ``ops.lake_gone`` before anything is written there, and again when another took its place: what is in
neither table is no file of ours, and what a killed job left is swept by the next one.

Rows lie in buckets, a file each: by a hash of what they are looked up by, of a power of two, of some million rows.
Executors read and write by fsspec, as this process does, wherever the storage is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby, pairwise
from math import ceil, log2
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

from etl.errors import SourceMissing
from etl.store.storage import Storage
from etl.store.warehouse import Cursor, Warehouse, ask, sql

BUCKET_ROWS = 1_000_000  #: of a file, about
ROWS = 100_000  #: read or written at a time
LOCK = "lake"  #: held by jobs that read its files together, by one that changes what there is of listens alone

NOTHING = pa.schema([])
#: What a writer says of a file, beside the columns that it was asked to tell.
WRITTEN = pa.schema([("part", pa.string()), ("rows", pa.int64()), ("marks", pa.int64())])


@dataclass(frozen=True)
class Part:
    """Files that hold a part of what there is under a name."""

    name: str  #: listens
    part: str  #: day=2020-12-21
    rows: int
    synthetic: int  #: rows that were made; 0 where nothing asks
    content: str  #: a hash of what the rows say, or of what they are made of
    folder: str = ""


@contextmanager
def lake(warehouse: Warehouse, storage: Storage, alone: bool = False) -> Iterator[None]:
    """Keep files where they are while a job reads them; ``alone``: while it changes what there is of listens.

    What no job needs is swept before and after.
    """
    sweep(warehouse, storage)
    with warehouse.lock(LOCK, shared=not alone):
        yield
    sweep(warehouse, storage)


def sweep(warehouse: Warehouse, storage: Storage) -> None:
    """Delete the files that hold nothing, unless a job is at work; then the next one does."""
    with warehouse.transaction() as cursor:
        free = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0)) AS ours"
        if ask(cursor, free, (LOCK,))["ours"]:
            cursor.execute("SELECT folder FROM ops.lake_gone")
            gone = [row["folder"] for row in cursor]
            for folder in gone:
                storage.delete(folder)
            if gone:
                cursor.execute("DELETE FROM ops.lake_gone WHERE folder = ANY(%s)", (gone,))


def held(cursor: Cursor, name: str) -> dict[str, Part]:
    """The parts that hold what there is under a name."""
    cursor.execute("SELECT name, part, rows, synthetic, content, folder FROM ops.lake WHERE name = %s", (name,))
    return {row["part"]: Part(**row) for row in cursor}


def announce(warehouse: Warehouse, folders: Iterable[str]) -> None:
    """Say that something is going to be written there, which holds nothing yet."""
    insert = "INSERT INTO ops.lake_gone (folder) SELECT unnest(%s::text []) ON CONFLICT DO NOTHING"
    warehouse.execute(insert, ([*folders],))


def publish(cursor: Cursor, parts: Iterable[Part]) -> None:
    """Let these parts hold from the end of the transaction on, in place of what held before."""
    for one in parts:
        cursor.execute(sql("loads/lake"), vars(one))


def buckets(rows: int) -> int:
    """Into how many files so many rows go.

    >>> buckets(0), buckets(1_000_000), buckets(5_000_000)
    (1, 1, 8)
    """
    return int(2 ** ceil(log2(max(rows, BUCKET_ROWS) / BUCKET_ROWS)))


def files(storage: Storage, parts: Iterable[Part]) -> list[tuple[str, Part]]:
    """The files of some parts.

    Raises:
        SourceMissing: they have not the rows that the database says; marts without these would be wrong.
    """
    found = []
    for one in parts:
        paths, rows = storage.files(one.folder), 0
        for path in paths:
            with storage.open(path) as stream:
                rows += pq.read_metadata(stream).num_rows
        if rows != one.rows:
            raise SourceMissing(
                f"{storage.url}/{one.folder}", f"{one.rows} rows of {one.name} lay there, {rows} do now",
                "Restore the storage as it was when the database was saved, or the database as of the storage.",
            )  # fmt: skip
        found += [(path, one) for path in paths]
    return found


def read(
    spark: SparkSession,
    storage: Storage,
    found: Sequence[tuple[Any, ...]],
    schema: pa.Schema,
    given: pa.Schema = NOTHING,
    columns: Sequence[str] = (),
) -> DataFrame:
    """Rows of Parquet files, each with what is given of its file.

    Args:
        spark: the session.
        storage: of the files.
        found: a file each: its path, and values of ``given``, which stand in place of columns of the same name.
        schema: of the files.
        given: names and types of the values.
        columns: which, of the files' and of ``given``, in their order; without: all.
    """
    every = pa.schema([*(field for field in schema if field.name not in given.names), *given])
    wanted = pa.schema([every.field(name) for name in columns or every.names])
    listed = pa.Table.from_pylist(
        [{"path": path, **dict(zip(given.names, values, strict=True))} for path, *values in found],
        pa.schema([("path", pa.string()), *given]),
    )
    tasks = max(1, min(len(found), spark.sparkContext.defaultParallelism))
    rows = partial(_rows, url=storage.url, given=given.names, wanted=wanted)
    return spark.createDataFrame(listed).repartition(tasks).mapInArrow(rows, from_arrow_schema(wanted))


def _rows(batches: Iterable[pa.RecordBatch], url: str, given: list[str], wanted: pa.Schema) -> Iterator[pa.RecordBatch]:
    """On an executor: the rows of the files that it is given."""
    storage = Storage(url)
    for asked in batches:
        for one in asked.to_pylist():
            with storage.open(one["path"]) as stream:
                file = pq.ParquetFile(stream)
                for batch in file.iter_batches(ROWS, columns=[name for name in wanted.names if name not in given]):
                    columns = (
                        pa.repeat(pa.scalar(one[field.name], field.type), len(batch))
                        if field.name in given
                        else batch[field.name].cast(field.type)
                        for field in wanted
                    )
                    yield pa.RecordBatch.from_arrays(list(columns), schema=wanted)


def write(
    frame: DataFrame, storage: Storage, folders: Mapping[str, str], told: Sequence[str] = (), sums: Sequence[str] = ()
) -> pa.Table:
    """Write rows into the folders of their parts; what a killed one left there is replaced.

    Args:
        frame: rows that lie by part and bucket (``DISTRIBUTE BY part, bucket SORT BY part, bucket, …``), in the order
            in which they are to lie. Columns beside ``part``, ``bucket``, ``mark``, ``told`` and ``sums`` are written.
        storage: where to.
        folders: of each part.
        told, sums: columns that are only told: the sums of these for each value of those.

    Returns:
        For each file and value of ``told`` its part, rows, the sum of their ``mark`` (64 bits, and on from the least)
        and of ``sums``.
    """
    told, sums = [*told], [*sums]
    types = to_arrow_schema(frame.schema, timezone="UTC")
    says = pa.schema([*WRITTEN, *(types.field(name) for name in told), *((name, pa.int64()) for name in sums)])
    writing = partial(_written, url=storage.url, folders=dict(folders), told=told, sums=sums, says=says)
    return frame.mapInArrow(writing, from_arrow_schema(says)).toArrow().cast(says)


def _written(
    batches: Iterable[pa.RecordBatch],
    url: str,
    folders: Mapping[str, str],
    told: list[str],
    sums: list[str],
    says: pa.Schema,
) -> Iterator[pa.RecordBatch]:
    """On an executor: write the buckets that it is given, one after the other, and say what was written."""
    storage, aside = Storage(url), {"part", "bucket", "mark", *told, *sums}
    for (part, bucket), tables in groupby(_pieces(batches), _where):
        tallies, writer = [], None
        with storage.write(f"{folders[part]}/{bucket:05d}.parquet") as stream:
            for table in tables:
                rows = table.drop_columns([name for name in table.column_names if name in aside])
                writer = writer or pq.ParquetWriter(stream, rows.schema, compression="zstd")
                writer.write_table(rows)
                tallies.append(_tally(table, told, sums))
            if writer:
                writer.close()
        tally = _summed(pa.concat_tables(tallies), told)
        tally = tally.append_column("part", pa.repeat(part, len(tally)))
        yield from tally.select(says.names).cast(says).combine_chunks().to_batches()


def _pieces(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Rows of one part and bucket at a time."""
    for batch in batches:
        table = pa.Table.from_batches([batch])
        part = table["part"].combine_chunks().dictionary_encode().indices.to_numpy()
        begins = np.flatnonzero(np.diff(part, prepend=-1) | np.diff(table["bucket"].to_numpy(), prepend=-1))
        for begin, end in pairwise([*begins.tolist(), len(table)]):
            yield table.slice(begin, end - begin)


def _where(rows: pa.Table) -> tuple[str, int]:
    return rows["part"][0].as_py(), rows["bucket"][0].as_py()


def _tally(rows: pa.Table, told: list[str], sums: list[str]) -> pa.Table:
    none = pa.repeat(pa.scalar(0, pa.int64()), len(rows))
    marks = rows["mark"] if "mark" in rows.column_names else none
    counted = {"rows": pc.add(none, 1), "marks": marks, **{name: rows[name].cast(pa.int64()) for name in sums}}
    return _summed(pa.table({name: rows[name] for name in told} | counted), told)


def _summed(rows: pa.Table, told: list[str]) -> pa.Table:
    names = [name for name in rows.column_names if name not in told]
    found = rows.group_by(told).aggregate([(name, "sum") for name in names])
    return found.select([*told, *(f"{name}_sum" for name in names)]).rename_columns([*told, *names])
