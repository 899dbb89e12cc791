"""What these tests share: a home to land files in and to run jobs on, and a login by the app's page."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboards import auth
from etl.settings import Settings
from etl.store.loads import Books
from etl.store.warehouse import Warehouse


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

    def by_the_page(client: FlaskClient, login: str) -> dict[str, str]:
        [token] = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login").text)
        password = next(demo.password for demo in auth.DEMO_ACCOUNTS if demo.login == login)
        answer = client.post("/login", data={"login": login, "password": password, "csrf_token": token})
        assert answer.status_code == 302
        client.get("/")
        cookie = client.get_cookie("_csrf_token")
        assert cookie is not None
        return {"X-CSRFToken": cookie.value}

    return by_the_page


@pytest.fixture(scope="module")
def shared(new_database: Callable[[], str]) -> Warehouse:
    """One migrated warehouse for the tests of a file that leave nothing behind."""
    return Warehouse(new_database())
