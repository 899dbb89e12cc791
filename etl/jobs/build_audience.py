"""Build what the Audience page reads, for the days and artists whose listens changed.

Reads activity.listen, core.track, and in ops.audience_due what changed; replaces the days that are due in
mart.audience_day, the whole weeks in mart.audience and the spans that have ended in mart.people, then what follows from
these: mart.genre_curve and mart.interest. All of it is one transaction, so pages see one state. Months that have ended
are rewritten in the order of artists. Running it again changes nothing.

It is a job of its own: pages read nothing but marts, so these need not be part of a load to be consistent.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from hashlib import sha256
from itertools import groupby, pairwise
from math import ceil, log2

import numpy as np
import pyarrow as pa

from etl.audience import people
from etl.audience.interests import MONTHS, Favourites, Plays, favourites, interests
from etl.audience.sketches import distinct, hidden, merged, sketch
from etl.audience.spans import RECENT, SPANS, WEEK, last_week, span_start
from etl.errors import SettingInvalid
from etl.store.keys import kept_key
from etl.store.loads import Books, advance, close_books, insert, stage, through
from etl.store.warehouse import Cursor, ask, copy_out, sql
from etl.store.work import Work
from etl.tables import TOP_GENRES

log = logging.getLogger(__name__)

JOB = "build_audience"
KEY = "people_key"  #: the file of the home with the key of the noise
WORLD_KEY = bytes(32)  #: of every made world, as in the demo: its people are invented, and each shows the same

MONTH = 4 * WEEK
REACHED = (0, 50, 100)  #: of a track, %: whose listeners are sketched
SAMPLE = 20_000  #: listeners that a month's favourites are counted of at most; of more, a fixed sample

#: A cell's artist and track, and its sketches: by ``REACHED``.
Seen = tuple[tuple[int, int], list[bytes]]


def run(work: Work) -> list[Books]:
    """Rebuild what is due."""
    with work.warehouse.transaction() as cursor:
        cursor.execute("ANALYZE activity.listen, ops.audience_due")
        cursor.execute("SET LOCAL work_mem = '256MB'")  # or what is grouped is sorted on disk
        day, before = through(cursor, "activity.listen"), through(cursor, "mart.audience")
        key = people_key(work, cursor)
        cells: Counter[str] = Counter(rows_in=0, inserted=0, updated=0)
        if day:
            last = last_week(day)
            cursor.execute("SELECT DISTINCT day FROM ops.audience_due WHERE NOT day_is_built ORDER BY day")
            for due in cursor.fetchall():
                cursor.execute(sql("marts/audience_day"), due)
            cursor.execute(sql("marts/audience_weeks_due"), {"day": last + WEEK})
            weeks = [row["week"] for row in cursor]
            for week in weeks:
                cells.update(build_week(cursor, key, week))
            build_spans(cursor, weeks)
            build_people(cursor, key, weeks, last, before)
            cursor.execute("DELETE FROM ops.audience_due WHERE day < %s", (last + WEEK,))
            if weeks and weeks[-1] > last - RECENT * WEEK:
                cursor.execute(sql("marts/genre_curve"), {"last_week": last})
            if weeks and weeks[-1] >= months(last)[0]:
                build_interests(cursor, key, last)
            cursor.execute("ANALYZE mart.audience, mart.audience_day, mart.interest, mart.people")
        # A cell that was there is replaced, whether or not its numbers are others now.
        books = Books(job=JOB, day=work.day, table="mart.audience", **cells, unchanged=0, quarantined=0)
        close_books(cursor, books, [], work.started_at)
        if day:
            advance(cursor, "mart.audience", last + WEEK - timedelta(days=1))
            advance(cursor, "mart.audience_day", day)
    if day:
        rewrite_closed_months(work, day)
    return [books]


def build_week(cursor: Cursor, key: bytes, week: date) -> dict[str, int]:
    """Rebuild a week (its Monday) for the artists that are due in it, and count its cells."""
    cursor.execute(sql("marts/audience_pairs"), {"week": week})
    pairs = "SELECT artist_id, track_id, listener_id, heard FROM pair ORDER BY artist_id, track_id, listener_id"
    stage_seen(cursor, seen_of(key, copy_out(cursor, pairs)))
    return ask(cursor, sql("marts/audience_week"), {"week": week})


def build_spans(cursor: Cursor, weeks: Iterable[date]) -> None:
    """Rebuild the longer spans that these weeks are in, for the artists that are due in them."""
    for part, span in pairwise((1, *SPANS)):
        for first in sorted({span_start(week, span) for week in weeks}):
            asked = {"span": span, "part": part, "first": first}
            cursor.execute(sql("marts/audience_parts"), asked)
            cursor.execute("SELECT artist_id, track_id, seen, seen_half, seen_finished FROM part")
            rows = (tuple(row.values()) for row in cursor)
            stage_seen(cursor, [((artist, track), list(map(merged, seen))) for artist, track, *seen in rows])
            cursor.execute(sql("marts/audience_span"), asked)


def seen_of(key: bytes, pairs: pa.Table) -> list[Seen]:
    """The sketches of those who heard a track, who heard half and more, and who finished; and of each artist's (0).

    Args:
        pairs: artist, track, listener and the most they heard (%), in this order.
    """
    artist, track, listener, heard = (pairs[name].to_numpy() for name in pairs.column_names)
    if not len(artist):
        return []
    listener = hidden(key, listener)
    begins = np.flatnonzero(np.diff(artist, prepend=-1) | np.diff(track, prepend=-1))
    found: list[Seen] = []
    for begin, end in zip(begins, [*begins[1:], len(artist)], strict=True):
        who, most = listener[begin:end], heard[begin:end]
        found.append(
            ((int(artist[begin]), int(track[begin])), [sketch(who[most >= least].tolist()) for least in REACHED])
        )
    for artist_id, songs in groupby(list(found), lambda one: one[0][0]):
        every = zip(*(seen for _, seen in songs), strict=True)
        found.append(((artist_id, 0), [merged(seen) for seen in every]))
    return found


def stage_seen(cursor: Cursor, cells: Sequence[Seen]) -> None:
    """Put sketches, and how many listeners the first stands for, where the next statement finds them: seen_in."""
    columns = {
        "artist_id": pa.array([artist_id for (artist_id, _), _ in cells], pa.int32()),
        "track_id": pa.array([track_id for (_, track_id), _ in cells], pa.int32()),
        "estimate": pa.array([distinct(seen[:1]) for _, seen in cells], pa.int32()),
        **{
            name: pa.array([seen[place] for _, seen in cells], pa.binary())
            for place, name in enumerate(("seen", "seen_half", "seen_finished"))
        },
    }
    table = pa.table(columns)
    stage(cursor, "seen_in", table.schema, [table])


def people_key(work: Work, cursor: Cursor) -> bytes:
    """The key that the noise of people is drawn with; of a database that knows none, all people are to be drawn.

    Raises:
        SettingInvalid: the database's people were drawn with another one. Two draws of one number tell more than one.
    """
    kept = kept_key(work.settings.home, KEY)
    kept_mark, world_mark = (sha256(b"people" + key).hexdigest() for key in (kept, WORLD_KEY))
    invented = work.settings.demo or work.settings.synthetic.kind == "world"
    known = ask(cursor, "SELECT min(fingerprint) AS mark FROM ops.people_key")["mark"]
    if known is None or (known == world_mark and not invented):
        known = world_mark if invented else kept_mark
        cursor.execute(sql("marts/people_anew"), {"fingerprint": known})
    if known not in (kept_mark, world_mark):
        raise SettingInvalid(
            f"{work.settings.home / KEY}", "it is not the key with which people by country were hidden so far",
            f"Copy the file {KEY} from the home that built them. If it is lost: DELETE FROM ops.people_key, and all "
            "are drawn anew with this one.",
        )  # fmt: skip
    return kept if known == kept_mark else WORLD_KEY


def build_people(cursor: Cursor, key: bytes, weeks: Iterable[date], last: date, before: date | None) -> None:
    """Tell people anew in spans that have ended: of what is due in them, and of all where they ended since ``before``.

    Args:
        weeks: in which something is due.
        last: the last week that has ended.
        before: the Sunday up to which people were told.
    """
    for span in people.SPANS:
        due = {span_start(week, span) for week in weeks}
        ended = span_start(last + WEEK, span) - span * WEEK  # the last one that has
        open_before = span_start(before + timedelta(days=1), span) if before else ended + WEEK
        new = {open_before + number * span * WEEK for number in range((ended - open_before) // (span * WEEK) + 1)}
        for first in sorted(one for one in due | new if one <= ended):
            asked = {
                "span": span, "first": first, "every": first in new,
                "songs": people.SONGS if span in people.SONG_SPANS else 0,
            }  # fmt: skip
            table = copy_out(cursor, sql("marts/people"), asked, ["country"])
            cursor.execute(sql("marts/people_gone"), asked)
            if table.num_rows:
                insert(cursor, "mart.people", told(key, span, first, table))


def told(key: bytes, span: int, first: date, table: pa.Table) -> pa.Table:
    """The rows of mart.people that may be told of true ones (sql/marts/people.sql)."""
    names, bins = table.column_names[:3], table.column_names[3:]
    cells = list(zip(*(table[name].to_pylist() for name in names), strict=True))
    shown, count, heard = people.noisy(key, span, first, cells, np.stack([table[name].to_numpy() for name in bins], 1))
    where = np.flatnonzero(shown)
    return pa.table(
        {
            "artist_id": pa.array([cells[row][0] for row in where], pa.int32()),
            "track_id": pa.array([cells[row][1] for row in where], pa.int32()),
            "country": pa.array([cells[row][2] for row in where], pa.string()),
            "span": pa.array([span] * len(where), pa.int16()),
            "week": pa.array([first] * len(where), pa.date32()),
            "people": pa.array(count[where], pa.int32()),
            "heard": pa.array(heard[where].tolist(), pa.list_(pa.int32())),
        }
    )


def months(last: date) -> list[date]:
    """The first Mondays of the months that interests are about, when ``last`` is the last week that has ended.

    >>> months(date(2020, 12, 14))[-1] + MONTH
    datetime.date(2020, 12, 7)
    """
    after = span_start(last + WEEK, 4)
    return [after - number * MONTH for number in range(MONTHS, 0, -1)]


def liked(cursor: Cursor, last: date) -> list[Favourites]:
    """The true favourites of those months in which somebody listened."""
    found = []
    for month in months(last):
        params = {"begin": month, "end": month + MONTH, "genres": list(TOP_GENRES)}
        if listeners := ask(cursor, sql("marts/listeners"), params)["n"]:
            parts = 2 ** max(0, ceil(log2(listeners / SAMPLE)))
            table = copy_out(cursor, sql("marts/plays"), params | {"parts": parts})
            names = ("listener_id", "artist_id", "track_id", "genre", "plays")
            plays = Plays(*(table[name].to_numpy().astype(np.int64) for name in names))
            found.append(favourites(month, plays))
    return found


def build_interests(cursor: Cursor, key: bytes, last: date) -> None:
    """Rebuild mart.interest from the months that have ended with the week ``last`` (its Monday)."""
    counted = liked(cursor, last)
    cursor.execute("DELETE FROM mart.interest")
    if not counted:
        return
    rows = [
        (one.artist_id, kind, TOP_GENRES[one.item] if kind == "genre" else str(one.item), one)
        for kind, found in zip(("genre", "track"), interests(key, counted, TOP_GENRES), strict=True)
        for one in found
    ]
    columns = {
        "artist_id": pa.array([row[0] for row in rows], pa.int32()),
        "kind": pa.array([row[1] for row in rows], pa.string()),
        "item": pa.array([row[2] for row in rows], pa.string()),
        **{
            name: pa.array(np.array([getattr(row[3], name) for row in rows], np.float32))
            for name in ("share", "of_all", "lift", "low", "high")
        },
        "through": pa.array([counted[-1].week + MONTH - timedelta(days=1)] * len(rows), pa.date32()),
    }
    insert(cursor, "mart.interest", pa.table(columns))


def rewrite_closed_months(work: Work, last: date) -> None:
    """Rewrite months that have ended in the order of artists, each once and in a transaction of its own.

    What an artist is asked about then lies together. Late listens that come after are few, and stay at the end.
    """
    for month in work.warehouse.query(sql("marts/months_to_order"), {"month": f"{last:%Y_%m}"}):
        partition = month["name"]
        with work.warehouse.transaction() as cursor:
            cursor.execute(f"CLUSTER {partition} USING {month['index']}")
            cursor.execute(f"ANALYZE {partition}")
            cursor.execute(f"COMMENT ON TABLE {partition} IS 'in the order of artists'")
        log.info("%s: rewritten in the order of artists.", partition)
