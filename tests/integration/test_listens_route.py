"""``POST /listens``: who may send what, what is counted, and how it comes into the books."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboards import auth
from dashboards.app import create_app
from dashboards.listens import on_clock, read
from dashboards.queries.listeners import private
from etl.errors import ArgumentInvalid
from etl.jobs.run import run_job
from etl.settings import Settings
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse, content_hash
from lab.worlds import lake

pytestmark = pytest.mark.usefixtures("spark")

LogIn = Callable[[FlaskClient, str], dict[str, str]]
LENA = next(demo for demo in auth.DEMO_ACCOUNTS if demo.login == "lena")
THROUGH = date(2020, 12, 21)  #: the last day of the demo's listens


@pytest.fixture
def client(settings: Settings, warehouse: Warehouse) -> FlaskClient:
    """A visitor; one song, and the demo's listener Lena."""
    warehouse.execute(
        "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, day)"
        " VALUES (7, 'Seven', 1, 'A', 'Rock', '{}', '2020-01-01')"
    )
    warehouse.execute(
        "INSERT INTO activity.listener (listener_id, name, country, synthetic, day)"
        " VALUES (%s, 'Lena', 'SWE', TRUE, '2020-01-01')",
        (LENA.listener_id,),
    )
    warehouse.execute("INSERT INTO ops.watermark (table_name, through) VALUES ('lake/listens', %s)", (THROUGH,))
    auth.ensure_demo_accounts(warehouse)
    return create_app(replace(settings, demo=True), warehouse).server.test_client()


def listen(**changes: Any) -> dict[str, Any]:
    """A listen as the player sends it."""
    given = {"listen_id": "listen-0001", "track_id": 7, "heard_pct": 61, "began_at": datetime.now(UTC).isoformat()}
    return given | changes


def test_a_listen_counts_once_and_is_in_the_books_of_its_day(
    client: FlaskClient, log_in: LogIn, settings: Settings, warehouse: Warehouse
) -> None:
    headers = log_in(client, "lena")
    first, again = (client.post("/listens", json=listen(), headers=headers) for _ in range(2))
    assert (first.status_code, first.json) == (200, {"became": "counted", "counted": True})
    assert (again.status_code, again.json) == (200, {"became": "known", "counted": False})
    day = on_clock(datetime.now(UTC), THROUGH).date()  # the demo's clock goes on where its listens end
    run_job(settings, "ingest_listens", day)
    for rows in (1, 0):
        [books] = run_job(settings, "ingest_heard", day)
        assert (books.rows_in, books.inserted, books.table) == (rows, rows, "lake/listens")
    assert warehouse.query("SELECT day, artist_id FROM ops.audience_due") == [{"day": day, "artist_id": 1}]
    weeks = "SELECT week, listens FROM app.my_weeks()"
    before = warehouse.query_as(weeks, {}, listener_id=LENA.listener_id)  # it was there at once
    assert [sum(week["listens"]) for week in before] == [1]
    run_job(settings, "build_tastes", day)
    assert warehouse.query_as(weeks, {}, listener_id=LENA.listener_id) == before
    run_job(settings, "build_audience", day)
    [row] = lake.listens(warehouse, Storage(settings.storage_url)).to_pylist()
    assert (row["listener_id"], row["track_id"], row["artist_id"], row["heard_pct"]) == (LENA.listener_id, 7, 1, 61)
    assert (row["listen_id"], row["country"]) == ("listen-0001", "SWE")
    assert (row["origin"], row["day"], row["listened_at"].date()) == ("app", day, day)
    before = content_hash(warehouse)
    for job in ("ingest_listens", "ingest_heard", "build_tastes", "build_audience"):
        run_job(settings, job, day)
    assert content_hash(warehouse) == before


def test_listens_wait_for_their_night_come_back_when_they_are_lost_and_are_forgotten_when_old(
    client: FlaskClient, log_in: LogIn, settings: Settings, warehouse: Warehouse
) -> None:
    headers = log_in(client, "lena")
    for number in range(3):
        client.post("/listens", json=listen(listen_id=f"listen-000{number}"), headers=headers)
    day = on_clock(datetime.now(UTC), THROUGH).date()
    [books] = run_job(settings, "ingest_heard", day - timedelta(days=1))
    assert books.rows_in == 0
    [books] = run_job(settings, "ingest_heard", day)
    assert (books.rows_in, books.inserted) == (3, 3)
    assert len(lake.listens(warehouse, Storage(settings.storage_url))) == 3
    warehouse.execute("UPDATE app.heard SET booked = NULL")  # as a restored table says
    [books] = run_job(settings, "ingest_heard", day)
    assert (books.rows_in, books.inserted, books.unchanged) == (3, 0, 3)
    warehouse.execute("UPDATE app.heard SET booked = NULL; DELETE FROM ops.lake")
    [books] = run_job(settings, "ingest_heard", day)
    assert (books.rows_in, books.inserted) == (3, 3)
    assert len(lake.listens(warehouse, Storage(settings.storage_url))) == 3
    run_job(settings, "ingest_heard", day + timedelta(days=40))
    assert warehouse.query("SELECT count(*) AS n FROM app.heard") == [{"n": 3}]  # marts know nothing of them
    run_job(settings, "build_tastes", day)
    run_job(settings, "ingest_heard", day + timedelta(days=40))
    assert warehouse.query("SELECT count(*) AS n FROM app.heard") == [{"n": 0}]


