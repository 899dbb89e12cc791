"""Build what the Audience page reads, for the days and artists whose listens changed.

Reads the listens of the lake, core.track, and in ops.audience_due what changed. Spark sums up each day that changed,
once for songs (counts, seconds and sketches) and once for people (how often and how far each listener heard what), and
puts the days together to weeks and these to spans of 4, 16 and 52 weeks, all in the lake: what did not change is read
from there. One transaction then replaces what is due in mart.audience_day, in mart.audience and, of spans that have
ended, in mart.people, and what follows from these: mart.genre_curve and mart.interest. So pages see one state. Running
it again changes nothing.

It is a job of its own: pages read nothing but marts, so these need not be part of a load to be consistent.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, partial
from hashlib import sha256
from math import ceil, log2

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession

from etl.audience import people
from etl.audience.interests import MONTHS, Favourites, Plays, favourites, interests
from etl.audience.spans import RECENT, WEEK, Span, last_week, span_start
from etl.errors import SettingInvalid
from etl.jobs.sum_up import DAY, HEARD, KEPT, SONGS, Asked, sum_up
from etl.machine.exchange import each
from etl.machine.rows import asked
from etl.machine.spark import session
from etl.store.keys import kept_key
from etl.store.loads import Books, advance, close_books, insert, stage, through
from etl.store.parts import Part, bucket_of, files, held, lake
from etl.store.storage import Storage
from etl.store.warehouse import Cursor, ask, copy_out, sql
from etl.store.work import Work
from etl.tables import TOP_GENRES

log = logging.getLogger(__name__)

JOB = "build_audience"
KEY = "people_key"  #: the file of the home with the key of the noise
WORLD_KEY = bytes(32)  #: of every made world, as in the demo: its people are invented, and each shows the same

MONTH = 4 * WEEK
EVERYBODY = -1  #: in place of an artist: all are due
REACHED = (0, 50, 100)  #: of a track, %: whose listeners are sketched
SAMPLE = 20_000  #: listeners that a month's favourites are counted of at most; of more, a fixed sample

SONG_IN = pa.schema([("span", pa.int16()), ("week", pa.date32()), *SONGS])


def run(work: Work) -> list[Books]:
    """Rebuild what is due."""
    with lake(work.warehouse, work.storage):
        with work.warehouse.transaction() as cursor:
            day, key = through(cursor, "lake/listens"), people_key(work, cursor)
            due, counted = Due.of(cursor, last_week(day), key.is_new) if day else Due(), Counted()
        if day and (due.spans or due.unbuilt):
            with session(work.settings, JOB) as spark:
                counted = count(work, spark, key.key, due, last_week(day))
        with work.warehouse.transaction() as cursor:
            return [settle(work, cursor, key, due, counted, day)]


@dataclass(frozen=True)
class Due:
    """What is to be told anew: artists by day; the days whose own mart is; and the spans, and of whom."""

    days: dict[date, set[int]] = field(default_factory=dict)
    unbuilt: set[date] = field(default_factory=set)
    spans: dict[Span, set[int] | None] = field(default_factory=dict)  #: that have ended; None: of everybody

    @classmethod
    def of(cls, cursor: Cursor, last: date, every: bool) -> "Due":
        """What is due: spans in which something changed, and those that ended since marts were built.

        Args:
            cursor: of any transaction.
            last: the last week that has ended (its Monday).
            every: all that there is, whatever changed.
        """
        cursor.execute(sql("marts/due"))
        rows = cursor.fetchall()
        days = {row["day"]: set(row["artists"]) for row in rows}
        before = through(cursor, "mart.audience")
        if every and (parts := sorted(held(cursor, "listens"))):
            before = date.fromisoformat(parts[0][4:]) - timedelta(days=1)
        spans: dict[Span, set[int] | None] = {}
        for size in people.SPANS:
            ended = span_start(last + WEEK, size) - size * WEEK  # the last one that has
            for day, artists in days.items():
                if (first := span_start(_week(day), size)) <= ended:
                    spans[size, first] = (spans.get((size, first)) or set()) | artists
            new = span_start(_week(before + timedelta(days=1)), size) if before else ended + WEEK
            while new <= ended:
                spans[size, new] = None
                new += size * WEEK
        return cls(days, {row["day"] for row in rows if row["unbuilt"]}, dict(sorted(spans.items())))

    @cached_property
    def weeks(self) -> list[date]:
        """The weeks (their Mondays) that have ended and in which something is due."""
        return [first for (size, first), _ in self.spans.items() if size == 1]


@dataclass(frozen=True)
class Counted:
    """What was counted of all that is due."""

    songs: dict[Span, Part] = field(default_factory=dict)
    cells: int = 0  #: of weeks, counted by themselves
    people: dict[Span, pa.Table] = field(default_factory=dict)  #: true ones, as ``CELLS``
    liked: list[Favourites] | None = None  #: true ones; None: no month is due


def count(work: Work, spark: SparkSession, key: bytes, due: Due, last: date) -> Counted:
    """Bring the parts of the lake up to date that what is due hangs on, and count."""
    liked_in = months(last) if any((4, month) in due.spans for month in months(last)) else []
    days = [(DAY, day) for day in sorted(due.unbuilt)]
    wanted = {
        "songs": [*days, *(one for one in due.spans if one[0] in KEPT["songs"])],
        "heard": [*days, *due.spans, *((4, month) for month in liked_in)],
    }
    with work.warehouse.transaction() as cursor:
        tracks = copy_out(cursor, sql("marts/tracks"), {"genres": list(TOP_GENRES)})
    asked_of = {
        one: Asked(None if whose is None else frozenset(whose), people.SONGS if one[0] in people.SONG_SPANS else 0)
        for one, whose in due.spans.items()
    }
    summed = sum_up(work, spark, key, tracks.select(["track_id", "duration_s"]), wanted, asked_of)
    heard = summed.parts["heard"]
    return Counted(
        songs=summed.parts["songs"],
        cells=sum(cells for one, cells in summed.cells.items() if one[0] == 1),
        people=summed.people,
        liked=liked(work, spark, tracks, [(month, heard[4, month]) for month in liked_in if (4, month) in heard])
        if liked_in
        else None,
    )


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())


def settle(work: Work, cursor: Cursor, key: "PeopleKey", due: Due, counted: Counted, day: date | None) -> Books:
    """Make the marts what was counted."""
    if key.is_new:
        cursor.execute(sql("marts/people_anew"), {"fingerprint": key.fingerprint})
    whose = [(*one, artist) for one, artists in due.spans.items() for artist in sorted(artists or {EVERYBODY})]
    whose += [(DAY, one, artist) for one in sorted(due.unbuilt) for artist in sorted(due.days[one])]
    spans, firsts, artists = ([row[at] for row in whose] for at in range(3))
    cursor.execute(sql("marts/audience_due"), {"spans": spans, "firsts": firsts, "artists": artists})
    stage(cursor, "song_in", SONG_IN, _due_rows(work.storage, due, counted.songs))
    cells = ask(cursor, sql("marts/audience"))
    for (span, first), table in counted.people.items():
        if (rows := told(key.key, span, first, table)).num_rows:
            insert(cursor, "mart.people", rows)
    if day:
        last = last_week(day)
        cursor.execute(sql("marts/audience_done"), {"open": last + WEEK})
        if due.weeks and due.weeks[-1] > last - RECENT * WEEK:
            cursor.execute(sql("marts/genre_curve"), {"last_week": last})
        if counted.liked is not None:
            tell_interests(cursor, key.key, counted.liked)
        cursor.execute("ANALYZE mart.audience, mart.audience_day, mart.interest, mart.people")
    # A cell that was there is replaced, whether or not its numbers are others now.
    books = Books(job=JOB, day=work.day, table="mart.audience", rows_in=counted.cells, **cells, unchanged=0,
                  quarantined=0)  # fmt: skip
    close_books(cursor, books, [], work.started_at)
    if day:
        advance(cursor, "mart.audience", last + WEEK - timedelta(days=1))
        advance(cursor, "mart.audience_day", day)
    return books


def _due_rows(storage: Storage, due: Due, songs: Mapping[Span, Part]) -> Iterator[pa.Table]:
    """What is said of songs in some spans, of the artists that are due."""
    for one, part in songs.items():
        span, first = one
        whose = due.spans[one] if span else due.days[first]
        for path, _ in files(storage, [part]):
            rows = storage.read_table([path], SONGS)
            if whose is not None:
                rows = rows.filter(pc.is_in(rows["artist_id"], pa.array(sorted(whose), pa.int32())))
            at = [pa.repeat(pa.scalar(span, pa.int16()), len(rows)), pa.repeat(pa.scalar(first), len(rows))]
            yield pa.table([*at, *rows.columns], schema=SONG_IN)


@dataclass(frozen=True)
class PeopleKey:
    """With what people are hidden, and whether what is told was hidden with another one, or nothing is told yet."""

    key: bytes
    fingerprint: str
    is_new: bool


def people_key(work: Work, cursor: Cursor) -> PeopleKey:
    """The key that the noise of people is drawn with.

    Raises:
        SettingInvalid: the database's people were drawn with another one. Two draws of one number tell more than one.
    """
    kept = kept_key(work.settings.home, KEY)
    kept_mark, world_mark = (sha256(b"people" + key).hexdigest() for key in (kept, WORLD_KEY))
    invented = work.settings.demo or work.settings.synthetic.kind == "world"
    known = ask(cursor, "SELECT min(fingerprint) AS mark FROM ops.people_key")["mark"]
    if known is None or (known == world_mark and not invented):
        return PeopleKey(WORLD_KEY, world_mark, True) if invented else PeopleKey(kept, kept_mark, True)
    if known not in (kept_mark, world_mark):
        raise SettingInvalid(
            f"{work.settings.home / KEY}", "it is not the key with which people by country were hidden so far",
            f"Copy the file {KEY} from the home that built them. If it is lost: DELETE FROM ops.people_key, and all "
            "are drawn anew with this one.",
        )  # fmt: skip
    return PeopleKey(kept if known == kept_mark else WORLD_KEY, known, False)


def told(key: bytes, span: int, first: date, table: pa.Table) -> pa.Table:
    """The rows of mart.people that may be told of true ones (``CELLS``)."""
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


def liked(work: Work, spark: SparkSession, tracks: pa.Table, parts: Sequence[tuple[date, Part]]) -> list[Favourites]:
    """The true favourites of some months; of many listeners those of a fixed sample, by a hash."""
    paths = [(path, month) for month, part in parts for path, _ in files(work.storage, [part])]
    rows = sum(part.rows for _, part in parts)
    counted = each(spark, partial(_listeners, url=work.storage.url), [path for path, _ in paths], rows)
    listeners = Counter[date]()
    for (_, month), count in zip(paths, counted, strict=True):
        listeners[month] += count
    one_of = {month: 2 ** max(0, ceil(log2(count / SAMPLE))) for month, count in listeners.items()}
    played = partial(_played, url=work.storage.url, text=sql("buckets/plays"), tracks=tracks)
    plays = each(spark, played, [(path, one_of[month]) for path, month in paths], rows)
    found = []
    for month, _ in parts:
        these = pa.concat_tables([rows for (_, of), rows in zip(paths, plays, strict=True) if of == month])
        these = these.sort_by([("listener_id", "ascending"), ("track_id", "ascending")])
        names = ("listener_id", "artist_id", "track_id", "genre", "plays")
        found.append(favourites(month, Plays(*(these[name].to_numpy().astype(np.int64) for name in names))))
    return found


def _listeners(path: str, url: str) -> int:
    """On a worker: how many listeners a file of lake/heard is about."""
    return len(Storage(url).read_table([path], HEARD, ["listener_id"])["listener_id"].unique())


def _played(task: tuple[str, int], url: str, text: str, tracks: pa.Table) -> pa.Table:
    """On a worker: what one in so many listeners of a file of lake/heard played."""
    path, one_of = task
    heard = Storage(url).read_table([path], HEARD, ["listener_id", "track_id", "listens"])
    heard = heard.filter(pa.array(bucket_of(heard["listener_id"].to_numpy(), one_of) == 0))
    return asked(text, {"heard": heard, "track": tracks})


def tell_interests(cursor: Cursor, key: bytes, counted: list[Favourites]) -> None:
    """Rebuild mart.interest from the true favourites of months."""
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
