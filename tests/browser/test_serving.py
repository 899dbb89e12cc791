"""What is served, and how: by which processes, to whom, with which tools, under which addresses."""

import gzip
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from urllib.request import urlopen

import brotli
import pytest
from plotly.offline import get_plotlyjs_version

from dashboards import auth, dev
from dashboards.app import from_environment, serve
from dashboards.files import asset
from dashboards.queries import ready
from etl.errors import DatabaseUnavailable, PortTaken
from etl.machine import postgres, process
from etl.settings import CHECKOUT
from etl.store.warehouse import Warehouse
from tests.served import log_in

ADA = auth.DEMO_ACCOUNTS[0]


@pytest.fixture
def client(app):
    """A browser without scripts."""
    return app.server.test_client()


def test_the_tools_of_developers_and_agents_are_off(app, client):
    log_in(client, "ada")
    page = client.get("/similar").get_data(as_text=True)
    assert '"ui":false' in page
    assert '"hot_reload"' not in page
    assert not app.server.debug
    assert not [rule.rule for rule in app.server.url_map.iter_rules() if "mcp" in rule.rule]


def test_what_overtone_app_serves_has_no_tools_of_developers_whatever_the_environment_says(settings, monkeypatch):
    for name in ("DEBUG", "UI", "PROPS_CHECK", "SERVE_DEV_BUNDLES", "HOT_RELOAD", "VALIDATE_CALLBACKS", "MCP_ENABLED"):
        monkeypatch.setenv(f"DASH_{name}", "true")
    monkeypatch.setenv("FLASK_DEBUG", "1")
    for name, value in replace(settings, demo=True).environment().items():
        monkeypatch.setenv(name, value)
    served = []

    def run_simple(*_, **__):
        raise AssertionError("a server that reloads")

    monkeypatch.setattr("dashboards.worker.in_front", lambda app, proxies: served.append(app.server))
    monkeypatch.setattr("werkzeug.serving.run_simple", run_simple)
    monkeypatch.setattr("dashboards.app.warm", lambda *_: None)
    monkeypatch.setattr("dashboards.app.end_with_parent", lambda: None)
    from_environment()
    [server] = served
    assert not server.debug
    rules = {rule.rule for rule in server.url_map.iter_rules()}
    assert [rule for rule in rules if "mcp" in rule] == []
    auth.ensure_demo_accounts(Warehouse.open(settings))
    client = server.test_client()
    log_in(client, "ada")
    page = client.get("/similar").get_data(as_text=True)
    assert '"ui":false,"props_check":false' in page
    assert '"hot_reload"' not in page


def test_what_overtone_app_serves_is_for_this_machine_alone(settings, monkeypatch):
    asked = []
    monkeypatch.setattr("dashboards.worker.serve", lambda *where: asked.append(where))
    monkeypatch.setattr("dashboards.app.prepare", lambda *_: None)
    told = {}
    monkeypatch.setattr(os, "putenv", told.__setitem__)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve(replace(settings, app_port=port))
    assert asked == [("dashboards.app:from_environment", "127.0.0.1", port)]
    assert told["OVERTONE_APP_PORT"] == str(port)