def test_who_is_no_listener_has_no_token_or_is_not_logged_in_is_refused(
    client: FlaskClient, log_in: LogIn, warehouse: Warehouse
) -> None:
    assert client.post("/listens", json=listen()).status_code in (400, 401)
    ada = client.application.test_client()
    refused = ada.post("/listens", json=listen(), headers=log_in(ada, "ada"))
    assert refused.status_code == 403
    assert "no listener belongs to this account" in refused.text
    lena = client.application.test_client()
    log_in(lena, "lena")
    assert lena.post("/listens", json=listen()).status_code == 400  # without the token
    assert warehouse.query("SELECT count(*) AS n FROM app.heard") == [{"n": 0}]


def test_what_cannot_be_read_is_answered_with_one_clear_error(
    client: FlaskClient, log_in: LogIn, warehouse: Warehouse
) -> None:
    headers = log_in(client, "lena")
    bad = client.post("/listens", data=b"{", headers=headers | {"Content-Type": "application/json"})
    assert (bad.status_code, bad.json) == (
        422,
        {"thing": "the body", "reason": "it is no JSON object",
         "next_step": "Send listen_id, track_id, heard_pct and began_at as JSON."},
    )  # fmt: skip
    unknown = client.post("/listens", json=listen(track_id=8), headers=headers)
    assert (unknown.status_code, unknown.json["reason"]) == (422, "there is no such track")  # type: ignore[index]
    assert warehouse.query("SELECT count(*) AS n FROM app.heard") == [{"n": 0}]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("listen_id", "short"), ("listen_id", 12345678), ("listen_id", "x" * 65), ("listen_id", "a b c d e f"),
        ("track_id", "7"), ("track_id", 0), ("track_id", 2**31), ("track_id", True), ("track_id", 7.0),
        ("heard_pct", 101), ("heard_pct", -1), ("heard_pct", "all"), ("heard_pct", float("nan")), ("heard_pct", False),
        ("began_at", "yesterday"), ("began_at", "2026-01-02T12:00:00"), ("began_at", 1), ("began_at", None),
        ("began_at", "2026-01-01T11:00:00Z"), ("began_at", "2026-01-02T13:00:00Z"),
        ("sent_at", "now"), ("sent_at", 1), ("sent_at", "2026-01-02T12:00:00"),
    ],
)  # fmt: skip
def test_the_part_that_is_wrong_is_named(name: str, value: object) -> None:
    with pytest.raises(ArgumentInvalid, match=name):
        read(listen(began_at="2026-01-02T11:59:00Z") | {name: value}, datetime(2026, 1, 2, 12, tzinfo=UTC))


def test_a_listen_is_read_with_its_share_rounded_down_and_not_later_than_now() -> None:
    noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
    read_ = read(listen(heard_pct=99.9, began_at="2026-01-02T13:04:00+01:00"), noon)
    assert (read_.heard_pct, read_.began_at) == (99, noon)


def test_a_browsers_clock_may_be_wrong() -> None:
    noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
    for slow in (timedelta(), timedelta(hours=7), timedelta(days=-400)):
        sent = (noon - slow).isoformat()
        began = (noon - slow - timedelta(seconds=40)).isoformat()
        assert read(listen(began_at=began, sent_at=sent), noon).began_at == noon - timedelta(seconds=40)
    for ago in (timedelta(hours=25), timedelta(minutes=-6)):
        with pytest.raises(ArgumentInvalid, match="began_at"):
            read(listen(began_at=(noon - ago).isoformat(), sent_at=noon.isoformat()), noon)
    with pytest.raises(ArgumentInvalid, match="began_at"):
        read(listen(began_at="9999-12-31T00:00:00Z", sent_at="0001-01-01T00:00:00Z"), noon)


def test_what_came_too_soon_is_answered_and_not_counted(
    client: FlaskClient, log_in: LogIn, warehouse: Warehouse
) -> None:
    warehouse.execute("INSERT INTO core.clip VALUES (7, 'x', 'x', NULL, 0, 0, 1, 'mp3', 30, '{}', '2020-01-01')")
    headers, now = log_in(client, "lena"), datetime.now(UTC)
    answers = []
    for number, ago in enumerate((0, 40, 40, 60)):
        began = (now - timedelta(seconds=ago)).isoformat()
        body = listen(listen_id=f"listen-000{number}", heard_pct=100, began_at=began, sent_at=now.isoformat())
        answers.append(client.post("/listens", json=body, headers=headers).json["became"])  # type: ignore[index]
    assert answers == ["too_soon", "counted", "too_soon", "too_soon"]
    assert warehouse.query("SELECT count(*) AS n FROM app.heard") == [{"n": 1}]


def test_what_began_in_private_is_not_kept_though_the_demos_clock_is_another(
    client: FlaskClient, log_in: LogIn, warehouse: Warehouse
) -> None:
    headers = log_in(client, "lena")
    private(warehouse, LENA.listener_id, True)  # type: ignore[arg-type]
    began = datetime.now(UTC)
    private(warehouse, LENA.listener_id, False)  # type: ignore[arg-type]
    answers = []
    for number, at in enumerate((began, began - timedelta(minutes=1))):
        body = listen(listen_id=f"listen-000{number}", began_at=at.isoformat())
        answers.append(client.post("/listens", json=body, headers=headers))
    assert [answer.json["became"] for answer in answers] == ["private", "counted"]  # type: ignore[index]


def test_too_many_listens_a_minute_are_refused(client: FlaskClient, log_in: LogIn) -> None:
    headers = log_in(client, "lena")
    answers = [client.post("/listens", json={}, headers=headers).status_code for _ in range(61)]
    assert (answers[59], answers[60]) == (422, 429)
