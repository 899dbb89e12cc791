"""The nights of a demo: asked for on a page or by the clock, run once, and what became of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboards import auth
from dashboards.app import create_app
from dashboards.queries.status import nights as shown
from dashboards.queries.status import want_night
from etl.settings import Settings
from etl.store.warehouse import Warehouse
from overtone.demo import nights
from overtone.demo.demo import DAYS
from overtone.demo.nights import MOST, Nights

LogIn = Callable[[FlaskClient, str], dict[str, str]]
FOURTH = DAYS[-1] + timedelta(1)


class Airflow:
    """Stands in for Airflow: notes what it is told to run, and says of a run what the test sets."""

    def __init__(self) -> None:
        self.orders: list[tuple[date, date]] = []
        self.state: dict[date, str] = {}
        self.failed: dict[date, str] = {}

    def refresh(self, _: Settings, first: date, last: date) -> None:
        self.orders.append((first, last))
        self.state |= {first + timedelta(n): "running" for n in range((last - first).days + 1)}

    def runs(self, _: Settings, first: date, last: date) -> list[dict[str, Any]]:
        days = sorted(day for day in self.state if first <= day <= last)
        return [{"logical_date": f"{day}T00:00:00Z", "state": self.state[day]} for day in days]

    def tasks(self, _: Settings, first: date, last: date) -> list[dict[str, Any]]:
        return [
            {"logical_date": f"{day}T00:00:00Z", "task_id": self.failed.get(day, "ingest_fma"), "state": state}
            for day in sorted(self.state)
            if first <= day <= last
            for state in ("failed" if day in self.failed else "success", "upstream_failed")
        ]

    def end(self) -> None:
        self.state = {day: "failed" if day in self.failed else "success" for day in self.state}


@pytest.fixture
def airflow(monkeypatch: pytest.MonkeyPatch) -> Airflow:
    made = Airflow()
    for name in ("refresh", "runs", "tasks"):
        monkeypatch.setattr(nights.airflow, name, getattr(made, name))
    return made


@pytest.fixture
def demo(settings: Settings, warehouse: Warehouse, airflow: Airflow) -> Nights:
    """A demo whose first nights have run."""
    auth.ensure_demo_accounts(warehouse)
    made = Nights(settings, warehouse)
    made.begin(DAYS)
    assert made.step() == {}
    airflow.end()
    assert made.step() == {day: [] for day in DAYS}
    assert airflow.orders == [(DAYS[0], DAYS[-1])]
    return made


def account(warehouse: Warehouse, login: str) -> int:
    return warehouse.query("SELECT account_id FROM app.account WHERE login = %s", (login,))[0]["account_id"]


def test_the_first_nights_run_once_and_a_second_start_asks_for_none(demo: Nights, airflow: Airflow) -> None:
    demo.begin(DAYS)
    assert (demo.follow_the_clock(), demo.wanted(), demo.step()) == ([], [], {})
    assert airflow.orders == [(DAYS[0], DAYS[-1])]


def test_asking_twice_runs_one_night(demo: Nights, airflow: Airflow, warehouse: Warehouse) -> None:
    olga = account(warehouse, "olga")
    for _ in range(2):
        want_night(warehouse, olga)
    assert [(night.day, night.wanted_by, night.begun_at) for night in demo.wanted()] == [(FOURTH, "olga", None)]
    assert demo.step() == {}
    want_night(warehouse, olga)
    assert (demo.step(), airflow.orders[1:]) == ({}, [(FOURTH, FOURTH)])
    airflow.end()
    assert demo.step() == {FOURTH: []}
    assert demo.wanted() == []
    want_night(warehouse, olga)
    assert [night.day for night in demo.wanted()] == [FOURTH + timedelta(1)]


@pytest.mark.parametrize("login", ["ada", "lena"])
def test_nobody_but_an_operator_may_ask(demo: Nights, warehouse: Warehouse, login: str) -> None:
    want_night(warehouse, account(warehouse, login))
    assert demo.wanted() == []


def test_a_night_that_failed_says_in_what_and_asking_runs_it_again(
    demo: Nights, airflow: Airflow, warehouse: Warehouse
) -> None:
    olga = account(warehouse, "olga")
    want_night(warehouse, olga)
    demo.step()
    airflow.failed = {FOURTH: "describe_audio"}
    airflow.end()
    assert demo.step() == {FOURTH: ["describe_audio"]}
    assert (shown(warehouse)[0].day, shown(warehouse)[0].failed) == (FOURTH, ["describe_audio"])
    want_night(warehouse, olga)
    assert [(night.day, night.failed, night.ended_at) for night in demo.wanted()] == [(FOURTH, [], None)]
    demo.step()
    airflow.failed = {}
    airflow.end()
    assert demo.step() == {FOURTH: []}
    assert airflow.orders[1:] == [(FOURTH, FOURTH)] * 2


def test_a_demo_that_was_stopped_in_a_night_goes_on_with_it(
    demo: Nights, airflow: Airflow, settings: Settings, warehouse: Warehouse
) -> None:
    want_night(warehouse, account(warehouse, "olga"))
    demo.step()
    again = Nights(settings, warehouse)
    again.begin(DAYS)
    assert again.step() == {}
    airflow.end()
    assert again.step() == {FOURTH: []}
    assert airflow.orders[1:] == [(FOURTH, FOURTH)]


@pytest.mark.parametrize(("passed", "nights"), [(0, 0), (1, 1), (3, 3), (40, MOST)])
def test_every_midnight_that_has_passed_asks_for_a_night_but_for_a_handful_at_most(
    demo: Nights, airflow: Airflow, warehouse: Warehouse, passed: int, nights: int
) -> None:
    warehouse.execute("UPDATE app.night SET wanted_at = wanted_at - make_interval(days => %s)", (passed,))
    expected = [FOURTH + timedelta(number) for number in range(nights)]
    assert sorted(demo.follow_the_clock()) == expected
    assert demo.follow_the_clock() == []  # not again before the next
    demo.step()
    assert airflow.orders[1:] == ([(expected[0], expected[-1])] if nights else [])


def test_a_night_that_was_asked_for_does_not_take_the_place_of_the_one_at_midnight(
    demo: Nights, warehouse: Warehouse
) -> None:
    warehouse.execute("UPDATE app.night SET wanted_at = wanted_at - interval '1 day'")
    want_night(warehouse, account(warehouse, "olga"))
    assert demo.follow_the_clock() == [FOURTH + timedelta(1)]


def test_the_next_night_is_the_one_after_what_a_backfill_loaded(demo: Nights, warehouse: Warehouse) -> None:
    further = FOURTH + timedelta(10)
    warehouse.execute("INSERT INTO ops.watermark (table_name, through) VALUES ('lake/listens', %s)", (further,))
    want_night(warehouse, account(warehouse, "olga"))
    assert [night.day for night in demo.wanted()] == [further + timedelta(1)]


def press(client: FlaskClient, headers: dict[str, str]) -> Any:
    """The answer to the button of the page Status."""
    dependencies = client.get("/_dash-dependencies").json
    [output] = [one["output"] for one in dependencies if [part["id"] for part in one["inputs"]] == ["act"]]
    body = {
        "output": output,
        "outputs": [],
        "inputs": [{"id": "act", "property": "data", "value": {"do": "next-night"}}],
        "changedPropIds": ["act.data"],
        "parsedChangedPropsIds": ["act.data"],
    }
    return client.post("/_dash-update-component", json=body, headers=headers)


@pytest.mark.parametrize(("login", "asked"), [("olga", [FOURTH]), ("ada", []), ("lena", [])])
def test_the_button_asks_for_an_operator_alone(
    demo: Nights, settings: Settings, warehouse: Warehouse, log_in: LogIn, login: str, asked: list[date]
) -> None:
    client = create_app(replace(settings, demo=True), warehouse).server.test_client()
    answer = press(client, log_in(client, login))
    assert answer.status_code in (200, 204)
    assert [night.day for night in demo.wanted()] == asked


def test_outside_the_demo_the_button_does_nothing(
    demo: Nights, settings: Settings, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    auth.add_account(warehouse, "ines", "a long password", "operator")
    client = create_app(settings, warehouse).server.test_client()
    monkeypatch.setattr(auth, "DEMO_ACCOUNTS", ())
    page = client.get("/login").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    given = {"login": "ines", "password": "a long password", "csrf_token": token}
    assert client.post("/login", data=given).status_code == 302
    client.get("/")
    cookie = client.get_cookie("_csrf_token")
    assert cookie
    assert press(client, {"X-CSRFToken": cookie.value}).status_code in (200, 204)
    assert demo.wanted() == []
