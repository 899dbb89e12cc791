"""The demo: the whole platform on one machine over a made world, until somebody ends it.

The world's first archive and what was heard before are landed at the start; each night brings its own day, and another
one follows at every UTC midnight, or when an operator asks for it.

``run`` starts everything and looks after it; ``stop`` ends it from elsewhere. ``home/demo/running.json`` says who
runs, by pid and start time: a pid that was given to somebody else since is left alone.
"""

import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import psutil
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from etl.errors import PortTaken, SetupFailed, TemporaryError
from etl.machine import postgres, process
from etl.machine.folders import private
from etl.machine.process import Process
from etl.settings import Settings
from etl.store.migrations import migrated
from etl.store.storage import Storage
from overtone import airflow
from overtone.demo.nights import MOST, Nights

DAYS = [date(2020, 12, 19), date(2020, 12, 20), date(2020, 12, 21)]  #: the nights that it begins with

APP_READY_S = 120  #: seconds, unless the machine is busy with other things
DROP_READY_S = 1800
STOPPED_S = 60


def run(settings: Settings) -> None:
    """Run the demo until Ctrl-C or SIGTERM, then end all that it started, and this home's Postgres.

    Raises:
        PortTaken: a port is in use, or this home's demo runs already.
        SetupFailed: a part did not start, or ended by itself; the last lines of its log say why.
        SettingInvalid: the home holds real drops, or the made world of another version.
    """
    from etl.jobs.make_activity import check

    settings = replace(settings, demo=True, synthetic=replace(settings.synthetic, kind="world"))
    children: list[Process] = []
    say = Progress()
    _refuse_if_running(settings)
    process.check_port(settings.app_port, "the app", "OVERTONE_APP_PORT")
    process.check_port(settings.airflow_port, "Airflow", "OVERTONE_AIRFLOW_PORT")
    check(Storage(settings.storage_url), settings.synthetic)
    try:
        with _interrupted_by(signal.SIGINT, signal.SIGTERM, signal.SIGHUP), say.alive():
            _remember(settings, children)
            nights = _start(settings, children, say)
            say.box(_addresses(settings))
            while True:
                for server in children:
                    server.check()
                with suppress(SetupFailed, TemporaryError):  # who does not answer is asked again, or died: see above
                    _by_the_clock(nights, say)
                    _tell(nights.step(), say)
                time.sleep(1)
    except KeyboardInterrupt:
        say.done("Stopping")
    finally:
        process.stop([child.pid for child in children])
        if not settings.database_url:
            postgres.stop(settings.home)
        _state(settings).unlink(missing_ok=True)


def stop(settings: Settings) -> None:
    """End this home's demo, wherever it was started; nothing happens when none runs. Postgres is left to itself."""
    state = _read(settings)
    if supervisor := process.identify(*state["supervisor"]):
        supervisor.terminate()
        psutil.wait_procs([supervisor], timeout=STOPPED_S)
    process.stop([pid for pid, started in state["children"] if process.identify(pid, started)])
    _state(settings).unlink(missing_ok=True)


def make_drop(settings: Settings) -> None:
    """Make the music and the listens from before the first night and land them; what is landed is left alone."""
    from etl.drops.landing import land
    from etl.jobs.make_activity import check, maker
    from etl.synthetic import night

    def progress(done: int, of: int) -> None:
        print(f"{done} of {of}", flush=True)

    asked, folder, storage = settings.synthetic, settings.home / "demo" / "drop", Storage(settings.storage_url)
    landed = check(storage, asked)
    if not landed["fma"]:
        land(storage, "fma", night.archive(folder, asked.seed, progress), made_by=maker(asked))
    if night.FIRST - timedelta(1) not in landed["listens"]:  # the last that is landed
        for day, files in night.history(folder, asked.seed, asked.listeners).items():
            land(storage, "listens", files, day, made_by=maker(asked))


