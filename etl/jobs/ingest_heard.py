"""Take what was heard in the app up to the day into the lake and the books.

What follows from a listen in the app is there at once (``app.hear``). Reads app.heard; puts each listen up to the day
into the listens of the lake, once, counts it, and forgets here what was counted long ago. So listens that came as files
and listens of the app are in the same place and the same books. Running it again changes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession

from etl.jobs.ingest_listens import STAGED, Taken, take_in
from etl.machine.spark import session
from etl.store.loads import Books, close_books
from etl.store.parts import files, held, lake, read
from etl.store.warehouse import ask, copy_out, sql
from etl.store.work import Work
from etl.tables import LISTENED, TOP_GENRES

JOB = "ingest_heard"

WORDS = ("listen_id", "country")
ALWAYS, EVER = date(2000, 1, 1), date(9999, 1, 1)  #: no listen is before or after
KEPT_DAYS = 35  #: in app.heard: a player sends a listen again for minutes, not for weeks


def run(work: Work) -> list[Books]:
    """Book what is not booked."""
    with lake(work.warehouse, work.storage, alone=True):
        with work.warehouse.transaction() as cursor:
            heard = copy_out(cursor, sql("loads/heard"), {"day": work.day}, WORDS)
        taken = _take(work, heard) if len(heard) else Taken()
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


@contextmanager
def listened(work: Work, name: str, first: date = ALWAYS) -> Iterator[SparkSession]:
    """A session with all that was listened to, in the lake and in the app since, as ``listens``; and ``track``.

    Within it the lake stays as it is.

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
        spark.createDataFrame(tracks).createOrReplaceTempView("track")
        spark.createDataFrame(heard).createOrReplaceTempView("heard")
        found = [(path,) for path, _ in files(work.storage, parts)]
        read(spark, work.storage, found, LISTENED).createOrReplaceTempView("booked")
        spark.sql(sql("spark/listens_all"), {"first": first}).createOrReplaceTempView("listens")
        yield spark


def _take(work: Work, heard: pa.Table) -> Taken:
    """Take what was heard into the lake."""
    with session(work.settings, JOB) as spark:
        return take_in(work, spark, spark.createDataFrame(_staged(heard)))


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
