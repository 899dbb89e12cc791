"""What the lake keeps of listens, summed up: of days, weeks and spans, for songs and for people.

``lake/songs`` has counts, seconds and, of weeks and more, sketches; ``lake/heard`` how often and how far each listener
heard what, and where. Days are put together from listens, weeks from days, spans of 4 from weeks, those of 16 and 52
from these. A part is made anew when the hash of what it is made of is another one; all else is read as it lies.

Workers ask what a bucket says (``sql/buckets/``). A listener's rows lie together, then an artist's do.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, partial
from hashlib import sha256
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession

from etl.audience import people
from etl.audience.runs import runs
from etl.audience.sketches import hidden, sketch
from etl.audience.spans import SPANS, WEEK, Span
from etl.errors import BooksDoNotBalance
from etl.machine.exchange import Receive, Rows, Send, exchange
from etl.machine.rows import asked
from etl.store.parts import Part, Place, announce, buckets, files, held, publish, split, write
from etl.store.storage import Storage
from etl.store.warehouse import sql
from etl.store.work import Work
from etl.tables import LISTENED

METHODS = {"songs": "audience-3", "heard": "audience-2"}  #: of what is kept in the lake: another one builds it anew

DAY = 0  #: as a span: it is put together from listens
SHORTER = {DAY: DAY, 1: DAY, 4: 1, 16: 4, 52: 4}  #: what a span is put together from
KEPT = {"heard": (DAY, *people.SPANS), "songs": (DAY, 1, *SPANS)}  #: the spans that the lake has of each
BY = {"heard": "listener_id", "songs": "artist_id"}  #: whose rows lie together
REACHED = (-1, 50, 100)  #: of a track, %: whose listeners are sketched; −1: of all, also where it is not known

COUNTS = ("listens", "measured", "heard_s", *(f"heard_{point}" for point in range(10, 100, 10)), "finished")
SEEN = ("seen", "seen_half", "seen_finished")  #: by ``REACHED``
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
SUMS = pa.schema([one for one in SONGS if one.name not in SEEN])
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
CELLS = pa.schema(
    [
        ("artist_id", pa.int32()),
        ("track_id", pa.int32()),  # 0: the artist
        ("country", pa.string()),
        *((f"heard_{number}", pa.int64()) for number in range(people.BINS + 1)),  # last: of whom it is not known
    ]
)
ASKED_FOR = ["listener_id", "artist_id", "track_id", "country", "heard_pct", "origin"]  #: of listens
SCHEMAS = {"listens": pa.schema([LISTENED.field(name) for name in ASKED_FOR]), "songs": SONGS, "heard": HEARD}
NOBODY = sketch([])


@dataclass(frozen=True)
class Asked:
    """What is asked of one span beside its parts: true numbers of people of some artists."""

    artists: frozenset[int] | None  #: of whom; None: of all
    songs: int  #: of an artist that a listener is counted in


@dataclass
class Summed:
    """Parts that are as they should be, and what was asked beside them."""

    parts: dict[str, dict[Span, Part]]
    people: dict[Span, pa.Table] = field(default_factory=dict)  #: true ones, as ``CELLS``
    cells: dict[Span, int] = field(default_factory=dict)  #: artists and songs, of the artists asked for


@dataclass(frozen=True)
class _Source:
    """Files, and what they are put together to: names and parts, and of how many buckets each is."""

    files: tuple[tuple[str, str], ...]  #: name and path of each
    into: tuple[tuple[str, str, int], ...]


@dataclass
class _Sources:
    """What is to be put together: where that is one bucket, all of it at once; else file by file."""

    storage: Storage
    tasks: list[_Source] = field(default_factory=list)
    alone: list[_Source] = field(default_factory=list)
    rows: int = 0

    def add(self, parts: Iterable[Part], names: Iterable[str], span: Span, rows: int) -> None:
        """Put parts together, to what is to be of so many rows at most under some names."""
        into = tuple((name, named(span), buckets(rows)) for name in names)
        of = tuple((part.name, path) for path, part in files(self.storage, parts))
        if buckets(rows) == 1:
            self.alone.append(_Source(of, into))
        else:
            self.tasks += [_Source((one,), into) for one in of]
        self.rows += rows

    def exchange(
        self, spark: SparkSession | None, send: Send[_Source, Place], receive: Receive[Place, "_Done"]
    ) -> list["_Done"]:
        """What becomes of all of it."""
        return exchange(spark, send, self.tasks, receive, self.rows, self.alone)


@dataclass(frozen=True)
class _Done:
    """What became of a bucket."""

    place: Place
    rows: int = 0
    people: pa.Table | None = None
    cells: int = 0


def sum_up(
    work: Work,
    spark: SparkSession | None,
    key: bytes,
    tracks: pa.Table,
    wanted: Mapping[str, Iterable[Span]],
    people_of: Mapping[Span, Asked],
) -> Summed:
    """The parts of some spans, and true numbers of people, after what is missing was made.

    Args:
        work: the job's.
        spark: the session; none: it is done here.
        key: by which listeners are hidden in sketches.
        tracks: track_id, duration_s.
        wanted: spans by name.
        people_of: of which spans people are counted, too.
    """
    with work.warehouse.transaction() as cursor:
        listens = held(cursor, "listens")
        found = {"listens": listens, **{name: held(cursor, name) for name in KEPT}}
    marks = METHODS | {"songs": f"{METHODS['songs']} {sha256(b'sketches' + key).hexdigest()}"}
    content = {name: _contents(marks[name], wanted.get(name, ()), listens) for name in KEPT}
    missing = _missing(wanted, content, found)
    summed = Summed({})
    for size in sorted({size for kept in KEPT.values() for size in kept}):
        made = {name: [one for one in sorted(missing[name]) if one[0] == size] for name in KEPT}
        asked_of = {one: what for one, what in people_of.items() if one[0] == size and one in content["heard"]}
        folders = _folders(work, made)
        if size == DAY:
            done = _days(work, spark, tracks, made, found, folders)
        else:
            done = _spans(work, spark, made["heard"], found, folders)
            _publish(work, made, content, folders, found, done)
            done = _people(work, spark, key, made["songs"], asked_of, found, folders)
        _publish(work, made, content, folders, found, done)
        for one in asked_of:
            of = [bucket for bucket in done if bucket.people is not None and bucket.place.part == named(one)]
            rows = pa.concat_tables([CELLS.empty_table(), *(bucket.people for bucket in of)])
            summed.people[one] = rows.sort_by([(name, "ascending") for name in CELLS.names[:3]])
            summed.cells[one] = sum(bucket.cells for bucket in of)
    summed.parts |= {
        name: {one: found[name][named(one)] for one in wanted.get(name, ()) if one in content[name]} for name in KEPT
    }
    return summed


def named(span: Span) -> str:
    """The name of its part.

    >>> from datetime import date
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


