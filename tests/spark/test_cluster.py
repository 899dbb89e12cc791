"""Listens on a standalone cluster of two workers: they become what one machine makes of them, whoever is killed."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import numpy as np
import psutil
import psycopg2
import pyarrow as pa
import pyarrow.parquet as pq
import pyspark
import pytest

from etl.drops.landing import land
from etl.jobs.run import run_job
from etl.machine import postgres
from etl.machine.java import java_home
from etl.machine.spark import QUICK, _sharing
from etl.settings import Settings
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse, content_hash
from tests.conftest import DRILLS
from tests.integration.test_killed_load import wait, waiting
from tests.spark.test_session import PATIENCE_S, environment, processes_of, wait_until

pytestmark = pytest.mark.usefixtures("spark")

SEED = 20201213
FIRST, LAST = date(2020, 11, 9), date(2020, 12, 13)  #: five weeks, four of which are a span that has ended
DAYS = [FIRST + timedelta(days=7 * week + day) for week in range(5) for day in (0, 3, 6)]  #: on which they listen
LISTENS, LISTENERS, TRACKS, OF_AN_ARTIST = 6_000, 300, 40, 4
IN_APP, UNKNOWN = 40, 3  #: listens of the app, and of files those whose track is in no catalogue
#: How many rows there are at least of what jobs fill.
FILLED = {
    "mart.audience": 100, "mart.audience_day": 100, "mart.people": 100, "mart.interest": 10, "mart.genre_curve": 2,
    "mart.variety": 100, "mart.taste": LISTENERS, "mart.recommender": 1,
}  # fmt: skip
INGEST = ("ingest_listens", "ingest_heard")
WORKERS = ("first", "second")  #: of one core each
AFTER = ("build_tastes", "build_recommender")

# A night of jobs in one session: its cluster is as `OVERTONE_SPARK_MASTER` says, and nothing else is told.
NIGHT = """
import sys
from datetime import date
from etl.jobs.run import run_job
from etl.machine.spark import session
from etl.settings import Settings

settings = Settings.from_env()
with session(settings, "night") as spark:
    for job in sys.argv[2:]:
        run_job(settings, job, date.fromisoformat(sys.argv[1]))
    print(spark.sparkContext.master)
