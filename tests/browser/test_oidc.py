"""Logging in by an OpenID Connect provider, against a small real one that can be made to lie."""

import base64
import hashlib
import secrets
import threading
import time
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from werkzeug.serving import make_server

from dashboards import auth
from dashboards.app import create_app
from etl.settings import Oidc

CLIENT, SECRET = "overtone", "a secret between the two"
MARA = "mara@example.org"


@dataclass
class Provider:
    """A provider that knows one person, and what of its answers is not as it should be."""

    url: str = ""
    person: dict = field(default_factory=lambda: {"sub": "1", "email": MARA, "email_verified": True})
    lie: dict = field(default_factory=dict)  #: claims that are otherwise; None: left out
    metadata: dict = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    signs_with: object = None
    algorithm: str = "RS256"
    without_token: bool = False
    denies: bool = False
    given: dict = field(default_factory=dict)  #: what was asked for, by code
    seen: list = field(default_factory=list)

    def server(self) -> Flask:
        server = Flask("provider")

        @server.get("/.well-known/openid-configuration")
        def configuration():
            ends = {name: f"{self.url}/{path}" for name, path in ENDS.items()}
            return jsonify(
                {"issuer": self.url, "id_token_signing_alg_values_supported": ["RS256"]} | ends | self.metadata
            )

        @server.get("/keys")
        def keys():
            return jsonify(KeySet([self.key]).as_dict(private=False))

        @server.get("/authorize")
        def authorize():
            code = secrets.token_urlsafe(8)
            self.given[code] = request.args
            answer = {"error": "access_denied"} if self.denies else {"code": code}
            return redirect(f"{request.args['redirect_uri']}?{urlencode(answer | {'state': request.args['state']})}")

        @server.post("/token")
        def token():
            asked = self.given.pop(request.form["code"])
            challenge = hashlib.sha256(request.form["code_verifier"].encode()).digest()
            assert asked["code_challenge_method"] == "S256"
            assert asked["code_challenge"] == base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
            assert asked["redirect_uri"] == request.form["redirect_uri"]
            assert (request.authorization.username, request.authorization.password) == (CLIENT, SECRET)
            claims = {
                "iss": self.url, "aud": CLIENT, "exp": int(time.time()) + 300, "iat": int(time.time()),
                "nonce": asked["nonce"], **self.person,
            }  # fmt: skip
            claims = {name: value for name, value in (claims | self.lie).items() if value is not None}
            signed = jwt.encode(
                {"alg": self.algorithm, "kid": self.key.kid},
                claims,
                self.signs_with or self.key,
                algorithms=[self.algorithm],
            )
            answer = {"access_token": "x", "token_type": "Bearer", "expires_in": 300}
            return jsonify(answer if self.without_token else answer | {"id_token": signed})

        @server.get("/leave")
        def leave():
            self.seen.append(dict(request.args))
            return redirect(request.args["post_logout_redirect_uri"])

        return server


ENDS = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "token",
    "jwks_uri": "keys",
    "end_session_endpoint": "leave",
}


@pytest.fixture
def provider():
    """A provider that runs, and tells the truth."""
    made = Provider()
    front = make_server("127.0.0.1", 0, made.server(), threaded=True)
    made.url = f"http://127.0.0.1:{front.server_port}"
    thread = threading.Thread(target=front.serve_forever, daemon=True)
    thread.start()
    yield made
    front.shutdown()
    thread.join(5)


@pytest.fixture
def app(settings, warehouse, provider):
    """The app, whose people may log in by the provider; Mara has an account."""
    auth.ensure_demo_accounts(warehouse)
    auth.add_account(warehouse, MARA, None, "artist", "Mara", 7)
    return create_app(
        replace(settings, demo=True, oidc=Oidc(provider.url, CLIENT, SECRET, "Example Records")), warehouse
    )


@pytest.fixture
def client(app):
    """A browser without scripts."""
    return app.server.test_client()


def way_back(client, path="/login/oidc"):
    """Go to the provider and through it; the address that it leads back to."""
    start = client.get(path)
    assert start.status_code == 302, start.get_data(as_text=True)
    there = urlsplit(start.location)
    connection = HTTPConnection(there.netloc)
    connection.request("GET", f"{there.path}?{there.query}")
    back = urlsplit(connection.getresponse().headers["Location"])
    assert back.path == "/login/oidc/back"
    return f"{back.path}?{back.query}"


