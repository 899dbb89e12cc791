"""Questions to the warehouse, each the text of a file in ``sql/queries``."""

from weakref import WeakSet

from etl.warehouse import Warehouse
from etl.warehouse import sql as file_text

_ready: WeakSet[Warehouse] = WeakSet()


def sql(name: str) -> str:
    """The text of ``sql/queries/<name>.sql``."""
    return file_text(f"queries/{name}")


def ready(warehouse: Warehouse) -> bool:
    """Whether the first migration has made the tables; asked until it has."""
    if warehouse not in _ready and warehouse.query(sql("status_ready"))[0]["ready"]:
        _ready.add(warehouse)
    return warehouse in _ready
