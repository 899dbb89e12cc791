"""An app served within a test's process, by the server that people's requests meet."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from dashboards import worker
from dashboards.front import Front


@contextmanager
def running(front: Front) -> Iterator[int]:
    """Serve for a while, at the port that this gives."""
    server = uvicorn.Server(worker.config(front, "127.0.0.1", 0))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server does not start"
        time.sleep(0.02)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)
