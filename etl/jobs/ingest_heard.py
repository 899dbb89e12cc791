"""Take what was heard in the app up to the day into the lake and the books.

What follows from a listen in the app is there at once (``app.hear``). Reads app.heard; puts each listen up to the day
into the listens of the lake, once, counts it, and forgets here what was counted long ago. So listens that came as files
and listens of the app are in the same place and the same books. Running it again changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession

from etl.jobs.ingest_listens import STAGED, Staged, Taken, take_in, with_artist
from etl.machine.exchange import Rows, exchange
from etl.machine.rows import asked
from etl.machine.spark import session
from etl.store.loads import Books, close_books
from etl.store.parts import Part, buckets, files, held, lake, split
from etl.store.storage import Storage
from etl.store.warehouse import ask, copy_out, sql
from etl.store.work import Work
from etl.tables import LISTENED, TOP_GENRES

JOB = "ingest_heard"

AT = LISTENED.field("listened_at").type
WORDS = ("listen_id", "country")
ALWAYS, EVER = date(2000, 1, 1), date(9999, 1, 1)  #: no listen is before or after
KEPT_DAYS = 35  #: in app.heard: a player sends a listen again for minutes, not for weeks


def run(work: Work) -> list[Books]:
    """Book what is not booked."""
    with lake(work.warehouse, work.storage, alone=True):
        with work.warehouse.transaction() as cursor:
            heard = copy_out(cursor, sql("loads/heard"), {"day": work.day}, WORDS)
        taken = take_in(work, [Staged(rows=_staged(heard))], len(heard)) if len(heard) else Taken()
        with work.warehouse.transaction() as cursor:
            taken.publish(cursor)
            books = Books(JOB, work.day, "lake/listens", len(heard), taken.inserted, taken.updated, taken.unchanged, 0)
            done = {"listeners": heard["listener_id"].to_pylist(), "listens": heard["listen_id"].to_pylist()}
            kept_from = work.day - timedelta(days=KEPT_DAYS)
            cursor.execute(sql("loads/heard_booked"), done | {"day": work.day, "kept_from": kept_from})
            # Where listens come as files, too, those say how far the lake is complete.
            files = ask(cursor, "SELECT EXISTS (SELECT FROM ops.listens_loaded) AS loaded")["loaded"]
            close_books(cursor, books, [] if files or not len(heard) else ["lake/listens"], work.started_at)
    return [books]


@dataclass(frozen=True)
class Listened:
    """All that was listened to, in the lake and in the app since, while the lake stays as it is."""

    spark: SparkSession
    storage: Storage
    tracks: pa.Table  #: as of sql/marts/tracks.sql
    parts: list[Part]
    heard: pa.Table  #: in the app, as ``LISTENED``

    def by_listener(
        self, text: str, schema: pa.Schema, columns: Sequence[str], values: Mapping[str, int] | None = None
    ) -> pa.Table:
        """What a question says of each listener (sql/buckets/), in no order.

        Args:
            text: of it, about ``listens`` and ``track``.
            schema: of its answer.
            columns: of listens that it asks for.
            values: what it names.
        """
        rows = sum(part.rows for part in self.parts) + len(self.heard)
        into = buckets(rows)
        sources = [*(path for path, _ in files(self.storage, self.parts)), *([self.heard] if len(self.heard) else [])]
        send = partial(_sent, url=self.storage.url, columns=list(columns), into=into)
        receive = partial(_answered, text=text, schema=schema, tracks=self.tracks, values=values)
        tasks, alone = ([], [sources]) if into == 1 else ([[one] for one in sources], [])
        answers = exchange(self.spark, send, tasks, receive, rows, alone)
        return pa.concat_tables([schema.empty_table(), *answers])


@contextmanager
def listened(work: Work, name: str, first: date = ALWAYS) -> Iterator[Listened]:
    """All that was listened to.

    Args:
        work: the job's.
        name: the job's.
        first: the day from which on listens are asked for.
    """
    with lake(work.warehouse, work.storage), session(work.settings, name) as spark:
        with work.warehouse.transaction() as cursor:
            heard = _staged(copy_out(cursor, sql("loads/heard"), {"day": EVER}, WORDS))
            parts = [one for one in held(cursor, "listens").values() if one.part >= f"day={first}"]
            tracks = copy_out(cursor, sql("marts/tracks"), {"genres": list(TOP_GENRES)})
        heard = heard.filter(pc.greater_equal(heard["listened_at"], pa.scalar(first, pa.date32()).cast(AT)))
        heard = with_artist(heard, tracks)
        yield Listened(spark, work.storage, tracks, parts, heard.select(LISTENED.names).cast(LISTENED))


def _sent(
    sources: Sequence[str | pa.Table], url: str, columns: list[str], into: int
) -> Iterator[tuple[int, str, pa.Table]]:
    """On a worker: listens by the bucket of their listener."""
    storage = Storage(url)
    for one in sources:
        rows = storage.read_table([one], LISTENED, columns) if isinstance(one, str) else one.select(columns)
        for bucket, some in split(rows, "listener_id", into):
            yield bucket, "listens", some


def _answered(
    bucket: int, rows: Rows, text: str, schema: pa.Schema, tracks: pa.Table, values: Mapping[str, int] | None
) -> pa.Table:
    """On a worker: the answer of a bucket."""
    return asked(text, {**rows, "track": tracks}, values).cast(schema)


def _staged(heard: pa.Table) -> pa.Table:
    """What sql/loads/heard.sql finds, as it is taken in."""
    country = heard["country"]
    given = {
        "country": pc.if_else(pc.equal(country, ""), None, country),
        "origin": pa.array(["app"] * len(heard)),
        "file": pa.array([0] * len(heard)),
        "position": pa.array(np.arange(len(heard))),
    }
    columns = {name: given[name] if name in given else heard[name] for name in STAGED.names}
    return pa.table({name: column.cast(STAGED.field(name).type) for name, column in columns.items()})
