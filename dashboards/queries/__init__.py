"""Questions to the warehouse, each the text of a file in ``sql/queries``."""

from functools import cache
from weakref import WeakSet

from etl.settings import SQL
from etl.warehouse import Warehouse

_ready: WeakSet[Warehouse] = WeakSet()


@cache
def sql(name: str) -> str:
    """The text of ``sql/queries/<name>.sql``."""
    return (SQL / "queries" / f"{name}.sql").read_text(encoding="utf-8")


def ready(warehouse: Warehouse) -> bool:
    """Whether the first migration has made the tables; asked until it has."""
    if warehouse not in _ready and warehouse.query(sql("status_ready"))[0]["ready"]:
        _ready.add(warehouse)
    return warehouse in _ready
