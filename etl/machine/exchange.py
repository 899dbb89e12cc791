"""Work on files that is shared out over Spark's workers; where there is no session, the same work is done here.

Rows change hands as blocks, which are Arrow's streams, and not one by one: Spark moves bytes between workers, starts
anew what died and spills what is too much, and what the rows say is asked where they lie (``etl.machine.rows``). Handed
over one by one, a row costs Spark's JVM and its workers ten times what a question about it does.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TypeAlias, TypeVar
from zlib import crc32

import pyarrow as pa
from pyspark.sql import SparkSession

from etl.machine.spark import session
from etl.settings import Settings

HERE = 1_000_000  #: rows that are dealt with sooner than Spark has started
BLOCK = 250_000  #: rows that change hands at once, at most
SHARE = 1_000_000  #: rows that a worker deals with at a time, about; a task of Spark's costs what 50,000 do

Task = TypeVar("Task")
Key = TypeVar("Key", bound=Hashable)
Result = TypeVar("Result")
Rows: TypeAlias = Mapping[str, pa.Table]  #: by what they are
Send: TypeAlias = Callable[[Task], Iterable[tuple[Key, str, pa.Table]]]  #: rows, whose they are to be, and as what
Receive: TypeAlias = Callable[[Key, Rows], Result]
Blocks: TypeAlias = Iterable[tuple[Key, tuple[str, bytes]]]


@contextmanager
def workers(settings: Settings, name: str, rows: int) -> Iterator[SparkSession | None]:
    """A session, if there are more rows than are dealt with here."""
    with session(settings, name) if rows > HERE else nullcontext() as spark:
        yield spark


def each(spark: SparkSession | None, work: Callable[[Task], Result], tasks: Sequence[Task], rows: int) -> list[Result]:
    """What becomes of each task, in their order, when they are about so many rows."""
    if spark is None or not tasks:
        return [work(task) for task in tasks]
    return spark.sparkContext.parallelize(tasks, _shares(spark, len(tasks), rows)).map(work).collect()


def exchange(
    spark: SparkSession | None,
    send: Send[Task, Key],
    tasks: Sequence[Task],
    receive: Receive[Key, Result],
    rows: int,
    alone: Sequence[Task] = (),
) -> list[Result]:
    """Bring rows together by keys, and say what becomes of each key's.

    Args:
        spark: where; none: here.
        send: the rows of a task, each with its key.
        tasks: all of them, but those that are ``alone``.
        receive: is given all rows of a key, in no order. What a worker does may be done once more by another.
        rows: about how many there are.
        alone: tasks of whose keys no other one has rows: nothing changes hands.
    """
    if spark is None:
        found = _grouped((key, kind, sent) for task in tasks for key, kind, sent in send(task))
        return [*_received(receive, found), *(one for task in alone for one in _done(send, receive, task))]
    context, parts = spark.sparkContext, []
    if alone:
        parts.append(
            context.parallelize(alone, _shares(spark, len(alone), rows)).flatMap(partial(_done, send, receive))
        )
    if tasks:
        sent = context.parallelize(tasks, _shares(spark, len(tasks), rows)).flatMap(partial(_packed, send))
        brought = sent.partitionBy(_shares(spark, rows, rows), _place)
        parts.append(brought.mapPartitions(partial(_unpacked, receive)))
    return context.union(parts).collect() if parts else []


def _shares(spark: SparkSession, tasks: int, rows: int) -> int:
    return max(1, min(tasks, max(spark.sparkContext.defaultParallelism, rows // SHARE)))


def _place(key: Hashable) -> int:
    return crc32(repr(key).encode())  # Python's own hash is another one in each worker


def _packed(send: Send[Task, Key], task: Task) -> Iterator[tuple[Key, tuple[str, bytes]]]:
    """On a worker: the rows of a task, in blocks."""
    for key, kind, rows in send(task):
        for begin in range(0, len(rows), BLOCK):
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, rows.schema) as stream:
                stream.write_table(rows.slice(begin, BLOCK).combine_chunks())
            yield key, (kind, sink.getvalue().to_pybytes())


def _unpacked(receive: Receive[Key, Result], blocks: Blocks[Key]) -> Iterator[Result]:
    """On a worker: what becomes of the keys that came to it."""
    rows = ((key, kind, pa.ipc.open_stream(block).read_all()) for key, (kind, block) in blocks)
    yield from _received(receive, _grouped(rows))


def _done(send: Send[Task, Key], receive: Receive[Key, Result], task: Task) -> Iterator[Result]:
    """On a worker: what becomes of a task all of whose rows are its own."""
    yield from _received(receive, _grouped(send(task)))


def _grouped(sent: Iterable[tuple[Key, str, pa.Table]]) -> dict[Key, dict[str, list[pa.Table]]]:
    found: dict[Key, dict[str, list[pa.Table]]] = defaultdict(lambda: defaultdict(list))
    for key, kind, rows in sent:
        found[key][kind].append(rows)
    return found


def _received(receive: Receive[Key, Result], found: Mapping[Key, dict[str, list[pa.Table]]]) -> Iterator[Result]:
    for key in sorted(found, key=repr):
        yield receive(key, {kind: pa.concat_tables(tables) for kind, tables in found[key].items()})
