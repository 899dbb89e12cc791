"""Sessions: how long they last, what ends them, and how often somebody may try to begin one."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from dashboards import auth, device, login, worker
from dashboards.app import create_app
from dashboards.attempts import Attempts
from etl.errors import ArgumentInvalid, DatabaseUnavailable
from etl.store.warehouse import Warehouse

LOGIN, PASSWORD, OTHER = "mara@example.org", "a longer password", "another long password"
HOURS = timedelta(hours=1).total_seconds()
POLL = {"output": "status-state.children", "changedPropIds": ["status-again.n_intervals"]}


@pytest.fixture
def clock(monkeypatch):
    """What time sessions think it is: ``clock.now`` in s, to be moved on."""

    class Clock:
        now = 1_700_000_000.0

    clock = Clock()
    monkeypatch.setattr(login.time, "time", lambda: clock.now)
    return clock


@pytest.fixture
def server(settings, warehouse):
    """The app with one account of its own."""
    auth.add_account(warehouse, LOGIN, PASSWORD, "artist", "Mara", 7)
    return create_app(settings, warehouse).server


def visitor(server, password=PASSWORD, name=LOGIN):
    """A browser without scripts that has logged in."""
    client = server.test_client()
    sent(client, "/login", "/login", login=name, password=password)
    return client


def sent(client, form, path, **fields):
    """Send a form as its page has it."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(form).get_data(as_text=True))
    return client.post(path, data=fields | {"csrf_token": token and token[1]})


def is_in(client):
    """Whether the client may see pages."""
    return client.get("/similar").status_code == 200


def test_a_request_belongs_to_its_account_in_whatever_session_and_else_to_its_address(server):
    def of(cookie, address="10.0.0.1", proxies=0, said=""):
        headers = [(b"cookie", f"a=b; overtone={cookie}".encode()), (b"x-forwarded-for", said.encode())]
        return worker.whose(server, proxies)({"headers": headers, "client": (address, 1)})

    first, second = (visitor(server).get_cookie("overtone").value for _ in range(2))
    assert first != second
    assert of(first) == of(second, "10.0.0.2")
    assert of(first).startswith("account ")
    assert of(first[:-2]) == of("") == "10.0.0.1"  # what we did not sign is nobody's
    assert of("", proxies=1, said="6.6.6.6, 192.0.2.7") == "192.0.2.7"
    assert of("", proxies=0, said="6.6.6.6") == "10.0.0.1"
    assert of("", "2001:db8::7") == of("", "2001:db8::8") != of("", "2001:db8:0:1::7")


def test_a_session_ends_when_nobody_has_done_anything_for_two_hours_whatever_its_page_asks_by_itself(server, clock):
    client = visitor(server)
    clock.now += 1.5 * HOURS
    assert is_in(client)
    token = {"X-CSRFToken": client.get_cookie(login.CSRF_COOKIE).value}
    for _ in range(5):
        clock.now += 0.5 * HOURS
        answer = client.post("/_dash-update-component", json=POLL, headers=token)
    assert answer.status_code == 401
    assert not is_in(client)
    assert "Your session has ended." in client.get("/login").get_data(as_text=True)


def test_a_session_ends_after_twelve_hours_even_in_use(server, clock):
    client = visitor(server)
    for _ in range(12):
        clock.now += 0.99 * HOURS
        assert is_in(client)
    clock.now += 0.2 * HOURS
    assert not is_in(client)


@pytest.mark.parametrize(
    "change",
    [
        lambda warehouse: auth.add_account(warehouse, LOGIN, PASSWORD, "listener"),
        lambda warehouse: auth.add_account(warehouse, LOGIN, OTHER, "artist", "Mara", 7),
        lambda warehouse: auth.end_sessions(warehouse, LOGIN),
        lambda warehouse: auth.remove_account(warehouse, LOGIN),
    ],
    ids=["another role", "another password", "logged out everywhere", "removed"],
)
def test_a_change_of_the_account_ends_all_its_sessions(server, warehouse, change):
    one, other = visitor(server), visitor(server)
    assert is_in(one)
    assert is_in(other)
    change(warehouse)
    assert not is_in(one)
    assert not is_in(other)


