"""Commands that are killed, and what they may leave nowhere."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from etl.settings import Settings
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse

NOTHING = {"half-written": [], "without marker": [], "sessions": [], "locks": [], "tables": []}


def command(settings: Settings, *arguments: object) -> subprocess.Popen[str]:
    """Start one of ours."""
    return subprocess.Popen(
        [sys.executable, "-m", "overtone.cli", *map(str, arguments)],
        env=os.environ | settings.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def kill(process: subprocess.Popen[str]) -> bool:
    """End it at once; whether it was still at work."""
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return alive


def left_behind(settings: Settings) -> dict[str, object]:
    """What a load may leave nowhere: half-written files, folders without their marker, sessions, locks, tables."""
    lake = Path(Storage(settings.storage_url).root) / "lake"
    warehouse = Warehouse.open(settings)
    held = {row["folder"] for row in warehouse.query("SELECT folder FROM ops.lake")}
    others = """
        SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""
    return {
        "half-written": [str(path) for path in lake.rglob("*.part")],
        "without marker": [
            str(path) for path in (*lake.glob("*/day=*/*"), *lake.glob("*/span=*/*/*"))
            if not (path / "complete.json").is_file() and f"lake/{path.relative_to(lake)}" not in held
        ],
        "sessions": warehouse.query(f"SELECT state, query FROM pg_stat_activity WHERE pid IN ({others})"),
        "locks": warehouse.query(f"SELECT locktype, mode FROM pg_locks WHERE pid IN ({others})"),
        "tables": warehouse.query("SELECT relname FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'"),
    }  # fmt: skip


def wait(until: Callable[[], object], at_most_s: float = 60) -> None:
    """Look until it is so; after a minute, go on."""
    end = time.monotonic() + at_most_s
    while not until() and time.monotonic() < end:
        time.sleep(0.01)
