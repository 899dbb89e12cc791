"""Scale the raw numbers of all described tracks into vectors that are compared by cosine.

Reads core.track_feature, and of core.track genres and artists; fills core.scaler and core.track_vector, with an index
where a genre is large. Silent tracks are like no music and get no vector.

A scaler is fitted on the described tracks and then kept: a night scales only what was described since. When the
catalogue has grown or shrunk by a tenth, or is described or fitted in another way, a new version is fitted: on the
tracks up to the day on which it last grew by a tenth, so that a few that come night by night change nothing, whatever
the order of days. Its vectors and indexes are made unseen in partitions of their own, while searches go on in the old
ones, and one commit publishes them. Running the job again changes nothing.
"""

import logging
from collections.abc import Mapping

from etl.audio.features import EXTRACTOR
from etl.similarity.model import METHOD, Model, fit, transform
from etl.store.loads import Books, close_books, settled
from etl.store.vectors import copy_features, copy_vectors
from etl.store.warehouse import Cursor, Warehouse, ask, sql
from etl.store.work import Work

log = logging.getLogger(__name__)

#: By what share the catalogue may change before the scaler is fitted anew.
DRIFT = 0.1

#: From how many tracks on a genre has an index. Reading 1,000 vectors takes a millisecond, and the index half of it.
LARGE = 1000

#: An index that does not fit into memory is built on disk, in several times the time: 57,000 vectors need 80 MB.
ROOM = "SET LOCAL maintenance_work_mem = '256MB'"


def run(work: Work) -> list[Books]:
    """Scale what was described since; everything, by a new scaler, if the catalogue has changed much."""
    _close_superseded(work.warehouse)
    with work.warehouse.transaction() as cursor:
        # One snapshot: the clip that a vector was made from is the clip that it is stored with.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        books = _scale(cursor, work)
        close_books(cursor, books, ["core.track_vector"], work.started_at)
    _close_superseded(work.warehouse)
    return [books]


def _scale(cursor: Cursor, work: Work) -> Books:
    cursor.execute("SELECT version, model, tracks, fitted_on FROM core.scaler WHERE current")
    stored = cursor.fetchone()
    was = {"version": stored and stored["version"], "extractor": EXTRACTOR}
    tracks = ask(cursor, sql("loads/vectors_before"), was)["tracks"]
    done = {"inserted": 0, "updated": 0, "unchanged": 0}
    if tracks:
        model = Model.from_bytes(bytes(stored["model"])) if stored and _stands(stored, tracks) else _refit(cursor)
        done |= _fill(cursor, model)
    return Books("scale_features", work.day, "core.track_vector", rows_in=tracks, **done, quarantined=0)


def _stands(stored: Mapping, tracks: int) -> bool:
    """Whether a scaler is what so many tracks, described as they are now, would still be scaled by."""
    alike = stored["version"].startswith(f"{METHOD}-") and stored["fitted_on"] == EXTRACTOR
    return alike and abs(tracks - stored["tracks"]) <= DRIFT * stored["tracks"]


def _refit(cursor: Cursor) -> Model:
    """Fit a scaler to the described tracks and make it the current one; its partition is open and empty."""
    cursor.execute(sql("loads/vectors_days"), {"extractor": EXTRACTOR})
    asked = {"extractor": EXTRACTOR, "through": settled({row["day"]: row["tracks"] for row in cursor}, DRIFT)}
    track_ids, features = copy_features(cursor, sql("loads/vectors_all"), asked)
    cursor.execute(sql("loads/vectors_labels"), asked)
    labels = cursor.fetchall()
    model = fit(features, [label["genre"] for label in labels], [label["artist"] for label in labels])
    log.info("scaler %s is fitted on %d tracks", model.version, len(track_ids))
    cursor.execute(
        sql("loads/scaler"),
        {"version": model.version, "model": model.to_bytes(), "tracks": len(track_ids), "extractor": EXTRACTOR},
    )
    return model


def _fill(cursor: Cursor, model: Model) -> dict[str, int]:
    """Make the vectors of a version those of the described tracks, and count what that changed."""
    known = {"version": model.version, "extractor": EXTRACTOR}
    track_ids, features = copy_features(cursor, sql("loads/vectors_missing"), known)
    cursor.execute(sql("loads/vectors_gone"), known)
    done = ask(cursor, "SELECT count(*) AS unchanged FROM core.track_vector WHERE scaler_version = %(version)s", known)
    if len(track_ids):
        cursor.execute("CREATE TEMPORARY TABLE vector_in (track_id integer, vector vector(245)) ON COMMIT DROP")
        copy_vectors(cursor, "vector_in (track_id, vector)", track_ids, transform(model, features))
        done |= ask(cursor, sql("loads/vectors"), known)
        cursor.execute(ROOM)
        cursor.execute("SELECT core.index_vectors(%s, %s)", (model.version, LARGE))
    return done


def _close_superseded(warehouse: Warehouse) -> None:
    """Drop versions that are no longer current, in a transaction that is over at once: searches wait for it."""
    warehouse.execute("DELETE FROM core.scaler WHERE NOT current")
