"""What the jobs that read listens cost, from a drop to marts, at three sizes: whether it grows as the listens do."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import log
from pathlib import Path
from statistics import mean
from threading import Event, Lock, Thread
from typing import Any
from unittest.mock import patch

import psutil
import pyarrow.parquet as pq

from etl.jobs import build_tastes, sum_up
from etl.machine import postgres
from etl.machine.exchange import exchange
from etl.machine.spark import session
from etl.settings import Settings
from etl.store.parts import files, held
from etl.store.storage import Storage
from etl.store.warehouse import content_hash
from lab.bench.load import LAST, NAME, World, scratch
from lab.figures import Figure, Goal, Report

SIZES, FULL = (250_000, 1_000_000, 4_000_000), (4_000_000, 16_000_000, 64_000_000)  #: listens
FIRST = 2_000  #: listens before all of these, so that what a session does once falls on none of them
DAYS = 56  #: on which they are; within these a span of 4 weeks ends, and one of 16
OF_A_LISTENER, OF_A_TRACK, TRACKS = 40, 50, 106_574  #: listens; and tracks at most
YEAR = (25_000, 20_000, 35_000)  #: listeners, tracks, listens a day, of the year in which nights are measured
MEASURED, NIGHTS = (30, 365), 8  #: after which days, and how many nights up to each
READ = "bytes of listens read, for each of the day that came"
SEEN_S = 1  #: what takes less is no more than what a process's clock can tell
LOOKS_S = 5  #: at what processes spent
STEPS = {"ingest": None, "audience": 100_000, "taste": 100_000}  #: listens a CPU second that each is to reach


@dataclass
class Run:
    """What a world of so many listens cost, by step."""

    listens: int
    of: dict[str, int] = field(default_factory=dict)  #: how many listens each step was about
    spent: dict[str, float] = field(default_factory=dict)  #: CPU seconds of this process, the JVM and its workers
    served: dict[str, float] = field(default_factory=dict)  #: of Postgres
    read: dict[str, float] = field(default_factory=dict)  #: bytes of listens a night read, by job, for each of its day
    marts: dict[str, str] = field(default_factory=dict)  #: a hash of what each says
    lies: dict[str, float] = field(default_factory=dict)  #: bytes in the lake for each listen, by what they are of

    @contextmanager
    def step(self, name: str, listens: int, meter: "Meter", home: Path) -> Iterator[None]:
        """Measure a step."""
        spent, served = meter.spent(), _served(home)
        yield
        self.of[name] = listens
        self.spent[name], self.served[name] = meter.spent() - spent, _served(home) - served


class Meter:
    """CPU seconds of this process and of all that it starts, but servers.

    Spark's daemon does not wait for its workers, so what they spent is gone with them; one that Spark lets go has been
    idle for a minute, and was looked at meanwhile.
    """

    def __init__(self) -> None:
        self._seen: dict[psutil.Process, float] = {}
        self._guard = Lock()

    def spent(self) -> float:
        """So far."""
        me = psutil.Process()
        with self._guard:
            for one in (me, *me.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    if one.name() != "postgres":
                        self._seen[one] = sum(one.cpu_times()[:2])
            return sum(self._seen.values())

    @contextmanager
    def running(self) -> Iterator["Meter"]:
        """Look again and again."""
        done = Event()

        def look() -> None:
            while not done.wait(LOOKS_S):
                self.spent()

        looking = Thread(target=look, daemon=True)
        looking.start()
        try:
            yield self
        finally:
            done.set()
            looking.join()


def run(full: bool, data: Path | None) -> Report:
    """Take each size in and build what follows from it, on a server of its own; the smallest on one core, too."""
    sizes = FULL if full else SIZES
    first, *runs = _runs((FIRST, *sizes), "local[2]")
    [alone] = _runs(sizes[:1], "local[1]")
    start = Figure(
        "scale.start", sum(first.spent.values()), "CPU s of a session's first jobs, of next to no listens", n=FIRST
    )
    figures = [start, *_figures(runs), *_of_nights(_nights()), _equal(runs[0], alone)]
    return Report("How the cost of listens grows", ABOUT, figures)


def _runs(sizes: Sequence[int], master: str) -> list[Run]:
    with tempfile.TemporaryDirectory() as folder, session(_on(master, Path(folder)), NAME), Meter().running() as meter:
        return [_run(Path(folder) / f"{size}", size, meter) for size in sizes]


def _on(master: str, home: Path) -> Settings:
    return replace(scratch(home), spark_master=master)


def _run(home: Path, listens: int, meter: Meter) -> Run:
    a_day = listens // DAYS
    done = Run(listens)
    try:
        world = World(home, (listens // OF_A_LISTENER, min(listens // OF_A_TRACK, TRACKS), a_day, DAYS))
        *before, last = world.days
        for day in before:
            world.load(day)
        staged = world.stage("last", world.rows(last))
        with done.step("audience", a_day * (DAYS - 1), meter, home):
            world.build(before[-1])
        with done.step("taste", a_day * (DAYS - 1), meter, home):
            build_tastes.run(world.work(before[-1]))
        with done.step("ingest", a_day, meter, home):
            world.take_in(staged)
        with done.step("night", a_day, meter, home), _given(world.storage) as given:
            world.build()
            build_tastes.run(world.work(last))
        with world.warehouse.transaction() as cursor:
            changed = files(world.storage, [held(cursor, "listens")[f"day={last}"]])
        of_the_day = sum(_bytes(world.storage, path) for path, _ in changed)
        done.read = {job: sum(of) / of_the_day for job, of in given.items()}
        done.lies = {name: _lies(world, name) / listens for name in ("listens", "heard", "songs")}
        done.marts = {name: hash for name, hash in content_hash(world.warehouse).items() if name.startswith("mart.")}
    finally:
        postgres.stop(home)
    return done


@contextmanager
def _given(storage: Storage) -> Iterator[dict[str, list[int]]]:
    """The bytes of what jobs are given to read of listens: of each file, in the columns that they ask for."""
    given: dict[str, list[int]] = {"audience": [], "taste": []}

    def counts(job: str, columns: Sequence[str], paths: Callable[[Any], Iterable[str]]) -> Callable[..., Any]:
        def told(spark: Any, send: Any, tasks: Any, receive: Any, rows: int, alone: Any = ()) -> Any:
            of = [path for one in (*tasks, *alone) for path in paths(one)]
            given[job].extend(_bytes(storage, path, columns) for path in of)
            return exchange(spark, send, tasks, receive, rows, alone)

        return told

    audience = counts("audience", sum_up.ASKED_FOR, lambda one: [path for name, path in one.files if name == "listens"])
    taste = counts("taste", build_tastes.COLUMNS, lambda paths: paths)
    with patch.object(sum_up, "exchange", audience), patch.object(build_tastes, "exchange", taste):
        yield given


def _lies(world: World, name: str) -> int:
    """Bytes of what the lake holds under a name."""
    with world.warehouse.transaction() as cursor:
        parts = held(cursor, name).values()
    return sum(_bytes(world.storage, path) for path, _ in files(world.storage, parts))


def _bytes(storage: Storage, path: str, columns: Sequence[str] = ()) -> int:
    """Of a file, or of some columns of it."""
    with storage.open(path) as file:
        if not columns:
            return file.seek(0, 2)
        known = pq.read_metadata(file)
    chunks = [known.row_group(n).column(at) for n in range(known.num_row_groups) for at in range(known.num_columns)]
    return sum(chunk.total_compressed_size for chunk in chunks if chunk.path_in_schema in columns)


def _nights() -> dict[int, float]:
    """What build_tastes spent in the nights of a year up to some days (``MEASURED``), in the mean of a night."""
    spent: dict[int, list[float]] = {day: [] for day in MEASURED}
    with (
        tempfile.TemporaryDirectory() as folder,
        session(_on("local[2]", Path(folder)), NAME),
        Meter().running() as meter,
    ):
        home = Path(folder) / "year"
        try:
            world = World(home, (*YEAR, 1))
            for number in range(1, MEASURED[-1] + 1):
                day = LAST + number * timedelta(days=1)  # from when all founders are there
                world.load(day)
                for upto in (day for day in MEASURED if day - NIGHTS <= number <= day):
                    world.vacuum("mart.taste", "mart.variety")  # as autovacuum does between nights
                    before = meter.spent() + _served(home)
                    build_tastes.run(world.work(day))
                    if number > upto - NIGHTS:  # the one before these catches up
                        spent[upto].append(meter.spent() + _served(home) - before)
        finally:
            postgres.stop(home)
    return {day: mean(of) for day, of in spent.items()}


def _served(home: Path) -> float:
    """CPU seconds of the server so far, also of connections that ended."""
    server = psutil.Process(int((home / "postgres/data/postmaster.pid").read_text().split()[0]))
    total = 0.0
    for one in (server, *server.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # it ended since, and is among the server's children
            total += sum(one.cpu_times()[:4])
    return total


def _figures(runs: Sequence[Run]) -> list[Figure]:
    least, most = runs[0], runs[-1]
    times = log(most.listens / least.listens)
    figures = []
    for step, fast in STEPS.items():
        for one in runs:
            goal = Goal("value", at_least=fast) if fast and one is most else None
            name = f"scale.{step}.{one.listens:,}".replace(",", "_")
            rate = one.of[step] / one.spent[step]
            figures.append(Figure(name, rate, "listens a CPU second", n=one.of[step], goal=goal))
        growth = log(most.spent[step] / least.spent[step]) / times
        served = most.served[step]
        figures += [
            Figure(f"scale.{step}.growth", growth, "exponent", n=len(runs), goal=Goal("value", at_most=1.05)),
            Figure(f"scale.{step}.server", served, "CPU s of Postgres, at the largest size", n=most.of[step]),
        ]
        if most.spent[step] >= SEEN_S:
            foretold, took = _line(runs[:-1], step, most.of[step]), most.spent[step]
            unit, goal = (
                "CPU s of the largest size, by a line through the others",
                Goal("ratio", at_least=0.7, at_most=1.3),
            )
            figures.append(
                Figure(f"scale.{step}.foretold", foretold, unit, "what it took", foretold / took, most.of[step], goal)
            )
    return [
        *figures,
        Figure("scale.night", most.spent["night"], "CPU s of marts after one more day", n=most.of["night"]),
        *(Figure(f"scale.night.read.{job}", of, READ, n=most.of["night"]) for job, of in most.read.items()),
        Figure("scale.night.read", sum(most.read.values()), READ, n=most.of["night"], goal=Goal("value", at_most=1.3)),
        *(Figure(f"scale.bytes.{name}", most.lies[name], "bytes in the lake for each listen", n=most.listens)
          for name in most.lies),
    ]  # fmt: skip


def _of_nights(spent: dict[int, float]) -> list[Figure]:
    (first, early), *_, (last, late) = spent.items()
    unit, base = "CPU s of build_tastes in a night, Postgres's among them", f"scale.taste.night.{first}"
    return [
        Figure(base, early, unit, "itself", 1.0, YEAR[2]),
        Figure(
            f"scale.taste.night.{last}", late, unit, base, late / early, YEAR[2], Goal("ratio", at_most=1.2)
        ),
    ]  # fmt: skip


def _line(runs: Sequence[Run], step: str, listens: int) -> float:
    """What a step would spend on so many listens, if what two sizes spent went on in a straight line."""
    one, other = runs
    slope = (other.spent[step] - one.spent[step]) / (other.of[step] - one.of[step])
    return other.spent[step] + slope * (listens - other.of[step])


def _equal(one: Run, other: Run) -> Figure:
    same = sum(one.marts[name] == other.marts[name] for name in one.marts)
    return Figure(
        "scale.equal", same / len(one.marts), "of marts: the same, whether one core built them or two",
        n=len(one.marts), goal=Goal("value", at_least=1),
    )  # fmt: skip


ABOUT = f"""
Made listens on {DAYS} days, {OF_A_LISTENER} of each listener and {OF_A_TRACK} of each track in the mean
({TRACKS:,} tracks at most), each size on an embedded server and in the lake of a home of its own. *audience*:
`build_audience` of all but the last day at once, from listens to marts. *ingest*: the last day is taken in, from what
the parser wrote. *night*: `build_audience` and `build_tastes` after that day, which ends a week, and how many bytes of
listens each was given to read, in the columns that it asks for, at the largest size. *taste*: mart.taste and
mart.variety of all but the last day at once, as `build_tastes` makes them; *taste.night*: what it spends on one night
of a year of {YEAR[2]:,} listens a day by {YEAR[0]:,} listeners, in the mean of the {NIGHTS} nights up to day
{MEASURED[0]}, and up to day {MEASURED[1]}. CPU seconds are those of this process, of Spark's JVM and of its Python
workers, in a session of two cores that is open for all sizes; *start* is what its first jobs spent on {FIRST:,}
listens, most of it once. What Postgres spends is told by itself. The exponent of *growth* is the slope between the
smallest and the largest size, both logarithmic: 1 where twice the listens cost twice. *foretold* is what a straight
line through the two smaller sizes says of the largest (docs/scale.md), if that takes a second at least. *equal* asks of
the smallest size, in a session of one core and in the one of two.
"""
