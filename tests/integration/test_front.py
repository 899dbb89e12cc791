"""The way in, attacked: many connections, half-open ones, slow bodies, one who asks without end; over real sockets."""

import asyncio
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, closing, suppress

import psutil
import pytest

from dashboards import front, worker
from dashboards.front import Front, Full, Turns
from etl.machine import process
from etl.machine.turns import turn
from etl.settings import CHECKOUT
from tests.served import run, running, until


def whose(scope):
    """Whose a request is: as its address says, such as /ada."""
    return scope["path"].strip("/").partition("/")[0]


async def echo(scope, receive, send):
    """Answer with the body that came; /x/slow takes a while, /x/long answers with many bytes."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    if scope["path"].endswith("slow"):
        await asyncio.sleep(0.3)
    if scope["path"].endswith("long"):
        body = bytes(20 << 20)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    for at in range(0, len(body) or 1, 1 << 20):
        more = at + (1 << 20) < len(body)
        await send({"type": "http.response.body", "body": body[at : at + (1 << 20)], "more_body": more})


@pytest.fixture
def port(monkeypatch):
    """Where a server answers, whose patience is short."""
    monkeypatch.setattr(front, "PART_S", 1.0)
    monkeypatch.setattr(worker, "HEAD_S", 1.0)
    with running(Front(echo, whose, 1000, frozenset({"/healthz"}))) as number:
        yield number


def ask(port, path="/ada", body=b"", timeout=20):
    """The status and the body of an answer."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)) as connection:
        with suppress(BrokenPipeError):  # who is refused reads why, also while the rest is still to be sent
            connection.request("POST", path, body)
        answer = connection.getresponse()
        return answer.status, answer.read()


def opened(port, sent):
    """A connection over which this was sent."""
    made = socket.create_connection(("127.0.0.1", port), timeout=20)
    made.sendall(sent)
    return made


def test_five_hundred_connections_that_are_held_hold_up_nobody(port):
    with ExitStack() as leave:
        held = [http.client.HTTPConnection("127.0.0.1", port, timeout=20) for _ in range(500)]
        for one in held:
            leave.callback(one.close)
            one.request("GET", "/ada")
            assert one.getresponse().read() == b""
        assert ask(port, "/bruno", b"here") == (200, b"here")
        held[-1].request("POST", "/ada", b"again")  # and each is good for another request
        assert held[-1].getresponse().read() == b"again"


@pytest.mark.parametrize(
    "half",
    [
        b"GET /ada HTTP/1.1\r\nHost: x\r\nX-Half",
        b"POST /ada HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf",
        b"POST /ada HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf",
    ],
)
def test_two_hundred_half_open_requests_hold_up_not_even_their_own_account_and_are_ended(port, half):
    with ExitStack() as leave:
        held = [leave.enter_context(closing(opened(port, half))) for _ in range(200)]
        assert ask(port, "/ada", b"here") == (200, b"here")
        for one in held[::50]:
            rest = one.recv(1000)  # waits until we hang up, or say why first
            assert rest == b"" or b" 408 " in rest.split(b"\r\n")[0]


def test_a_head_without_end_is_hung_up_on(port):
    with closing(opened(port, b"GET /ada HTTP/1.1\r\n")) as one, suppress(BrokenPipeError, ConnectionResetError):
        for _ in range(100):
            one.sendall(b"X-More: " + b"x" * 4000 + b"\r\n")
        assert one.recv(100) == b""


def test_a_body_over_the_limit_is_refused_however_it_comes(port):
    assert ask(port, body=bytes(1001))[0] == 413
    assert ask(port, body=(bytes(300) for _ in range(9)))[0] == 413
    assert ask(port, body=bytes(1000)) == (200, bytes(1000))


def test_who_takes_no_answer_holds_no_place(port):
    slow = [opened(port, b"GET /ada/long HTTP/1.1\r\nHost: x\r\n\r\n") for _ in range(2 * front.AT_ONCE)]
    time.sleep(0.2)
    began = [ask(port, "/bruno", b"here", timeout=60) for _ in range(3)]
    assert began == [(200, b"here")] * 3
    for one in slow:
        one.close()


def test_an_account_beyond_its_line_is_told_so_and_others_are_answered(port, monkeypatch):
    monkeypatch.setattr(front, "IN_LINE", 5)
    answers = []
    greedy = [threading.Thread(target=lambda: answers.append(ask(port, "/ada/slow")[0])) for _ in range(30)]
    for one in greedy:
        one.start()
    assert ask(port, "/bruno", b"here") == (200, b"here")
    for one in greedy:
        one.join()
    assert answers.count(200) + answers.count(429) == 30
    assert 200 in answers
    assert 429 in answers


