"""Build what each listener played in each of the last 26 weeks, by genre: how varied their listening is.

Spark reads the listens of the lake, with what app.heard has since, and core.track; mart.variety is replaced where it
says something else. Listens in the app change it at once (``app.hear``): a row that one changed meanwhile is left to
it. Running it again changes nothing.
"""

from datetime import date, timedelta

import pyarrow as pa

from etl.jobs.ingest_heard import listened
from etl.store.loads import Books, close_books, settled_before, stage, through
from etl.store.warehouse import ask, sql
from etl.store.work import Work

JOB = "build_variety"

VARIETY = pa.schema([("listener_id", pa.int64()), ("week", pa.date32()), ("listens", pa.list_(pa.int32()))])
WEEKS = 26
WEEK = timedelta(days=7)


def run(work: Work) -> list[Books]:
    """Rebuild the weeks up to the last that has a listen."""
    with work.warehouse.transaction() as cursor:
        began = {"began": settled_before(cursor)}
        loaded = through(cursor, "lake/listens")
        live = ask(cursor, "SELECT max(listened_at)::date AS day FROM app.heard")["day"]
    counts = {"rows_in": 0, "inserted": 0, "updated": 0, "unchanged": 0}
    last = max((day for day in (loaded, live) if day), default=None)
    if last:
        with listened(work, JOB, first_week(last)) as found:
            weeks = found.by_listener(sql("buckets/variety"), VARIETY, ("listener_id", "listened_at", "track_id"))
    with work.warehouse.transaction() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")  # or what is grouped is sorted on disk
        if last:
            counts["rows_in"] = stage(cursor, "variety_in", weeks.schema, [weeks])
            counts |= ask(cursor, sql("marts/variety_settle"), began)
            counts |= ask(cursor, sql("marts/variety_left"), began)
        books = Books(job=JOB, day=work.day, table="mart.variety", **counts, quarantined=0)
        close_books(cursor, books, ["mart.variety"] if last else [], work.started_at, loaded)
    return [books]


def first_week(last: date) -> date:
    """The Monday of the first week that is kept when ``last`` is the last day.

    >>> first_week(date(2020, 12, 21)), first_week(date(2020, 12, 27))
    (datetime.date(2020, 6, 29), datetime.date(2020, 6, 29))
    """
    return last - timedelta(days=last.weekday()) - (WEEKS - 1) * WEEK
