"""Build what each listener hears, and what each played in each of the last 26 weeks, by genre.

Reads the listens of the lake that came since, and core.track; fills mart.taste (a row a listener) and mart.variety (a
row a listener and week). Listens that are later than all that is known of their listener are added to that; of whoever
has an older one, all is read again, as it is of those who heard a track whose genre is another one now. So a night
costs what came, and what is there is what one build of everything would say, to the bit. What the app heard since is
added where it is asked for (``app.tastes``). Running it again changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession

from etl.machine.exchange import Rows, each, exchange, workers
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

COLUMNS = ["listener_id", "listened_at", "artist_id", "track_id", "listen_id", "heard_pct"]  #: of listens
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
VARIETY = pa.schema([("listener_id", pa.int64()), ("week", pa.date32()), ("listens", pa.list_(pa.int32()))])
CAME = pa.schema([("listener_id", pa.int64()), ("first_at", pa.timestamp("us", "UTC")), ("changed", pa.bool_())])
ANEW = pa.schema([("listener_id", pa.int64())])
GENRES = pa.schema([("track_id", pa.int32()), ("place", pa.int16())])
BUILT = pa.schema([("part", pa.string()), ("rows", pa.int64()), ("content", pa.string())])
NOBODY = pa.array([], pa.int64())
WEEKS = 26
EPOCH = date(1970, 1, 1)  #: before every listen
WEEK = timedelta(days=7)
A_LOOK = 10  #: listens of others are passed over in the time that one takes


def run(work: Work) -> list[Books]:
    """Bring mart.taste and mart.variety to what the lake says."""
    with lake(work.warehouse, work.storage):
        with work.warehouse.transaction() as cursor:
            # One snapshot: the parts, what is built of them, and genres belong together.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            since = Since.of(cursor)
            day = through(cursor, "lake/listens")
        told = tell(work, since)
        with work.warehouse.transaction() as cursor:
            cursor.execute("SET LOCAL work_mem = '256MB'")  # or what is grouped is sorted on disk
            return settle(cursor, work, since, told, day)


@dataclass(frozen=True)
class Since:
    """What came since marts were built."""

    parts: Sequence[Part]  #: all
    new: Sequence[Part]  #: that marts know nothing of
    changed: Sequence[Part]  #: that were others when marts were built
    everybody: bool  #: all is told anew
    tracks: pa.Table  #: as of sql/marts/tracks.sql
    genres: pa.Table  #: tracks whose genre is not the one that is counted: track_id, place, counted

    @classmethod
    def of(cls, cursor: Cursor) -> "Since":
        """What came, as the transaction sees it."""
        cursor.execute("SELECT part, rows, content FROM ops.built_of WHERE method = %s", (METHOD,))
        built = {row["part"]: (row["rows"], row["content"]) for row in cursor}
        parts = held(cursor, "listens")
        lost = [part for part, (rows, _) in built.items() if part not in parts or parts[part].rows < rows]
        changed = [one for part, one in parts.items() if part in built and built[part] != (one.rows, one.content)]
        genres = {"genres": list(TOP_GENRES)}
        return cls(
            list(parts.values()),
            [one for part, one in parts.items() if part not in built],
            changed,
            bool(lost) or not built,  # whose listens are gone is not known
            copy_out(cursor, sql("marts/tracks"), genres),
            copy_out(cursor, sql("marts/genres_changed"), genres),
        )

    @property
    def rows(self) -> int:
        """How many listens are in parts that came, or that all is told of."""
        return sum(part.rows for part in (self.parts if self.everybody else (*self.new, *self.changed)))

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


class Answer(NamedTuple):
    """What is said of the listeners of a bucket."""

    anew: pa.Table  #: as ``TASTE``: all that they hear
    more: pa.Table  #: as ``TASTE``, for ``mart.folded``: what came
    weeks: pa.Table  #: as ``VARIETY``: of the former all, of the latter what came


@dataclass(frozen=True)
class Told:
    """What is said of listeners."""

    answer: Answer
    anew: pa.Array  #: the listeners of whom all is told again
    listeners: int  #: of how many something is told; counted by itself, but where it is all of everybody


def tell(work: Work, since: Since) -> Told:
    """What is to be said, and of whom."""
    with workers(work.settings, JOB, since.rows) as spark:
        if since.everybody:
            answer = _answer(work, spark, since, dict.fromkeys(since.parts, True), NOBODY, since.rows)
            anew = answer.anew["listener_id"].combine_chunks()
            return Told(answer, anew, len(anew))
        came = _came(work, spark, since)
        with work.warehouse.transaction() as cursor:
            stage(cursor, "listen_in", CAME, [came])
            regenred = since.genres.filter(pc.equal(since.genres["counted"], 1))["track_id"].to_pylist()
            found = copy_out(cursor, sql("marts/taste_anew"), {"regenred": regenred})
            known = ask(cursor, "SELECT count(*) AS listeners FROM mart.taste")["listeners"]
        anew = found["listener_id"].cast(pa.int64()).combine_chunks()
        parts, rows = dict.fromkeys(since.new, True), sum(part.rows for part in since.new)
        if len(anew):
            others = [part for part in since.parts if part not in parts]
            parts |= dict.fromkeys(others, False)
            rows += int(sum(part.rows for part in others) * max(len(anew) / max(known, 1), 1 / A_LOOK))
        with workers(work.settings, JOB, max(rows, since.rows)) as spark:
            answer = _answer(work, spark, since, parts, anew, rows)
    return Told(answer, anew, len(pc.unique(pa.concat_arrays([came["listener_id"].combine_chunks(), anew]))))


def _came(work: Work, spark: SparkSession | None, since: Since) -> pa.Table:
    """To whom listens came, when the first was, and whether a part changed that they are in; as ``CAME``."""
    parts = dict.fromkeys(since.new, False) | dict.fromkeys(since.changed, True)
    tasks = [(path, parts[part]) for path, part in files(work.storage, parts)]
    found = each(spark, partial(_first, url=work.storage.url), tasks, since.rows)
    came = pa.concat_tables([CAME.empty_table(), *found]).group_by("listener_id")
    return came.aggregate([("first_at", "min"), ("changed", "max")]).rename_columns(CAME.names).cast(CAME)


def _first(task: tuple[str, bool], url: str) -> pa.Table:
    """On a worker: to whom the listens of a file came, and when the first was."""
    path, changed = task
    rows = Storage(url).read_table([path], LISTENED, COLUMNS[:2]).group_by("listener_id")
    first = rows.aggregate([("listened_at", "min")])
    return pa.table([*first.columns, pa.repeat(changed, len(first))], schema=CAME)


def _answer(
    work: Work, spark: SparkSession | None, since: Since, parts: Mapping[Part, bool], anew: pa.Array, rows: int
) -> Answer:
    """What parts say, of everybody (True) or of those of whom all is told again; they are about so many rows."""
    into = buckets(rows)
    sources = [_Source(path, parts[part]) for path, part in files(work.storage, parts)]
    tasks, alone = ([], [sources]) if into == 1 else ([[one] for one in sources], [])
    send = partial(_sent, url=work.storage.url, into=into, anew=anew, everybody=since.everybody)
    texts = {name: sql(f"buckets/{name}") for name in ("taste", "taste_more", "variety")}
    receive = partial(_answered, texts=texts, tracks=since.tracks, first=str(since.first_week))
    nothing = Answer(TASTE.empty_table(), TASTE.empty_table(), VARIETY.empty_table())
    answers = [nothing, *exchange(spark, send, tasks, receive, rows, alone)]
    return Answer(*(pa.concat_tables(tables) for tables in zip(*answers, strict=True)))


class _Source(NamedTuple):
    """A file of listens, and whether all of its listeners are asked for."""

    path: str
    whole: bool


def _sent(
    sources: Sequence[_Source], url: str, into: int, anew: pa.Array, everybody: bool
) -> Iterator[tuple[int, str, pa.Table]]:
    """On a worker: listens by the bucket of their listener, and by whether all is told of them again."""
    storage = Storage(url)
    for one in sources:
        rows = storage.read_table([one.path], LISTENED, COLUMNS)
        again = pc.is_in(rows["listener_id"], anew) if len(anew) else pa.repeat(everybody, len(rows))
        for kind, wanted in (("anew", again), ("more", pc.invert(again))):
            if kind == "anew" or one.whole:
                for bucket, some in split(rows.filter(wanted), "listener_id", into):
                    yield bucket, kind, some


def _answered(bucket: int, rows: Rows, texts: Mapping[str, str], tracks: pa.Table, first: str) -> Answer:
    """On a worker: what is said of the listeners of a bucket."""
    nothing = LISTENED.empty_table().select(COLUMNS)
    anew, more = ({"listens": rows.get(kind, nothing), "track": tracks} for kind in ("anew", "more"))
    both = {"listens": pa.concat_tables([anew["listens"], more["listens"]]), "track": tracks}
    return Answer(
        asked(texts["taste"], anew, {"latest": LATEST}).cast(TASTE),
        asked(texts["taste_more"], more).cast(TASTE),
        asked(texts["variety"], both, {"first": first}).cast(VARIETY),
    )


def settle(cursor: Cursor, work: Work, since: Since, told: Told, day: date | None) -> list[Books]:
    """Make the marts what was told, and note what they are built of."""
    answer = told.answer
    stage(cursor, "anew_in", ANEW, [pa.table([told.anew], schema=ANEW)])
    if since.everybody:
        cursor.execute(sql("marts/taste_everybody"))
    for name, table in (("taste_in", answer.anew), ("more_in", answer.more), ("variety_in", answer.weeks)):
        stage(cursor, name, table.schema, [table])
    stage(cursor, "genre_in", GENRES, [since.genres.select(GENRES.names).cast(GENRES)])
    built = {name: [getattr(part, name) for part in since.parts] for name in BUILT.names}
    stage(cursor, "built_in", BUILT, [pa.table(built, schema=BUILT)])
    cursor.execute(sql("marts/taste_gone"), {"first": since.first_week})
    same, done = ask(cursor, sql("marts/taste_same")), ask(cursor, sql("marts/taste_settle"))
    folded = ask(cursor, sql("marts/taste_more"))["folded"]
    tastes = Books(
        JOB, work.day, "mart.taste", told.listeners, done["inserted"] + done["begun"],
        done["updated"] + folded - done["begun"], same["unchanged"], 0,
    )  # fmt: skip
    weeks = ask(cursor, sql("marts/variety_same")) | ask(cursor, sql("marts/variety_settle"))
    varieties = Books(JOB, work.day, "mart.variety", len(answer.weeks), **weeks, quarantined=0)
    cursor.execute(sql("marts/tastes_built"), {"method": METHOD})
    for books in (tastes, varieties):
        close_books(cursor, books, [books.table] if day else [], work.started_at, day)
    if since.everybody:
        cursor.execute("ANALYZE mart.taste, mart.variety")
    return [tastes, varieties]
