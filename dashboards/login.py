"""The door: nothing but this page, static files and the health check answers without a login.

A session is a signed cookie with a secret whose hash is a row of app.session. It ends with that row at a logout, a copy
of the cookie, too; ``IDLE`` after its person did something last (what a page asks by itself does not count);
``SESSION`` after the login at the latest; and whenever the account's session key is another: after a change of password
or role, or a wish to be logged out everywhere.
"""

import time
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, Response, current_app, flash, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_limiter import Limiter, RateLimitExceeded
from flask_login import LoginManager
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from dashboards import account, auth, device, oidc
from dashboards.attempts import Attempts, count_failed
from dashboards.queries import ready
from dashboards.security import from_a_person
from etl.machine.origin import origin
from etl.settings import Settings
from etl.store.keys import kept_key
from etl.store.warehouse import Warehouse

SESSION, IDLE = auth.SESSION, timedelta(hours=2)
SEEN_EVERY_S = 60  #: how exactly it is known when somebody did something last
#: Endpoints that answer anyone: what the login page needs, the component bundles, and the health check.
OPEN = {
    "login.page",
    *oidc.OPEN,
    "healthz",
    "readyz",
    "_dash_assets.static",
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
}

#: The renderer and our own script read this cookie and send it back as a header: `csrf_token_name` of Dash.
CSRF_COOKIE = "_csrf_token"


class LoginForm(FlaskForm):
    """A login and its password."""

    login = StringField("Login", [InputRequired("Enter your login."), Length(max=64)])
    password = PasswordField("Password", [InputRequired("Enter your password."), Length(max=1024)])


def install(server: Flask, settings: Settings, warehouse: Warehouse) -> Limiter:
    """Put the door on a server: sessions, the login page, request forgery tokens; returns the counter of attempts."""
    if settings.proxies:  # else one address, the proxy's, would stand for everybody
        near = settings.proxies
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=near, x_proto=near, x_host=near)  # type: ignore[method-assign]
    server.session_interface = _Sessions()
    server.config.update(
        SECRET_KEY=kept_key(settings.home, "app_secret"),
        SESSION_COOKIE_NAME="overtone",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SESSION,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session
    )
    manager = LoginManager(server, add_context_processor=False)  # it would ask who is there, to say that nobody can
    manager.user_loader(lambda known: auth.account(warehouse, known, settings.demo))
    server.before_request(lambda: _end_session(warehouse))
    server.before_request(_turn_away)
    server.after_request(_hand_out_token)
    CSRFProtect(server)
    server.register_error_handler(CSRFError, _stale)
    server.register_error_handler(RateLimitExceeded, _too_many)
    limiter = Limiter(
        lambda: origin(request.remote_addr or ""),
        app=server,
        storage_uri=f"{Attempts.STORAGE_SCHEME[0]}://",
        storage_options={"warehouse": warehouse},  # type: ignore[dict-item]
        in_memory_fallback_enabled=True,
    )
    server.register_blueprint(_pages(limiter, settings, warehouse))
    server.register_blueprint(account.pages(limiter, warehouse))
    if settings.oidc:
        server.register_blueprint(oidc.pages(server, settings.oidc, warehouse, limiter))
    return limiter


def _pages(limiter: Limiter, settings: Settings, warehouse: Warehouse) -> Blueprint:
    door = Blueprint("login", __name__, template_folder="templates")

    @door.route("/login", methods=["GET", "POST"])
    @limiter.limit("20/minute;200/hour", methods=["POST"], exempt_when=lambda: bool(device.known(_login())))
    @limiter.limit("5/minute;30/hour", methods=["POST"], key_func=_guesses)
    @count_failed(limiter)
    def page() -> Any:
        if auth.who():
            return redirect(_next())
        form, problem, status = LoginForm(), "", 200
        if form.validate_on_submit() and not ready(warehouse):
            problem, status = "Overtone is still setting up. Try again in a few seconds.", 503
        elif form.validate_on_submit():
            somebody = auth.log_in(warehouse, form.login.data or "", form.password.data or "", settings.demo)
            if somebody:
                auth.begin_session(warehouse, somebody)
                return redirect(_next())
            problem, status = "That login and password do not belong together. Check both and try again.", 401
        demo = auth.DEMO_ACCOUNTS if settings.demo else ()
        return render_template("login.html", form=form, problem=problem, demo=demo, provider=settings.oidc), status

    @door.post("/logout")
    def leave() -> AnyResponse:
        provider = session.get(oidc.PROVIDER)
        auth.end_session(warehouse)
        if provider:
            flash(provider, oidc.PROVIDER)  # there the person is still logged in, which they are told
        return redirect(url_for("login.page"))

    return door


class _Sessions(SecureCookieSessionInterface):
    """Sessions whose cookie never travels in the clear where the app is served over https."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether a browser may send the cookie over https alone."""
        return request.is_secure


def _login() -> str:
    return request.form.get("login", "").strip().lower()


def _guesses() -> str:
    """What counts together of guesses: of one login those of a browser that it is known to, and those of all others."""
    known = device.known(_login())
    return f"device {known} {_login()}" if known else f"login {_login()}"


def _end_session(warehouse: Warehouse) -> None:
    """End a session that is over, and note that this one is in use."""
    if "_user_id" not in session:
        return
    now = time.time()
    seen = session.get(auth.SEEN, 0)
    if now - seen > IDLE.total_seconds() or now - session.get(auth.BEGAN, 0) > SESSION.total_seconds():
        auth.end_session(warehouse)
        flash("Your session has ended. Log in again to go on.")
    elif now - seen > SEEN_EVERY_S and not _asked_by_itself():
        session[auth.SEEN] = int(now)


def _asked_by_itself() -> bool:
    """Whether a page asks because time has passed, and not because somebody does something."""
    asked = request.get_json(silent=True) if request.path.endswith("/_dash-update-component") else None
    changed = asked.get("changedPropIds") if isinstance(asked, dict) else None
    return isinstance(changed, list) and bool(changed) and all(str(one).endswith(".n_intervals") for one in changed)


def _turn_away() -> Any:
    if request.endpoint in OPEN or auth.who():
        return None
    if from_a_person():
        wanted = request.full_path.rstrip("?")
        return redirect(url_for("login.page", next=wanted) if wanted != "/" else url_for("login.page"))
    return Response('{"message": "Log in first."}', 401, mimetype="application/json")


def _hand_out_token(response: Response) -> Response:
    if response.status_code == 200 and response.mimetype == "text/html" and auth.who():
        response.set_cookie(CSRF_COOKIE, generate_csrf(), samesite="Lax", secure=request.is_secure)
    return response


def _stale(error: CSRFError) -> Any:
    current_app.logger.info("a form without its token: %s", error.description)
    if request.endpoint == "login.page":
        flash("This page had been open for too long. Please try again.")
        return redirect(url_for("login.page"))
    return Response('{"message": "Reload the page and try again."}', 400, mimetype="application/json")


def _too_many(_: RateLimitExceeded) -> Any:
    if request.endpoint == "login.page":
        problem = "Too many attempts. Wait a minute and try again."
        return render_template(
            "login.html", form=LoginForm(formdata=None), problem=problem, demo=(), provider=None
        ), 429
    return Response('{"message": "Too many at once. Wait a minute and try again."}', 429, mimetype="application/json")


def _next() -> str:
    return auth.page_of_ours(request.args.get("next", "/"))
