"""What stands before Airflow's own pages: few tries at a password, and none of its pages within another site's.

Airflow's api-server calls it for every request. Each process of it counts for itself; there is one (``[api] workers``).
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from etl.machine.origin import origin

#: Tries from one origin, right ones, too: Airflow does not say which were.
TRIES = parse_many("10/minute;100/hour")
TRIED = ("/auth/token", "/auth/login")  #: where a password is looked at
HEADERS = [
    (b"x-frame-options", b"SAMEORIGIN"),  # Airflow shows pages of its logins within its own
    (b"content-security-policy", b"frame-ancestors 'self'"),
    (b"x-content-type-options", b"nosniff"),
]

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Door:
    """ASGI middleware."""

    def __init__(self, app: Callable[[Message, Receive, Send], Awaitable[None]]) -> None:
        self.app = app
        self.limiter = FixedWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, or say that there were too many."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        is_try = scope["type"] == "http" and scope["method"] == "POST" and any(one in scope["path"] for one in TRIED)
        if is_try and not all(self.limiter.hit(limit, origin((scope.get("client") or ("",))[0])) for limit in TRIES):
            kind = (b"content-type", b"application/json")
            await marked({"type": "http.response.start", "status": 429, "headers": [kind, (b"retry-after", b"60")]})
            words = b'{"detail": "Too many attempts. Wait a minute and try again."}'
            await send({"type": "http.response.body", "body": words})
        else:
            await self.app(scope, receive, marked)
