"""Describe every clip that was never described.

Reads core.track and the clips of every FMA drop up to the day, on Spark: executors open them through storage and send
back 245 numbers or a reason, and the clip's waveform. Fills core.track_feature, and core.clip for the player. What is
described is kept in the lake by the content of its audio, so a second run, another day or a new database computes
nothing again.

A few of the new clips are described by librosa, too, from the same samples: ops.check says how far ours are off, and a
clip that is too far off is withheld. So is one that librosa fails at; it has no row in ops.check.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from heapq import nsmallest
from itertools import groupby

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession

from etl.audio.decode import Signal, decode
from etl.audio.features import EXTRACTOR, Description, at_common_rate, describe_alike
from etl.audio.reference import CHECKED_S, Check, check
from etl.audio.waveform import peaks
from etl.contracts import Reason, Refused
from etl.drops.clips import Clip, find_clips
from etl.errors import AudioError, OvertoneError
from etl.machine.spark import session
from etl.store.loads import Books, close_books, merge, quarantine, stage
from etl.store.storage import Storage
from etl.store.warehouse import Cursor, sql
from etl.store.work import Work
from etl.tables import CLIP_CHECK, CLIP_FEATURE, CLIP_PEAKS, REFUSED

log = logging.getLogger(__name__)

#: Clips between two writes to the lake: what a killed run loses at most, some minutes' work.
CHUNK = 1024

LAKE = f"lake/clip_feature/{EXTRACTOR}"

#: Of a clip's waveform: at 30 s an eighth of a second each.
BARS = 240
PEAKS = f"lake/clip_peaks/{BARS}"

#: Clips of a run that librosa describes, too, at most: a CPU-second each, and three for its import.
CHECKED = 5
#: A larger deviation is no rounding: ours are within 1e-4 on all music that we have.
MOST_OFF = 1e-3
CHECKS = f"lake/clip_check/{EXTRACTOR}"

COLUMNS = [*CLIP_FEATURE.names, "format", "peaks", "known", "deviation", "number"]
ASKED = "storage string, path string, member string, clip_id string, known boolean, checked boolean"
ANSWERED = (
    "clip_id string, features array<float>, duration_s float, rate_hz int, silent boolean, extractor string,"
    " reason string, detail string, format string, peaks array<float>, known boolean, deviation double, number string"
)


def run(work: Work) -> list[Books]:
    """Describe what is new, then load what the catalogue knows."""
    every = find_clips(work.storage)
    newest = {clip.track_id: clip for clip in every}
    # Of two clips of a track the later drop's counts.
    clips = list({clip.track_id: clip for clip in every if clip.day <= work.day}.values())
    tracks = work.warehouse.query("SELECT track_id, coalesce(genre, 'Unknown') AS genre FROM core.track")
    genres = {row["track_id"]: row["genre"] for row in tracks}
    known = [clip for clip in clips if clip.track_id in genres]
    verdicts = _describe_new(work, known)
    good = [clip for clip in known if verdicts[clip.clip_id] is None]
    refused = [(clip, *(verdicts[clip.clip_id] or ())) for clip in known if verdicts[clip.clip_id]]
    refused += [(clip, "UnknownTrack", "tracks.csv has no such track") for clip in clips if clip.track_id not in genres]
    with work.warehouse.transaction() as cursor:
        cursor.execute("SELECT track_id, genre, clip_id, extractor, day FROM core.track_feature")
        loaded = {tuple(row.values()) for row in cursor}
        fresh = [
            clip
            for clip in good
            if (clip.track_id, genres[clip.track_id], clip.clip_id, EXTRACTOR, clip.day) not in loaded
        ]
        rows = _rows(
            work.storage, LAKE, CLIP_FEATURE, TRACK_FEATURE, fresh, lambda clip: {"genre": genres[clip.track_id]}
        )
        stage(cursor, "track_feature_in", TRACK_FEATURE, rows)
        merged = merge(cursor, "core.track_feature", "track_feature_in", "track_id")
        # A bad clip that a later drop replaces is mended, whatever the order in which days are run.
        lasting = [(clip, *why) for clip, *why in refused if newest[clip.track_id] is clip]
        sources = [clip.source for clip in every if clip.day <= work.day]
        quarantine(cursor, "describe_audio", sources, _refused_rows(lasting))
        books = Books(
            job="describe_audio",
            day=work.day,
            table="core.track_feature",
            rows_in=len(clips),
            inserted=merged.inserted,
            updated=merged.updated,
            unchanged=len(good) - len(fresh) + merged.unchanged,
            quarantined=len(refused),
        )
        close_books(cursor, books, ["core.track_feature"], work.started_at)
        places = _load_places(work, cursor, good)
        close_books(cursor, places, ["core.clip"], work.started_at)
        _load_checks(work.storage, cursor, known)
    return [books, places]


def _load_places(work: Work, cursor: Cursor, good: list[Clip]) -> Books:
    """Load where clips lie and how they look; those that are there already are left alone."""
    kept = work.storage.read_table(work.storage.files(PEAKS), CLIP_PEAKS, ["clip_id", "duration_s"])
    drawn = set(kept.filter(pc.is_valid(kept["duration_s"]))["clip_id"].to_pylist())
    cursor.execute("SELECT track_id, clip_id, path, member, member_at, day FROM core.clip")
    loaded = {tuple(row.values()) for row in cursor}
    fresh = [
        clip
        for clip in good
        if (clip.track_id, clip.clip_id, clip.audio.path, clip.audio.member, clip.audio.member_at, clip.day)
        not in loaded
    ]
    rows = _rows(work.storage, PEAKS, CLIP_PEAKS, TRACK_CLIP, fresh, lambda clip: asdict(clip.audio))
    stage(cursor, "clip_in", TRACK_CLIP, rows)
    merged = merge(cursor, "core.clip", "clip_in", "track_id")
    return Books(
        job="describe_audio",
        day=work.day,
        table="core.clip",
        rows_in=sum(clip.clip_id in drawn for clip in good),
        inserted=merged.inserted,
        updated=merged.updated,
        unchanged=len(good) - len(fresh) + merged.unchanged,
        quarantined=0,
    )


def _load_checks(storage: Storage, cursor: Cursor, clips: list[Clip]) -> None:
    """Load what checks of these clips found; what was loaded before stays."""
    tracks = {clip.clip_id: clip.track_id for clip in clips}
    rows = [
        {**row, "track_id": tracks[row["clip_id"]], "extractor": EXTRACTOR}
        for row in storage.read_table(storage.files(CHECKS), CLIP_CHECK).to_pylist()
        if row["clip_id"] in tracks
    ]
    stage(cursor, "check_in", TRACK_CHECK, [pa.Table.from_pylist(rows, TRACK_CHECK)])
    cursor.execute(sql("loads/check"))


#: Of a clip: None if it was described, else the reason and its detail.
Verdicts = dict[str, tuple[str, str] | None]


def _describe_new(work: Work, clips: list[Clip]) -> Verdicts:
    """Describe and draw what the lake does not hold yet, a chunk at a time; return what it then holds.

    A clip that was described before waveforms were kept is decoded for its own, and not described again.
    """
    storage = work.storage
    done = _verdicts(storage.read_table(storage.files(LAKE), CLIP_FEATURE, ["clip_id", "reason", "detail"]))
    drawn = set(storage.read_table(storage.files(PEAKS), CLIP_PEAKS, ["clip_id"])["clip_id"].to_pylist())
    missing = [clip for clip in clips if clip.clip_id not in drawn or clip.clip_id not in done]
    pending = list({clip.clip_id: clip for clip in missing}.values())
    if not pending:
        return done
    # An executor opens a zip once a run of its members.
    first = set(nsmallest(CHUNK, (clip.clip_id for clip in pending if clip.clip_id not in done), key=_turn))
    pending.sort(key=lambda clip: (clip.clip_id not in first, clip.source))
    with session(work.settings, "describe_audio") as spark:
        for start in range(0, len(pending), CHUNK):
            chunk = pending[start : start + CHUNK]
            table = _describe(spark, storage, chunk, done)
            chosen = [] if start else sorted(to_check(_worth_checking(table)))
            if chosen:
                again = [clip for clip in chunk if clip.clip_id in chosen]
                others = pc.invert(pc.is_in(table["clip_id"], pa.array(chosen, table["clip_id"].type)))
                checked = _describe(spark, storage, again, done, check=True)
                table = pa.concat_tables([table.filter(others), checked])
            table = table.sort_by("clip_id")
            described = table.filter(pc.invert(table["known"])).select(CLIP_FEATURE.names).cast(CLIP_FEATURE)
            _keep(storage, CHECKS, _checks(table, work))  # before the clips: what is described is not checked any more
            _keep(storage, LAKE, described)
            _keep(storage, PEAKS, table.select(CLIP_PEAKS.names).cast(CLIP_PEAKS))
            done |= _verdicts(described)
            log.info("described %d of %d clips", start + len(chunk), len(pending))
    return done


def _describe(
    spark: SparkSession, storage: Storage, clips: list[Clip], done: Verdicts, check: bool = False
) -> pa.Table:
    """What executors say of clips, in no order; with check, librosa too: in one process, its import is what costs."""
    references = pd.DataFrame(
        {
            "storage": storage.url,
            "path": [clip.audio.path for clip in clips],
            "member": [clip.audio.member for clip in clips],
            "clip_id": [clip.clip_id for clip in clips],
            "known": [clip.clip_id in done for clip in clips],
            "checked": check,
        }
    )
    asked = spark.createDataFrame(references, ASKED)
    return (asked.coalesce(1) if check else asked).mapInPandas(describe_clips, ANSWERED).toArrow()


def to_check(clip_ids: Iterable[str]) -> set[str]:
    """The clips that librosa describes, too: by their content, so that any run over them would take the same."""
    return set(nsmallest(CHECKED, clip_ids, key=_turn))


def _turn(clip_id: str) -> bytes:
    return hashlib.sha256(clip_id.encode()).digest()


def _worth_checking(answered: pa.Table) -> list[str]:
    """The clips that were just described and in which something is heard; long ones only where all of them are.

    Of a long clip librosa describes the beginning alone, beside ours of that beginning: not what is stored.
    """
    heard = answered.filter(pc.invert(answered["silent"]))  # null where nothing was described
    short = heard.filter(pc.less_equal(heard["duration_s"], CHECKED_S))
    return (short if len(short) else heard)["clip_id"].to_pylist()


def _checks(answered: pa.Table, work: Work) -> pa.Table:
    """What the checks among the answers found."""
    table = answered.filter(pc.is_valid(answered["deviation"]))
    columns = {
        "clip_id": table["clip_id"],
        "day": pa.repeat(work.day, len(table)),
        "checked_at": pa.repeat(work.started_at, len(table)),
        "deviation": table["deviation"],
        "number": table["number"],
        "withheld": pc.is_valid(table["reason"]),
    }
    return pa.table(columns).cast(CLIP_CHECK)


def _keep(storage: Storage, lake: str, table: pa.Table) -> None:
    """Write rows to the lake, under a name that says which clips they are of."""
    if table.num_rows:
        name = hashlib.sha256("".join(table["clip_id"].to_pylist()).encode()).hexdigest()[:16]
        storage.write_table(f"{lake}/{name}.parquet", table)


def describe_clips(batches: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """On an executor: read clips through storage, describe and draw each, or say why that cannot be."""
    for batch in batches:
        rows = []
        for (url, path), group in groupby(batch.to_dict("records"), lambda row: (row["storage"], row["path"])):
            references = list(group)
            contents = Storage(url).read_members(path, [row["member"] for row in references])
            rows += [
                _row(row["clip_id"], data, row["known"], row["checked"])
                for row, data in zip(references, contents, strict=True)
            ]
        yield pd.DataFrame(rows, columns=COLUMNS)


def _row(clip_id: str, data: bytes, known: bool, checked: bool) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(COLUMNS) | {"clip_id": clip_id, "extractor": EXTRACTOR, "known": known}
    try:
        signal = decode(data, clip_id)
        if not known:
            one = describe_alike(signal, clip_id)
            found = _check(one, signal, clip_id) if checked else None
            if found:
                part = f", of the first {CHECKED_S} s" if signal.duration_s > CHECKED_S else ""
                row |= {"deviation": found.deviation, "number": found.number + part}
                if found.deviation > MOST_OFF:
                    raise Refused(Reason.OFF_FROM_REFERENCE, f"{found}{part}")
            row |= {"features": one.features.tolist(), "rate_hz": one.rate_hz, "silent": one.silent}
        drawn = peaks(signal.samples, BARS).round(3).tolist()
        return row | {"format": signal.format, "duration_s": signal.duration_s, "peaks": drawn}
    except AudioError as error:
        return row | {"reason": type(error).__name__, "detail": error.reason}
    except Refused as error:
        return row | {"reason": error.reason.value, "detail": error.detail}


def _check(one: Description, signal: Signal, clip_id: str) -> Check | None:
    """What librosa finds; a clip that it fails at is withheld like one that is off, and ends no night.

    Raises:
        SetupFailed: librosa is not installed; that is no clip's fault.
    """
    try:
        return check(one, at_common_rate(signal, clip_id))
    except (OvertoneError, MemoryError):
        raise
    except Exception as error:
        words = f"librosa cannot describe it: {type(error).__name__}: {error}"
        raise Refused(Reason.OFF_FROM_REFERENCE, words) from error


def _verdicts(table: pa.Table) -> Verdicts:
    rows = table.select(["clip_id", "reason", "detail"]).to_pylist()
    return {row["clip_id"]: row["reason"] and (row["reason"], row["detail"]) for row in rows}


TRACK_FEATURE = pa.schema(
    [("track_id", pa.int32()), ("genre", pa.string()), ("day", pa.date32())]
    + [field for field in CLIP_FEATURE if field.name not in ("reason", "detail")]
)
TRACK_CLIP = pa.schema(
    [
        ("track_id", pa.int32()),
        ("day", pa.date32()),
        ("path", pa.string()),
        ("member", pa.string()),
        ("member_at", pa.int64()),
        ("packing", pa.int32()),
        ("bytes", pa.int64()),
        *CLIP_PEAKS,
    ]
)
TRACK_CHECK = pa.schema([*CLIP_CHECK, ("track_id", pa.int32()), ("extractor", pa.string())])


def _rows(
    storage: Storage,
    lake: str,
    kept: pa.Schema,
    schema: pa.Schema,
    clips: list[Clip],
    more: Callable[[Clip], dict[str, object]],
) -> Iterator[pa.Table]:
    """Rows of a table of tracks for these clips, a table per file of the lake, whose rows are ``kept``.

    Args:
        schema: of the rows: a track, its day, columns of the lake and ``more``.
    """
    wanted: dict[str, list[Clip]] = {}
    for clip in clips:
        wanted.setdefault(clip.clip_id, []).append(clip)
    for path in storage.files(lake) if wanted else []:
        table = storage.read_table([path], kept)
        table = table.filter(pc.is_valid(table["duration_s"]))  # the others were refused
        # One clip may be the audio of several tracks.
        pairs = [
            (row, clip) for row, clip_id in enumerate(table["clip_id"].to_pylist()) for clip in wanted.get(clip_id, ())
        ]
        taken = table.take(pa.array([row for row, _ in pairs], pa.int64()))
        columns = {name: taken[name] for name in kept.names}
        rows = [{"track_id": clip.track_id, "day": clip.day, **more(clip)} for _, clip in pairs]
        for name in schema.names:
            if name not in columns:
                columns[name] = pa.array([row[name] for row in rows], schema.field(name).type)
        yield pa.table({name: columns[name] for name in schema.names}).cast(schema)


def _refused_rows(refused: list[tuple[Clip, str, str]]) -> pa.Table:
    # The raw bytes of a clip stay where they are, in landing; its row says where.
    rows = [(clip.day, clip.source, clip.track_id, reason, detail, None) for clip, reason, detail in refused]
    return pa.Table.from_pylist([dict(zip(REFUSED.names, row, strict=True)) for row in rows], REFUSED)
