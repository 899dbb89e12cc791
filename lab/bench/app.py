"""What holds when many come at once: idle and half-open connections, fifty people who change filters, one who floods.

The app is the product's own, in processes of its own over a scratch server with made listens. People are accounts of
artists (those with many listens more often); each speaks HTTP over the loopback on six connections, as a browser does.
"""

import asyncio
import resource
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time
from urllib.parse import urlencode

import aiohttp
import numpy as np

from etl.machine import postgres
from etl.settings import Settings
from etl.store.warehouse import sql
from lab.bench.load import FULL, LAST, SEED, SIZE, World
from lab.bench.upload import Served, Visitor, accounts
from lab.figures import Figure, Goal, Report

IDLE, HALF_OPEN, PEOPLE, EVERY_S, CHANGES, FLOOD, TURNS = 1000, 200, 50, 10.0, 6, 40, 60
BROWSER = 6  #: connections that a browser opens to one server
#: The cards of the page Audience.
NAMES = ("audience-kpis", "audience-news", "audience-curve", "audience-tracks", "audience-when", "audience-where",
         "audience-countries", "audience-likes")  # fmt: skip
LOOKS_S = 0.5  #: at what came, whoever asks beside a flood
CHOSEN = 0.3  #: of the changes choose a country, and as many what was heard to half


class Person:
    """Somebody who is logged in and has the page Audience open, in a browser of so many connections."""

    def __init__(self, port: int, login: str, connections: int = BROWSER) -> None:
        visitor = Visitor(port, login)
        self._address = f"http://127.0.0.1:{port}/_dash-update-component"
        self._http = aiohttp.ClientSession(headers=visitor.headers, connector=aiohttp.TCPConnector(limit=connections))

    async def card(self, name: str, search: str) -> int:
        """Ask for a card; the status of what comes."""
        output, again = f"{name}-body.children", f"{name}-again"
        body = {
            "output": output,
            "outputs": {"id": f"{name}-body", "property": "children"},
            "inputs": [
                {"id": "url", "property": "search", "value": search},
                {"id": again, "property": "data", "value": None},
            ],
            "changedPropIds": ["url.search"],
        }
        async with self._http.post(self._address, json=body) as answer:
            await answer.read()
        return answer.status

    async def leave(self) -> None:
        """Hang up."""
        await self._http.close()

    async def change(self, search: str) -> tuple[float, list[int]]:
        """Change a filter, and wait for every card."""
        begin = perf_counter()
        got = await asyncio.gather(*(self.card(name, search) for name in NAMES))
        return perf_counter() - begin, got


@dataclass(frozen=True)
class Crowd:
    """What fifty people waited for: seconds of each change, of each answer, and how many answers were none."""

    changes: list[float]
    refused: int


def run(full: bool, data: Path | None) -> Report:
    """Hold connections, half-open ones and a crowd against the app, one after the other.

    Args:
        full: on 20 M listens.
        data: folder of real data; not used.
    """
    listeners, tracks, a_day, days = (FULL[0], FULL[1], FULL[2], 2 * FULL[3]) if full else SIZE
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        try:
            world = World(home, (listeners, tracks, a_day, days))
            for day in world.days:
                world.load(day)
            world.build()
            _people(world)
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard := resource.getrlimit(resource.RLIMIT_NOFILE)[1], hard))
            with Served(Settings.from_env({"OVERTONE_HOME": folder})) as app:
                return Report("What holds when many come", ABOUT.format(a_day * days), asyncio.run(_figures(app.port)))
        finally:
            postgres.stop(home)


def _people(world: World) -> None:
    """An account for each person, of an artist that is heard."""
    accounts(world.warehouse, PEOPLE)
    rows = world.warehouse.query(sql("bench/artists"))
    weight = np.array([float(row["listens"]) for row in rows])
    drawn = np.random.default_rng(SEED).choice(len(rows), PEOPLE, replace=False, p=weight / weight.sum())
    for number, row in enumerate(drawn):
        world.warehouse.execute(
            "UPDATE app.account SET artist_id = %s WHERE login = %s", (rows[row]["artist_id"], f"visitor{number}")
        )


