"""What every kind of test may ask for: real data, a home of its own, a migrated warehouse."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.local import postgres
from etl.migrations import migrate
from etl.settings import CHECKOUT, Settings
from etl.warehouse import Warehouse


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real music, posts and labels; it is no part of the repository."""
    folder = Path(os.environ.get("OVERTONE_REAL_DATA") or CHECKOUT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}: set OVERTONE_REAL_DATA to its folder")
    return folder


@pytest.fixture(scope="session")
def database_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of one embedded server that all tests share; each asks it for a database of its own."""
    home = tmp_path_factory.mktemp("server")
    yield home
    postgres.stop(home)


@pytest.fixture
def settings(tmp_path: Path, database_home: Path) -> Settings:
    """Settings with an empty database and an empty storage, both this test's own."""
    url = postgres.database_url(database_home, f"test_{os.urandom(6).hex()}")
    return Settings.from_env(
        {
            "OVERTONE_HOME": str(tmp_path / "home"),
            "OVERTONE_DATABASE_URL": url,
            "OVERTONE_SPARK_MASTER": "local[2]",
        }
    )


@pytest.fixture
def warehouse(settings: Settings) -> Warehouse:
    """A warehouse with every migration applied and no rows."""
    assert settings.database_url
    migrate(settings.database_url)
    return Warehouse.open(settings)
