"""The app: a Dash app on a Flask server, which ``dashboards.worker`` serves."""

import logging
import os
import re
import threading
import time
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
from dash import Dash
from flask import Flask, Response, render_template, request

from dashboards import auth, callbacks, clips, files, listens, login, security, shell, uploads, worker
from dashboards.components.art import art
from dashboards.components.states import for_visitors
from dashboards.front import Front
from dashboards.pages import pages
from dashboards.pages.status import AIRFLOW
from dashboards.theme import genre_colour
from etl.audio import sandbox
from etl.audio.features import FEATURE_NAMES
from etl.errors import OvertoneError, TemporaryError
from etl.live.find_similar import similar_to
from etl.machine.process import check_port, end_with_parent
from etl.settings import Settings
from etl.store.migrations import migrate
from etl.store.warehouse import Warehouse

PATIENCE_S = 15.0  #: with one statement of a page
LOOPBACK = "127.0.0.1"
POLYFILL = re.compile(r'<script src="[^"]*/deps/polyfill@[^"]*"></script>\s*')
READY_S = 4.0  #: that the database has to answer, when it is asked whether it is there

log = logging.getLogger(__name__)


class _App(Dash):
    """An app without Babel's polyfill: every browser that draws its pages has had since 2017 what it brings.

    It costs a visitor a quarter of a second on each page. What the bundles do use of it, the runtime of generators, is
    a script of the index.
    """

    def interpolate_index(self, *, scripts: str = "", **parts: str) -> str:  # type: ignore[override]  # all by name
        """The page around all pages."""
        return super().interpolate_index(scripts=POLYFILL.sub("", scripts), **parts)


def create_app(settings: Settings, warehouse: Warehouse) -> Dash:
    """Wire the app; nothing is asked of the warehouse before somebody asks for a page."""
    server = Flask("dashboards")
    server.debug = False  # whatever FLASK_DEBUG says
    files.install(server)
    security.limit_bodies(server, {"uploads.upload": uploads.LARGEST_CLIP + 1})
    owner, warehouse = warehouse, warehouse.for_pages()  # who knows of passwords, and as whom all others ask
    limiter = login.install(server, settings, owner)
    security.refuse_what_is_no_text(server)
    uploads.install(server, warehouse, settings.home)
    clips.install(server, settings, warehouse, limiter)
    listens.install(server, warehouse, limiter, settings.demo)
    _open_routes(server, warehouse)
    app = _App(
        "dashboards",
        server=server,  # type: ignore[arg-type]  # the annotation forgets what the code takes
        title="Overtone",
        update_title="",
        index_string=shell.INDEX,
        assets_url_path=files.ADDRESS,
        assets_ignore=r"^(first|login|plotly-geo|runtime)\.",  # the index, the login page and charts load these
        serve_locally=True,
        suppress_callback_exceptions=True,  # a page's callbacks are there before the page is
        csrf_token_name=login.CSRF_COOKIE,
        enable_mcp=False,
        use_async=False,  # else on wherever asgiref is installed: an event loop per callback
    )
    server.config[AIRFLOW] = settings.airflow_port
    app.layout = partial(shell.frame, settings.demo)
    shell.register(app, warehouse, pages())
    # Each by itself: what is not said here, DASH_… variables may switch on.
    app.enable_dev_tools(
        debug=False,
        dev_tools_ui=False,
        dev_tools_props_check=False,
        dev_tools_serve_dev_bundles=False,
        dev_tools_hot_reload=False,
        dev_tools_validate_callbacks=False,
    )
    files.no_other_bundle(app)
    callbacks.install(app)
    security.send_headers(server, list(app.csp_hashes()))
    server.register_error_handler(OvertoneError, _in_words)
    return app


def serve(settings: Settings, host: str = LOOPBACK) -> None:
    """Serve the app until the process ends.

    Raises:
        PortTaken: another program listens at the app's port.
    """
    check_port(settings.app_port, "the app", "OVERTONE_APP_PORT")
    warehouse = Warehouse.open(settings)
    threading.Thread(target=prepare, args=(settings, warehouse), name="get-ready", daemon=True).start()
    log.info("the app is at http://%s:%d", host, settings.app_port)
    for name, value in settings.environment().items():  # by which the processes that serve are told
        os.putenv(name, value)
    worker.serve("dashboards.app:from_environment", host, settings.app_port)


def from_environment() -> Front:
    """The app of a process that serves it, behind its front."""
    end_with_parent()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    settings = Settings.from_env()
    warehouse = Warehouse.open(settings, PATIENCE_S)
    served = worker.in_front(create_app(settings, warehouse), settings.proxies)
    threading.Thread(target=warm, args=(warehouse,), name="warm", daemon=True).start()
    return served


def get_ready(settings: Settings, warehouse: Warehouse) -> None:
    """What need not hold up the first page, where one process does all of it."""
    prepare(settings, warehouse)
    warm(warehouse)


def warm(warehouse: Warehouse) -> None:
    """The first upload's speed."""
    sandbox.shared().start()
    with suppress(OvertoneError):  # there may be nothing to search so far
        similar_to(warehouse, np.zeros(len(FEATURE_NAMES), np.float32))


def prepare(settings: Settings, warehouse: Warehouse) -> None:
    """The app's tables, and the demo's logins."""
    while True:
        try:
            migrate(warehouse.url)
            break
        except TemporaryError as error:
            log.info("the database is not there yet: %s", error)
            time.sleep(1)
        except OvertoneError as error:  # pages say what is missing; the log says why
            log.error("%s", error)
            break
    if settings.demo:
        auth.ensure_demo_accounts(warehouse)


def _open_routes(server: Flask, warehouse: Warehouse) -> None:
    @server.get("/healthz", endpoint="healthz")
    def alive() -> Response:
        """Whether this process answers: one that does not is to be started again."""
        return Response("ok", mimetype="text/plain")

    @server.get("/readyz", endpoint="readyz")
    def able() -> Response:
        """Whether it has what it needs: one that has not is to be sent nobody."""
        try:
            warehouse.ping(READY_S)
        except OvertoneError as error:
            log.warning("not ready: %s", error)
            return Response("the database does not answer", 503, mimetype="text/plain")
        return Response("ok", mimetype="text/plain")

    @server.get("/art/<key>.svg")
    def picture(key: str) -> Response:
        response = Response(art(key, genre_colour(request.args.get("genre"))), mimetype="image/svg+xml")
        response.cache_control.max_age = 7 * 86400
        response.cache_control.private = True
        return response


def _in_words(error: OvertoneError) -> Any:
    log.warning("%s", error)
    if security.from_a_person():
        return render_template("failed.html", error=for_visitors(error)), uploads.status_of(error)
    return uploads.explain(error), uploads.status_of(error)
