"""Ingest listens, and what is known of listeners, friendships and influencers.

Reads every listens drop up to the day that is not loaded yet, and the day's own; fills activity.listen (each listen in
the month that it was in, also a late one), activity.listener, activity.friendship and activity.influencer, and notes
for the marts which days of which artists changed. Running it again parses nothing and changes nothing. A night without
a drop ends well: not everybody has listens.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from etl.contracts import Reason, check_share
from etl.drops.lake import MAX_RAW, Parsed, once, rows_of_file, settle, stage_rows
from etl.drops.landing import LandedFile, landed
from etl.sources import listens
from etl.store.loads import Books, advance, close_books, copy_rows, merge, quarantine
from etl.store.storage import Storage
from etl.store.warehouse import Cursor, ask, sql
from etl.store.work import Work
from etl.tables import REFUSED

JOB = "ingest_listens"

MAX_RAWS = 100_000  #: refused rows of a file whose bytes are kept; so many are a file of another kind

#: Kinds beside listens: their table, and what tells its rows apart.
OTHERS = {
    "listeners": ("activity.listener", ("listener_id",)),
    "friendships": ("activity.friendship", ("listener_a", "listener_b")),
    "influencers": ("activity.influencer", ("influencer_id",)),
}


def run(work: Work) -> list[Books]:
    """Load what was landed up to the day and is not loaded."""
    files = [file for file in landed(work.storage, "listens") if file.day <= work.day]
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

    fresh = [file for file in files if is_new(file)]
    parsed = {file: _parse(work, file) for file in fresh}
    loads = []
    with work.warehouse.transaction() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")  # or a large drop is sorted on disk
        for kind in ("listens", *OTHERS):
            of_kind = [file for file in fresh if file.kind == kind]
            if of_kind:
                load = _load_listens if kind == "listens" else partial(_load_others, kind=kind)
                loads.append(load(work, cursor, {file: parsed[file] for file in of_kind}))
        if loads:
            quarantine(cursor, JOB, [file.path for file in fresh], pa.concat_tables(refused for _, refused in loads))
        sources, days = [file.path for file in fresh], [file.day for file in fresh]
        cursor.execute(
            sql("loads/listens_loaded"),
            {"parser": listens.PARSER, "catalogue": revision, "sources": sources, "days": days},
        )
        books = [one for one, _ in loads] or [Books(JOB, work.day, "activity.listen", 0, 0, 0, 0, 0)]
        for one in books:
            close_books(cursor, one, [], work.started_at)
        for kind, table in (("listens", "activity.listen"), *((kind, table) for kind, (table, _) in OTHERS.items())):
            # A table is complete to its latest drop up to the day: all earlier ones are in.
            if landed_on := [file.day for file in files if file.kind == kind]:
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


def _load_listens(work: Work, cursor: Cursor, parsed: dict[LandedFile, Parsed]) -> tuple[Books, pa.Table]:
    cursor.execute(sql("loads/listens_staged"))
    copy_rows(cursor, "listen_staged", _batches(work.storage, list(parsed.values())))
    cursor.execute("ANALYZE listen_staged")
    refused = _refused(work, cursor, parsed)
    cursor.execute(sql("loads/listens"))
    what = "coalesce(sum(superseded), 0)::bigint AS superseded, array_agg(DISTINCT listened_at::date) AS days"
    incoming = ask(cursor, f"SELECT {what} FROM listen_in")
    days = sorted(incoming["days"] or [])
    for month in sorted({day.replace(day=1) for day in days}):
        work.warehouse.execute("CALL activity.make_month(%s)", (month,))  # by itself: it locks readers out, shortly
    cursor.execute("LOCK TABLE activity.listen IN SHARE ROW EXCLUSIVE MODE")
    for day in days:  # each for itself: a late listen must not make us read all that came between
        begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
        cursor.execute(sql("loads/listens_known"), {"begin": begin, "end": begin + timedelta(days=1)})
    cursor.execute("ANALYZE listen_known")
    same = ask(cursor, "SELECT count(*) AS rows FROM listen_known WHERE NOT differs")["rows"]
    updated = ask(cursor, sql("loads/listens_update"))["updated"]
    inserted = ask(cursor, sql("loads/listens_insert"))["inserted"]
    books = Books(
        job=JOB,
        day=work.day,
        table="activity.listen",
        rows_in=sum(one.rows_in for one in parsed.values()),
        inserted=inserted,
        updated=updated,
        unchanged=same + incoming["superseded"],  # known ones that say the same, and those that come twice
        quarantined=len(refused),
    )
    return books, refused


def _batches(storage: Storage, parsed: Sequence[Parsed]) -> Iterator[pa.RecordBatch]:
    for number, one in enumerate(parsed):
        for rows in rows_of_file(storage, one):
            rows = rows.append_column("file", pa.array(np.full(len(rows), number, np.int16)))
            yield from rows.combine_chunks().to_batches(max_chunksize=50_000)


def _refused(work: Work, cursor: Cursor, parsed: dict[LandedFile, Parsed]) -> pa.Table:
    """What is refused of these files: by the parser, and for a track that the catalogue does not have."""
    cursor.execute(sql("loads/listens_unknown"))
    rows = [dict(row) for row in cursor]
    tables = []
    for number, (file, one) in enumerate(parsed.items()):
        tables.append(work.storage.read_table(work.storage.files(f"{one.folder}/refused"), REFUSED))
        here = [row for row in rows if row["file"] == number]
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


def _load_others(work: Work, cursor: Cursor, parsed: dict[LandedFile, Parsed], kind: str) -> tuple[Books, pa.Table]:
    table, key = OTHERS[kind]
    files = list(parsed.values())
    columns = ", ".join(column.name for column in listens.KINDS[kind].columns)
    superseded = stage_rows(cursor, work.storage, f"{kind}_staged", files, *key)
    # Its names are known here alone, so this is no file of sql/.
    cursor.execute(
        f"CREATE TEMPORARY TABLE {kind}_in ON COMMIT DROP AS SELECT DISTINCT ON ({', '.join(key)}) {columns}, day"
        f" FROM {kind}_staged ORDER BY {', '.join(key)}, day DESC, file DESC, position DESC"
    )
    books = settle(work, JOB, table, superseded, files, merge(cursor, table, f"{kind}_in", *key))
    refused = work.storage.read_table(
        (path for one in files for path in work.storage.files(f"{one.folder}/refused")), REFUSED
    )
    return books, refused
