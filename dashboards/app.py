"""The app: a Dash app on a Flask server, served by waitress."""

import errno
import logging
import threading
import time
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
import waitress
from dash import Dash
from flask import Flask, Response, render_template, request

from dashboards import auth, clips, listens, login, security, shell, uploads
from dashboards.components.art import art
from dashboards.pages import pages
from dashboards.pages.status import AIRFLOW
from dashboards.theme import genre_colour
from etl.audio import sandbox
from etl.audio.features import FEATURE_NAMES
from etl.errors import OvertoneError, PortTaken, TemporaryError
from etl.live.find_similar import similar_to
from etl.settings import Settings
from etl.store.migrations import migrate
from etl.store.warehouse import Warehouse

THREADS = 8 + uploads.MOST_IN_HAND
LOOPBACK = "127.0.0.1"

log = logging.getLogger(__name__)


def create_app(settings: Settings, warehouse: Warehouse) -> Dash:
    """Wire the app; nothing is asked of the warehouse before somebody asks for a page."""
    server = Flask("dashboards")
    server.debug = False  # whatever FLASK_DEBUG says
    server.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # of style sheets, scripts and fonts
    security.limit_bodies(server, {"uploads.upload": uploads.LARGEST_CLIP + 1})
    limiter = login.install(server, settings, warehouse)
    uploads.install(server, warehouse)
    clips.install(server, settings, warehouse, limiter)
    listens.install(server, warehouse, limiter, settings.demo)
    _open_routes(server)
    app = Dash(
        "dashboards",
        server=server,  # type: ignore[arg-type]  # the annotation forgets what the code takes
        title="Overtone",
        update_title="",
        index_string=shell.INDEX,
        assets_ignore=r"^(first|login)\.",  # the index and the login page load these themselves
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
    security.send_headers(server, list(app.csp_hashes()))
    server.register_error_handler(OvertoneError, _in_words)
    return app


def serve(settings: Settings, host: str = LOOPBACK) -> None:
    """Serve the app until the process ends.

    Raises:
        PortTaken: another program listens at the app's port.
    """
    warehouse = Warehouse.open(settings)
    app = create_app(settings, warehouse)
    try:
        front = waitress.create_server(
            app.server,
            host=host,
            port=settings.app_port,
            threads=THREADS,
            ident=None,
            clear_untrusted_proxy_headers=not settings.proxies,
            max_request_body_size=uploads.LARGEST_CLIP + 2,  # refused, and hung up on, before the body is read
            channel_request_lookahead=1,  # to see that whoever uploads has hung up
        )
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(
            f"port {settings.app_port}",
            "another program listens there",
            "Stop it, or set OVERTONE_APP_PORT to a free port.",
        ) from error
    threading.Thread(target=get_ready, args=(settings, warehouse), name="get-ready", daemon=True).start()
    log.info("the app is at http://%s:%d", host, settings.app_port)
    front.run()


def get_ready(settings: Settings, warehouse: Warehouse) -> None:
    """What need not hold up the first page: the app's tables, the demo's logins, the first upload's speed."""
    sandbox.shared().start()
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
    with suppress(OvertoneError):  # there may be nothing to search so far
        similar_to(warehouse, np.zeros(len(FEATURE_NAMES), np.float32))


def _open_routes(server: Flask) -> None:
    @server.get("/healthz", endpoint="healthz")
    def healthz() -> Response:
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
        return render_template("failed.html", error=error), uploads.status_of(error)
    return uploads.explain(error), uploads.status_of(error)