async def order_of(asked, at_once=1, of_one=1):
    """In which order requests that come in this one are answered; each takes a moment."""
    turns, done = Turns(at_once, of_one), []

    async def work(key):
        await asyncio.sleep(0.01)
        done.append(key)

    await asyncio.gather(*(turns.take(key, lambda key=key: work(key)) for key in asked))
    return "".join(done)


def test_who_had_least_is_next_and_nobody_waits_for_a_whole_line():
    assert run(order_of("aaaaab"))[:2] == "ab"
    assert run(order_of("aaaabbc"))[:3] in ("abc", "acb")
    done = run(order_of("aaaaaaaabbbb", at_once=4, of_one=2))
    assert sorted(done[:4]) == ["a", "a", "b", "b"]


async def most_inside(turns):
    """How many of ten requests of the account "a" are inside together."""
    inside, seen = 0, []

    async def work():
        nonlocal inside
        inside += 1
        seen.append(inside)
        await asyncio.sleep(0.01)
        inside -= 1

    await asyncio.gather(*(turns.take("a", work) for _ in range(10)))
    return max(seen)


def test_one_account_never_has_all_places():
    assert run(most_inside(Turns(4, 2))) == 2


def test_who_had_much_gets_one_place_while_another_asks_too():
    async def most(others):
        turns = Turns(4, 3)
        turns._shares["a"].had = 3 * front.MUCH_S
        for other in others:
            await turns.take(other, lambda: asyncio.sleep(0))
        return await most_inside(turns)

    assert run(most("")) == 3
    assert run(most("b")) == 1


def test_a_turn_is_given_back_by_work_that_fails_and_by_who_leaves_the_line():
    async def all_of_it():
        turns = Turns(1, 1)

        async def fails():
            raise KeyError

        async def waits():
            await asyncio.sleep(0.05)

        with pytest.raises(KeyError):
            await turns.take("a", fails)
        first = asyncio.create_task(turns.take("a", waits))
        second = asyncio.create_task(turns.take("b", waits))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        first, second, third = (asyncio.create_task(turns.take(key, waits)) for key in "abc")
        await asyncio.sleep(0)
        turns._free += 1  # a place comes free
        turns._next()
        second.cancel()  # in the moment in which it is let in
        turns._free -= 1
        await asyncio.gather(first, second, third, return_exceptions=True)
        assert turns._free == 1
        await asyncio.wait_for(turns.take("c", waits), 5)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(front, "IN_LINE", 0)
            with pytest.raises(Full):
                await turns.take("a", waits)

    run(all_of_it())


def test_places_are_shared_by_processes_and_a_killed_holder_gives_its_own_back(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from etl.machine.turns import turn\n"
        f"with turn(Path({str(tmp_path)!r}), 1, 9) as ours: print(ours, flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "True\n"
    with turn(tmp_path, 1, 0.2) as ours:
        assert not ours
    with turn(tmp_path, 2, 0.2) as ours:
        assert ours
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with turn(tmp_path, 1, 5) as ours:
        assert ours
    holder.stdout.close()


def test_the_app_is_served_by_several_processes_one_that_dies_is_replaced_and_all_end_together(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, **settings.environment(), "OVERTONE_APP_PORT": str(port)}
    app = subprocess.Popen([sys.executable, "-m", "overtone.cli", "app"], cwd=CHECKOUT, env=env)
    try:

        def healthy():
            return process.get(f"http://127.0.0.1:{port}/healthz") is not None

        def serving():
            living = []
            for one in psutil.Process(app.pid).children():
                with suppress(psutil.NoSuchProcess):  # a zombie is none either
                    living += [one] if "spawn_main" in " ".join(one.cmdline()) else []
            return living

        assert until(healthy)
        assert process.get(f"http://127.0.0.1:{port}/readyz") is not None
        before = serving()
        assert len(before) == worker.PROCESSES
        before[0].kill()
        assert until(lambda: len({one.pid for one in serving()} - {before[0].pid}) == worker.PROCESSES)
        assert until(healthy)
    finally:
        family = psutil.Process(app.pid).children(recursive=True)
        app.terminate()
        app.wait(60)
    assert until(lambda: not [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE])
