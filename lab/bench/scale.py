"""What the jobs that read listens cost, from a drop to marts, at three sizes: whether it grows as the listens do."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from math import log
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any
from unittest.mock import patch

import psutil

from etl.jobs import build_tastes, sum_up
from etl.machine import postgres
from etl.machine.exchange import exchange
from etl.machine.spark import session
from etl.settings import Settings
from etl.store.parts import files, held
from etl.store.storage import Storage
from etl.store.warehouse import content_hash
from lab.bench.load import NAME, World, scratch
from lab.figures import Figure, Goal, Report

SIZES, FULL = (250_000, 1_000_000, 4_000_000), (4_000_000, 16_000_000, 64_000_000)  #: listens
FIRST = 2_000  #: listens before all of these, so that what a session does once falls on none of them
DAYS = 56  #: on which they are; within these a span of 4 weeks ends, and one of 16
OF_A_LISTENER, OF_A_TRACK, TRACKS = 40, 50, 106_574  #: listens; and tracks at most
LOOKS_S = 5  #: at what processes spent
STEPS = {"ingest": None, "audience": 100_000, "taste": 100_000}  #: listens a CPU second that each is to reach


@dataclass
class Run:
    """What a world of so many listens cost, by step."""

    listens: int
    of: dict[str, int] = field(default_factory=dict)  #: how many listens each step was about
    spent: dict[str, float] = field(default_factory=dict)  #: CPU seconds of this process, the JVM and its workers
    served: dict[str, float] = field(default_factory=dict)  #: of Postgres
    read: float = 0.0  #: bytes of listens that a night's build_audience read, for each that changed
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
    return Report("How the cost of listens grows", ABOUT, [start, *_figures(runs), _equal(runs[0], alone)])


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
        with done.step("ingest", a_day, meter, home):
            world.take_in(staged)
        with done.step("night", a_day, meter, home), _given(world.storage) as given:
            world.build()
        with done.step("taste", a_day * DAYS, meter, home):
            build_tastes.run(world.work(last))
        with world.warehouse.transaction() as cursor:
            changed = files(world.storage, [held(cursor, "listens")[f"day={last}"]])
        done.read = sum(given) / sum(_bytes(world.storage, path) for path, _ in changed)
        done.lies = {name: _lies(world, name) / listens for name in ("listens", "heard", "songs")}
        done.marts = {name: hash for name, hash in content_hash(world.warehouse).items() if name.startswith("mart.")}
    finally:
        postgres.stop(home)
    return done


@contextmanager
def _given(storage: Storage) -> Iterator[list[int]]:
    """The bytes of each file of listens that build_audience is given to read."""
    given: list[int] = []

    def told(spark: Any, send: Any, tasks: Sequence[Any], receive: Any, rows: int, alone: Sequence[Any] = ()) -> Any:
        of = [file for one in (*tasks, *alone) for file in one.files]
        given.extend(_bytes(storage, path) for name, path in of if name == "listens")
        return exchange(spark, send, tasks, receive, rows, alone)

    with patch.object(sum_up, "exchange", told):
        yield given


def _lies(world: World, name: str) -> int:
    """Bytes of what the lake holds under a name."""
    with world.warehouse.transaction() as cursor:
        parts = held(cursor, name).values()
    return sum(_bytes(world.storage, path) for path, _ in files(world.storage, parts))


def _bytes(storage: Storage, path: str) -> int:
    with storage.open(path) as file:
        return file.seek(0, 2)


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
        foretold = _line(runs[:-1], step, most.of[step])
        figures += [
            Figure(f"scale.{step}.growth", growth, "exponent", n=len(runs), goal=Goal("value", at_most=1.05)),
            Figure(
                f"scale.{step}.foretold",
                foretold,
                "CPU s of the largest size, by a line through the others",
                "what it took",
                foretold / most.spent[step],
                most.of[step],
                Goal("ratio", at_least=0.7, at_most=1.3),
            ),
            Figure(
                f"scale.{step}.server", most.served[step], "CPU s of Postgres, at the largest size", n=most.of[step]
            ),
        ]
    read = max(one.read for one in runs)
    return [
        *figures,
        Figure("scale.night", most.spent["night"], "CPU s of build_audience after one more day", n=most.of["night"]),
        Figure("scale.night.read", read, "bytes of listens read, for each of the day that came", n=len(runs),
               goal=Goal("value", at_most=1.3)),
        *(Figure(f"scale.bytes.{name}", most.lies[name], "bytes in the lake for each listen", n=most.listens)
          for name in most.lies),
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
the parser wrote. *night*: `build_audience` after that day, which ends a week, and how many bytes of listens it was
given to read. *taste*: mart.taste and mart.variety of all of it, as `build_recommender` and `build_variety` make them.
CPU seconds are those of this process, of Spark's JVM and of its Python workers, in a session of two cores that is open
for all sizes; *start* is what its first jobs spent on {FIRST:,} listens, most of it once. What Postgres spends is told
by itself. The exponent of *growth* is the slope between
the smallest and the largest size, both logarithmic: 1 where twice the listens cost twice. *foretold* is what a straight
line through the two smaller sizes says of the largest (docs/scale.md). *equal* asks of the smallest
size, in a session of one core and in the one of two.
"""