class Progress:
    """What the demo is at: a line that changes on a terminal, plain lines elsewhere."""

    QUIET_S = 10  #: between plain lines about one and the same thing

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._status = self._console.status("")
        self._begin = self._said = time.monotonic()

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Show the changing line meanwhile."""
        with self._status:
            yield

    def now(self, text: str) -> None:
        """Say what is going on."""
        if self._console.is_terminal:
            self._status.update(text)
        elif time.monotonic() - self._said > self.QUIET_S:
            self.done(f"… {text}")

    def done(self, text: str) -> None:
        """Say what has been reached, for good."""
        self._said = time.monotonic()
        self._console.print(f"{self._said - self._begin:5.0f} s  {text}", soft_wrap=True)

    def box(self, lines: Table) -> None:
        """Say where everything is."""
        self._status.stop()
        self._console.print(Panel.fit(lines, title="Overtone", padding=(1, 2)))


def _start(settings: Settings, children: list[Process], say: Progress) -> Nights:
    """Start one part after the other, what can be looked at first, and run the first nights."""
    say.now("Starting Postgres")
    nights = Nights(settings, migrated(settings))
    say.done("Postgres runs")

    def begin(name: str, *command: str) -> Process:
        log = settings.home / "demo" / f"{name}.log"
        children.append(Process(name, [sys.executable, *command], log, settings.environment()))
        _remember(settings, children)
        return children[-1]

    say.now("Starting the app")
    app = begin("app", "-m", "overtone.cli", "app")
    process.wait_until(lambda: process.get(f"{_app(settings)}/healthz") is not None, [app], "app", APP_READY_S)
    say.done(f"The app is open at {_app(settings)} and fills while the demo goes on")

    code = "from overtone.demo.demo import make_drop, Settings; make_drop(Settings.from_env())"
    drop = begin("drop", "-c", code)
    children += airflow.start(settings, lambda text: say.now(f"Airflow {text}; music is being made"))
    say.done(f"Airflow is open at {airflow.address(settings)}")
    drop.finish(DROP_READY_S, lambda: say.now(f"Making music: {(drop.lines() or ['…'])[-1]}"))
    children.remove(drop)
    _remember(settings, children)
    say.done("Music, and what was heard before, is made and landed")

    nights.begin(DAYS)
    _by_the_clock(nights, say)
    _follow(nights, settings, children, say)
    say.done("nightly_refresh is done")
    return nights


def _follow(nights: Nights, settings: Settings, servers: list[Process], say: Progress) -> None:
    """Show the nights that are asked for until all have run."""
    while wanted := nights.wanted():
        for server in servers:
            server.check()
        _tell(nights.step(), say)
        tasks = airflow.tasks(settings, wanted[0].day, wanted[-1].day)
        done = sum(task["state"] == "success" for task in tasks)
        running = [f"{task['task_id']} of {task['logical_date'][:10]}" for task in tasks if task["state"] == "running"]
        say.now(f"nightly_refresh for {len(wanted)} days: {done} of {len(tasks)} tasks done. {', '.join(running)}")
        time.sleep(2)


def _by_the_clock(nights: Nights, say: Progress) -> None:
    """Ask for a night for every midnight that has passed."""
    if days := nights.follow_the_clock():
        say.done(f"Midnight (UTC) has passed: {', '.join(map(str, days))} is next; {MOST} nights are made good at most")


def _tell(ended: dict[date, list[str]], say: Progress) -> None:
    """Say which nights ended, and how."""
    for day, failed in ended.items():
        end = f"failed in {', '.join(failed)}: its log is in Airflow" if failed else "is loaded"
        say.done(f"The night of {day} {end}")


def _addresses(settings: Settings) -> Table:
    from dashboards.auth import DEMO_ACCOUNTS

    rows = [("App", _app(settings), "")]
    rows += [("", f"{account.login} / {account.password}", account.role) for account in DEMO_ACCOUNTS]
    rows += [("Airflow", airflow.address(settings), "")]
    rows += [("", f"{airflow.LOGIN} / {airflow.password(settings)}", "")]
    rows += [("Stop", "Ctrl-C here, or `overtone stop`", "")]
    table = Table.grid(padding=(0, 2))
    for row in rows:
        table.add_row(*row)
    return table


def _app(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.app_port}"


@contextmanager
def _interrupted_by(*signals: signal.Signals) -> Iterator[None]:
    """Let these signals end the work as Ctrl-C does; once it is ending, they hurry nothing."""
    for number in signals:
        if signal.getsignal(number) != signal.SIG_IGN or number != signal.SIGHUP:  # nohup asks to ignore it
            signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)


def _refuse_if_running(settings: Settings) -> None:
    """End what a demo that was killed has left; refuse to run a second one."""
    pid, started = _read(settings)["supervisor"]
    if process.identify(pid, started):
        raise PortTaken(
            f"port {settings.app_port}",
            f"this home's demo runs there already (pid {pid})",
            f"Open {_app(settings)}, or end it: overtone stop.",
        )
    stop(settings)


def _remember(settings: Settings, children: list[Process]) -> None:
    state = {"supervisor": _born(psutil.Process().pid), "children": [_born(child.pid) for child in children]}
    file = _state(settings)
    private(settings.home)
    private(file.parent)
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(state))
    draft.replace(file)


def _born(pid: int) -> tuple[int, float]:
    found = process.identify(pid)
    return pid, found.create_time() if found else 0.0


def _read(settings: Settings) -> dict:
    try:
        return json.loads(_state(settings).read_text())
    except FileNotFoundError:
        return {"supervisor": (0, 0.0), "children": []}


def _state(settings: Settings) -> Path:
    return settings.home / "demo" / "running.json"
