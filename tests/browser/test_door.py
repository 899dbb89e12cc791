"""The door, asked over HTTP without a browser: who gets in, what strangers get, what a browser is told."""

import re
import stat
from dataclasses import replace
from io import BytesIO
from urllib.parse import urlencode, urlsplit

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from dashboards import auth, login
from dashboards.app import create_app
from dashboards.files import asset
from dashboards.uploads import LARGEST_CLIP
from etl.errors import ArgumentInvalid, DatabaseUnavailable, SettingInvalid
from etl.machine import postgres
from etl.store.keys import kept_key
from etl.store.warehouse import Warehouse

ADA = auth.DEMO_ACCOUNTS[0]
PASSWORD = "a longer password"


@pytest.fixture
def client(app):
    """A browser without scripts."""
    return app.server.test_client()


def token_of(client):
    """The form's token."""
    page = client.get("/login").get_data(as_text=True)
    return page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]


def log_in(client, name=ADA.login, password=ADA.password, address="/login"):
    """Send the form."""
    return client.post(address, data={"login": name, "password": password, "csrf_token": token_of(client)})


def sent(client, path, **request):
    """Send a request of a page, with its token."""
    client.get("/")
    header = {"X-CSRFToken": client.get_cookie(login.CSRF_COOKIE).value}
    return client.post(path, headers=header, **request)


def test_a_stranger_gets_the_login_page_static_files_and_the_health_check_only(app, client):
    open_rules = {rule.rule for rule in app.server.url_map.iter_rules() if rule.endpoint in login.OPEN}
    assert open_rules == {
        "/login",
        "/healthz",
        "/readyz",
        asset("<path:filename>"),
        "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
    }
    for rule in app.server.url_map.iter_rules():
        if rule.endpoint in login.OPEN:
            continue
        path = rule.rule.replace("<path:path>", "similar").replace("<path:filename>", "x").replace("<key>", "x")
        for method in rule.methods - {"OPTIONS", "HEAD"}:
            answer = client.open(path, method=method)
            led_away = answer.status_code == 302 and answer.location.startswith("/login")
            assert answer.status_code == 401 or led_away, f"{method} {path}: {answer.status}"


def test_a_callback_refuses_a_stranger_and_answers_who_is_logged_in(client):
    ask = {
        "output": "..page.children...nav.children...arrived.data..",
        "outputs": [
            {"id": "page", "property": "children"},
            {"id": "nav", "property": "children"},
            {"id": "arrived", "property": "data"},
        ],
        "inputs": [{"id": "url", "property": "pathname", "value": "/status"}],
        "state": [{"id": "url", "property": "search", "value": ""}],
        "changedPropIds": ["url.pathname"],
    }
    assert client.post("/_dash-update-component", json=ask).status_code == 401
    log_in(client)
    answer = sent(client, "/_dash-update-component", json=ask)
    assert answer.status_code == 200
    assert answer.json["response"]["arrived"]["data"] == {"title": "Status · Overtone"}


def test_a_request_without_its_token_is_refused_even_when_logged_in(client):
    log_in(client)
    assert client.post("/_dash-update-component", json={}).status_code == 400
    assert client.post("/upload?name=a.mp3", data=b"x").status_code == 400
    assert client.post("/logout").status_code == 400


def test_a_login_form_without_its_token_is_asked_for_again(client):
    answer = client.post("/login", data={"login": ADA.login, "password": ADA.password})
    assert answer.status_code == 302
    assert "open for too long" in client.get("/login").get_data(as_text=True)
    assert client.get("/similar").status_code == 302


def test_unknown_login_and_wrong_password_get_the_same_answer(client):
    unknown, wrong = log_in(client, "nobody"), log_in(client, ADA.login, "wrong")
    assert (unknown.status_code, wrong.status_code) == (401, 401)
    for answer in (unknown, wrong):
        assert "That login and password do not belong together." in answer.get_data(as_text=True)


def test_an_unknown_login_costs_a_hash_like_a_known_one(warehouse, app, monkeypatch):
    checked = []

    class Counting:
        def verify(self, password_hash, password):
            checked.append(password_hash[:9])
            raise auth.VerificationError

    monkeypatch.setattr(auth, "_hasher", Counting())
    assert auth.log_in(warehouse, "nobody", "x", demo=True) is None
    assert auth.log_in(warehouse, ADA.login, "x", demo=True) is None
    assert checked == ["$argon2id", "$argon2id"]


def test_the_sixth_wrong_password_within_a_minute_is_turned_away(client):
    answers = [log_in(client, ADA.login, f"wrong {attempt}").status_code for attempt in range(6)]
    assert answers == [401, 401, 401, 401, 401, 429]
    assert log_in(client).status_code == 429
    assert log_in(client, "bruno", auth.DEMO_ACCOUNTS[1].password).status_code == 302


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites_and_ends(client):
    log_in(client)
    cookie = client.get_cookie("overtone")
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.expires is not None