def test_the_account_page_changes_the_password_and_ends_every_other_session(server):
    here, there = visitor(server), visitor(server)
    assert sent(here, "/account", "/account", current="wrong", new=OTHER, again=OTHER).status_code == 401
    too_short = sent(here, "/account", "/account", current=PASSWORD, new="short", again="short")
    assert "Choose 12 characters or more." in too_short.get_data(as_text=True)
    unlike = sent(here, "/account", "/account", current=PASSWORD, new=OTHER, again=OTHER + "!")
    assert "This is not the same as above." in unlike.get_data(as_text=True)
    assert sent(here, "/account", "/account", current=PASSWORD, new=OTHER, again=OTHER).status_code == 302
    assert "Your password is changed." in here.get("/account").get_data(as_text=True)
    assert is_in(here)
    assert not is_in(there)
    assert not is_in(visitor(server))
    assert is_in(visitor(server, OTHER))


def test_the_account_page_logs_out_everywhere(server):
    here, there = visitor(server), visitor(server)
    assert sent(here, "/account", "/account/logout").status_code == 302
    assert "You are logged out everywhere." in here.get("/login").get_data(as_text=True)
    assert not is_in(here)
    assert not is_in(there)


def test_nobody_changes_the_password_of_a_demo_account(app, warehouse):
    ada = auth.DEMO_ACCOUNTS[0]
    client = visitor(app.server, ada.password, ada.login)
    page = client.get("/account").get_data(as_text=True)
    assert "its password stays as it is" in page
    assert "New password" not in page
    sent(client, "/account", "/account", current=ada.password, new=OTHER, again=OTHER)
    assert auth.log_in(warehouse, ada.login, ada.password, demo=True)


def test_a_demo_that_starts_again_keeps_its_sessions_and_mends_its_accounts(app, warehouse):
    ada, bruno = auth.DEMO_ACCOUNTS[:2]
    client, other = visitor(app.server, ada.password, ada.login), visitor(app.server, bruno.password, bruno.login)
    warehouse.execute("UPDATE app.account SET artist_id = 5 WHERE login = %s", (bruno.login,))
    auth.ensure_demo_accounts(warehouse)
    assert is_in(client)
    assert not is_in(other)
    assert auth.log_in(warehouse, bruno.login, bruno.password, demo=True).artist_id == bruno.artist_id


def test_a_login_begins_a_session_that_has_nothing_of_the_one_before(server):
    client = server.test_client()
    client.get("/login")
    before = client.get_cookie("overtone").value
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    sent(client, "/login", "/login", login=LOGIN, password=PASSWORD)
    assert client.get_cookie("overtone").value != before
    with client.session_transaction() as session:
        assert "planted" not in session


def test_an_account_without_a_password_lets_no_password_in(server, warehouse):
    auth.add_account(warehouse, LOGIN, None, "artist")
    for password in (PASSWORD, "", "None", "nobody has this password"):
        assert auth.log_in(warehouse, LOGIN, password, demo=False) is None


def test_a_login_that_no_account_can_have_is_no_defect(server):
    for name in ("\0", "mara\0", "'; DROP TABLE app.account; --", "x" * 64):
        assert sent(server.test_client(), "/login", "/login", login=name, password=PASSWORD).status_code == 401


def test_a_copy_of_the_cookie_is_worth_nothing_after_the_logout(server, warehouse):
    here, there = visitor(server), visitor(server)
    copy = server.test_client()
    copy.set_cookie("overtone", here.get_cookie("overtone").value)
    assert is_in(copy)
    assert sent(here, "/account", "/logout").status_code == 302
    assert not is_in(copy)
    assert is_in(there)  # another session of the same account goes on
    [row] = warehouse.query("SELECT session_id FROM app.session")
    assert bytes(row["session_id"]).hex() not in there.get_cookie("overtone").value


def test_a_copy_of_the_cookie_is_worth_nothing_after_another_password_or_another_login(server):
    here = visitor(server)
    copy = server.test_client()
    copy.set_cookie("overtone", here.get_cookie("overtone").value)
    sent(here, "/account", "/account", current=PASSWORD, new=OTHER, again=OTHER)
    assert is_in(here)
    assert not is_in(copy)
    copy.set_cookie("overtone", here.get_cookie("overtone").value)
    assert is_in(copy)
    sent(here, "/account", "/account/logout")
    assert not is_in(copy)


