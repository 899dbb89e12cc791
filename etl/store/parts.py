"""Parts of the lake: sets of Parquet files that are replaced as a whole, written and read by Spark's workers.

``ops.lake`` says which folder holds a part, so that a part changes in the transaction that says what follows from it.
A folder is in ``ops.lake_gone`` before anything is written there, and again when another took its place: what is in
neither table is no file of ours, and what a killed job left is swept by the next one.

Rows lie in buckets, a file each: by a hash of what they are looked up by, of a power of two, of some million rows.
Executors read and write by fsspec, as this process does, wherever the storage is.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import ceil, log2
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from etl.errors import SourceMissing
from etl.store.storage import Storage
from etl.store.warehouse import Cursor, Warehouse, ask, sql

BUCKET_ROWS = 1_000_000  #: of a file, about
ASKED_AT_ONCE = 8  #: parts, how many rows they have: an object store answers in tens of milliseconds
LOCK = "lake"  #: held by jobs that read its files together, by one that changes what there is of listens alone


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
    with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
        return [file for of in pool.map(partial(_files, storage), parts) for file in of]


def _files(storage: Storage, part: Part) -> list[tuple[str, Part]]:
    paths, rows = storage.files(part.folder), 0
    for path in paths:
        with storage.open(path) as stream:
            rows += pq.read_metadata(stream).num_rows
    if rows != part.rows:
        raise SourceMissing(
            f"{storage.url}/{part.folder}", f"{part.rows} rows of {part.name} lay there, {rows} do now",
            "Restore the storage as it was when the database was saved, or the database as of the storage.",
        )  # fmt: skip
    return [(path, part) for path in paths]


class Place(NamedTuple):
    """Rows that lie in a file of their own."""

    name: str
    part: str
    bucket: int


def split(rows: pa.Table, by: str, into: int) -> Iterator[tuple[int, pa.Table]]:
    """Rows by the bucket that they lie in."""
    if into == 1:
        yield 0, rows
        return
    places = bucket_of(rows[by].to_numpy(), into)
    order = np.argsort(places, kind="stable")
    ends = np.searchsorted(places[order], np.arange(into + 1))
    rows = rows.take(pa.array(order))
    for bucket, (begin, end) in enumerate(pairwise(ends.tolist())):
        if begin < end:
            yield bucket, rows.slice(begin, end - begin)


def bucket_of(numbers: NDArray[np.integer], into: int) -> NDArray[np.int64]:
    """In which of so many buckets (a power of two) numbers lie, shape (n,), so that what is alike is not together.

    SplitMix64's mixer: Steele, Lea & Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.

    >>> bucket_of(np.arange(5), 4).tolist()
    [0, 1, 2, 0, 0]
    """
    mixed = numbers.astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return ((mixed ^ (mixed >> np.uint64(31))) & np.uint64(into - 1)).astype(np.int64)


def write(storage: Storage, folder: str, bucket: int, rows: pa.Table) -> None:
    """Write a bucket, in place of what a killed one left there."""
    storage.write_table(f"{folder}/{bucket:05d}.parquet", rows)
