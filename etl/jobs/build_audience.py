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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, partial
from hashlib import sha256
from itertools import chain, pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from etl.audience import people
from etl.audience.interests import MONTHS, Favourites, Plays, favourites, interests
from etl.audience.noise import Ints
from etl.audience.runs import runs
from etl.audience.sketches import hidden, sketch
from etl.audience.spans import RECENT, SPANS, WEEK, Span, last_week, span_start
from etl.errors import SettingInvalid
from etl.machine.spark import session
from etl.store.keys import kept_key
from etl.store.loads import Books, advance, close_books, insert, stage, through
from etl.store.parts import ROWS, Part, announce, buckets, files, held, lake, publish, read, write
from etl.store.storage import Storage
from etl.store.warehouse import Cursor, ask, copy_out, sql
from etl.store.work import Work
from etl.tables import LISTENED, TOP_GENRES

log = logging.getLogger(__name__)

JOB = "build_audience"
KEY = "people_key"  #: the file of the home with the key of the noise
WORLD_KEY = bytes(32)  #: of every made world, as in the demo: its people are invented, and each shows the same
METHOD = "audience-1"  #: of what is kept in the lake: another one builds it anew

MONTH = 4 * WEEK
EVERYBODY = -1  #: in place of an artist: all are due
REACHED = (0, 50, 100)  #: of a track, %: whose listeners are sketched
SAMPLE = 20_000  #: listeners that a month's favourites are counted of at most; of more, a fixed sample

DAY = 0  #: as a span: it is put together from listens
SHORTER = {DAY: DAY, 1: DAY, 4: 1, 16: 4, 52: 4}  #: what a span is put together from
KEPT = {"songs": (DAY, 1, *SPANS), "heard": (DAY, *people.SPANS)}  #: the spans that the lake has of each

COUNTS = ("listens", "heard_s", *(f"heard_{point}" for point in range(10, 100, 10)), "finished")
SEEN = ("seen", "seen_half", "seen_finished")  #: by ``REACHED``
SEEN_OF = ("artist_id", "track_id", "listeners", *SEEN)
SONGS = pa.schema(
    [
        ("artist_id", pa.int32()),
        ("track_id", pa.int32()),  # 0: the artist
        ("synthetic", pa.bool_()),
        *((name, pa.int64()) for name in COUNTS),
        ("listeners", pa.int32()),
        *((name, pa.binary()) for name in SEEN),
    ]
)
HEARD = pa.schema(
    [
        ("listener_id", pa.int64()),
        ("artist_id", pa.int32()),
        ("track_id", pa.int32()),
        ("country", pa.string()),
        ("listens", pa.int64()),
        ("heard_pct", pa.int16()),
    ]
)
PAIR = ("artist_id", "track_id", "listener_id", "heard_pct")
CELLS = pa.schema(
    [
        ("part", pa.string()),
        ("artist_id", pa.int32()),
        ("track_id", pa.int32()),  # 0: the artist
        ("country", pa.string()),
        *((f"heard_{number}", pa.int64()) for number in range(people.BINS)),
    ]
)
NOBODY = sketch([])
NO_SKETCHES: list[bytes | None] = [None] * len(REACHED)
SONG_IN = pa.schema([("span", pa.int16()), ("week", pa.date32()), *SONGS])
SCHEMAS = {"songs": SONGS, "heard": HEARD}
OF_DAY = {"songs": "spark/songs_day", "heard": "spark/heard_day"}
SUMMED = {"songs": "spark/songs", "heard": "spark/heard"}
OF_PART = pa.schema([("part", pa.string())])


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
    months_ = [(4, month) for month in months(last)] if due.weeks and due.weeks[-1] >= months(last)[0] else []
    days = [(DAY, day) for day in sorted(due.unbuilt)]
    wanted = {
        "songs": [*days, *(one for one in due.spans if one[0] in KEPT["songs"])],
        "heard": [*days, *due.spans, *months_],
    }
    with work.warehouse.transaction() as cursor:
        tracks = copy_out(cursor, sql("marts/tracks"), {"genres": list(TOP_GENRES)})
    spark.createDataFrame(tracks).createOrReplaceTempView("track")
    parts = build(work, spark, key, wanted)
    songs = {one: parts["songs"][one] for one in wanted["songs"] if one in parts["songs"]}
    if not due.spans:
        return Counted(songs)
    artists = [(named(one), artist) for one, whose in due.spans.items() for artist in sorted(whose or ())]
    spark.createDataFrame(artists, "part string, artist_id int").createOrReplaceTempView("due")
    rows = [
        (path, named(one), one[0], due.spans[one] is None, people.SONGS if one[0] in people.SONG_SPANS else 0)
        for one in due.spans
        if one in parts["heard"]
        for path, _ in files(work.storage, [parts["heard"][one]])
    ]
    given = pa.schema([*OF_PART, ("weeks", pa.int32()), ("every", pa.bool_()), ("songs", pa.int32())])
    read(spark, work.storage, rows, HEARD, given).createOrReplaceTempView("heard")
    cells = spark.sql(sql("spark/heard_whole")).mapInArrow(_cells, from_arrow_schema(CELLS)).toArrow()
    cells = cells.sort_by([(name, "ascending") for name in CELLS.names[:4]])
    return Counted(
        songs=songs,
        cells=spark.sql(sql("spark/cells")).toArrow()["n"][0].as_py(),
        people={one: cells.filter(pc.equal(cells["part"], named(one))).drop(["part"]) for one in due.spans},
        liked=liked(work, spark, [(one[1], parts["heard"][one]) for one in months_ if one in parts["heard"]])
        if months_
        else None,
    )


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())