def test_sessions_that_are_over_are_forgotten(server, warehouse):
    visitor(server)
    warehouse.execute("UPDATE app.session SET ends_at = now() - interval '1 second'")
    visitor(server)
    assert warehouse.query("SELECT count(*) AS n FROM app.session WHERE ends_at > now()") == [{"n": 1}]
    assert warehouse.query("SELECT count(*) AS n FROM app.session") == [{"n": 1}]


def test_an_easy_password_is_refused_on_the_account_page_with_its_reason(server):
    client = visitor(server)
    easy = "passwordpassword"
    page = sent(client, "/account", "/account", current=PASSWORD, new=easy, again=easy).get_data(as_text=True)
    assert "It is soon guessed: a common word, a name, or the same over and over." in page
    assert is_in(visitor(server))


def test_of_many_guesses_at_once_no_more_are_looked_at_than_of_guesses_in_turn(server, monkeypatch):
    looked, turn = [], threading.Lock()

    def log_in(_, login, password, demo):
        with turn:
            looked.append(password)
        time.sleep(0.3)  # as long as a slow hash: all of them are in hand at once

    monkeypatch.setattr(auth, "log_in", log_in)

    def guess(number):
        return wrong(server, LOGIN)

    with ThreadPoolExecutor(30) as pool:
        answers = sorted(pool.map(guess, range(60)))
    assert (len(looked), answers) == (5, [401] * 5 + [429] * 55)


def test_of_many_guesses_at_once_of_ones_own_password_no_more_are_looked_at(server, monkeypatch):
    client, looked = visitor(server), []
    page = client.get("/account").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    cookie = client.get_cookie("overtone").value

    def log_in(*_, **__):
        looked.append(1)
        time.sleep(0.3)

    monkeypatch.setattr(auth, "log_in", log_in)

    def guess(number):
        thief = server.test_client()
        thief.set_cookie("overtone", cookie)
        fields = {"current": f"wrong {number}", "new": OTHER, "again": OTHER, "csrf_token": token}
        return thief.post("/account", data=fields).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = sorted(pool.map(guess, range(20)))
    assert (len(looked), answers) == (5, [401] * 5 + [429] * 15)


def test_a_right_password_does_not_count_as_an_attempt(server):
    assert [is_in(visitor(server)) for _ in range(7)] == [True] * 7
    assert [wrong(server, LOGIN) for _ in range(6)] == [401] * 5 + [429]


def test_who_has_logged_in_from_a_browser_before_is_not_locked_out_by_guesses_of_others(server):
    mine = visitor(server)
    sent(mine, "/account", "/logout")
    for number in range(25):  # the login is locked, and then the address
        wrong(server, LOGIN if number < 6 else f"x{number}")
    assert not is_in(visitor(server))  # from a browser that nobody knows
    sent(mine, "/login", "/login", login=LOGIN, password=PASSWORD)
    assert is_in(mine)


def test_a_browser_that_is_known_guesses_no_more_often_and_no_other_login(server, warehouse):
    auth.add_account(warehouse, "nils", OTHER, "artist")
    mine = visitor(server)
    sent(mine, "/account", "/logout")
    tries = [sent(mine, "/login", "/login", login=LOGIN, password="wrong").status_code for _ in range(6)]
    assert tries == [401] * 5 + [429]
    assert is_in(visitor(server))  # its guesses are no others'
    assert [wrong(server, "nils") for _ in range(6)] == [401] * 5 + [429]
    assert sent(mine, "/login", "/login", login="nils", password=OTHER).status_code == 429


@pytest.mark.parametrize("forge", [lambda it: it[:-1], str.swapcase, "x{}".format, "{:.0}.".format, "é{}".format])
def test_nobody_but_us_says_that_a_browser_is_known(server, forge):
    mine = visitor(server)
    cookie = mine.get_cookie(device.COOKIE)
    assert (cookie.http_only, cookie.same_site, LOGIN in cookie.value) == (True, "Lax", False)
    [wrong(server, LOGIN) for _ in range(6)]
    other = server.test_client()
    other.set_cookie(device.COOKIE, forge(cookie.value))
    assert sent(other, "/login", "/login", login=LOGIN, password=PASSWORD).status_code == 429


