"""What stands before Airflow's pages, called as its api-server does; test_real_airflow.py asks the server itself."""

from typing import Any

import pytest
from airflow import plugins_manager

from plugins.door import Door, Message
from tests.served import run

Answer = tuple[int, dict[str, str]]


@pytest.fixture
def door() -> Door:
    """The door before an app that answers everything by 201 and a policy of its own."""

    async def app(scope: Message, receive: Any, send: Any) -> None:
        headers = [(b"content-security-policy", b"default-src 'self'")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    return Door(app)


def ask(door: Door, method: str = "POST", path: str = "/auth/token", address: str = "192.0.2.1") -> Answer:
    """The status and the headers of an answer."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    scope = {"type": "http", "method": method, "path": path, "client": (address, 50_000), "headers": []}
    run(door(scope, receive, send))
    headers: dict[str, str] = {}
    for name, value in sent[0]["headers"]:
        headers[name.decode()] = "; ".join([*filter(None, [headers.get(name.decode())]), value.decode()])
    return sent[0]["status"], headers


def test_the_eleventh_try_from_an_address_within_a_minute_is_turned_away(door: Door) -> None:
    places = ("/auth/token", "/auth/token/cli", "/auth/login/", "/airflow/auth/login")
    assert [ask(door, path=places[number % 4])[0] for number in range(11)] == [201] * 10 + [429]
    assert ask(door, address="192.0.2.2")[0] == 201
    assert ask(door, "GET", "/auth/login/")[0] == ask(door, "POST", "/api/v2/backfills")[0] == 201


def test_addresses_of_one_connection_count_as_one(door: Door) -> None:
    assert [ask(door, address=f"2001:db8::{n:x}")[0] for n in range(11)] == [201] * 10 + [429]
    assert ask(door, address="2001:db8:0:1::1")[0] == 201


def test_no_page_may_be_shown_within_another_sites(door: Door) -> None:
    for _ in range(11):
        status, headers = ask(door)
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert status == 429
    assert headers["retry-after"] == "60"
    assert "default-src 'self'" in ask(door, "GET", "/")[1]["content-security-policy"]  # its own policy stays


def test_what_is_no_request_passes(door: Door) -> None:
    passed = []

    async def app(scope: Message, *_: Any) -> None:
        passed.append(scope["type"])

    run(Door(app)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert passed == ["lifespan"]


def test_airflow_has_the_door() -> None:
    _, middlewares = plugins_manager.get_fastapi_plugins()
    assert [one["middleware"].__name__ for one in middlewares if one["name"] == "door"] == ["Door"]
