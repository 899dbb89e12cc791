"""Attempts counted in the warehouse, so that a limit holds over all processes of the app.

While the warehouse does not answer, each process counts for itself (``in_memory_fallback_enabled`` of the limiter).
"""

from time import time
from typing import Any

from limits.storage import Storage

from dashboards.queries import sql
from etl.store.warehouse import Warehouse


class Attempts(Storage):
    """Where Flask-Limiter keeps its counts; names are hashed, for people type passwords where logins belong."""

    STORAGE_SCHEME = ["warehouse"]  # noqa: RUF012  # as its base class has it

    def __init__(self, uri: str, warehouse: Any, **_: Any) -> None:
        super().__init__(uri)
        self._warehouse: Warehouse = warehouse

    @property
    def base_exceptions(self) -> type[Exception]:
        """What its methods may raise."""
        return Exception

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count an attempt; the number of them in the window that it is in, of ``expiry`` seconds."""
        counted = {"name": key, "seconds": expiry, "amount": amount}
        return self._warehouse.query(sql("attempt_add"), counted)[0]["attempts"]

    def get(self, key: str) -> int:
        """The number of attempts in the window."""
        return sum(row["attempts"] for row in self._warehouse.query(sql("attempt_count"), {"name": key}))

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since 1970."""
        return max(
            (row["ends_at"] for row in self._warehouse.query(sql("attempt_count"), {"name": key})), default=time()
        )

    def check(self) -> bool:
        """Whether there is a place to count."""
        self.get("")
        return True

    def reset(self) -> int:
        """Forget all attempts."""
        return self._warehouse.execute(sql("attempt_forget"), {"name": None})

    def clear(self, key: str) -> None:
        """Forget these."""
        self._warehouse.execute(sql("attempt_forget"), {"name": key})
