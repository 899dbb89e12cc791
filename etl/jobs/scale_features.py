"""Scale the raw numbers of all described tracks into vectors that are compared by cosine.

Reads core.track_feature; fills core.scaler and core.track_vector. The scaler is fitted on every described track, so the
vectors depend on what is described and not on the order in which it was. Where nothing new was described, nothing is
computed.
"""

import numpy as np
import pyarrow as pa

from etl.audio.features import EXTRACTOR
from etl.jobs.work import Work
from etl.similarity.scaler import fit, transform
from etl.warehouse import Books, ask, close_books, merge, stage

VECTOR = pa.schema(
    [
        ("track_id", pa.int32()),
        ("genre", pa.string()),
        ("scaler_version", pa.string()),
        ("vector", pa.list_(pa.float32())),
        ("day", pa.date32()),
    ]
)

#: What the vectors depend on; equal text, equal vectors.
DESCRIBED = """
    SELECT
        count(*) AS tracks,
        md5(string_agg(concat_ws(' ', track_id, genre, clip_id, day), ',' ORDER BY track_id)) AS hash
    FROM core.track_feature WHERE extractor = %s"""


def run(work: Work) -> list[Books]:
    """Fit the scaler and scale every track, if any was described since."""
    with work.warehouse.transaction() as cursor:
        described = ask(cursor, DESCRIBED, (EXTRACTOR,))
        fitted_on = f"{EXTRACTOR} {described['hash']}"
        cursor.execute("SELECT 1 FROM core.scaler WHERE current AND fitted_on = %s", (fitted_on,))
        inserted = updated = 0
        if described["tracks"] and not cursor.fetchone():
            cursor.execute(
                """
                SELECT track_id, genre, day, silent, features FROM core.track_feature
                WHERE extractor = %s ORDER BY track_id""",
                (EXTRACTOR,),
            )
            rows = cursor.fetchall()
            features = np.array([row["features"] for row in rows], np.float32)
            sounding = ~np.array([row["silent"] for row in rows])
            scaler = fit(features[sounding] if sounding.any() else features)
            cursor.execute("UPDATE core.scaler SET current = FALSE WHERE current")
            cursor.execute(
                """
                INSERT INTO core.scaler (version, centre, scale, tracks, fitted_on, current)
                VALUES (%s, %s, %s, %s, %s, TRUE)
                ON CONFLICT (version) DO UPDATE SET fitted_on = excluded.fitted_on, current = TRUE""",
                (scaler.version, scaler.centre.tolist(), scaler.scale.tolist(), len(rows), fitted_on),
            )
            columns = [[row[name] for row in rows] for name in ("track_id", "genre")]
            vectors = [vector.tolist() for vector in transform(scaler, features)]
            table = pa.table(
                [*columns, [scaler.version] * len(rows), vectors, [row["day"] for row in rows]],
                names=VECTOR.names,
            ).cast(VECTOR)
            stage(cursor, "track_vector_in", VECTOR, [table])
            cursor.execute("ALTER TABLE track_vector_in ALTER vector TYPE vector USING vector::vector")
            merged = merge(cursor, "core.track_vector", "track_vector_in", "track_id")
            cursor.execute("DELETE FROM core.scaler WHERE NOT current")
            inserted, updated = merged.inserted, merged.updated
        books = Books(
            job="scale_features",
            day=work.day,
            table="core.track_vector",
            rows_in=described["tracks"],
            inserted=inserted,
            updated=updated,
            unchanged=described["tracks"] - inserted - updated,
            quarantined=0,
        )
        close_books(cursor, books, ["core.track_vector"], work.started_at)
    return [books]
