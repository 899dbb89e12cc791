"""Describe every clip that was never described.

Reads the clips of every FMA drop up to the day, on Spark: executors open them through storage and send back 245 numbers
or a reason. Fills core.track_feature. What is described is kept in the lake by the content of its audio, so a second
run, another day or a new database computes nothing again.
"""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import pandas as pd
import pyarrow as pa

from etl.audio.decode import decode
from etl.audio.features import EXTRACTOR, describe_alike
from etl.errors import AudioError
from etl.jobs.work import Work
from etl.landing import LandedFile, landed
from etl.sources.fma import CLIP
from etl.spark import session
from etl.storage import Storage, open_zip
from etl.tables import CLIP_FEATURE, REFUSED
from etl.warehouse import Books, close_books, merge, quarantine, stage

log = logging.getLogger(__name__)

#: Clips between two writes to the lake: what a killed run loses at most, some minutes' work.
CHUNK = 1024

LAKE = f"lake/clip_feature/{EXTRACTOR}"

DESCRIBED = (
    "clip_id string, features array<float>, duration_s float, rate_hz int, silent boolean, extractor string,"
    " reason string, detail string"
)


@dataclass(frozen=True)
class Clip:
    """Where a track's audio is: a landed file, or a member of a landed zip."""

    track_id: int
    clip_id: str  #: what its content is known by
    path: str
    member: str | None
    day: date


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
        stage(cursor, "track_feature_in", TRACK_FEATURE, _feature_rows(work.storage, fresh, genres))
        merged = merge(cursor, "core.track_feature", "track_feature_in", "track_id")
        # A bad clip that a later drop replaces is mended, whatever the order in which days are run.
        lasting = [(clip, *why) for clip, *why in refused if newest[clip.track_id] is clip]
        sources = [_source(clip) for clip in every if clip.day <= work.day]
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
    return [books]


def find_clips(storage: Storage) -> list[Clip]:
    """Every clip that was landed, in the order in which they count."""
    return [clip for file in landed(storage, "fma") for clip in _clips(storage, file)]


def _clips(storage: Storage, file: LandedFile) -> Iterator[Clip]:
    if file.kind == "clip" and (match := CLIP.search(file.path)):
        yield Clip(int(match[1]), file.sha256, file.path, None, file.day)
    elif file.kind == "archive":
        with storage.open(file.path) as data, open_zip(data, file.path) as archive:
            for member in archive.infolist():
                if match := CLIP.search(member.filename):
                    # The directory's checksum and size stand for the content: hashing would read 93 GB every night.
                    clip_id = f"zip-{member.CRC:08x}-{member.file_size}"
                    yield Clip(int(match[1]), clip_id, file.path, member.filename, file.day)


#: Of a clip: None if it was described, else the reason and its detail.
Verdicts = dict[str, tuple[str, str] | None]


def _describe_new(work: Work, clips: list[Clip]) -> Verdicts:
    """Describe what the lake does not hold yet, a chunk at a time; return what it then holds."""
    done = _verdicts(work.storage.read_table(work.storage.files(LAKE), CLIP_FEATURE, ["clip_id", "reason", "detail"]))
    pending = list({clip.clip_id: clip for clip in clips if clip.clip_id not in done}.values())
    pending.sort(key=lambda clip: (clip.path, clip.member or ""))  # an executor opens a zip once a run of its members
    if not pending:
        return done
    with session(work.settings, "describe_audio") as spark:
        for start in range(0, len(pending), CHUNK):
            chunk = pending[start : start + CHUNK]
            references = pd.DataFrame(
                {
                    "storage": work.storage.url,
                    "path": [clip.path for clip in chunk],
                    "member": [clip.member for clip in chunk],
                    "clip_id": [clip.clip_id for clip in chunk],
                }
            )
            rows = spark.createDataFrame(references, "storage string, path string, member string, clip_id string")
            table = rows.mapInPandas(describe_clips, DESCRIBED).toArrow().cast(CLIP_FEATURE).sort_by("clip_id")
            name = hashlib.sha256("".join(table["clip_id"].to_pylist()).encode()).hexdigest()[:16]
            work.storage.write_table(f"{LAKE}/{name}.parquet", table)
            done |= _verdicts(table)
            log.info("described %d of %d clips", start + len(chunk), len(pending))
    return done


def describe_clips(batches: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """On an executor: read clips through storage and describe each, or say why it cannot be."""
    for batch in batches:
        rows = []
        for (url, path), group in groupby(batch.to_dict("records"), lambda row: (row["storage"], row["path"])):
            references = list(group)
            contents = Storage(url).read_members(path, [row["member"] for row in references])
            rows += [_described(row["clip_id"], data) for row, data in zip(references, contents, strict=True)]
        yield pd.DataFrame(rows, columns=CLIP_FEATURE.names)


def _described(clip_id: str, data: bytes) -> tuple[object, ...]:
    try:
        one = describe_alike(decode(data, clip_id), clip_id)
    except AudioError as error:
        return clip_id, None, None, None, None, EXTRACTOR, type(error).__name__, error.reason
    return clip_id, one.features.tolist(), one.duration_s, one.rate_hz, one.silent, EXTRACTOR, None, None


def _verdicts(table: pa.Table) -> Verdicts:
    rows = table.select(["clip_id", "reason", "detail"]).to_pylist()
    return {row["clip_id"]: row["reason"] and (row["reason"], row["detail"]) for row in rows}


TRACK_FEATURE = pa.schema(
    [("track_id", pa.int32()), ("genre", pa.string()), ("day", pa.date32())]
    + [field for field in CLIP_FEATURE if field.name not in ("reason", "detail")]
)


def _feature_rows(storage: Storage, clips: list[Clip], genres: dict[int, str]) -> Iterator[pa.Table]:
    """Rows of core.track_feature for these clips, a table per file of the lake."""
    wanted: dict[str, list[Clip]] = {}
    for clip in clips:
        wanted.setdefault(clip.clip_id, []).append(clip)
    for path in storage.files(LAKE) if wanted else []:
        table = storage.read_table([path], CLIP_FEATURE)
        # One clip may be the audio of several tracks.
        pairs = [
            (row, clip) for row, clip_id in enumerate(table["clip_id"].to_pylist()) for clip in wanted.get(clip_id, ())
        ]
        columns = {
            "track_id": [clip.track_id for _, clip in pairs],
            "genre": [genres[clip.track_id] for _, clip in pairs],
            "day": [clip.day for _, clip in pairs],
        }
        taken = table.take(pa.array([row for row, _ in pairs], pa.int64())).drop_columns(["reason", "detail"])
        yield pa.table([*columns.values(), *taken.columns], names=[*columns, *taken.column_names]).cast(TRACK_FEATURE)


def _refused_rows(refused: list[tuple[Clip, str, str]]) -> pa.Table:
    # The raw bytes of a clip stay where they are, in landing; its row says where.
    rows = [(clip.day, _source(clip), clip.track_id, reason, detail, None) for clip, reason, detail in refused]
    return pa.Table.from_pylist([dict(zip(REFUSED.names, row, strict=True)) for row in rows], REFUSED)


def _source(clip: Clip) -> str:
    return f"{clip.path}/{clip.member}" if clip.member else clip.path