def test_the_demo_logins_are_dead_outside_the_demo(settings, warehouse):
    auth.ensure_demo_accounts(warehouse)
    client = create_app(settings, warehouse).server.test_client()
    page = client.get("/login").get_data(as_text=True)
    assert ADA.password not in page
    assert log_in(client).status_code == 401


def test_a_demo_session_dies_with_the_demo(settings, warehouse):
    auth.ensure_demo_accounts(warehouse)
    demo = create_app(replace(settings, demo=True), warehouse).server.test_client()
    log_in(demo)
    assert demo.get("/status").status_code == 200
    real = create_app(settings, warehouse).server.test_client()
    real.set_cookie("overtone", demo.get_cookie("overtone").value)
    assert real.get("/status").status_code == 302


def test_an_account_that_was_added_logs_in_and_can_change_its_password(settings, warehouse):
    auth.add_account(warehouse, "Mara@example.org", PASSWORD, "artist", "Mara", artist_id=7)
    auth.add_account(warehouse, "mara@example.org", PASSWORD + "!", "operator")
    assert auth.log_in(warehouse, "mara@example.org", PASSWORD, demo=False) is None
    account = auth.log_in(warehouse, " MARA@example.org", PASSWORD + "!", demo=False)
    assert (account.login, account.role, account.display_name) == ("mara@example.org", "operator", "mara@example.org")


