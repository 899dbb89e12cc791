"""The way in: what a request has to do before it takes a thread, so that slow and greedy clients hold up nobody else.

An ASGI application around the app. Bodies are read here, within a time. A few requests are answered at once; whose
turn is next goes by what each account (else each address) has had lately, as fair-share schedulers do, and those who
wait cost a coroutine each. Answers are sent when their thread is free again. Whoever hangs up is noticed. An upload is
let through as it comes, for ``dashboards.uploads`` has limits of its own.
"""

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

PART_S = 20.0  #: for a whole body, for the next part of an upload, for a client to take a part of an answer
AT_ONCE, OF_ONE = 6, 3  #: requests that one process answers at a time, and those of them that are of one account
MUCH_S = 0.5  #: who had more than this lately, and twice what another had who asks too, gets one at a time
TOO_S = 10.0  #: after its last request an account still asks too
IN_LINE = 100  #: of one account, that wait
HALF_LIFE_S = 5.0  #: after which what an account has had counts half
KEPT = 4 << 20  #: bytes of an answer that are held here; of a longer one the rest comes as the client takes it
GONE = "overtone.gone"  #: in a request's scope: the event that is set when whoever asked has hung up


class Full(Exception):
    """Too many requests of one account wait."""


class TooLarge(Exception):
    """A body is larger than the app takes."""


class Gone(Exception):
    """Whoever asked has hung up."""


@dataclass
class _Share:
    """What one account has of a process: seconds lately, when it asked, requests inside and in line."""

    had: float = 0.0
    at: float = field(default_factory=time.monotonic)
    asked: float = 0.0
    inside: int = 0
    waiting: list[asyncio.Future[None]] = field(default_factory=list)

    def lately(self, now: float) -> float:
        """The seconds it had, older ones counting less."""
        self.had *= 0.5 ** ((now - self.at) / HALF_LIFE_S)
        self.at = now
        return self.had


class Turns:
    """Who is next."""

    def __init__(self, at_once: int = AT_ONCE, of_one: int = OF_ONE) -> None:
        self._free, self._of_one = at_once, of_one
        self._shares: defaultdict[str, _Share] = defaultdict(_Share)

    @contextmanager
    def _counted(self, share: _Share) -> Iterator[None]:
        begin = time.monotonic()
        try:
            yield
        finally:
            now = time.monotonic()
            share.had = share.lately(now) + now - begin
            share.inside -= 1
            self._free += 1
            self._next()

    async def take(self, key: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do some work when it is its turn.

        Raises:
            Full: ``IN_LINE`` wait already.
        """
        share = self._shares[key]
        share.asked = time.monotonic()
        if len(share.waiting) >= IN_LINE:
            raise Full
        turn = asyncio.get_running_loop().create_future()
        share.waiting.append(turn)
        self._next()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was let in at the moment in which it left
                with self._counted(share):
                    pass
            raise
        with self._counted(share):
            await work()

    def _next(self) -> None:
        """Let in who is next, while there is room; forget who has nothing here any more."""
        now = time.monotonic()
        asking = (one.lately(now) for one in self._shares.values() if now - one.asked < TOO_S)
        much = max(MUCH_S, 2 * min(asking, default=math.inf))
        while self._free:
            able = [
                one
                for one in self._shares.values()
                if one.waiting and one.inside < (1 if one.lately(now) > much else self._of_one)
            ]
            if not able:
                break
            share = min(able, key=lambda one: (one.inside, one.lately(now)))
            turn = share.waiting.pop(0)
            if turn.done():  # who waited has left
                continue
            turn.set_result(None)
            share.inside += 1
            self._free -= 1
        if len(self._shares) > 1000:
            idle = [key for key, one in self._shares.items() if not one.inside and not one.waiting]
            for key in idle:
                if self._shares[key].lately(now) < 0.001:
                    del self._shares[key]


class Front:
    """The app, its clients kept from each other.

    Args:
        app: what answers.
        whose: by a request's scope, whose it is.
        largest: bytes of a body that is read here.
        by_itself: paths whose requests wait for no turn and whose bodies are not read here.
    """

    def __init__(self, app: App, whose: Callable[[Message], str], largest: int, by_itself: frozenset[str]) -> None:
        self._app, self._whose, self._largest, self._by_itself = app, whose, largest, by_itself
        self._turns = Turns()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = _Client(receive, send)
        scope[GONE] = client.gone
        try:
            if scope["path"] in self._by_itself:
                await self._app(scope, client.part, client.take)
                return
            body = await client.whole(self._largest)
            answer = _Answer(client)

            async def work() -> None:
                if not client.gone.is_set():
                    await self._app(scope, body, answer.add)

            await self._turns.take(self._whose(scope), work)
            await answer.send()
        except TimeoutError:
            await client.refuse(408, "The request did not come in time.")
        except TooLarge:
            await client.refuse(413, "The request is too large.")
        except Full:
            await client.refuse(429, "Too many at once. Wait a minute and try again.")
        except Gone:
            pass
        finally:
            client.end()


class _Answer:
    """An answer: held until its thread is free, and beyond ``KEPT`` bytes sent while it is made."""

    def __init__(self, client: "_Client") -> None:
        self._client = client
        self._held: list[Message] | None = []
        self._bytes = 0

    async def add(self, message: Message) -> None:
        """Take the next part."""
        self._bytes += len(message.get("body", b""))
        if self._held is not None and self._bytes <= KEPT:
            self._held.append(message)
            return
        await self.send()
        await self._client.take(message)

    async def send(self) -> None:
        """Send what is held; what comes after is sent at once."""
        held, self._held = self._held, None
        for message in held or ():
            await self._client.take(message)


class _Client:
    """Whoever asks."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._watch: asyncio.Task[None] | None = None
        self._begun = False
        self.gone = Event()

    async def part(self) -> Message:
        """The next part of the body, in time."""
        message = await asyncio.wait_for(self._receive(), PART_S)
        if message["type"] == "http.disconnect":
            self.gone.set()
        elif not message.get("more_body", False):
            self._watch = asyncio.create_task(self._until_gone())
        return message

    async def whole(self, largest: int) -> Receive:
        """Read the body, and return what gives it at once.

        Raises:
            TooLarge: it has more bytes.
            Gone: the client hung up before the end of it.
            TimeoutError: it did not come in time.
        """
        body = bytearray()
        async with asyncio.timeout(PART_S):
            while True:
                message = await self.part()
                if self.gone.is_set():
                    raise Gone
                body += message.get("body", b"")
                if len(body) > largest:
                    raise TooLarge
                if not message.get("more_body", False):
                    break
        whole = {"type": "http.request", "body": bytes(body), "more_body": False}

        async def receive() -> Message:
            return whole

        return receive

    async def take(self, message: Message) -> None:
        """Send a part of the answer; whoever takes none of it for long is taken for gone, and gets no more."""
        self._begun = True
        if self.gone.is_set():
            return
        try:
            async with asyncio.timeout(PART_S):
                await self._send(message)
        except (OSError, TimeoutError):
            self.gone.set()

    async def refuse(self, status: int, words: str) -> None:
        """Answer with a few words, and hang up; not after an answer has begun."""
        if self._begun:
            return
        body = f'{{"message": "{words}"}}'.encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        await self.take({"type": "http.response.start", "status": status, "headers": headers})
        await self.take({"type": "http.response.body", "body": body})

    def end(self) -> None:
        """Watch no longer."""
        if self._watch:
            self._watch.cancel()

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.gone.set()