"""


@dataclass
class Cluster:
    """A standalone master and its workers, each a process that can be killed by itself."""

    home: Path
    master: str = ""
    servers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)  #: by the name of their folder

    @property
    def log(self) -> Path:
        """What all of it says."""
        return self.home / "cluster.log"

    def begin(self) -> None:
        """Start a master on a free port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.master = f"spark://127.0.0.1:{port}"
        self.home.mkdir()
        self._start("master.Master", "--port", str(port))
        wait_until(lambda: "New state: ALIVE" in self.log.read_text())

    def add(self, name: str) -> None:
        """Start a worker of one core, and wait until the master knows of it."""
        known = self.log.read_text().count("Registering worker")
        size = ["--cores", "1", "--memory", "1g", "--work-dir", str(self.home / name)]
        self.workers[name] = self._start("worker.Worker", *size, self.master)
        wait_until(lambda: self.log.read_text().count("Registering worker") > known)

    def executors(self) -> dict[str, psutil.Process]:
        """The process that runs tasks, of each worker that has one."""
        found = {}
        for name, worker in self.workers.items():
            for one in psutil.Process(worker.pid).children():
                with suppress(psutil.NoSuchProcess):  # that of a job before may be ending
                    if "org.apache.spark.executor.CoarseGrainedExecutorBackend" in one.cmdline():
                        found[name] = one
        return found

    def kill(self, name: str, with_worker: bool, at_work: bool) -> None:
        """End a worker's executor by ``kill -9``, and before it the worker where it is not to start another one.

        What the executor had started to run Python ends by itself; it could go on to write, beside who takes its place.

        Args:
            name: of the worker.
            with_worker: whether it is killed, too.
            at_work: whether a task is to be lost; the executor is frozen until something waits that it would have read,
                which is a task or what Python says of one.
        """
        executor = self.executors()[name]
        python = executor.children(recursive=True)
        try:
            if at_work:
                executor.suspend()
                wait_until(lambda: _has_unread(executor.pid) or not _runs(executor))  # the job may end in an error
            if with_worker:
                worker = self.workers.pop(name)
                worker.kill()
                worker.wait()
        finally:
            with suppress(psutil.NoSuchProcess):
                executor.kill()
        wait_until(lambda: not any(map(_runs, python)))

    def mend(self) -> None:
        """Start the workers that were killed anew."""
        for name in WORKERS:
            if name not in self.workers:
                self.add(name)

    def end(self) -> None:
        """Stop all that was started here."""
        for server in self.servers:
            server.terminate()
        for server in self.servers:
            server.wait(PATIENCE_S)
        wait_until(lambda: not processes_of(self.home))

    def _start(self, kind: str, *arguments: str) -> subprocess.Popen[bytes]:
        spark_class = Path(pyspark.__file__).parent / "bin" / "spark-class"
        here = ["--host", "127.0.0.1", "--webui-port", "0"]
        java = java_home(self.home, Settings.from_env().java_home)
        quick = f"{QUICK} {_sharing(java, None)}"  # executors are told, too
        own = {"JAVA_HOME": str(java), "SPARK_LOCAL_IP": "127.0.0.1", "JDK_JAVA_OPTIONS": quick}
        with self.log.open("ab") as output:
            server = subprocess.Popen(
                [spark_class, f"org.apache.spark.deploy.{kind}", *here, *arguments],
                env=environment(self.home, **own),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.servers.append(server)
        return server


def _runs(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def _has_unread(pid: int) -> bool:
    """Whether bytes wait in a connection of a process."""
    own: set[str] = set()
    with suppress(FileNotFoundError):
        own |= {str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir()}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            _, _, _, state, queues, _, _, _, _, inode, *_ = line.split()
            if state == "01" and int(queues.split(":")[1], 16) and f"socket:[{inode}]" in own:  # 01: established
                return True
    return False


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A master and two workers, on loopback alone."""
    made = Cluster(tmp_path_factory.mktemp("cluster") / "a home")
    try:
        made.begin()
        made.mend()
        yield made
    finally:
        made.end()


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two files of made listens: one of all weeks, one that says some again, some otherwise, and some of no track."""
    rng, folder = np.random.default_rng(SEED), tmp_path_factory.mktemp("drop")
    midnights = [datetime(day.year, day.month, day.day, tzinfo=UTC) for day in DAYS]
    at = [midnights[one % len(DAYS)] + timedelta(seconds=int(rng.integers(86_400))) for one in range(LISTENS)]
    listener = rng.permutation(LISTENS) % LISTENERS + 1
    rows = pa.table(
        {
            "listened_at": pa.array(at, pa.timestamp("us", "UTC")),
            "listener_id": pa.array(listener, pa.int64()),
            "track_id": pa.array((rng.integers(0, TRACKS, LISTENS) + listener) // 2 % TRACKS + 1, pa.int32()),
            "country": pa.array(np.array(["SE", "DE", "FR", None])[listener % 4].tolist(), pa.string()),
            "heard_pct": pa.array(rng.integers(0, 101, LISTENS), pa.int16()),
            "listen_id": pa.array([None if one % 3 else f"listen {one}" for one in range(LISTENS)], pa.string()),
        }
    )
    again = rows.slice(0, 600)
    heard, track = again["heard_pct"].to_numpy().copy(), again["track_id"].to_numpy().copy()
    heard[::2], track[-UNKNOWN:] = 100, 10 * TRACKS
    again = again.set_column(4, "heard_pct", pa.array(heard)).set_column(2, "track_id", pa.array(track))
    for number, table in enumerate((rows, again)):
        pq.write_table(table, folder / f"{number}.parquet")
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def world(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, drop: list[Path]
) -> Callable[[], Settings]:
    """Makes homes with a catalogue, listens that were landed, and a few that were heard in the app."""

    def make() -> Settings:
        home = tmp_path_factory.mktemp("world") / "home"
        home.mkdir()
        (home / "people_key").write_bytes(bytes(range(32)))  # of all homes here, for one hash to be another's
        env = {"OVERTONE_HOME": str(home), "OVERTONE_DATABASE_URL": new_database()}
        settings = replace(Settings.from_env(env), spark_master="local[2]")
        warehouse = Warehouse.open(settings)
        warehouse.execute(
            "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, duration_s, day)"
            " SELECT n, 'Song ' || n, 1 + n / %s, 'Artist', CASE n %% 3 WHEN 0 THEN 'Rock' WHEN 1 THEN 'Folk' END,"
            " '{}', 200, '2020-01-01' FROM generate_series(1, %s) AS n",
            (OF_AN_ARTIST, TRACKS),
        )
        warehouse.execute(
            "INSERT INTO app.heard (listener_id, listen_id, listened_at, track_id, heard_pct)"
            " SELECT n, 'app ' || n, '2020-12-13T12:00Z', 1 + n %% %s, n FROM generate_series(1, %s) AS n",
            (TRACKS, IN_APP),
        )
        land(Storage(settings.storage_url), "listens", drop, LAST)
        return settings

    return make


def run(settings: Settings, *jobs: str) -> None:
    """Run jobs here, in the session that the tests of this process have."""
    for job in jobs:
        run_job(settings, job, LAST)


def start(settings: Settings, job: str) -> subprocess.Popen[str]:
    """A job as the command runs it, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "overtone.cli", "run", job, "--day", str(LAST)],
        env=environment(settings.home, **settings.environment()),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def held(settings: Settings) -> dict[tuple[str, str], tuple[int, int, str, str]]:
    """What the lake holds by ``ops.lake``: of each part what is said of it, and a hash of the rows that lie there.

    What is said of a sum is a hash of what it is made of, which another sum of the same would have, too.
    """
    warehouse, storage = Warehouse.open(settings), Storage(settings.storage_url)
    found = {}
    for one in warehouse.query("SELECT name, part, rows, synthetic, content, folder FROM ops.lake"):
        rows: list[str] = []
        for path in storage.files(one["folder"]):
            with storage.open(path) as file:
                rows += map(repr, pq.read_table(file).to_pylist())
        assert len(rows) == one["rows"], one
        said = sha256("\n".join(sorted(rows)).encode()).hexdigest()
        found[one["name"], one["part"]] = (one["rows"], one["synthetic"], one["content"], said)
    return found


def strays(settings: Settings) -> list[str]:
    """Files of the lake that nothing names, whole or half-written; a parser's are named by their marker."""
    root = Path(Storage(settings.storage_url).root)
    named = [row["folder"] for row in Warehouse.open(settings).query("SELECT folder FROM ops.lake")]
    named += [f"{one.parent.relative_to(root)}" for one in root.glob("lake/**/complete.json")]
    files = (f"{one.relative_to(root)}" for one in (root / "lake").rglob("*") if one.is_file())
    folders = tuple(f"{folder}/" for folder in named)
    return sorted(one for one in files if one.endswith(".part") or not one.startswith(folders))


@pytest.fixture(scope="module")
def ingested(
    world: Callable[[], Settings], database_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Settings]:
    """Makes copies of a home in which the listens were taken in, here."""
    first = world()
    run(first, *INGEST)
    of = str(first.database_url).rpartition("/")[2]

    def make() -> Settings:
        home = tmp_path_factory.mktemp("ingested") / "home"
        shutil.copytree(first.home, home)
        name = f"test_{os.urandom(6).hex()}"
        with closing(psycopg2.connect(postgres.database_url(database_home, "postgres", postgres.SUPERUSER))) as server:
            server.autocommit = True
            cursor = server.cursor()
            # Nobody may be connected to what is copied, and connections that jobs had may wait for another use.
            cursor.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", (of,))
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {of} OWNER {postgres.OWNER}")
        url = postgres.database_url(database_home, name)
        return replace(first, home=home, storage_url=f"file://{home}/storage", database_url=url)

    return make


@dataclass(frozen=True)
class Built:
    """What one machine makes of a world."""

    audience: dict[str, str]  #: the tables when build_audience is done
    tables: dict[str, str]  #: and when all jobs are
    lake: dict[tuple[str, str], tuple[int, int, str, str]]
    before: int  #: files in its lake before build_audience
    after: int


@pytest.fixture(scope="module")
def built(ingested: Callable[[], Settings]) -> Built:
    settings = ingested()
    before = len(Storage(settings.storage_url).files("lake"))
    run(settings, "build_audience")
    after = len(Storage(settings.storage_url).files("lake"))
    warehouse = Warehouse.open(settings)
    audience = content_hash(warehouse)
    run(settings, *AFTER)
    # All that is compared says something.
    [listens] = warehouse.query("SELECT sum(rows)::int AS n FROM ops.lake WHERE name = 'listens'")
    assert listens == {"n": LISTENS + IN_APP}
    assert len(warehouse.query("SELECT FROM ops.quarantine")) == UNKNOWN
    for table, least in FILLED.items():
        assert len(warehouse.query(f"SELECT FROM {table}")) >= least, table
    for table in ("audience", "people"):
        spans = warehouse.query(f"SELECT DISTINCT span FROM mart.{table} WHERE span IN (1, 4) ORDER BY span")
        assert spans == [{"span": 1}, {"span": 4}], table
    return Built(audience, content_hash(warehouse), held(settings), before, after)


def test_a_cluster_of_two_workers_builds_what_one_machine_does(
    cluster: Cluster, built: Built, world: Callable[[], Settings]
) -> None:
    settings = replace(world(), spark_master=cluster.master)
    jobs = [*INGEST, "build_audience", *AFTER]
    env = environment(settings.home, **settings.environment())
    night = subprocess.run([sys.executable, "-c", NIGHT, str(LAST), *jobs], env=env, capture_output=True, text=True)
    assert (night.returncode, night.stdout) == (0, f"{cluster.master}\n"), night.stderr
    hashes = content_hash(Warehouse.open(settings))
    assert {table for table in built.tables if built.tables[table] != hashes[table]} == set()
    assert held(settings) == built.lake
    assert strays(settings) == []


@dataclass(frozen=True)
class Kill:
    """What of the cluster is killed, and when."""

    after: float | None  #: how much of what the job writes lies there; None: what it wrote first is about to hold
    name: str  #: of the worker
    with_worker: bool  #: or its executor alone, which the worker then starts anew


#: While the job waits, so that it does not hang on how fast anything is; and in the middle of tasks, at some moments.
SHORT = [[Kill(None, "first", False)]]
LONG = [
    [Kill(0.0, "first", False), Kill(0.35, "second", True)],
    *([Kill(after, "first", whole)] for whole in (False, True) for after in (0.0, 0.2, 0.35, 0.6, 0.8)),
]


def story(kills: list[Kill]) -> str:
    """What a case is called."""
    return ", ".join(f"{'worker' if one.with_worker else 'executor'} {one.name} at {one.after}" for one in kills)


@pytest.mark.drill
@pytest.mark.parametrize("kills", [*SHORT, *(LONG if DRILLS else [])], ids=story)
def test_what_is_built_is_the_same_where_a_part_of_the_cluster_is_killed_meanwhile(
    cluster: Cluster, built: Built, ingested: Callable[[], Settings], kills: list[Kill]
) -> None:
    settings = replace(ingested(), spark_master=cluster.master)
    warehouse, storage = Warehouse.open(settings), Storage(settings.storage_url)
    job = start(settings, "build_audience")

    def wait_for(moment: Callable[[], bool]) -> None:
        wait(lambda: job.poll() is not None or moment(), PATIENCE_S)  # it looks often: a task takes a moment
        assert job.poll() is None, job.communicate()[0]

    def strike(one: Kill) -> None:
        wait_for(lambda: one.name in cluster.executors())  # the job begins when there is one, of whichever worker
        if one.after is None:
            with warehouse.transaction() as cursor:
                cursor.execute("LOCK TABLE ops.lake IN SHARE MODE")
                wait_for(lambda: waiting(cursor))
                cluster.kill(one.name, one.with_worker, at_work=False)
        else:
            enough = built.before + 1 + int(one.after * (built.after - built.before))
            wait_for(lambda: len(storage.files("lake")) >= enough)
            cluster.kill(one.name, one.with_worker, at_work=True)

    try:
        for one in kills:
            strike(one)
        said = job.communicate(timeout=2 * PATIENCE_S)[0]
    finally:
        job.kill()
        cluster.mend()
    assert job.returncode == 0, said
    noticed = (settings.home / "spark" / "log").read_text().count("Lost executor")
    assert noticed == len(kills), "a kill came when all was done"
    assert content_hash(warehouse) == built.audience
    assert held(settings) == built.lake
    run(settings, "build_audience")
    assert content_hash(warehouse) == built.audience
    assert warehouse.query("SELECT folder FROM ops.lake_gone") == []
    assert strays(settings) == []
