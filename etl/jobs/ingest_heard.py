"""Take what was heard in the app up to the day into the lake and the books.

What follows from a listen in the app is there at once (``app.tastes``). Reads app.heard; puts each listen up to the day
into the listens of the lake, once, counts it, and forgets here what was counted long ago. So listens that came as files
and listens of the app are in the same place and the same books. Running it again changes nothing.
"""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.jobs.ingest_listens import STAGED, Staged, Taken, take_in
from etl.store.loads import Books, close_books
from etl.store.parts import lake
from etl.store.warehouse import ask, copy_out, sql
from etl.store.work import Work

JOB = "ingest_heard"

WORDS = ("listen_id", "country")
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