def said(client):
    """What the login page says now."""
    page = client.get("/login")
    assert page.status_code == 200
    return page.get_data(as_text=True).split('class="login-problem">')[1].split("</div>")[0].strip()


def is_in(client):
    """Whether the client may see pages."""
    return client.get("/similar").status_code == 200


def test_somebody_with_an_account_logs_in_goes_where_they_wanted_and_leaves(client, provider):
    assert "Log in with Example Records" in client.get("/login").get_data(as_text=True)
    back = client.get(way_back(client, "/login/oidc?next=/status?x=1"))
    assert (back.status_code, back.location) == (302, "/status?x=1")
    assert client.get("/status").status_code == 200
    token = client.get("/account").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    client.post("/logout", data={"csrf_token": token})
    assert not is_in(client)
    page = client.get("/login").get_data(as_text=True)
    assert "At Example Records you are still logged in." in page
    out = urlsplit(client.get("/login/oidc/leave").location)
    assert f"{out.scheme}://{out.netloc}{out.path}" == f"{provider.url}/leave"
    asked = parse_qs(out.query)
    assert (asked["client_id"], asked["post_logout_redirect_uri"]) == ([CLIENT], ["http://localhost/login"])


def test_nobody_is_led_to_another_site_by_a_login(client):
    for wanted in ("/%09/host.example", "/%0A", "/%5Chost.example", "//host.example", "/%00"):
        assert client.get(way_back(client, f"/login/oidc?next={wanted}")).location == "/", wanted


def test_pkce_state_and_nonce_are_sent_anew_each_time(client):
    asked = [dict(parse_qsl(urlsplit(client.get("/login/oidc").location).query)) for _ in range(2)]
    for one in asked:
        assert one["response_type"] == "code"
        assert one["scope"] == "openid email profile"
        assert one["code_challenge_method"] == "S256"
        assert one["redirect_uri"] == "http://localhost/login/oidc/back"
    assert all(asked[0][name] != asked[1][name] for name in ("state", "nonce", "code_challenge"))


STRANGER = OctKey.import_key("a key that the provider never had, long enough")


LIES = [
    {"signs_with": RSAKey.generate_key(2048, {"kid": "1"})},
    {"lie": {"nonce": "of another login"}},
    {"lie": {"nonce": None}},
    {"lie": {"aud": "another client"}},
    {"lie": {"aud": "another client", "azp": CLIENT}},
    {"lie": {"aud": [CLIENT, "another client"], "azp": "another client"}},
    {"lie": {"iss": "https://elsewhere.example"}},
    {"lie": {"exp": 1_600_000_000}},
    {"lie": {"iat": 4_000_000_000}},
    {"lie": {"sub": None}},
    {"lie": {"at_hash": "of another token"}},
]
NOT_TRUSTED = "The answer of Example Records could not be trusted, so you are not logged in."


def test_an_answer_that_cannot_be_trusted_lets_nobody_in(app, provider):
    for wrong in LIES:
        provider.signs_with, provider.lie = wrong.get("signs_with"), wrong.get("lie", {})
        client = app.server.test_client()
        answer = client.get(way_back(client))
        assert (answer.status_code, answer.location) == (302, "/login"), wrong
        assert not is_in(client), wrong
        assert NOT_TRUSTED in said(client), wrong


@pytest.mark.parametrize("secret", [STRANGER, OctKey.import_key(SECRET)], ids=["a stranger's", "ours"])
def test_an_answer_signed_with_a_secret_lets_nobody_in_whatever_the_provider_offers(client, provider, secret):
    provider.metadata = {"id_token_signing_alg_values_supported": ["HS256"]}
    provider.algorithm, provider.signs_with = "HS256", secret
    client.get(way_back(client))
    assert NOT_TRUSTED in said(client)
    assert not is_in(client)


