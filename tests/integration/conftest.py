"""What these tests share: a home to land files in and to run jobs on, and a login by the app's page."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from flask.testing import FlaskClient

from etl.settings import CHECKOUT, Settings
from etl.store.loads import Books
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse
from lab.worlds import lake
from tests.served import cheap_hashes as cheap_hashes
from tests.served import log_in as by_the_page


@dataclass(frozen=True)
class Home:
    """A home of one test: a folder of files to land, and the rows that jobs made of them."""

    settings: Settings
    folder: Path

    @property
    def warehouse(self) -> Warehouse:
        return Warehouse.open(self.settings)

    def ask(self, sql: str) -> list[tuple]:
        return [tuple(row.values()) for row in self.warehouse.query(sql)]

    def listens(self) -> list[dict]:
        """The listens of the lake, in the order of listeners and times."""
        return lake.listens(self.warehouse, Storage(self.settings.storage_url)).to_pylist()


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


def counts(books: Books) -> tuple[int, ...]:
    """Rows in, inserted, updated, unchanged, quarantined."""
    return books.rows_in, books.inserted, books.updated, books.unchanged, books.quarantined


@pytest.fixture
def log_in() -> Callable[[FlaskClient, str], dict[str, str]]:
    """Logs one of the demo's accounts in by the page; returns the header that our scripts send."""

    return by_the_page


@dataclass(frozen=True)
class Ordinary:
    """A user of this machine who is not root, with a folder of their own."""

    uid: int
    gid: int
    python: str
    folder: Path

    def run(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run our Python as them, from a shell whose files others may read."""
        return subprocess.run(
            [self.python, *words],
            user=self.uid,
            group=self.gid,
            extra_groups=[],
            umask=0o022,
            cwd=self.folder,
            env={"PYTHONPATH": f"{CHECKOUT}:{PACKAGES}", "HOME": str(self.folder), **env},
            capture_output=True,
            text=True,
            timeout=240,
        )


PACKAGES = Path(psycopg2.__file__).parent.parent


@pytest.fixture
def ordinary() -> Iterator[Ordinary]:
    """The user nobody, where they can run our Python."""
    if os.geteuid():
        pytest.skip("every other test here runs as an ordinary user already")
    nobody = pwd.getpwnam("nobody")

    def works(python: str) -> bool:
        command = [python, "-c", f"import os; os.stat({str(PACKAGES)!r})"]
        try:
            return not subprocess.run(command, user=nobody.pw_uid, capture_output=True).returncode
        except OSError:
            return False

    interpreters = [sys.executable, f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"]
    python = next(filter(works, interpreters), None)
    if python is None:
        pytest.skip("the user nobody may not read this environment")
    folder = Path(tempfile.mkdtemp(prefix="overtone-"))
    try:
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        yield Ordinary(nobody.pw_uid, nobody.pw_gid, python, folder)
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def shared(new_database: Callable[[], str]) -> Warehouse:
    """One migrated warehouse for the tests of a file that leave nothing behind."""
    return Warehouse(new_database())