def _contents(mark: str, wanted: Iterable[Span], listens: Mapping[str, Part]) -> dict[Span, str]:
    """What spans, and all that they are put together from, should be made of; none where nobody listened."""
    asked_for, every = [*wanted], set[Span]()
    while asked_for:
        if (one := asked_for.pop()) not in every:
            every.add(one)
            asked_for += within(one)
    content: dict[Span, str] = {}
    for one in sorted(every):  # the shorter ones first
        if one[0] == DAY:
            made_of = [listens[named(one)].content] if named(one) in listens else []
        else:
            made_of = [content[part] for part in within(one) if part in content]
        if made_of:
            content[one] = sha256(" ".join([mark, named(one), *made_of]).encode()).hexdigest()[:16]
    return content


def _missing(
    wanted: Mapping[str, Iterable[Span]],
    content: Mapping[str, Mapping[Span, str]],
    found: Mapping[str, Mapping[str, Part]],
) -> dict[str, set[Span]]:
    """What is not as it should be: it is made of something else than it would be made of now."""
    missing: dict[str, set[Span]] = {"songs": set(), "heard": set()}
    for name, these in missing.items():  # songs are counted by whom the same span has as people
        asked_for = [*wanted.get(name, ()), *(missing["songs"] if name == "heard" else ())]
        while asked_for:
            if (one := asked_for.pop()) in these or one not in content[name]:
                continue
            known = found[name].get(named(one))
            if known is None or known.content != content[name][one]:
                these.add(one)
                asked_for += within(one)
    return missing


def _folders(work: Work, made: Mapping[str, Iterable[Span]]) -> dict[tuple[str, str], str]:
    """Where parts are going to be written, by name and part."""
    folders = {
        (name, named(one)): f"lake/{name}/{named(one)}/{uuid4().hex[:12]}"
        for name, ones in made.items()
        for one in ones
    }
    announce(work.warehouse, folders.values())
    return folders


