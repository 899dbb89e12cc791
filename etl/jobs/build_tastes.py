"""Build what each listener hears, and what each played in each of the last 26 weeks, by genre.

Reads the listens of the lake that came since, and core.track; fills mart.taste (a row a listener) and mart.variety (a
row a listener and week). Listens that are later than all that is known of their listener are added to that; of whoever
has an older one all is read again, as it is of those who heard a track that is another artist's or genre's now. So a
night costs what came, and what is there is what one build of everything would say, to the bit. What the app heard since
is added where it is asked for (``app.tastes``). Running it again changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession

from etl.machine.exchange import Rows, exchange, workers
from etl.machine.rows import asked
from etl.recommend.taste import LATEST
from etl.store.loads import Books, close_books, stage, through
from etl.store.parts import Part, buckets, files, held, lake, split
from etl.store.storage import Storage
from etl.store.warehouse import Cursor, ask, copy_out, sql
from etl.store.work import Work
from etl.tables import LISTENED, TOP_GENRES

JOB = "build_tastes"
METHOD = "tastes-1"  #: of what is built: another one builds all of it anew

COLUMNS = ["listener_id", "listened_at", "track_id", "listen_id", "heard_pct"]  #: of listens
TASTE = pa.schema(
    [
        ("listener_id", pa.int64()),
        ("track_ids", pa.list_(pa.int32())),
        ("heard", pa.list_(pa.float32())),
        ("listens", pa.list_(pa.int32())),
        ("artist_ids", pa.list_(pa.int32())),
        ("last_at", pa.timestamp("us", "UTC")),
    ]
)
MORE = pa.schema([*TASTE, ("first_at", pa.timestamp("us", "UTC"))])  #: for ``mart.folded``: what came
CAME = pa.schema([("listener_id", pa.int64()), ("first_at", pa.timestamp("us", "UTC"))])
VARIETY = pa.schema([("listener_id", pa.int64()), ("week", pa.date32()), ("listens", pa.list_(pa.int32()))])
WHO = pa.schema([("listener_id", pa.int64())])
TRACKS = pa.schema([("track_id", pa.int32()), ("artist_id", pa.int32()), ("genre", pa.int16())])
PARTS = pa.schema([("part", pa.string()), ("rows", pa.int64()), ("content", pa.string())])
QUESTIONS: dict[str, tuple[pa.Schema, dict[str, int]]] = {
    "buckets/taste": (TASTE, {"latest": LATEST}),
    "buckets/taste_more": (MORE, {}),
}
WEEKS = 26
WEEK = timedelta(days=7)
EPOCH = date(1970, 1, 1)  #: before every listen
A_LOOK = 10  #: listens of others are passed over in the time that one takes


def run(work: Work) -> list[Books]:
    """Bring mart.taste and mart.variety to what the lake says."""
    with lake(work.warehouse, work.storage):
        with work.warehouse.transaction() as cursor:
            # One snapshot: the parts, what is built of them, and tracks belong together.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            since = Since.of(cursor)
            day = through(cursor, "lake/listens")
        told = tell(work, since)
        with work.warehouse.transaction() as cursor:
            # Rows are looked up where they lie: all that there are is not gone through for those of a night.
            cursor.execute("SET LOCAL random_page_cost = 1.1; SET LOCAL work_mem = '256MB'")
            return settle(cursor, work, since, told, day)


@dataclass(frozen=True)
class Since:
    """What came since marts were built."""

    parts: list[Part]  #: all
    new: list[Part]  #: that marts know nothing of
    changed: list[Part]  #: that were others when marts were built
    everybody: bool  #: all is told again
    tracks: pa.Table  #: as of sql/marts/tracks.sql
    not_counted: pa.Table  #: as of sql/marts/tracks_changed.sql

    @classmethod
    def of(cls, cursor: Cursor) -> "Since":
        """What came, as the transaction sees it."""
        cursor.execute("SELECT part, rows, content FROM ops.built_of WHERE method = %s", (METHOD,))
        built = {row["part"]: (row["rows"], row["content"]) for row in cursor}
        parts, genres = held(cursor, "listens"), {"genres": list(TOP_GENRES)}
        lost = any(part not in parts or parts[part].rows < rows for part, (rows, _) in built.items())
        return cls(
            list(parts.values()),
            [one for part, one in parts.items() if part not in built],
            [one for part, one in parts.items() if part in built and built[part] != (one.rows, one.content)],
            lost or not built,  # whose listens are gone is not known
            copy_out(cursor, sql("marts/tracks"), genres),
            copy_out(cursor, sql("marts/tracks_changed"), genres),
        )

    @property
    def first_week(self) -> date:
        """The Monday of the first week that is told."""
        return first_week(max((date.fromisoformat(one.part[4:]) for one in self.parts), default=EPOCH))


def first_week(last: date) -> date:
    """The Monday of the first week that is kept when ``last`` is the last day.

    >>> first_week(date(2020, 12, 21)), first_week(date(2020, 12, 27))
    (datetime.date(2020, 6, 29), datetime.date(2020, 6, 29))
    """
    return last - timedelta(days=last.weekday()) - (WEEKS - 1) * WEEK


@dataclass(frozen=True)
class Told:
    """What is said of listeners."""

    tastes: pa.Table  #: as ``TASTE``: of those of whom all is told again
    more: pa.Table  #: as ``MORE``: of the others to whom something came
    weeks: pa.Table  #: as ``VARIETY``: of the former all, of the latter what came
    anew: pa.Array  #: the former
    listeners: int  #: of how many something is told; counted by itself, but where it is all of everybody


def tell(work: Work, since: Since) -> Told:
    """What is to be said, and of whom."""
    rows = sum(part.rows for part in (since.parts if since.everybody else since.new))
    with workers(work.settings, JOB, rows) as spark:
        if since.everybody:
            tastes, weeks = _asked(work, spark, since, "buckets/taste", since.parts, rows)
            return Told(tastes, MORE.empty_table(), weeks, tastes["listener_id"].combine_chunks(), len(tastes))
        more, weeks = _asked(work, spark, since, "buckets/taste_more", since.new, rows)
        anew, share = _anew(work, since, more)
        came = len(pc.unique(pa.concat_arrays([*more["listener_id"].chunks, anew])))
        if not len(anew):
            return Told(TASTE.empty_table(), more, weeks, anew, came)
        rows = max(rows, int(sum(part.rows for part in since.parts) * max(share, 1 / A_LOOK)))
        with workers(work.settings, JOB, rows) as again:
            tastes, all_weeks = _asked(work, again, since, "buckets/taste", since.parts, rows, anew)
    more, weeks = (table.filter(pc.invert(pc.is_in(table["listener_id"], anew))) for table in (more, weeks))
    return Told(tastes, more, pa.concat_tables([weeks, all_weeks]), anew, came)


def _anew(work: Work, since: Since, more: pa.Table) -> tuple[pa.Array, float]:
    """Of whom all is to be told again, when it came to these; and which share of all listeners they are."""
    changed = [
        work.storage.read_table([path], LISTENED, WHO.names).group_by("listener_id").aggregate([])
        for path, _ in files(work.storage, since.changed)
    ]
    tracks = since.not_counted.filter(pc.equal(since.not_counted["counted"], 1))["track_id"].to_pylist()
    with work.warehouse.transaction() as cursor:
        stage(cursor, "came_in", CAME, [more.select(CAME.names)])
        stage(cursor, "in_changed", WHO, changed)
        anew = copy_out(cursor, sql("marts/taste_anew"), {"changed": tracks})["listener_id"].cast(pa.int64())
        known = ask(cursor, "SELECT count(*) AS listeners FROM mart.taste")["listeners"] if len(anew) else 1
    return anew.combine_chunks(), len(anew) / known


@dataclass(frozen=True)
class _Question:
    """What is asked of the listens of a bucket of listeners, and with it what they played in which week."""

    text: str
    schema: pa.Schema  #: of its answer
    values: Mapping[str, int]
    variety: str
    first: str  #: week
    tracks: pa.Table  #: as of sql/marts/tracks.sql


def _asked(
    work: Work, spark: SparkSession | None, since: Since, name: str, parts: Sequence[Part], rows: int,
    whose: pa.Array | None = None,
) -> tuple[pa.Table, pa.Table]:  # fmt: skip
    """What a question (by name) says of some listeners, or of all, in parts; and their weeks."""
    schema, values = QUESTIONS[name]
    ask_for = _Question(sql(name), schema, values, sql("buckets/variety"), str(since.first_week), since.tracks)
    into, paths = buckets(rows), [path for path, _ in files(work.storage, parts)]
    send = partial(_sent, url=work.storage.url, into=into, whose=whose)
    tasks, alone = ([], [paths]) if into == 1 else ([[path] for path in paths], [])
    answers = exchange(spark, send, tasks, partial(_answered, question=ask_for), rows, alone)
    empty = (schema.empty_table(), VARIETY.empty_table())
    answer, weeks = (pa.concat_tables(tables) for tables in zip(empty, *answers, strict=True))
    return answer, weeks


def _sent(paths: Sequence[str], url: str, into: int, whose: pa.Array | None) -> Iterator[tuple[int, str, pa.Table]]:
    """On a worker: listens by the bucket of their listener."""
    for path in paths:
        rows = Storage(url).read_table([path], LISTENED, COLUMNS)
        rows = rows if whose is None else rows.filter(pc.is_in(rows["listener_id"], whose))
        for bucket, some in split(rows, "listener_id", into):
            yield bucket, "listens", some


def _answered(bucket: int, rows: Rows, question: _Question) -> tuple[pa.Table, pa.Table]:
    """On a worker: what is said of the listeners of a bucket."""
    given = {**rows, "track": question.tracks}
    return (
        asked(question.text, given, question.values).select(question.schema.names).cast(question.schema),
        asked(question.variety, given, {"first": question.first}).cast(VARIETY),
    )


def settle(cursor: Cursor, work: Work, since: Since, told: Told, day: date | None) -> list[Books]:
    """Make the marts what was told, and note what they are built of."""
    parts = {name: [getattr(part, name) for part in since.parts] for name in PARTS.names}
    given = {
        "anew_in": pa.table([told.anew], schema=WHO),
        "taste_in": told.tastes,
        "more_in": told.more,
        "variety_in": told.weeks,
        "track_in": since.not_counted.select(TRACKS.names).cast(TRACKS),
        "built_in": pa.table(parts, schema=PARTS),
    }
    for name, table in given.items():
        stage(cursor, name, table.schema, [table])
    if since.everybody:
        cursor.execute(sql("marts/taste_everybody"))
    cursor.execute(sql("marts/taste_gone"), {"first": since.first_week})
    same, done = ask(cursor, sql("marts/taste_same")), ask(cursor, sql("marts/taste_settle"))
    folded = ask(cursor, sql("marts/taste_more"))["folded"]
    tastes = Books(
        JOB, work.day, "mart.taste", told.listeners, done["inserted"] + done["begun"],
        done["updated"] + folded - done["begun"], same["unchanged"], 0,
    )  # fmt: skip
    weeks = ask(cursor, sql("marts/variety_same")) | ask(cursor, sql("marts/variety_settle"))
    varieties = Books(JOB, work.day, "mart.variety", len(told.weeks), **weeks, quarantined=0)
    cursor.execute(sql("marts/tastes_built"), {"method": METHOD})
    for books in (tastes, varieties):
        close_books(cursor, books, [books.table] if day else [], work.started_at, day)
    if since.everybody:
        cursor.execute("ANALYZE mart.taste, mart.variety")
    return [tastes, varieties]
