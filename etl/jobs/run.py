"""The one way to run a job."""

from datetime import UTC, date, datetime
from importlib import import_module

from etl.contracts import MAX_BAD_SHARE
from etl.errors import ArgumentInvalid
from etl.jobs import JOBS
from etl.settings import Settings
from etl.store.loads import Books
from etl.store.migrations import migrated
from etl.store.storage import Storage
from etl.store.work import Work


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
