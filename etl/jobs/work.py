"""What every job is given, and the one way to run one."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib import import_module

from etl.contracts import MAX_BAD_SHARE
from etl.errors import ArgumentInvalid
from etl.jobs import JOBS
from etl.loads import Books
from etl.migrations import migrated
from etl.settings import Settings
from etl.storage import Storage
from etl.warehouse import Warehouse


@dataclass(frozen=True)
class Work:
    """A day's work for a job: where to read and write, and which day."""

    settings: Settings
    storage: Storage
    warehouse: Warehouse
    day: date
    max_bad_share: float = MAX_BAD_SHARE
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))


def run_job(settings: Settings, name: str, day: date, max_bad_share: float = MAX_BAD_SHARE) -> list[Books]:
    """Run a job for a day and return its books, a set per table whose rows it counts.

    Runs of one job take turns, so that a backfill beside the nightly run computes nothing twice.

    Raises:
        ArgumentInvalid: no such job, or a day that has not come.
        OvertoneError: whatever stopped the job; nothing of it was published.
    """
    if name not in JOBS:
        raise ArgumentInvalid(f"job {name!r}", "there is no such job", f"Choose one of {', '.join(JOBS)}.")
    if day > datetime.now(UTC).date():
        raise ArgumentInvalid(f"day {day}", "it has not come yet", "Give a day whose data exists.")
    warehouse = migrated(settings)
    with warehouse.lock(f"job {name}"):
        work = Work(settings, Storage(settings.storage_url), warehouse, day, max_bad_share)
        return import_module(f"etl.jobs.{name}").run(work)