def named(span: Span) -> str:
    """The name of its part.

    >>> named((0, date(2020, 12, 21))), named((4, date(2020, 11, 30)))
    ('day=2020-12-21', 'span=4/week=2020-11-30')
    """
    size, first = span
    return f"span={size}/week={first}" if size else f"day={first}"


def within(span: Span) -> list[Span]:
    """The shorter spans that one is put together from; a day from none."""
    size, first = span
    shorter = SHORTER[size]
    step = shorter * WEEK or timedelta(days=1)
    return [(shorter, first + number * step) for number in range(size * WEEK // step)]


def build(
    work: Work, spark: SparkSession, key: bytes, wanted: Mapping[str, Iterable[Span]]
) -> dict[str, dict[Span, Part]]:
    """The parts of the lake of some spans of songs and of people, after those were made that are not as they should be.

    A part is as it should be while it is made of what it would be made of now: of the listens of its days.
    """
    with work.warehouse.transaction() as cursor:
        listens = held(cursor, "listens")
        found = {name: held(cursor, name) for name in wanted}
    marks = {"songs": f"{METHOD} {sha256(b'sketches' + key).hexdigest()}", "heard": METHOD}
    content = {name: _contents(marks[name], ones, listens) for name, ones in wanted.items()}

    def stale(name: str, one: Span) -> bool:
        known = found[name].get(named(one))
        return one in content[name] and (known is None or known.content != content[name][one])

    missing: dict[str, set[Span]] = {name: set() for name in wanted}
    for name in ("songs", "heard"):  # songs are counted by whom the same span has as people
        asked = [*wanted[name], *(missing["songs"] if name == "heard" else ())]
        while asked:
            if (one := asked.pop()) not in missing[name] and stale(name, one):
                missing[name].add(one)
                asked += within(one)
    for size in sorted({size for kept in KEPT.values() for size in kept}):
        made = {name: sorted(one for one in missing[name] if one[0] == size) for name in wanted}
        for name, frame in _summed(work, spark, key, size, made, {"listens": listens, **found}):
            fresh = _write(work, frame, name, {one: content[name][one] for one in made[name]})
            found[name] |= {part.part: part for part in fresh}
        spark.catalog.clearCache()
    return {
        name: {one: found[name][named(one)] for one in ones if one in content[name]} for name, ones in wanted.items()
    }


def _contents(mark: str, wanted: Iterable[Span], listens: Mapping[str, Part]) -> dict[Span, str]:
    """What spans, and all that they are put together from, should be made of; none where nobody listened."""
    asked, every = [*wanted], set[Span]()
    while asked:
        if (one := asked.pop()) not in every:
            every.add(one)
            asked += within(one)
    content: dict[Span, str] = {}
    for one in sorted(every):  # the shorter ones first
        if one[0] == DAY:
            made_of = [listens[named(one)].content] if named(one) in listens else []
        else:
            made_of = [content[part] for part in within(one) if part in content]
        if made_of:
            content[one] = sha256(" ".join([mark, named(one), *made_of]).encode()).hexdigest()[:16]
    return content


def _summed(
    work: Work,
    spark: SparkSession,
    key: bytes,
    size: int,
    made: Mapping[str, Sequence[Span]],
    found: Mapping[str, Mapping[str, Part]],
) -> Iterator[tuple[str, DataFrame]]:
    """What days or spans of one size say of people, and then of songs; each is to be written before the next."""

    def frame(name: str, pairs: Iterable[tuple[Span, Span]], schema: pa.Schema) -> DataFrame:
        """The parts of a name, each as a part of what it is to be part of."""
        listed = [
            (path, named(one))
            for part, one in pairs
            if named(part) in found[name]
            for path, _ in files(work.storage, [found[name][named(part)]])
        ]
        return read(spark, work.storage, listed, schema, OF_PART)

    every = sorted({*made["heard"], *made["songs"]})
    if not every:
        return
    if size == DAY:
        frame("listens", [(one, one) for one in every], LISTENED).persist().createOrReplaceTempView("listens")
    for name in ("heard", "songs"):
        if not made[name]:
            continue
        made_of = [(part, one) for one in made[name] for part in (within(one) or [one])]
        _target(spark, made_of, found["listens" if size == DAY else name])
        parts = spark.sql(sql(OF_DAY[name])) if size == DAY else frame(name, made_of, SCHEMAS[name])
        parts.createOrReplaceTempView("parts")
        if name == "songs":
            frame("heard", [(one, one) for one in made[name]], HEARD).createOrReplaceTempView("pairs")
            seen = partial(_seen, key=key, sketched=size != DAY)
            schema = from_arrow_schema(pa.schema([*OF_PART, *(SONGS.field(one) for one in SEEN_OF)]))
            spark.sql(sql("spark/songs_pairs")).mapInArrow(seen, schema).createOrReplaceTempView("seen")
        yield name, spark.sql(sql(SUMMED[name]))


def _target(spark: SparkSession, made_of: Iterable[tuple[Span, Span]], found: Mapping[str, Part]) -> None:
    """Say into how many buckets each part goes that is made of others."""
    rows: Counter[str] = Counter()
    for part, one in made_of:
        rows[named(one)] += found[named(part)].rows if named(part) in found else 0
    target = [(name, buckets(count)) for name, count in rows.items()]
    spark.createDataFrame(target, "part string, buckets int").createOrReplaceTempView("target")


def _write(work: Work, frame: DataFrame, name: str, content: Mapping[Span, str]) -> list[Part]:
    """Write the parts of a name, and let them hold."""
    folders = {named(one): f"lake/{name}/{named(one)}/{mark}" for one, mark in content.items()}
    announce(work.warehouse, folders.values())
    written = write(frame, work.storage, folders).group_by("part").aggregate([("rows", "sum")]).to_pylist()
    rows = {row["part"]: row["rows_sum"] for row in written}
    parts = [Part(name, named(one), rows[named(one)], 0, mark, folders[named(one)]) for one, mark in content.items()]
    with work.warehouse.transaction() as cursor:
        publish(cursor, parts)
    return parts


def _seen(batches: Iterable[pa.RecordBatch], key: bytes, sketched: bool) -> Iterator[pa.RecordBatch]:
    """On an executor: how many heard each song and each artist (track 0), of rows that lie by artist; and sketches."""
    for part, pairs in _whole_artists(batches):
        cells = seen_of(key if sketched else None, *(pairs[name].to_numpy() for name in PAIR))
        columns = [pa.array(values, SONGS.field(name).type) for name, values in zip(SEEN_OF, cells, strict=True)]
        yield pa.RecordBatch.from_arrays([pa.repeat(part, len(columns[0])), *columns], ["part", *SEEN_OF])


def _whole_artists(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[str, pa.Table]]:
    """Rows that lie by part and artist: those of a part, some at a time, an artist's all together."""
    kept: list[pa.RecordBatch] = []
    for batch in chain(batches, [None]):
        is_last = batch is None
        kept += [] if is_last else [batch]
        if not kept or (not is_last and sum(map(len, kept)) < ROWS):
            continue
        rows = pa.Table.from_batches(kept).combine_chunks()
        part = rows["part"].combine_chunks().dictionary_encode()
        begins = runs(part.indices.to_numpy(), rows["artist_id"].to_numpy())
        end = len(rows) if is_last else int(begins[-1])  # the last artist's may go on
        of = [*runs(part.indices.to_numpy()[:end]), end] if end else []
        for begin, after in pairwise(of):
            yield rows["part"][int(begin)].as_py(), rows.slice(begin, after - begin)
        kept = rows.slice(end).to_batches()


def seen_of(
    key: bytes | None, artist: Ints, track: Ints, listener: Ints, heard: Ints
) -> tuple[list[int], list[int], list[int], list[bytes | None], list[bytes | None], list[bytes | None]]:
    """Who heard each song and each artist (track 0): how many, and sketches by ``REACHED``.

    Args:
        key: by which listeners are hidden; none: there are no sketches.
        artist, track, listener, heard: who heard what, and how much of it (%), shape (n,), all of an artist's.
    """
    order = np.lexsort((listener, track, artist))
    artist, track, listener, heard = (values[order] for values in (artist, track, listener, heard))
    one = runs(artist, track, listener)
    artist, track, listener, most = artist[one], track[one], listener[one], np.maximum.reduceat(heard, one)
    order = np.lexsort((listener, artist))
    both = runs(artist[order], listener[order])
    whole = artist[order][both], listener[order][both], np.maximum.reduceat(most[order], both)
    found: list[tuple[int, int, int, list[bytes | None]]] = []
    for whose, song, who, got in ((artist, track, listener, most), (whole[0], np.zeros_like(whole[0]), *whole[1:])):
        hid = hidden(key, who) if key else who
        begins = runs(whose, song)
        for begin, end in pairwise([*begins.tolist(), len(whose)]):
            sketches = _sketches(hid[begin:end], got[begin:end]) if key else NO_SKETCHES
            found.append((int(whose[begin]), int(song[begin]), end - begin, sketches))
    return (
        *([cell[at] for cell in found] for at in range(3)),
        *([cell[3][at] for cell in found] for at in range(len(REACHED))),
    )  # type: ignore[return-value]


def _sketches(who: Ints, got: Ints) -> list[bytes | None]:
    """The sketches of a cell; two of the same listeners are the same."""
    known: dict[int, bytes] = {0: NOBODY}
    for least in REACHED:
        some = who[got >= least]
        if len(some) not in known:  # who got further is among those who got less far
            known[len(some)] = sketch(some.tolist())
    return [known[int((got >= least).sum())] for least in REACHED]


def _cells(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """On an executor: the true numbers of people, of rows that lie by artist (sql/spark/heard_whole.sql)."""
    for part, rows in _whole_artists(batches):
        country = rows["country"].combine_chunks().dictionary_encode()
        names = country.dictionary.to_pylist()
        place = np.argsort(np.argsort(np.array(names, str)))
        code = np.where(country.is_valid(), place[country.indices.fill_null(0)] if names else 0, -1)
        artist, track, listener, listens, heard = (
            rows[name].to_numpy().astype(np.int64)
            for name in ("artist_id", "track_id", "listener_id", "listens", "heard_pct")
        )
        songs = rows["songs"][0].as_py()
        *of, bins = people.counted(artist, track, listener, code, listens, heard, songs)
        where = pa.array([*sorted(names), "unknown"]).take(pa.array(of[2] % (len(names) + 1)))
        yield pa.RecordBatch.from_arrays(
            [pa.repeat(part, len(bins)), *(pa.array(one, pa.int32()) for one in of[:2]), where, *map(pa.array, bins.T)],
            schema=CELLS,
        )


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


def liked(work: Work, spark: SparkSession, parts: Sequence[tuple[date, Part]]) -> list[Favourites]:
    """The true favourites of some months."""
    rows = [(path, str(month)) for month, part in parts for path, _ in files(work.storage, [part])]
    read(spark, work.storage, rows, HEARD, OF_PART).createOrReplaceTempView("heard")
    plays = spark.sql(sql("spark/plays"), {"sample": SAMPLE}).toArrow()
    found = []
    for month, _ in parts:
        one = plays.filter(pc.equal(plays["part"], str(month)))
        names = ("listener_id", "artist_id", "track_id", "genre", "plays")
        found.append(favourites(month, Plays(*(one[name].to_numpy().astype(np.int64) for name in names))))
    return found


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
