"""The nights of a running demo: those that it begins with, one for every UTC midnight, and those that are asked for.

``app.night`` says which. The page Status asks there, for the app knows nothing of Airflow; here they are run in it, and
what became of them is written back. All that is known lies in that table, so a demo that was stopped goes on.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from etl.settings import Settings
from etl.store.warehouse import Warehouse, sql
from overtone import airflow

MOST = 5  #: nights that are made good in one go, when the demo did not run for longer


@dataclass(frozen=True)
class Night:
    """A row of ``app.night``."""

    day: date
    wanted_at: datetime
    wanted_by: str | None
    begun_at: datetime | None
    ended_at: datetime | None
    failed: list[str]


class Nights:
    """Runs what ``app.night`` asks for."""

    def __init__(self, settings: Settings, warehouse: Warehouse) -> None:
        self._settings, self._warehouse = settings, warehouse

    def begin(self, days: list[date]) -> None:
        """Ask for the first nights unless they have run, and for all that failed."""
        self._warehouse.execute("INSERT INTO app.night (day) SELECT unnest(%s) ON CONFLICT DO NOTHING", (days,))
        again = "UPDATE app.night SET (begun_at, ended_at, failed) = (NULL, NULL, '{}') WHERE failed <> '{}'"
        self._warehouse.execute(again)

    def follow_the_clock(self) -> list[date]:
        """Ask for a night for every midnight that has passed; return their days."""
        return [row["day"] for row in self._warehouse.query(sql("queries/night_clock"), {"most": MOST})]

    def wanted(self) -> list[Night]:
        """The nights that wait or run, by day."""
        rows = self._warehouse.query(sql("queries/nights"), {"limit": None})
        return [Night(**row) for row in reversed(rows) if row["ended_at"] is None]

    def step(self) -> dict[date, list[str]]:
        """Begin what waits, note what has ended; return the tasks that failed, by the nights that ended now.

        Raises:
            SetupFailed: Airflow does not answer.
        """
        wanted = self.wanted()
        if not wanted:
            return {}
        if waiting := [night.day for night in wanted if not night.begun_at]:
            airflow.refresh(self._settings, waiting[0], waiting[-1])
            self._warehouse.execute("UPDATE app.night SET begun_at = now() WHERE day = ANY(%s)", (waiting,))
            return {}
        span = wanted[0].day, wanted[-1].day
        over = {_day(run) for run in airflow.runs(self._settings, *span) if run["state"] in ("success", "failed")}
        failed: dict[date, list[str]] = {night.day: [] for night in wanted if night.day in over}
        for task in airflow.tasks(self._settings, *span) if failed else ():
            if task["state"] == "failed" and _day(task) in failed:
                failed[_day(task)].append(task["task_id"])
        for day, tasks in failed.items():
            done = "UPDATE app.night SET (ended_at, failed) = (now(), %s) WHERE day = %s"
            self._warehouse.execute(done, (tasks, day))
        return failed


def _day(of: dict[str, Any]) -> date:
    return date.fromisoformat(of["logical_date"][:10])
