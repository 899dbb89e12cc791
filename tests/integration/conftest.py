"""What tests of the app's routes share."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from dashboards import auth


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