def _publish(
    work: Work,
    made: Mapping[str, Iterable[Span]],
    content: Mapping[str, Mapping[Span, str]],
    folders: Mapping[tuple[str, str], str],
    found: dict[str, dict[str, Part]],
    done: Iterable[_Done],
) -> None:
    """Let hold what was written."""
    rows: dict[tuple[str, str], int] = {}
    for bucket in done:
        place = bucket.place
        if (place.name, place.part) in folders:
            rows[place.name, place.part] = rows.get((place.name, place.part), 0) + bucket.rows
    parts = [
        Part(name, named(one), rows[name, named(one)], 0, content[name][one], folders[name, named(one)])
        for name, ones in made.items()
        for one in ones
        if (name, named(one)) in rows
    ]
    with work.warehouse.transaction() as cursor:
        publish(cursor, parts)
    for part in parts:
        found[part.name][part.part] = part


def _days(
    work: Work,
    spark: SparkSession | None,
    tracks: pa.Table,
    made: Mapping[str, Iterable[Span]],
    found: Mapping[str, Mapping[str, Part]],
    folders: Mapping[tuple[str, str], str],
) -> list[_Done]:
    """Days, both of songs and of people: listens are read once."""
    sources = _Sources(work.storage)
    for day in sorted({one for ones in made.values() for one in ones}):
        part = found["listens"][named(day)]
        sources.add([part], [name for name, ones in made.items() if day in ones], day, part.rows)
    send = partial(_sent, url=work.storage.url, text=sql("buckets/songs_day"), tracks=tracks)
    return sources.exchange(spark, send, _receive(work, folders))


def _spans(
    work: Work,
    spark: SparkSession | None,
    made: Iterable[Span],
    found: Mapping[str, Mapping[str, Part]],
    folders: Mapping[tuple[str, str], str],
) -> list[_Done]:
    """What people heard in spans, of what they did in shorter ones."""
    sources = _Sources(work.storage)
    for one in made:
        of = _parts_of(one, found["heard"])
        sources.add(of, ["heard"], one, sum(part.rows for part in of))
    send = partial(_sent, url=work.storage.url)
    return sources.exchange(spark, send, _receive(work, folders))


def _people(
    work: Work,
    spark: SparkSession | None,
    key: bytes,
    made: Iterable[Span],
    asked_of: Mapping[Span, Asked],
    found: Mapping[str, Mapping[str, Part]],
    folders: Mapping[tuple[str, str], str],
) -> list[_Done]:
    """What was heard of songs in spans, of what was in shorter ones and of who is in them; and people by country."""
    sources, making = _Sources(work.storage), set(made)
    for one in sorted(making | set(asked_of)):
        heard = found["heard"][named(one)]
        songs = _parts_of(one, found["songs"]) if one in making else []
        sources.add([heard, *songs], ["songs"], one, heard.rows)
    receive = _receive(work, folders, {named(one): what for one, what in asked_of.items()})
    send = partial(_sent, url=work.storage.url, key=key)
    return sources.exchange(spark, send, receive)


def _parts_of(span: Span, found: Mapping[str, Part]) -> list[Part]:
    return [found[named(one)] for one in within(span) if named(one) in found]


def _sent(
    source: _Source, url: str, text: str = "", tracks: pa.Table | None = None, key: bytes = b""
) -> Iterator[tuple[Place, str, pa.Table]]:
    """On a worker: the rows of files by where they are to lie."""
    storage = Storage(url)
    for kind, path in source.files:
        rows = storage.read_table([path], SUMS if kind == "songs" else SCHEMAS[kind])
        for name, part, into in source.into:
            these = rows
            if kind == "heard" and name == "songs":  # a listener is hidden once, not in each artist's place
                these = rows.append_column("hidden", pa.array(hidden(key, rows["listener_id"].to_numpy())))
            elif kind == "listens" and name == "songs":
                these = asked(text, {"listens": rows, "track": tracks}).cast(SUMS)
            elif kind == "listens":
                these = rows.append_column("listens", pa.repeat(pa.scalar(1, pa.int64()), len(rows)))
                these = these.select(HEARD.names)
            for bucket, some in split(these, BY[name], into):
                yield Place(name, part, bucket), name if kind == "listens" else kind, some


def _receive(
    work: Work,
    folders: Mapping[tuple[str, str], str],
    asked_of: Mapping[str, Asked] | None = None,
) -> partial[_Done]:
    texts = {"heard": sql("buckets/heard"), "songs": sql("buckets/songs"), "seen": sql("buckets/songs_seen")}
    return partial(_received, url=work.storage.url, folders=folders, asked_of=dict(asked_of or {}), texts=texts)


