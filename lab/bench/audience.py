"""What the questions of the Audience page cost, against a primary-key lookup; alone, and with twenty asking at once."""

import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from etl.audience.people import spans_of
from etl.audience.sketches import listeners
from etl.audience.spans import WEEK, cut
from etl.machine import postgres
from etl.store.tenant import BECOME
from etl.store.warehouse import sql
from lab.bench.load import FULL, LAST, SEED, SIZE, World
from lab.figures import Figure, Goal, Report

TURNS, CLIENTS = 300, 20
LOOKUP = "SELECT * FROM core.track WHERE track_id = %(track_id)s::integer"
#: What the page asks of sql/queries/audience_heard.sql, and its other questions.
HEARD = {"kpis": "period", "tracks": "track", "weeks": "period"}
QUESTIONS = (*HEARD, "people", "days", "interests", "genre_curve", "coverage")


def run(full: bool, data: Path | None) -> Report:
    """Ask each question about random artists, ranges and filters, in turns with a lookup; then all at once."""
    size = FULL if full else SIZE
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        try:
            world = World(home, size)
            for day in world.days:
                world.load(day)
            world.build()
            world.warehouse.execute("ANALYZE core.track")
            return _measured(world, size[2] * size[3], len(world.days) // 7)
        finally:
            postgres.stop(home)


def _measured(world: World, listens: int, weeks: int) -> Report:
    rng = np.random.default_rng(SEED)
    rows = world.warehouse.query(sql("bench/artists"))
    weight = np.array([float(row["listens"]) for row in rows])
    tracks = world.tracks.to_pandas()

    def params() -> dict[str, Any]:
        """An artist (those with many listens more often), some weeks, and filters as a page would have them."""
        artist = rows[int(rng.choice(len(rows), p=weight / weight.sum()))]["artist_id"]
        own = tracks[tracks["artist_id"] == artist]
        one = own.iloc[int(rng.integers(len(own)))]
        by = rng.choice(["all", "track", "genre"], p=[0.5, 0.3, 0.2])
        first = LAST - (1 + int(rng.integers(weeks))) * WEEK + timedelta(days=1)
        spans = cut(first, LAST + timedelta(days=1))
        return {
            "artist_id": int(artist),
            "track_id": int(one["track_id"]) if by == "track" else None,
            "genre": one["genre"] if by == "genre" else None,
            "own": [int(track) for track in own["track_id"]],
            "periods": spans,
            "begin": first,
            "end": LAST,
        }

    asked = [params() for _ in range(TURNS)]
    asks = {name: _asker(world, name) for name in QUESTIONS}

    def lookup(given: Mapping[str, Any]) -> None:
        world.warehouse.query(LOOKUP, {"track_id": given["own"][0]})

    def direct(given: Mapping[str, Any]) -> None:
        """The KPIs as their tables' owner, whom no policy holds, the artist named in the question."""
        world.warehouse.query(_without_policy(), {**given, **_heard("kpis", given)})

    def guarded(given: Mapping[str, Any]) -> None:
        """The same, not planned beforehand, under the policy."""
        with world.warehouse.transaction() as cursor:
            cursor.execute(
                f"{BECOME};\n{sql('queries/audience_heard')}",
                {**_heard("kpis", given), **world.warehouse.tenant(cursor, given["artist_id"])},
            )
            cursor.fetchall()

    contestants: dict[str, Callable[[Mapping[str, Any]], None]] = {
        "lookup": lookup, **asks, "direct": direct, "guarded": guarded
    }  # fmt: skip
    alone = _in_turns(contestants, asked)
    with ThreadPoolExecutor(CLIENTS) as pool:
        for ask in contestants.values():  # opens the connections and plans, once: a p95 of 300 would be of just that
            list(pool.map(ask, asked[: 5 * CLIENTS]))
        crowd = {
            name: list(pool.map(lambda given, ask=ask: _seconds(ask, given), asked))
            for name, ask in contestants.items()
        }
    base, base_95 = np.median(alone["lookup"]), np.percentile(crowd["lookup"], 95)
    figures = [Figure("audience.lookup", 1000 * float(base), "ms, p50", "itself", 1.0, TURNS)]
    for name in QUESTIONS:
        p50, p95 = np.median(alone[name]), np.percentile(crowd[name], 95)
        figures += [
            Figure(
                f"audience.{name}", 1000 * float(p50), "ms, p50", "audience.lookup", float(p50 / base), TURNS,
                Goal("ratio", at_most=6),
            ),
            Figure(
                f"audience.{name}.20_clients", 1000 * float(p95), "ms, p95", "p95 of the lookup at 20 clients",
                float(p95 / base_95), TURNS, Goal("ratio", at_most=4),
            ),
        ]  # fmt: skip
    guard = {name: float(np.percentile(alone[name], 95)) for name in ("direct", "guarded")}
    figures.append(
        Figure(
            "audience.row_level_security", 1000 * guard["guarded"], "ms, p95",
            "p95 of the same question without a policy", guard["guarded"] / guard["direct"], TURNS,
            Goal("ratio", at_most=1.1),
        )
    )  # fmt: skip
    plans = "\n\n".join(f"*{name}*\n```\n{_plan(world, name, asked[0])}\n```" for name in ("kpis", "tracks"))
    return Report("Cost of the Audience page", ABOUT.format(listens=listens, weeks=weeks, plans=plans), figures)


def _asker(world: World, name: str) -> Callable[[Mapping[str, Any]], None]:
    text = sql("queries/audience_heard" if name in HEARD else f"queries/audience_{name}")

    def ask(given: Mapping[str, Any]) -> None:
        track_id = given["track_id"] or 0
        spans = spans_of(given["begin"], LAST, LAST, bool(track_id))
        own = {
            **given, "track_id": track_id, "genre": given["genre"] or "Rock", "spans": [size for size, _ in spans],
            "weeks": [week for _, week in spans],
        }  # fmt: skip
        if name in HEARD:
            for row in world.warehouse.query_as(text, _heard(name, given), artist_id=given["artist_id"]):
                listeners(row)
        else:
            world.warehouse.query_as(text, own, artist_id=given["artist_id"])

    return ask


def _heard(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of audience_heard.sql, as dashboards/queries/audience.py gives them."""
    periods = given["periods"]
    if name == "weeks":
        periods = [(1, given["begin"] + number * WEEK) for number in range(((LAST - given["begin"]).days + 1) // 7)]
    one = None if given["genre"] else [given["track_id"] or 0]
    return {
        "by": HEARD[name],
        "track_ids": [*given["own"], -1] if name == "tracks" else one,
        "genre": given["genre"],
        "reached": None,
        "labels": [str(week) if name == "weeks" else "now" for _, week in periods],
        "spans": [span for span, _ in periods],
        "weeks": [week for _, week in periods],
    }


def _without_policy() -> str:
    text = sql("queries/audience_heard").replace(
        "nullif(current_setting('overtone.artist_id', TRUE), '')::integer", "%(artist_id)s"
    )
    return text.replace("span = p.span AND", "span = p.span AND artist_id = %(artist_id)s AND")


def _in_turns(contestants: Mapping[str, Callable], inputs: list[dict[str, Any]]) -> dict[str, list[float]]:
    """Wall seconds of each call; what is waited for is the server."""
    for ask in contestants.values():
        for given in inputs[:5]:
            ask(given)
    spent: dict[str, list[float]] = {name: [] for name in contestants}
    for given in inputs:
        for name, ask in contestants.items():
            spent[name].append(_seconds(ask, given))
    return spent


def _seconds(ask: Callable, given: Mapping[str, Any]) -> float:
    begin = perf_counter()
    ask(given)
    return perf_counter() - begin


def _plan(world: World, name: str, given: Mapping[str, Any]) -> str:
    with world.warehouse.transaction() as cursor:
        cursor.execute(
            f"{BECOME};\nEXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {sql('queries/audience_heard')}",
            {**_heard(name, given), **world.warehouse.tenant(cursor, given["artist_id"])},
        )
        return "\n".join(row["QUERY PLAN"] for row in cursor)


ABOUT = """
{listens:,} made listens of {weeks} whole weeks on an embedded server for this run alone. Questions are asked as the
page asks them, one transaction each, which sets role and tenant: of artists drawn by how much they are heard, with
ranges of 1 to {weeks} weeks, half of them filtered by track or genre. *lookup* reads a track by its
primary key through the same connections, which are open and have planned. Wall milliseconds: alone in turns, then with
20 clients at once.
*row_level_security* is the KPIs' question under the policy against the same as the tables' owner with the artist in
the question.

{plans}
"""