async def _figures(port: int) -> list[Figure]:
    rng = np.random.default_rng(SEED)
    people = [Person(port, f"visitor{number}") for number in range(PEOPLE)]
    await asyncio.gather(*(one.change(f"?days={days}") for one in people[:8] for days in (7, 28)))  # plans
    alone = await _turns(people[0], rng)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=IDLE, keepalive_timeout=600)) as idle:
        answered = [await _together(idle, port)]
        held = await _turns(people[0], rng)
        answered.append(await _together(idle, port))
    half = [await _half_open(port, number) for number in range(HALF_OPEN)]
    halved = await _turns(people[0], rng)
    for writer in half:
        writer.close()
    begin = process_time()
    cold = await _crowd(people, np.random.default_rng(SEED))
    cached = await _crowd(people, np.random.default_rng(SEED))
    spent = process_time() - begin
    quiet = await _turns(people[0], rng, LOOKS_S)
    greedy = Person(port, f"visitor{PEOPLE - 1}", FLOOD)
    flooding = asyncio.create_task(_flood(greedy))
    flooded = await _turns(people[0], rng, LOOKS_S)
    flooding.cancel()
    for person in (*people, greedy):
        await person.leave()
    base = float(np.median(alone))
    return [
        Figure("app.change", base, "s, p50: a filter is changed, every card answers", "itself", 1.0, TURNS),
        Figure("app.idle.answered", min(answered),
               "connections that are answered at the begin and at the end", n=IDLE,
               goal=Goal("value", at_least=IDLE)),
        Figure("app.idle", float(np.median(held)), f"s, p50, beside {IDLE:,} idle connections", "app.change",
               float(np.median(held)) / base, TURNS, Goal("ratio", at_most=1.2)),
        Figure("app.half_open", float(np.median(halved)), f"s, p50, beside {HALF_OPEN} half-open ones", "app.change",
               float(np.median(halved)) / base, TURNS, Goal("ratio", at_most=1.2)),
        Figure("app.crowd.cold", float(np.percentile(cold.changes, 95)), f"s, p95 of {PEOPLE} people", "app.change",
               float(np.percentile(cold.changes, 95)) / base, len(cold.changes), Goal("value", at_most=0.8)),
        Figure("app.crowd.cached", float(np.percentile(cached.changes, 95)), "s, p95 of the same again", "app.change",
               float(np.percentile(cached.changes, 95)) / base, len(cached.changes), Goal("value", at_most=0.2)),
        Figure("app.crowd.refused", cold.refused + cached.refused, "answers that were none", n=2 * len(cold.changes),
               goal=Goal("value", at_most=0)),
        Figure("app.crowd.generator", spent / (2 * len(cold.changes)), "CPU s a change, of whoever asks"),
        Figure("app.flood", float(np.percentile(flooded, 95)), f"s, p95, beside an account with {FLOOD} connections",
               "without it", float(np.percentile(flooded, 95) / np.percentile(quiet, 95)), TURNS,
               Goal("ratio", at_most=2)),
    ]  # fmt: skip


async def _turns(one: Person, rng: np.random.Generator, looks_s: float = 0.0) -> list[float]:
    """Seconds of changes one after the other, each asked for the first time, of somebody who looks at what came."""
    found = []
    for _ in range(TURNS):
        found.append((await one.change(_search(rng)))[0])
        await asyncio.sleep(looks_s)
    return found


async def _together(idle: aiohttp.ClientSession, port: int) -> int:
    """Ask on as many connections as the session may have, all at once; how many are answered."""

    async def ask() -> int:
        async with idle.get(f"http://127.0.0.1:{port}/healthz") as answer:
            return answer.status

    return (await asyncio.gather(*(ask() for _ in range(IDLE)), return_exceptions=True)).count(200)


async def _half_open(port: int, number: int) -> asyncio.StreamWriter:
    """A connection whose request never ends: half of them in its head, half in its body."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    whole = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    writer.write(whole + (b"Content-Length: 1000\r\n\r\nlogin=" if number % 2 else b"X-Half"))
    await writer.drain()
    return writer


async def _crowd(people: Sequence[Person], rng: np.random.Generator) -> Crowd:
    """Everybody changes a filter every ten seconds, at moments of their own."""
    begins = rng.uniform(0, EVERY_S, len(people))
    asked = [[_search(rng) for _ in range(CHANGES)] for _ in people]

    async def one(person: Person, begin: float, searches: Sequence[str]) -> list[tuple[float, list[int]]]:
        at, found = asyncio.get_running_loop().time() + begin, []
        for search in searches:
            await asyncio.sleep(max(0.0, at - asyncio.get_running_loop().time()))
            found.append(await person.change(search))
            at += EVERY_S
        return found

    every = [change for person in await asyncio.gather(*map(one, people, begins, asked)) for change in person]
    return Crowd([seconds for seconds, _ in every], sum(status != 200 for _, all_of in every for status in all_of))


async def _flood(person: Person) -> None:
    """Change filters on forty connections without a pause."""

    async def forever(seed: int) -> None:
        rng = np.random.default_rng(seed)
        while True:
            await person.card(str(rng.choice(NAMES)), _search(rng))

    await asyncio.gather(*map(forever, range(FLOOD)))


def _search(rng: np.random.Generator) -> str:
    """A view: some weeks that end on some day, at times of one country or only of what was heard to half."""
    end = LAST - timedelta(days=int(rng.integers(0, 21)))
    asked: dict[str, object] = {"from": end - timedelta(days=int(rng.integers(6, 90))), "to": end}
    if rng.random() < CHOSEN:
        asked["country"] = str(rng.choice(["USA", "DEU", "BRA"]))
    if rng.random() < CHOSEN:
        asked["heard"] = "half"
    return f"?{urlencode(asked)}"


ABOUT = """
{:,} made listens on a scratch server; the app as `overtone app` serves it. *change* is what a visitor waits for who
changes a filter of the page Audience: all its cards, asked on six connections. *idle*: the same beside a thousand
connections that were answered once and are held, all of which are answered again at the end. *half_open*: beside
connections whose head, or body, never ends. *crowd*: fifty people, each an artist, change a filter every ten seconds;
*cold* as nobody asked before, *cached* the same once more. *flood*: one person who looks at what came for half a
second, beside an account that asks without a pause on forty connections. Whoever asks works on the same cores; what
that costs is told apart.
"""
