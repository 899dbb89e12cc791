"""Ingest listens, and what is known of listeners, friendships and influencers.

Reads every listens drop up to the day that is not loaded yet, and the day's own; fills the listens of the lake (each in
the day that it was in, also a late one), activity.listener, activity.friendship and activity.influencer, and notes for
the marts which days of which artists changed. Running it again parses nothing and changes nothing. A night without a
drop ends well: not everybody has listens.

Each day is written anew that a listen comes to, beside what holds, by Spark where it is much; one transaction lets all
of it hold.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.contracts import Reason, check_share
from etl.drops.lake import MAX_RAW, Parsed, once, settle, stage_rows
from etl.drops.landing import LandedFile, landed
from etl.errors import BooksDoNotBalance
from etl.machine.exchange import Rows, each, exchange, workers
from etl.machine.rows import asked
from etl.sources import listens
from etl.store.loads import Books, advance, close_books, merge, quarantine
from etl.store.parts import Part, Place, announce, buckets, files, held, lake, publish, split, write
from etl.store.storage import Storage
from etl.store.warehouse import Cursor, copy_out, sql
from etl.store.work import Work
from etl.tables import LISTENED, REFUSED

log = logging.getLogger(__name__)

JOB = "ingest_listens"

MAX_RAWS = 100_000  #: refused rows of a file whose bytes are kept; so many are a file of another kind

#: Listens on their way into the lake: ``file`` and ``position`` say which of several that are one comes last.
STAGED = pa.schema(
    [*(one for one in LISTENED if one.name != "artist_id"), ("file", pa.int32()), ("position", pa.int64())]
)
UNKNOWN = pa.schema([STAGED.field(name) for name in ("file", "position", "track_id")])

#: Kinds beside listens: their table, and what tells its rows apart.
OTHERS = {
    "listeners": ("activity.listener", ("listener_id",)),
    "friendships": ("activity.friendship", ("listener_a", "listener_b")),
    "influencers": ("activity.influencer", ("influencer_id",)),
}


def run(work: Work) -> list[Books]:
    """Load what was landed up to the day and is not loaded."""
    found = [file for file in landed(work.storage, "listens") if file.day <= work.day]
    loaded = {row["source"]: row for row in work.warehouse.query("SELECT * FROM ops.listens_loaded")}
    revision = work.warehouse.query("SELECT coalesce(max(revision), 0) AS last FROM core.track")[0]["last"]
    unknown = {
        row["source"]
        for row in work.warehouse.query(
            "SELECT DISTINCT source FROM ops.quarantine WHERE job = %s AND reason = %s", (JOB, Reason.UNKNOWN_TRACK)
        )
    }

    def is_new(file: LandedFile) -> bool:
        known = loaded.get(file.path)
        return (
            file.day == work.day
            or known is None
            or known["parser"] != listens.PARSER
            or (file.path in unknown and known["catalogue"] < revision)
        )

    fresh = [file for file in found if is_new(file)]
    parsed = {kind: {file: _parse(work, file) for file in fresh if file.kind == kind} for kind in ("listens", *OTHERS)}
    with lake(work.warehouse, work.storage, alone=True):
        carry(work)
        taken = _take_listens(work, parsed["listens"]) if parsed["listens"] else None
        with work.warehouse.transaction() as cursor:
            loads = [_settle_listens(work, cursor, parsed["listens"], *taken)] if taken else []
            loads += [_load_others(work, cursor, parsed[kind], kind) for kind in OTHERS if parsed[kind]]
            if loads:
                refused = pa.concat_tables(refused for _, refused in loads)
                quarantine(cursor, JOB, [file.path for file in fresh], refused)
            sources, days = [file.path for file in fresh], [file.day for file in fresh]
            cursor.execute(
                sql("loads/listens_loaded"),
                {"parser": listens.PARSER, "catalogue": revision, "sources": sources, "days": days},
            )
            books = [one for one, _ in loads] or [Books(JOB, work.day, "lake/listens", 0, 0, 0, 0, 0)]
            for one in books:
                close_books(cursor, one, [], work.started_at)
            for kind, table in (("listens", "lake/listens"), *((kind, table) for kind, (table, _) in OTHERS.items())):
                # A table is complete to its latest drop up to the day: all earlier ones are in.
                if landed_on := [file.day for file in found if file.kind == kind]:
                    advance(cursor, table, max(landed_on))
    return books


def _parse(work: Work, file: LandedFile) -> Parsed:
    table = listens.KINDS[file.kind]
    write = partial(_write, work.storage, file)
    return once(work.storage, file, table, listens.PARSER, write, work.max_bad_share)


def _write(storage: Storage, file: LandedFile, folder: str) -> dict[str, Any]:
    reasons: Counter[str] = Counter()
    refused: list[pa.Table] = []
    count = 0
    with storage.open(file.path) as stream:
        for part in listens.read(stream, file.path, file.kind, file.day):
            rows = part.good.add_column(
                part.good.num_columns - 1, "day", pa.array([file.day] * len(part.good), pa.date32())
            )
            storage.write_table(f"{folder}/rows/{count:012d}.parquet", rows)
            count += len(rows)
            reasons.update(part.refused["reason"].to_pylist())
            refused.append(part.refused)
    if reasons:
        storage.write_table(f"{folder}/refused/0.parquet", _with_raw(storage, file, pa.concat_tables(refused)))
    return {"rows": count, "refused": dict(reasons)}


def _with_raw(storage: Storage, file: LandedFile, refused: pa.Table) -> pa.Table:
    """Refused rows (position, reason, detail) with where they are from, and their bytes."""
    positions = refused["position"].to_pylist()
    with storage.open(file.path) as stream:
        raws = listens.raw_rows(stream, file.path, positions[:MAX_RAWS])
    columns = [
        pa.array([file.day] * len(refused), pa.date32()),
        pa.array([file.path] * len(refused), pa.string()),
        *refused.columns,
        pa.array([raws.get(position, b"")[:MAX_RAW] for position in positions], pa.binary()),
    ]
    return pa.table(columns, schema=REFUSED)


@dataclass(frozen=True)
class Taken:
    """What became of staged listens, each number counted by itself."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    superseded: int = 0
    parts: list[Part] = field(default_factory=list)  #: that are to hold
    due: dict[str, list[int]] = field(default_factory=dict)  #: artists whose listens changed, by day
    unknown: pa.Table = field(default_factory=UNKNOWN.empty_table)  #: of a track that the catalogue does not have

    def publish(self, cursor: Cursor) -> None:
        """Let it hold, and be due in the marts."""
        publish(cursor, self.parts)
        for day, artists in self.due.items():
            cursor.execute(sql("loads/listens_due"), {"day": day, "artists": artists})


