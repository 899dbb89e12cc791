"""Browsers from which somebody has logged in before: guesses of others never lock them out.

A cookie lets nobody in: it says which logins this browser has been let in with, and attempts with one of those are
counted for this browser alone. All other browsers are counted together, by login and by address. After OWASP,
"Slow Down Online Guessing Attacks with Device Cookies".
"""

import hmac
import secrets
from datetime import timedelta

from flask import Response, after_this_request, current_app, request

COOKIE = "overtone_device"
KEPT = timedelta(days=365)
MOST = 8  #: logins that a browser is known to, the last ones


def known(login: str) -> str:
    """The name of this browser if somebody has been let in from it with this login; else nothing."""
    name, marks = _read()
    mine = _mark(name, login)
    return name if any(hmac.compare_digest(mine.encode(), mark.encode()) for mark in marks) else ""


def remember(login: str) -> None:
    """Tell this browser, with the answer to this request, that somebody was let in."""
    name, marks = _read()
    mine = _mark(name, login)
    value = ".".join([name, *[mark for mark in marks if mark != mine][1 - MOST :], mine])

    @after_this_request
    def tell(response: Response) -> Response:
        response.set_cookie(COOKIE, value, max_age=KEPT, httponly=True, samesite="Lax", secure=request.is_secure)
        return response


def _read() -> tuple[str, list[str]]:
    """The name of this browser, a new one if it has none, and a mark for each login that it is known to."""
    name, *marks = request.cookies.get(COOKIE, "").split(".")
    return name or secrets.token_urlsafe(16), marks


def _mark(name: str, login: str) -> str:
    """What only we can write: that the browser of this name is known to this login."""
    said = f"device {name} {login.strip().lower()}".encode("utf-8", "surrogatepass")
    return hmac.digest(current_app.config["SECRET_KEY"], said, "sha256").hex()
