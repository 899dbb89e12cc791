"""Attempts counted in the warehouse, so that a limit holds over all processes of the app.

While the warehouse does not answer, each process counts for itself (``in_memory_fallback_enabled`` of the limiter).
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from time import time
from typing import Any

from flask import Response, make_response
from flask_limiter import Limiter
from limits.storage import Storage

from dashboards.queries import sql
from etl.errors import OvertoneError
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
        counted = {"key": _key(key), "seconds": expiry, "amount": amount}
        return self._warehouse.query(sql("attempt_add"), counted)[0]["attempts"]

    def get(self, key: str) -> int:
        """The number of attempts in the window."""
        return sum(row["attempts"] for row in self._warehouse.query(sql("attempt_count"), {"key": _key(key)}))

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since 1970."""
        return max(
            (row["ends_at"] for row in self._warehouse.query(sql("attempt_count"), {"key": _key(key)})), default=time()
        )

    def check(self) -> bool:
        """Whether there is a place to count."""
        with suppress(OvertoneError):
            self.get("")
            return True
        return False

    def reset(self) -> int:
        """Forget all attempts."""
        return self._warehouse.execute(sql("attempt_forget"), {"key": None})

    def clear(self, key: str) -> None:
        """Forget these."""
        self._warehouse.execute(sql("attempt_forget"), {"key": _key(key)})


def count_failed(limiter: Limiter) -> Callable[[Callable[[], Any]], Callable[[], Response]]:
    """Let the limits of a view stand below this count what it answers by 401, and nothing else.

    An attempt is counted before the view sees it, so that many at once are as many as one after the other; what was no
    failure is given back.
    """

    def counted(view: Callable[[], Any]) -> Callable[[], Response]:
        @wraps(view)
        def answer() -> Response:
            given = make_response(view())
            if given.status_code != 401:
                for one in limiter.current_limits:
                    limiter.limiter.storage.incr(one.key, one.limit.get_expiry(), -1)
            return given

        return answer

    return counted


def _key(name: str) -> bytes:
    """What an attempt is counted under: of one length, and free of what Postgres takes for no text."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