@dataclass(frozen=True)
class Staged:
    """Listens on their way into the lake: the rows themselves, or a file of them, parsed or as ``STAGED``."""

    file: int = 0  #: its place among these
    path: str = ""
    made: bool = False  #: all of them were
    rows: pa.Table | None = None

    def read(self, storage: Storage, columns: Sequence[str] = STAGED.names) -> pa.Table:
        """Columns of ``STAGED``."""
        rows, wanted = self.rows, pa.schema([STAGED.field(name) for name in columns])
        if rows is None:
            with storage.open(self.path) as stream:
                rows = pq.ParquetFile(stream).read([*columns, "synthetic"])  # those that it has
        given = {"file": pa.repeat(self.file, len(rows))}
        if "origin" in columns and "origin" not in rows.column_names:
            given["origin"] = pc.if_else(
                pc.fill_null(pc.or_kleene(rows["synthetic"], self.made), False), "made", "file"
            )
        found = [(given[one.name] if one.name in given else rows[one.name]).cast(one.type) for one in wanted]
        return pa.table(found, schema=wanted)


@dataclass(frozen=True)
class _Written:
    """What became of a bucket of a day."""

    place: Place
    rows: int
    made: int
    superseded: int
    marks: int  #: a hash of what its rows say, which those of several buckets add to
    changes: dict[str, int]
    whose: list[int]  #: artists whose listens changed


def take_in(work: Work, staged: Sequence[Staged], rows: int) -> Taken:
    """Write the days that staged listens are of anew, these among what is known of them.

    To be called with the lake ``alone``, until what it found is published.

    Args:
        work: the job's.
        staged: all that is to come in.
        rows: how many these are, about.

    Raises:
        BooksDoNotBalance: a listen that was there was lost.
    """
    with work.warehouse.transaction() as cursor:
        before = held(cursor, "listens")
        tracks = copy_out(cursor, "SELECT track_id, artist_id FROM core.track")
    with workers(work.settings, JOB, rows) as spark:
        looked = each(spark, partial(_looked_at, url=work.storage.url, tracks=tracks), staged, rows)
        count: Counter[str] = Counter()
        for days, _ in looked:
            count.update(days)
        known = [before[part] for part in count if part in before]
        folders = {part: f"lake/listens/{part}/{uuid4().hex[:12]}" for part in count}
        announce(work.warehouse, folders.values())
        there = Counter({part.part: part.rows for part in known})
        into = {part: buckets(n + there[part]) for part, n in count.items()}
        tasks = [*staged, *((path, part.part) for path, part in files(work.storage, known))]
        send = partial(_sent, url=work.storage.url, tracks=tracks, into=into)
        receive = partial(_received, url=work.storage.url, folders=folders, text=sql("buckets/listens"))
        rows += there.total()
        with workers(work.settings, JOB, rows) as spark:  # the same session, if there was one
            written = sorted(exchange(spark, send, tasks, receive, rows), key=lambda one: one.place)
    changes: Counter[str] = Counter()
    for one in written:
        changes.update(one.changes)
    left = changes.total() - changes["inserted"]
    if left != there.total():
        raise BooksDoNotBalance(
            f"{work.day}: the lake's days of these listens",
            f"{there.total()} listens were there, {left} are accounted for",
            "Nothing was published. Report this: it is a defect of Overtone.",
        )
    of = {part: [one for one in written if one.place.part == part] for part in folders}
    due = {part: sorted({artist for one in ones for artist in one.whose}) for part, ones in of.items()}
    return Taken(
        inserted=changes["inserted"],
        updated=changes["updated"],
        unchanged=changes["unchanged"],
        superseded=sum(one.superseded for one in written),
        parts=[_part(part, of[part], folders[part]) for part, artists in due.items() if artists],
        due={part[4:]: artists for part, artists in due.items() if artists},
        unknown=pa.concat_tables([UNKNOWN.empty_table(), *(rows for _, rows in looked)]),
    )


