"""The processes that serve the app: uvicorn's, one a core, behind one port.

uvicorn holds idle and slow connections in an event loop; ``dashboards.front`` says who is next; a2wsgi gives a request
a thread of the app's. What must hold over all processes is kept in the warehouse (attempts, uploads of an account) or
in the home (``etl.machine.turns``: songs that are heard at once).
"""

import asyncio
import os
from collections.abc import Callable
from typing import Any

import uvicorn
from a2wsgi import WSGIMiddleware
from dash import Dash
from flask import Flask
from itsdangerous import BadSignature
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess
from werkzeug.http import parse_cookie

from dashboards import auth, front, security, uploads
from etl.machine.origin import origin

PROCESSES = min(8, max(2, os.cpu_count() or 2))
IDLE_S = 75  #: that a connection is held between two requests; browsers give up after a minute or two
HEAD_S, HEAD_BYTES = 20.0, 64 << 10  #: for the head of a request
ANSWERS_S = 60  #: within which a process tells that it lives; starting, on a machine that has much to do, takes some
CONNECTIONS = 4096  #: that wait to be accepted
BY_ITSELF = frozenset({"/upload", "/healthz"})  #: but not /readyz, of which each costs a connection


class Protocol(HttpToolsProtocol):
    """uvicorn's own; it hangs up on a client whose request's head does not come in time, or does not end."""

    _head: asyncio.TimerHandle | None = None
    _bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._head = self.loop.call_later(HEAD_S, transport.close)

    def data_received(self, data: bytes) -> None:
        """Take a part of a request."""
        if self._head is None and (self.cycle is None or self.cycle.response_complete):
            self._head = self.loop.call_later(HEAD_S, self.transport.close)
        self._bytes += len(data)
        super().data_received(data)
        if self._head is not None and self._bytes > HEAD_BYTES:
            self.transport.close()

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._forget()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client hung up."""
        self._forget()
        super().connection_lost(exc)

    def _forget(self) -> None:
        if self._head is not None:
            self._head.cancel()
        self._head, self._bytes = None, 0


def config(app: Any, host: str, port: int, factory: bool = False, workers: int = 1) -> uvicorn.Config:
    """How uvicorn serves an ASGI application of ours."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        factory=factory,
        workers=workers,
        http=Protocol,
        ws="none",
        lifespan="off",
        proxy_headers=False,  # ProxyFix takes a proxy's word, and only where there is one
        server_header=False,
        access_log=False,
        log_config=None,
        backlog=CONNECTIONS,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=5,
        timeout_worker_healthcheck=ANSWERS_S,
    )


def serve(made_by: str, host: str, port: int, processes: int = PROCESSES) -> None:
    """Serve an app until the process is asked to end; a process that dies is replaced.

    Args:
        made_by: what each process calls for its app, as ``module:function``; it is told by the environment alone.
    """
    served = config(made_by, host, port, factory=True, workers=processes)
    Multiprocess(served, sockets=[served.bind_socket()]).run()


def in_front(app: Dash, proxies: int = 0) -> front.Front:
    """An app behind its front."""
    server: Any = app.server

    def terminated(environ: Any, start_response: Any) -> Any:
        environ["wsgi.input_terminated"] = True  # so that Flask reads a body that has no length, too
        return server(environ, start_response)

    inner: Any = WSGIMiddleware(terminated, workers=front.AT_ONCE + uploads.MOST_IN_HAND + 2)
    return front.Front(inner, whose(server, proxies), security.LARGEST_BODY, BY_ITSELF)


def whose(server: Flask, proxies: int = 0) -> Callable[[front.Message], str]:
    """By a request's scope: the account that its session names, else where it comes from.

    Args:
        proxies: how many stand before the app; their word is taken for the address.
    """
    session: Any = server.session_interface
    signed, cookie = session.get_signing_serializer(server), server.config["SESSION_COOKIE_NAME"]

    def of(scope: front.Message) -> str:
        headers = {name.decode("latin1"): value.decode("latin1") for name, value in scope["headers"]}
        try:
            known = signed.loads(parse_cookie(headers.get("cookie", "")).get(cookie, ""))
            return f"account {known[auth.OF]}"
        except (BadSignature, KeyError, TypeError):
            said = [one.strip() for one in headers.get("x-forwarded-for", "").split(",")]
            return origin(said[-proxies] if 0 < proxies <= len(said) else (scope.get("client") or ("",))[0])

    return of
