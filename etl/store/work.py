"""What every job is given."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from etl.contracts import MAX_BAD_SHARE
from etl.settings import Settings
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse


@dataclass(frozen=True)
class Work:
    """A day's work for a job: where to read and write, and which day."""

    settings: Settings
    storage: Storage
    warehouse: Warehouse
    day: date
    max_bad_share: float = MAX_BAD_SHARE
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