def test_developers_are_served_on_this_machine_alone(settings, monkeypatch):
    asked = []
    monkeypatch.setattr("dashboards.dev.run_simple", lambda *given, **options: asked.append((given[:2], options)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    dev.serve(replace(settings, app_port=port))
    [(where, options)] = asked
    assert where == ("127.0.0.1", port)
    assert options["use_reloader"]
    assert {str(CHECKOUT / "dashboards/assets" / name) for name in ("app.css", "player.js")} < {*options["extra_files"]}
    assert "use_debugger" not in options  # a debugger runs what it is told


def test_developers_are_served_anew_when_a_file_changes_comes_or_goes(tmp_path, monkeypatch):
    monkeypatch.setattr("dashboards.dev.CHECKOUT", tmp_path)
    icons = tmp_path / "dashboards/assets/icons"
    icons.mkdir(parents=True)
    (icons / "old.svg").touch()
    (icons / ".old.svg.swp").touch()

    def look(then):
        with dev.Watch(dev.watched()) as watch:
            watch.run_step()
            then()
            watch.run_step()

    look(lambda: (icons / ".new.svg.swp").touch())  # what an editor keeps for itself
    for change in (
        lambda: os.utime(icons / "old.svg", (4e9, 4e9)),
        lambda: (icons / "new.svg").touch(),
        lambda: (icons / "old.svg").unlink(),
    ):
        with pytest.raises(SystemExit) as end:
            look(change)
        assert end.value.code == 3  # at which the first process starts another


def test_everything_the_page_loads_is_served_from_here(client):
    log_in(client, "ada")
    page = client.get("/similar").get_data(as_text=True)
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert [part.split('"')[0] for part in page.split('src="')[1:] if not part.startswith("/")] == []


def test_the_app_is_alive_without_its_database_and_not_ready(app, client, monkeypatch):
    assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (200, 200)

    def down(*_):
        raise DatabaseUnavailable("Postgres", "no server at db.example port 5432", "Start it and try again.")

    monkeypatch.setattr(Warehouse, "ping", down)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_data(as_text=True)) == (503, "the database does not answer")
    assert client.get("/healthz").status_code == 200


def test_what_a_browser_keeps_is_named_by_its_content_and_compressed_once(client, monkeypatch):
    whole = client.get(asset("app.css"))
    assert whole.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for coding, opened in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        small = client.get(asset("app.css"), headers={"Accept-Encoding": coding})
        assert small.headers["Content-Encoding"] == coding
        assert opened(small.data) == whole.data
        assert len(small.data) < len(whole.data) / 2
    monkeypatch.setattr("flask_compress.flask_compress._compress_data", None)  # it is not done again
    for asked in ("", "?m=1", "?m=2"):  # nor for an address that is made up, of which there is no end
        assert client.get(asset(f"app.css{asked}"), headers={"Accept-Encoding": "br"}).status_code == 200
    world = client.get(asset("maps/world_110m.json"))
    assert world.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    page = client.get("/login", headers={"Accept-Encoding": "br"})
    assert "Content-Encoding" not in page.headers  # it says a token beside what the address says


def test_charts_load_the_part_of_plotly_that_they_are_drawn_with(client):
    first = client.get(asset("plotly/plotly-geo.min.js")).get_data(as_text=True)[:200]
    assert f"plotly.js (geo - minified) v{get_plotlyjs_version()}" in first


def test_a_bundle_that_there_is_none_of_is_not_found(client):
    for path in ("os/x", "dash/dcc/nothing.js", "dashboards/app.py"):
        assert client.get(f"/_dash-component-suites/{path}").status_code == 404


def test_a_port_that_is_taken_is_said(settings):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port}: .* listens there"):
            serve(replace(settings, app_port=port))


def test_served_over_an_empty_database_the_demo_can_be_logged_in_to_soon(settings, database_home):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = postgres.database_url(database_home, f"served_{port}")
    environment = replace(settings, demo=True, database_url=url, app_port=port).environment()
    app = subprocess.Popen([sys.executable, "-m", "overtone.cli", "app"], cwd=CHECKOUT, env=os.environ | environment)
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with suppress(DatabaseUnavailable):
                accounts = Warehouse(url)
                if ready(accounts) and auth.log_in(accounts, ADA.login, ADA.password, demo=True):
                    break
            time.sleep(0.2)
        process.wait_until(lambda: process.get(f"http://127.0.0.1:{port}/readyz") is not None, [], "app", 120)
        with urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            assert answer.read() == b"ok"
    finally:
        app.terminate()
        app.wait(60)
    assert auth.log_in(Warehouse(url), ADA.login, ADA.password, demo=True).display_name == "Ada"