def _received(
    place: Place,
    rows: Rows,
    url: str,
    folders: Mapping[tuple[str, str], str],
    asked_of: Mapping[str, Asked],
    texts: Mapping[str, str],
) -> _Done:
    """On a worker: what rows say that lie together, written, and whom of people it is asked."""
    folder, storage = folders.get((place.name, place.part)), Storage(url)
    made = SCHEMAS[place.name].empty_table()
    if place.name == "heard":
        made = asked(texts["heard"], rows).cast(HEARD)
    elif "songs" in rows:
        made = asked(texts["songs"], rows).cast(SUMS)
        made = _with(made, _seen(asked(texts["seen"], rows)) if "heard" in rows else None)
    if folder:
        write(storage, folder, place.bucket, made)
    what = asked_of.get(place.part)
    if what is None or "heard" not in rows:
        return _Done(place, len(made))
    heard = rows["heard"]
    if what.artists is not None:
        heard = heard.filter(pc.is_in(heard["artist_id"], pa.array(sorted(what.artists), pa.int32())))
    return _Done(place, len(made), _cells(heard, what.songs), _artists_and_songs(heard))


def _seen(pairs: pa.Table) -> pa.Table:
    """How many heard each song and each artist, and sketches of them (by ``REACHED``).

    Args:
        pairs: artist, track, listener (hidden) and how far they got, in the order of artists and tracks.
    """
    artist, track, hid, got = (column.to_numpy() for column in pairs.columns)
    begins = runs(artist, track)
    one_alone = cache(lambda who: sketch([who]))  # most songs are heard by few, and who hears many is in many
    sketches, before = [[NOBODY] * len(begins)], np.zeros(len(begins), np.int64)
    for least in REACHED:
        there = got >= least
        count = np.add.reduceat(there, begins, dtype=np.int64)
        who, ends, of = hid[there].tolist(), np.cumsum(count).tolist(), sketches[-1].copy()
        for cell in np.flatnonzero(count != before).tolist():  # who got further is among those who got less far
            some = who[ends[cell - 1] if cell else 0 : ends[cell]]
            of[cell] = sketch(some) if len(some) > 1 else one_alone(some[0]) if some else NOBODY
        sketches.append(of)
        before = count
    return pa.table(
        {
            "artist_id": pa.array(artist[begins]),
            "track_id": pa.array(track[begins]),
            "listeners": pa.array(np.diff(begins, append=len(artist)).astype(np.int32)),
            **{name: pa.array(of, pa.binary()) for name, of in zip(SEEN, sketches[1:], strict=True)},
        }
    )


def _with(sums: pa.Table, seen: pa.Table | None) -> pa.Table:
    """Sums, with who was there where that is known; both in the order of artists and songs.

    Raises:
        BooksDoNotBalance: they are not about the same songs.
    """
    if seen is None:
        none = {name: pa.nulls(len(sums), pa.binary()) for name in SEEN}
        return pa.table({**{name: sums[name] for name in SUMS.names}, **none}, SONGS)
    if any(sums[name] != seen[name] for name in ("artist_id", "track_id")):
        raise BooksDoNotBalance(
            "lake/songs", f"{len(sums)} songs were heard, {len(seen)} by somebody",
            "Nothing was published. Report this: it is a defect of Overtone.",
        )  # fmt: skip
    return pa.table({name: (seen if name in (*SEEN, "listeners") else sums)[name] for name in SONGS.names}, SONGS)


def _cells(heard: pa.Table, songs: int) -> pa.Table:
    """The true numbers of people of artists, all of whose rows these are."""
    country = heard["country"].combine_chunks().dictionary_encode()
    names = country.dictionary.to_pylist()
    place = np.argsort(np.argsort(np.array(names, str)))
    code = np.where(country.is_valid(), place[country.indices.fill_null(0)] if names else 0, -1)
    artist, track, listener, listens, got = (
        heard[name].fill_null(people.UNKNOWN).to_numpy().astype(np.int64)
        for name in ("artist_id", "track_id", "listener_id", "listens", "heard_pct")
    )
    *of, bins = people.counted(artist, track, listener, code, listens, got, songs)
    where = pa.array([*sorted(names), "unknown"], pa.string()).take(pa.array(of[2] % (len(names) + 1)))
    columns = [*(pa.array(one, pa.int32()) for one in of[:2]), where, *(pa.array(one, pa.int64()) for one in bins.T)]
    return pa.table(columns, schema=CELLS)


def _artists_and_songs(heard: pa.Table) -> int:
    """How many artists, and how many of their songs, somebody heard: counted apart from what is told of them."""
    songs = heard.group_by(["artist_id", "track_id"]).aggregate([])
    return len(songs) + len(songs["artist_id"].unique())
