"""What tests of the ingesting jobs share: a home on a real Postgres to land files in, and its rows."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from etl.drops.landing import land
from etl.jobs.run import run_job
from etl.machine import postgres
from etl.settings import Settings
from etl.store.loads import Books
from etl.store.storage import Storage
from tests.integration.conftest import Home

DAYS = [date(2020, 12, day) for day in (19, 20, 21)]
DAY = DAYS[2]
Make = Callable[..., bytes]


class World(Home):
    """A home of one test: land files, run jobs, look at the rows."""

    @property
    def storage(self) -> Storage:
        return Storage(self.settings.storage_url)

    def land(self, source: str, day: date, files: Mapping[str, bytes], synthetic: bool = False) -> None:
        paths = []
        for name, content in files.items():
            paths.append(self.folder / f"{len(list(self.folder.iterdir()))}" / name)
            paths[-1].parent.mkdir()
            paths[-1].write_bytes(content)
        land(self.storage, source, paths, day, synthetic)

    def posts(self, day: date, *lines: bytes, synthetic: bool = False) -> None:
        self.land("tiktok", day, {"posts.ndjson": b"".join(lines)}, synthetic)

    def run(self, job: str = "ingest_tiktok", day: date = DAY, share: float = 0.01) -> list[Books]:
        return run_job(self.settings, job, day, share)

    def lake(self) -> dict[str, int]:
        """Every file in the lake, half-written ones too, and when it was written."""
        root = Path(self.storage.root) / "lake"
        return {str(path.relative_to(root)): path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}

    def quarantine(self) -> list[tuple]:
        rows = self.ask("SELECT position, reason, raw, source FROM ops.quarantine ORDER BY source, position")
        return [(position, reason, bytes(raw)) for position, reason, raw, _ in rows]


@pytest.fixture
def world(settings: Settings, downloads: Path) -> World:
    return World(settings, downloads)


@pytest.fixture
def elsewhere(world: World, database_home: Path) -> Callable[[], World]:
    """The same storage with another, empty database."""

    def make() -> World:
        url = postgres.database_url(database_home, f"test_{os.urandom(6).hex()}")
        return replace(world, settings=replace(world.settings, database_url=url, app_database_url=None))

    return make


def plays(post: Make, count: int | None, **more: Any) -> bytes:
    return post({"itemInfos.playCount": count} | more)