def test_an_answer_to_a_login_of_somebody_else_lets_nobody_in(app, client):
    theirs = way_back(app.server.test_client())
    client.get("/login/oidc")
    assert client.get(theirs).location == "/login"
    assert "This login was begun elsewhere, or long ago." in said(client)
    mine = way_back(client)
    assert client.get(mine).location == "/"
    again = app.server.test_client()
    assert again.get(mine).location == "/login"
    assert not is_in(again)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"denies": True}, "Example Records did not let you in, or you changed your mind. Try again."),
        ({"without_token": True}, "Example Records did not say who you are. Its answer has no id_token."),
        ({"metadata": {"issuer": "https://elsewhere.example"}}, "Example Records is not set up rightly here."),
        ({"metadata": {"token_endpoint": "http://127.0.0.1:9/"}}, "Example Records does not answer."),
        ({"person": {"sub": "2", "email": "lea@example.org", "email_verified": True}}, "knows you as lea@example.org"),
        ({"person": {"sub": "2", "email": MARA, "email_verified": False}}, "has verified no e-mail address of yours"),
        ({"person": {"sub": "2", "email": MARA}}, "has verified no e-mail address of yours"),
        ({"person": {"sub": "2", "preferred_username": MARA}}, "has verified no e-mail address of yours"),
        ({"person": {"sub": "2", "preferred_username": "ada"}}, "knows you as ada, and no account here belongs"),
    ],
)
def test_why_somebody_is_not_logged_in_is_said(client, provider, wrong, words):
    for name, value in wrong.items():
        setattr(provider, name, value)
    start = client.get("/login/oidc")
    if urlsplit(start.location).path == "/authorize":
        client.get(way_back(client))
    assert words in said(client)
    assert not is_in(client)


def test_a_name_that_is_no_address_belongs_to_the_account_of_that_name(client, warehouse, provider):
    auth.add_account(warehouse, "mara", None, "operator")
    provider.person = {"sub": "3", "preferred_username": "Mara"}
    assert client.get(way_back(client)).location == "/"


def test_an_address_that_the_provider_gave_to_somebody_else_no_longer_opens_the_account(app, warehouse, provider):
    first, second, third = (app.server.test_client() for _ in range(3))
    first.get(way_back(first))
    assert is_in(first)
    provider.person = provider.person | {"sub": "2"}
    second.get(way_back(second))
    assert not is_in(second)
    provider.person = {"sub": "1", "email": "mara.new@example.org", "email_verified": True}
    third.get(way_back(third))
    assert is_in(third)
    auth.add_account(warehouse, MARA, None, "artist")  # whoever runs Overtone says that it is somebody else's now
    provider.person = {"sub": "2", "email": MARA, "email_verified": True}
    second.get(way_back(second))
    assert is_in(second)


def test_keys_that_the_provider_changed_are_asked_for_again(app, provider):
    one, other = app.server.test_client(), app.server.test_client()
    one.get(way_back(one))
    provider.key = RSAKey.generate_key(2048, {"kid": "2"})
    other.get(way_back(other))
    assert is_in(other)


def test_a_provider_that_is_away_is_said_and_the_password_still_counts(settings, warehouse):
    auth.add_account(warehouse, MARA, "a longer password", "artist")
    away = Oidc("http://127.0.0.1:9", CLIENT, SECRET, "Example Records")
    client = create_app(replace(settings, oidc=away), warehouse).server.test_client()
    assert client.get("/login/oidc").location == "/login"
    assert "Example Records does not answer. Try again in a minute." in said(client)
    assert auth.log_in(warehouse, MARA, "a longer password", demo=False)


def test_without_the_setting_there_is_no_such_way(settings, warehouse):
    client = create_app(settings, warehouse).server.test_client()
    assert client.get("/login/oidc/back").status_code == 302
    assert "Log in with" not in client.get("/login").get_data(as_text=True)


def test_a_browser_goes_the_whole_way(browser_page, provider):
    visit = browser_page()
    page = visit.page
    page.goto(f"{visit.url}/status")
    page.get_by_role("link", name="Log in with Example Records").click()
    page.get_by_role("heading", name="How fresh is the data?").wait_for()
    assert page.url == f"{visit.url}/status"
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("link", name="Log out there, too").click()
    page.get_by_role("heading", name="Log in", exact=True).wait_for()
    assert [one["client_id"] for one in provider.seen] == [CLIENT]
    assert visit.problems == []