def _part(part: str, written: Sequence[_Written], folder: str) -> Part:
    content = f"{sum(one.marks for one in written) % 2**64:016x}"  # however many buckets there are
    return Part("listens", part, sum(one.rows for one in written), sum(one.made for one in written), content, folder)


def with_artist(rows: pa.Table, tracks: pa.Table) -> pa.Table:
    """Listens of the tracks that the catalogue has, each with its artist.

    Args:
        rows: listens.
        tracks: track_id, artist_id.
    """
    at = pc.index_in(rows["track_id"], tracks["track_id"].cast(pa.int32()))
    return rows.append_column("artist_id", tracks["artist_id"].cast(pa.int32()).take(at)).filter(pc.is_valid(at))


def days_of(listened_at: pa.ChunkedArray) -> pa.ChunkedArray:
    """The days of times (µs, UTC)."""
    return listened_at.cast(pa.timestamp("us")).cast(pa.date32())


def _looked_at(staged: Staged, url: str, tracks: pa.Table) -> tuple[dict[str, int], pa.Table]:
    """How many listens are of which day, and those of tracks that the catalogue does not have."""
    rows = staged.read(Storage(url), ["listened_at", *UNKNOWN.names])
    known = pc.is_in(rows["track_id"], tracks["track_id"].cast(pa.int32()))
    days = pc.value_counts(days_of(rows.filter(known)["listened_at"]))
    count = {f"day={one['values']}": one["counts"] for one in days.to_pylist()}
    return count, rows.filter(pc.invert(known)).select(UNKNOWN.names)


def _sent(
    task: Staged | tuple[str, str], url: str, tracks: pa.Table, into: Mapping[str, int]
) -> Iterator[tuple[Place, str, pa.Table]]:
    """On a worker: staged listens by their day, or those that a day has, by listener."""
    storage = Storage(url)
    if isinstance(task, Staged):
        rows = with_artist(task.read(storage), tracks)
        of_day = days_of(rows["listened_at"])
        by_day = [(f"day={day}", "staged", rows.filter(pc.equal(of_day, day))) for day in of_day.unique()]
    else:
        path, part = task
        by_day = [(part, "known", storage.read_table([path], LISTENED))]
    for part, kind, rows in by_day:
        for bucket, some in split(rows, "listener_id", into[part]):
            yield Place("listens", part, bucket), kind, some


def _received(place: Place, rows: Rows, url: str, folders: Mapping[str, str], text: str) -> _Written:
    """On a worker: write what a day has of some listeners."""
    none = {"staged": pa.schema([*STAGED, LISTENED.field("artist_id")]), "known": LISTENED}
    found = asked(text, {kind: rows.get(kind, schema.empty_table()) for kind, schema in none.items()})
    listens = found.select(LISTENED.names).cast(LISTENED)
    is_new = pc.is_in(found["change"], pa.array(["inserted", "updated"]))
    write(Storage(url), folders[place.part], place.bucket, listens)
    return _Written(
        place=place,
        rows=len(listens),
        made=pc.sum(pc.equal(listens["origin"], "made")).as_py() or 0,
        superseded=int(pc.sum(found["superseded"]).as_py() or 0),
        marks=int(found["mark"].to_numpy().sum(dtype=np.uint64)),
        changes={one["values"]: one["counts"] for one in pc.value_counts(found["change"]).to_pylist()},
        whose=listens["artist_id"].filter(is_new).unique().to_pylist(),
    )


