"""What the page Status asks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboards.queries import ready, sql
from etl.store.warehouse import Warehouse

LATEST = 15  #: loads that the page shows
NIGHTS = 5  #: nights of the demo that it looks at
WEEKLY = {"mart.audience"}  #: tables of whole weeks, which end on a Sunday


@dataclass(frozen=True)
class Table:
    """A serving table: how much is in it, how much of that was made, and up to which day."""

    table_name: str
    row_count: int
    synthetic: int | None  #: rows; None: nobody says so of such rows
    through: date | None


@dataclass(frozen=True)
class Load:
    """The books of one load; what came in is what became of it."""

    run_id: int
    job: str
    day: date
    table_name: str
    rows_in: int
    inserted: int
    updated: int
    unchanged: int
    quarantined: int
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True)
class Refused:
    """Rows refused for one reason, and the latest of them."""

    reason: str
    row_count: int
    last_day: date
    source: str
    position: int
    detail: str


@dataclass(frozen=True)
class Check:
    """The last time that clips were described by librosa, too, and what is farthest off."""

    day: date  #: of the run
    checked_at: datetime
    extractor: str
    clips: int
    withheld: int
    deviation: float
    number: str  #: one of the 245; where a clip was checked in part, of which part
    track_id: int
    clip_id: str

    def said(self, day: object) -> str:
        """What it found, in a sentence; the day is written as the reader has days."""
        clips = "1 clip" if self.clips == 1 else f"{self.clips} clips"
        return (
            f"features checked against librosa on {day}: {clips}, largest deviation {self.deviation:.1e}"
            f" ({self.number} of the clip of track {self.track_id}); {self.withheld} withheld"
        )


@dataclass(frozen=True)
class Night:
    """A night of the demo that was asked for."""

    day: date
    wanted_at: datetime
    wanted_by: str | None  #: None: the clock did
    begun_at: datetime | None  #: None: it waits
    ended_at: datetime | None  #: None: it waits or runs
    failed: list[str]  #: the tasks that failed, where it has ended


@dataclass(frozen=True)
class Status:
    """How fresh the warehouse is, and what its loads did."""

    tables: list[Table]
    loads: list[Load]  #: newest first
    refused: list[Refused]  #: most first
    check: Check | None  #: before the first, None

    @property
    def latest(self) -> date | None:
        """The newest day that any table is complete to."""
        return max((table.through for table in self.tables if table.through), default=None)

    @property
    def lagging(self) -> list[tuple[Table, int]]:
        """Tables that were loaded once and are not complete to it, with how many days they lack, the most first."""
        behind = [(table, self.behind(table)) for table in self.tables]
        return sorted((one for one in behind if one[1]), key=lambda one: -one[1])

    def behind(self, table: Table) -> int:
        """The days that a table lacks; one that holds whole weeks lacks none of a week that is not over."""
        if not table.through or not self.latest:
            return 0
        ended = self.latest - timedelta(days=(self.latest.weekday() + 1) % 7)  # the last Sunday
        return max(0, ((ended if table.table_name in WEEKLY else self.latest) - table.through).days)


def status(warehouse: Warehouse) -> Status | None:
    """The state of the warehouse; None while its tables are not made yet."""
    if not ready(warehouse):
        return None
    return Status(
        [Table(**row) for row in warehouse.owner.query(sql("status_tables"))],
        [Load(**row) for row in warehouse.owner.query(sql("status_loads"), {"limit": LATEST})],
        [Refused(**row) for row in warehouse.owner.query(sql("status_quarantine"))],
        next((Check(**row) for row in warehouse.owner.query(sql("status_check"))), None),
    )


def nights(warehouse: Warehouse) -> list[Night]:
    """The demo's last nights, newest first; none before it has asked for one."""
    rows = warehouse.owner.query(sql("nights"), {"limit": NIGHTS}) if ready(warehouse) else []
    return [Night(**row) for row in rows]


def want_night(warehouse: Warehouse, account_id: int) -> None:
    """Ask for the demo's next night, as an operator; asking again while one waits or runs changes nothing."""
    if ready(warehouse):
        warehouse.owner.execute(sql("night_want"), {"account_id": account_id})
