"""Take what was heard in the app up to the day into the books.

A listen in the app is in activity.listen at once, with what follows from it (``app.hear``). Reads app.heard; sees to it
that each listen up to the day is in activity.listen, once, counts it, and forgets here what was counted long ago. So
listens that came as files and listens of the app are in the same table and the same books. Running it again changes
nothing.
"""

from datetime import timedelta

from etl.store.loads import Books, close_books
from etl.store.warehouse import ask, sql
from etl.store.work import Work

JOB = "ingest_heard"

KEPT_DAYS = 35  #: in app.heard: a player sends a listen again for minutes, not for weeks


def run(work: Work) -> list[Books]:
    """Book what is not booked."""
    for day in (work.day, work.day + timedelta(days=7)):  # the next month's, before somebody's listen waits for it
        work.warehouse.execute("CALL activity.make_month(%s)", (day.replace(day=1),))
    with work.warehouse.transaction() as cursor:
        done = ask(cursor, sql("loads/heard"), {"day": work.day})
        books = Books(JOB, work.day, "activity.listen", done["rows_in"], done["inserted"], 0, 0, 0)
        kept_from = work.day - timedelta(days=KEPT_DAYS)
        cursor.execute(sql("loads/heard_booked"), {"day": work.day, "kept_from": kept_from})
        # Where listens come as files, too, those say how far the table is complete.
        files = ask(cursor, "SELECT EXISTS (SELECT FROM ops.listens_loaded) AS loaded")["loaded"]
        close_books(cursor, books, [] if files or not done["rows_in"] else ["activity.listen"], work.started_at)
    return [books]
