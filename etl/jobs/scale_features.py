"""Scale the raw numbers of all described tracks into vectors that are compared by cosine.

Reads core.track_feature; fills core.scaler and core.track_vector. The scaler is fitted on every described track, so the
vectors depend on what is described and not on the order in which it was. Silent tracks are like no music and get no
vector. Where nothing new was described, nothing is computed.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from etl.audio.features import EXTRACTOR
from etl.jobs.work import Work
from etl.similarity.scaler import Scaler, fit, transform
from etl.warehouse import Books, Cursor, Merged, Warehouse, ask, close_books, merge, stage

BLOCK = 10_000

VECTOR = pa.schema(
    [
        ("track_id", pa.int32()),
        ("genre", pa.string()),
        ("day", pa.date32()),
        ("scaler_version", pa.string()),
        ("vector", pa.list_(pa.float32())),
    ]
)

#: What the vectors depend on; equal text, equal vectors.
DESCRIBED = """
    SELECT
        count(*) AS tracks,
        md5(string_agg(concat_ws(' ', track_id, genre, clip_id, day), ',' ORDER BY track_id)) AS hash
    FROM core.track_feature WHERE extractor = %s AND NOT silent"""

FEATURES = """
    SELECT track_id, genre, day, features FROM core.track_feature
    WHERE extractor = %s AND NOT silent ORDER BY track_id"""

NO_LONGER = """
    DELETE FROM core.track_vector AS v
    WHERE NOT EXISTS (SELECT FROM track_vector_in AS s WHERE s.track_id = v.track_id)"""


class Track(NamedTuple):
    """Whose vector it is."""

    track_id: int
    genre: str
    day: date


def run(work: Work) -> list[Books]:
    """Fit the scaler and scale every track, if any was described since."""
    with work.warehouse.transaction() as cursor:
        described = ask(cursor, DESCRIBED, (EXTRACTOR,))
        fitted_on = f"{EXTRACTOR} {described['hash']}"
        cursor.execute("SELECT FROM core.scaler WHERE current AND fitted_on = %s", (fitted_on,))
        if described["tracks"] and not cursor.rowcount:
            merged = _rescale(cursor, work.warehouse, fitted_on)
        else:
            merged = Merged(described["tracks"], 0, 0, described["tracks"])
        books = Books(
            job="scale_features",
            day=work.day,
            table="core.track_vector",
            rows_in=described["tracks"],
            inserted=merged.inserted,
            updated=merged.updated,
            unchanged=merged.unchanged,
            quarantined=0,
        )
        close_books(cursor, books, ["core.track_vector"], work.started_at)
    return [books]


def _rescale(cursor: Cursor, warehouse: Warehouse, fitted_on: str) -> Merged:
    tracks: list[Track] = []
    blocks = []
    for rows in warehouse.batches(FEATURES, (EXTRACTOR,), BLOCK):
        tracks += [Track(*row[:3]) for row in rows]
        blocks.append(np.array([row[3] for row in rows], np.float32))
    features = np.concatenate(blocks)
    scaler = fit(features)
    cursor.execute("UPDATE core.scaler SET current = FALSE WHERE current")
    cursor.execute(
        """
        INSERT INTO core.scaler (version, centre, scale, tracks, fitted_on, current)
        VALUES (%s, %s, %s, %s, %s, TRUE)
        ON CONFLICT (version) DO UPDATE SET fitted_on = excluded.fitted_on, current = TRUE""",
        (scaler.version, scaler.centre.tolist(), scaler.scale.tolist(), len(tracks), fitted_on),
    )
    stage(cursor, "track_vector_in", VECTOR, _vectors(tracks, features, scaler))
    cursor.execute("ALTER TABLE track_vector_in ALTER vector TYPE vector USING vector::vector")
    merged = merge(cursor, "core.track_vector", "track_vector_in", "track_id")
    cursor.execute(NO_LONGER)
    cursor.execute("DELETE FROM core.scaler WHERE NOT current")
    return merged


def _vectors(tracks: list[Track], features: np.ndarray, scaler: Scaler) -> Iterator[pa.Table]:
    """Rows of core.track_vector, so many at a time."""
    for start in range(0, len(tracks), BLOCK):
        some = tracks[start : start + BLOCK]
        vectors = [vector.tolist() for vector in transform(scaler, features[start : start + BLOCK])]
        columns = [*map(list, zip(*some, strict=True)), [scaler.version] * len(some), vectors]
        yield pa.table(columns, names=VECTOR.names).cast(VECTOR)