@pytest.mark.parametrize(
    ("name", "password", "role", "words"),
    [
        ("no spaces allowed", PASSWORD, "artist", "it is not 1 to 64 of"),
        ("mara", PASSWORD, "admin", "there is no such role"),
        ("mara", "too short", "artist", "it is shorter than 12 characters"),
        *(
            ("mara@example.org", easy, "artist", "it is soon guessed")
            for easy in (
                "passwordpassword",
                "aaaaaaaaaaaaaaaa",
                "abcabcabcabcabc",
                "123456789012345",
                "qwertyuiop123",
                "overtone-overtone-2026",
                "mara@example.orgmara@example.org",
                "Overtone-mara",
                "Password2026!",
            )
        ),
        (ADA.login, PASSWORD, "artist", "the demo's logins have that name"),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_its_reason(warehouse, name, password, role, words):
    with pytest.raises(ArgumentInvalid, match=words):
        auth.add_account(warehouse, name, password, role)
    assert warehouse.query("SELECT login FROM app.account") == []


def test_after_the_login_only_pages_of_ours_are_gone_to(client):
    for wanted, where in [
        ("/status?x=1", "/status?x=1"),
        ("https://elsewhere.example", "/"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
    ]:
        assert log_in(client, address=f"/login?next={wanted}").location == where
        sent(client, "/logout")


#: Addresses that a browser takes for another site's, or that no header can hold.
ELSEWHERE = [
    "/\t/host.example", "/\n/host.example", "/\r\n/host.example", "\t//host.example", " //host.example",
    "//host.example", "///host.example", "/\\host.example", "\\\\host.example", "\\/host.example", "/\t\\host.example",
    "/\x00/host.example", "https:host.example", "https:/host.example", "https:///host.example", "javascript:alert(1)",
    "data:text/html,x", "host.example", "?next=//host.example", "#x", "", "/\n", "/x\nSet-Cookie: a=b", "/x\x7f",
    "/x\x85y", "/x y", "/x\\y", "/\ufeff\t/host.example", "//host.example/%2f..", "//[", "/\ud800",
]  # fmt: skip


def where_a_browser_goes(address):
    """The host that a browser goes to from a page of ours, by the URL standard's parser; None: it stays."""
    plain = re.sub(r"[\t\n\r]", "", address.strip("".join(map(chr, range(33))))).replace("\\", "/")
    return urlsplit(plain).netloc if plain.startswith("//") else urlsplit(plain).scheme or None


def test_an_address_that_a_browser_takes_for_another_sites_is_not_gone_to(client):
    log_in(client)
    for wanted in ELSEWHERE:
        assert auth.page_of_ours(wanted) == "/", wanted
        answer = client.get("/login?" + urlencode({"next": wanted}, errors="replace"))
        assert (answer.status_code, answer.location) == (302, "/"), wanted


PARTS = ["/", "\\", "\t", "\n", "\r", "\0", " ", "a", ":", "?", "#", "@", ".", "%2f", "\x85", "é"]


@given(st.lists(st.sampled_from(PARTS)).map(lambda parts: "/" + "".join(parts)))
def test_what_is_gone_to_stays_here_and_fits_a_header(wanted):
    page = auth.page_of_ours(wanted)
    assert where_a_browser_goes(page) is None
    assert page.startswith("/")
    assert not re.search(r"[\x00-\x20\\]", page)
    if re.fullmatch(r"/(?!/)[a-z:?#@.%é/]*", wanted):
        assert page == wanted


def test_before_the_first_migration_the_login_says_that_overtone_is_setting_up(settings, database_home):
    empty = replace(
        settings, demo=True, database_url=postgres.database_url(database_home, "never_migrated"), app_database_url=None
    )
    client = create_app(empty, Warehouse.open(empty)).server.test_client()
    assert client.get("/healthz").status_code == 200
    answer = log_in(client)
    assert answer.status_code == 503
    assert "Overtone is still setting up." in answer.get_data(as_text=True)


def test_a_clip_over_20_mb_is_refused_while_it_arrives(client, warehouse):
    log_in(client)
    answer = sent(client, "/upload?name=album.wav", data=bytes(LARGEST_CLIP + 1))
    assert (answer.status_code, answer.json["thing"]) == (413, "album.wav")
    assert sent(client, "/upload?name=album.wav", data=bytes(LARGEST_CLIP + 2)).status_code == 413
    assert warehouse.query("SELECT * FROM app.upload") == []


def test_other_requests_stay_small(client):
    log_in(client)
    assert sent(client, "/_dash-update-component", data=bytes(1024 * 1024 + 1)).status_code == 413


def test_an_upload_keeps_what_a_clip_is_like_and_not_the_clip(client, warehouse, mp3):
    log_in(client)
    answer = sent(client, "/upload?name=C:\\music\\my%20song.mp3", data=mp3)
    assert answer.status_code == 200
    rows = warehouse.query(
        "SELECT upload_id, login, name, cardinality(features) AS features, round(duration_s) AS seconds"
        " FROM app.upload JOIN app.account USING (account_id)"
    )
    assert rows == [
        {"upload_id": answer.json["upload"], "login": "ada", "name": "my song.mp3", "features": 245, "seconds": 3}
    ]


def test_an_upload_lets_go_of_those_older_than_a_day(client, warehouse, mp3):
    log_in(client)
    old = sent(client, "/upload?name=old.mp3", data=mp3).json["upload"]
    warehouse.execute("UPDATE app.upload SET created_at = now() - interval '25 hours'")
    new = sent(client, "/upload?name=new.mp3", data=mp3).json["upload"]
    assert old != new
    assert warehouse.query("SELECT upload_id FROM app.upload") == [{"upload_id": new}]


def test_a_silent_clip_is_refused(client):
    file = BytesIO()
    soundfile.write(file, np.zeros(44_100, np.float32), 22_050, format="WAV")
    log_in(client)
    answer = sent(client, "/upload?name=silence.wav", data=file.getvalue())
    assert (answer.status_code, answer.json["reason"]) == (422, "it is silent from beginning to end")


@pytest.mark.parametrize("text", ["a\0b", "\ud83d", {"\0": 1}, [["\udfff"]]])
def test_json_with_a_character_that_no_text_has_is_refused(client, text):
    log_in(client)
    for path in ("/_dash-update-component", "/listens"):
        answer = sent(client, path, json={"inputs": [{"value": text}], "track_id": text})
        assert (answer.status_code, answer.json["reason"]) == (400, "it has a character that no text has")
    assert sent(client, "/listens", json={"listen_id": "\N{WHITE SMILING FACE}\N{MUSICAL NOTE}"}).status_code == 403


def test_every_answer_carries_the_headers(client):
    log_in(client)
    for path in ("/healthz", "/login", "/similar", asset("app.css"), "/art/x.svg", "/_dash-layout"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
        assert "unsafe-eval" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert client.get("/similar").headers["Cache-Control"] == "no-store"


def test_the_key_of_the_sessions_is_made_once_for_its_owner_only(tmp_path):
    key = kept_key(tmp_path / "home", "app_secret")
    file = tmp_path / "home" / "app_secret"
    assert len(key) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert kept_key(tmp_path / "home", "app_secret") == key
    assert [entry.name for entry in (tmp_path / "home").iterdir()] == ["app_secret"]
    for left in (b"", key[:31]):  # a power cut, a full disk
        file.write_bytes(left)
        with pytest.raises(SettingInvalid, match="a key has 32"):
            kept_key(tmp_path / "home", "app_secret")


def test_a_clip_of_several_megabytes_is_taken(client):
    file = BytesIO()
    soundfile.write(file, np.random.default_rng(1).normal(0, 0.1, 2_000_000).astype(np.float32), 44_100, format="WAV")
    log_in(client)
    octets = {"content_type": "application/octet-stream"}
    assert sent(client, "/upload?name=long.wav", data=file.getvalue(), **octets).status_code == 200


def test_a_database_that_is_down_is_said_in_words_to_people_and_in_json_to_scripts(app, client, monkeypatch):
    log_in(client)
    client.get("/")
    token = {"X-CSRFToken": client.get_cookie(login.CSRF_COOKIE).value}

    def down(*_):
        raise DatabaseUnavailable("Postgres", "no server at db.example port 5432", "Start it and try again.")

    monkeypatch.setattr(Warehouse, "query", down)
    page = client.get("/status")
    assert page.status_code == 503
    assert "it cannot reach what it knows just now" in page.get_data(as_text=True)
    answer = client.post("/upload?name=a.mp3", data=b"x", headers=token)
    assert (answer.status_code, answer.json["reason"]) == (503, "it cannot reach what it knows just now")
    for said in (page.get_data(as_text=True), answer.get_data(as_text=True)):
        assert "port 5432" not in said  # hosts and ports are for the log
    assert client.get("/healthz").status_code == 200
