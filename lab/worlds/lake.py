"""Listens in a lake without a drop that brought them, for worlds in which they are needed and not how they came."""

from datetime import date
from hashlib import sha256

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.jobs.ingest_listens import days_of
from etl.store.parts import Part, files, held, publish
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse, sql
from etl.tables import LISTENED

ORDER = ["listener_id", "listened_at", "track_id", "listen_id"]


def put(warehouse: Warehouse, storage: Storage, rows: pa.Table) -> None:
    """Let the lake hold these listens in place of those of their days, all due in the marts.

    Args:
        warehouse: with the table of what the lake holds.
        storage: of the lake.
        rows: as of ``listened``.
    """
    table = listened(rows)
    of_day = days_of(table["listened_at"]).to_numpy()
    for day in np.unique(of_day):
        put_day(warehouse, storage, day.item(), table.filter(pa.array(of_day == day)))


def put_day(warehouse: Warehouse, storage: Storage, day: date, rows: pa.Table) -> None:
    """The same of one day, its rows as ``LISTENED``."""
    part = f"day={day}"
    folder = f"lake/listens/{part}/put"
    path = f"{folder}/00000.parquet"
    storage.write_table(path, rows.sort_by([(name, "ascending") for name in ORDER]).combine_chunks())
    with storage.open(path) as file:
        content = sha256(file.read()).hexdigest()[:16]
    made = pc.sum(pc.equal(rows["origin"], "made")).as_py() or 0
    artists = np.unique(rows["artist_id"].to_numpy()).tolist()
    with warehouse.transaction() as cursor:
        publish(cursor, [Part("listens", part, len(rows), made, content, folder)])
        cursor.execute(sql("loads/listens_due"), {"day": day, "artists": artists})


def listened(rows: pa.Table) -> pa.Table:
    """Listens as ``LISTENED``: what is missing is null, and a listen was made, on the day that it began."""
    at = rows["listened_at"].cast(pa.timestamp("us", "UTC"))
    given = {name: rows[name] for name in rows.column_names} | {"listened_at": at}
    given = {"day": days_of(at), "origin": pa.repeat("made", len(rows))} | given
    columns = [
        given[one.name].cast(one.type) if one.name in given else pa.nulls(len(rows), one.type) for one in LISTENED
    ]
    return pa.table(columns, schema=LISTENED)


def listens(warehouse: Warehouse, storage: Storage) -> pa.Table:
    """All that the lake holds, in the order of days, listeners and times."""
    with warehouse.transaction() as cursor:
        parts = [one for _, one in sorted(held(cursor, "listens").items())]
    return storage.read_table([path for path, _ in files(storage, parts)], LISTENED)
