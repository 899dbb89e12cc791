"""Listens that are in a home's lake beside those that are there, for tests of what reads them."""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from etl.settings import Settings
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse
from etl.tables import LISTENED
from lab.worlds import lake


def add(settings: Settings, rows: Iterable[Mapping[str, Any]]) -> None:
    """Let the lake hold these listens, too, all due in the marts; they are as of ``LISTENED``, less what is null."""
    warehouse, storage = Warehouse.open(settings), Storage(settings.storage_url)
    made = [{"day": row["listened_at"].date(), "origin": "file"} | row for row in rows]
    fresh = pa.Table.from_pylist(made, LISTENED)
    lake.put(warehouse, storage, pa.concat_tables([lake.listens(warehouse, storage), fresh]))