def test_attempts_are_counted_in_the_warehouse_whatever_is_typed_for_a_login(server, warehouse):
    assert [wrong(server, "a\0b") for _ in range(6)] == [401] * 5 + [429]
    assert [wrong(server, LOGIN) for _ in range(5)] == [401] * 5
    assert len(warehouse.query("SELECT key FROM app.attempt WHERE attempts >= 5")) >= 4  # a minute and an hour of each


def test_nobody_removes_an_account_that_is_not_there(warehouse):
    with pytest.raises(ArgumentInvalid, match="login 'nobody': nobody has it"):
        auth.remove_account(warehouse, "nobody")


def wrong(server, name="ada", address="192.0.2.1"):
    """The status of a login with a wrong password that a proxy passes on from an address."""
    client = server.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login").get_data(as_text=True))
    data = {"login": name, "password": "wrong", "csrf_token": token and token[1]}
    return client.post("/login", data=data, headers={"X-Forwarded-For": address}).status_code


def test_attempts_are_counted_over_all_processes_by_login_and_by_address(settings, warehouse):
    behind = replace(settings, proxies=1)
    one, other = (create_app(behind, Warehouse(warehouse.url)).server for _ in range(2))
    assert [wrong(server, address=f"192.0.2.{n}") for n in range(3) for server in (one, other)] == [401] * 5 + [429]
    assert [wrong(one, name=f"x{n}", address="198.51.100.1") for n in range(21)] == [401] * 20 + [429]
    assert wrong(other, name="y", address="198.51.100.1") == 429
    assert wrong(other, name="y", address="198.51.100.2") == 401
    assert [wrong(one, name=f"z{n}", address=f"2001:db8::{n:x}") for n in range(21)] == [401] * 20 + [429]
    assert wrong(one, name="z", address="2001:db8:0:1::1") == 401
    keys = [bytes(row["key"]) for row in warehouse.query("SELECT key FROM app.attempt")]
    assert {len(key) for key in keys} == {32}


def test_without_a_proxy_nobody_chooses_their_own_address(settings, warehouse):
    server = create_app(settings, warehouse).server
    answers = [wrong(server, name=f"x{number}", address=f"192.0.2.{number}") for number in range(21)]
    assert answers == [401] * 20 + [429]


def test_a_window_of_attempts_ends_and_is_forgotten(warehouse):
    attempts = Attempts("", warehouse=warehouse)
    assert [attempts.incr("a", 60), attempts.incr("a", 60, 2), attempts.get("a"), attempts.get("b")] == [1, 3, 3, 0]
    warehouse.execute("UPDATE app.attempt SET ends_at = now() - interval '1 second'")
    assert attempts.get("a") == 0
    assert attempts.incr("b", 60) == 1
    assert warehouse.query("SELECT count(*) AS n FROM app.attempt") == [{"n": 1}]
    assert attempts.incr("a", 60) == 1
    attempts.clear("a")
    assert (attempts.get("a"), attempts.get("b")) == (0, 1)
    attempts.reset()
    assert attempts.get("b") == 0


def test_attempts_are_counted_while_the_warehouse_is_away(server, warehouse, monkeypatch):
    def down(*_):
        raise DatabaseUnavailable("Postgres", "the connection was lost", "Start it and try again.")

    monkeypatch.setattr(Attempts, "incr", down)
    monkeypatch.setattr(Attempts, "get", down)
    assert [wrong(server, LOGIN) for _ in range(6)] == [401] * 5 + [429]


@pytest.mark.parametrize(("proxies", "secure"), [(0, False), (1, True)])
def test_behind_a_proxy_with_https_cookies_stay_on_https(settings, warehouse, proxies, secure):
    auth.add_account(warehouse, LOGIN, PASSWORD, "artist")
    client = create_app(replace(settings, proxies=proxies), warehouse).server.test_client()
    client.environ_base["HTTP_X_FORWARDED_PROTO"] = "https"
    base = {"base_url": "https://localhost"} if secure else {}
    page = client.get("/login", **base)
    cookie = page.headers["Set-Cookie"]
    assert ("Secure" in cookie, "HttpOnly" in cookie, "SameSite=Lax" in cookie) == (secure, True, True)
    assert ("Strict-Transport-Security" in page.headers) == secure
