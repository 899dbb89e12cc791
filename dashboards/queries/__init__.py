"""Questions to the warehouse, each the text of a file in ``sql/queries``."""

from weakref import WeakSet

from etl.store.migrations import files
from etl.store.warehouse import Warehouse
from etl.store.warehouse import sql as file_text

_ready: WeakSet[Warehouse] = WeakSet()


def sql(name: str) -> str:
    """The text of ``sql/queries/<name>.sql``."""
    return file_text(f"queries/{name}")


def ready(warehouse: Warehouse) -> bool:
    """Whether the migrations have made all tables and columns; asked until they have."""
    warehouse = warehouse.owner  # pages may not read which migrations there are
    if (
        warehouse not in _ready
        and warehouse.query(sql("status_ready"))[0]["begun"]
        and warehouse.query(sql("status_migrated"), {"newest": files()[-1].stem})[0]["ready"]
    ):
        _ready.add(warehouse)
    return warehouse in _ready
