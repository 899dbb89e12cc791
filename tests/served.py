"""An app served within a test's process, by the server that people's requests meet; who logs in to it, who waits."""

import asyncio
import re
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from dashboards import auth, worker
from dashboards.front import Front


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Hash passwords quickly, nobody's too: most tests make the demo's five accounts and log in.

    Processes that a test starts hash in earnest.
    """
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auth, "_hasher", cheap)
        patch.setattr(auth, "_NOBODY", cheap.hash("nobody has this password"))
        yield


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in a thread of its own: a browser of other tests may have this thread's loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


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


def log_in(client: FlaskClient, login: str) -> dict[str, str]:
    """Log one of the demo's accounts in by the page; the header that our scripts send."""
    [token] = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login").text)
    password = next(demo.password for demo in auth.DEMO_ACCOUNTS if demo.login == login)
    answer = client.post("/login", data={"login": login, "password": password, "csrf_token": token})
    assert answer.status_code == 302
    client.get("/")
    cookie = client.get_cookie("_csrf_token")
    assert cookie is not None
    return {"X-CSRFToken": cookie.value}


def until(true: Callable[[], bool], seconds: float = 90) -> bool:
    """Whether it becomes true within a time."""
    stop = time.monotonic() + seconds
    while not true() and time.monotonic() < stop:
        time.sleep(0.02)
    return true()