def _take_listens(work: Work, parsed: dict[LandedFile, Parsed]) -> tuple[Taken, pa.Table]:
    """Take parsed files in; what became of them, and what is refused."""
    staged = [
        Staged(number, path, one.synthetic)
        for number, one in enumerate(parsed.values())
        for path in work.storage.files(f"{one.folder}/rows")
    ]
    taken = take_in(work, staged, sum(one.rows for one in parsed.values()))
    unknown = taken.unknown.sort_by([("file", "ascending"), ("position", "ascending")]).to_pylist()
    return taken, _refused(work, parsed, unknown)


def _settle_listens(
    work: Work, cursor: Cursor, parsed: dict[LandedFile, Parsed], taken: Taken, refused: pa.Table
) -> tuple[Books, pa.Table]:
    taken.publish(cursor)
    books = Books(
        job=JOB,
        day=work.day,
        table="lake/listens",
        rows_in=sum(one.rows_in for one in parsed.values()),
        inserted=taken.inserted,
        updated=taken.updated,
        unchanged=taken.unchanged + taken.superseded,  # known ones that say the same, and those that come twice
        quarantined=len(refused),
    )
    return books, refused


def _refused(work: Work, parsed: dict[LandedFile, Parsed], unknown: list[dict[str, Any]]) -> pa.Table:
    """What is refused of these files: by the parser, and for a track that the catalogue does not have."""
    tables = []
    for number, (file, one) in enumerate(parsed.items()):
        tables.append(work.storage.read_table(work.storage.files(f"{one.folder}/refused"), REFUSED))
        here = [row for row in unknown if row["file"] == number]
        if here:
            check_share(file.path, one.rows_in, one.refused | {Reason.UNKNOWN_TRACK: len(here)}, work.max_bad_share)
            why = pa.table(
                [
                    pa.array([row["position"] for row in here], pa.int64()),
                    pa.array([str(Reason.UNKNOWN_TRACK)] * len(here), pa.string()),
                    pa.array([f"track {row['track_id']} is in no catalogue" for row in here], pa.string()),
                ],
                names=["position", "reason", "detail"],
            )
            tables.append(_with_raw(work.storage, file, why))
    return pa.concat_tables(tables)


def carry(work: Work) -> None:
    """Carry what a home of before the lake has in activity.listen into it, but what the app heard and no books have."""
    months = [row["name"] for row in work.warehouse.query(sql("loads/listens_carried_months"))]
    if not months:
        return
    log.info("listens are carried from Postgres into the lake, once: %d months", len(months))
    folder = f"lake/carried/{uuid4().hex[:12]}"
    announce(work.warehouse, [folder])
    paths = [f"{folder}/{name}.parquet" for name in months]
    columns = [one for one in STAGED if one.name != "file"]
    count = 0
    for path, month in zip(paths, months, strict=True):
        words = ("listen_id", "country", "origin")
        with work.warehouse.transaction() as cursor:
            rows = copy_out(cursor, sql("loads/listens_carried").replace("activity.listen", month), None, words)
        of = {name: pc.if_else(pc.equal(rows[name], ""), None, rows[name]) for name in words}
        table = pa.table({one.name: (of if one.name in of else rows)[one.name].cast(one.type) for one in columns})
        work.storage.write_table(path, table)
        count += len(table)
    taken = take_in(work, [Staged(path=path) for path in paths], count)
    if taken.inserted + taken.updated + taken.unchanged + taken.superseded != count:
        raise BooksDoNotBalance(
            "activity.listen", f"not each of its {count} listens would be in the lake",
            "It stays as it is. Report this: it is a defect of Overtone.",
        )  # fmt: skip
    with work.warehouse.transaction() as cursor:
        taken.publish(cursor)
        cursor.execute("DROP TABLE activity.listen")


def _load_others(work: Work, cursor: Cursor, parsed: dict[LandedFile, Parsed], kind: str) -> tuple[Books, pa.Table]:
    table, key = OTHERS[kind]
    found = list(parsed.values())
    columns = ", ".join(column.name for column in listens.KINDS[kind].columns)
    superseded = stage_rows(cursor, work.storage, f"{kind}_staged", found, *key)
    # Its names are known here alone, so this is no file of sql/.
    cursor.execute(
        f"CREATE TEMPORARY TABLE {kind}_in ON COMMIT DROP AS SELECT DISTINCT ON ({', '.join(key)}) {columns}, day"
        f" FROM {kind}_staged ORDER BY {', '.join(key)}, day DESC, file DESC, position DESC"
    )
    books = settle(work, JOB, table, superseded, found, merge(cursor, table, f"{kind}_in", *key))
    refused = work.storage.read_table(
        (path for one in found for path in work.storage.files(f"{one.folder}/refused")), REFUSED
    )
    return books, refused
