"""Listens in the app: each is sent by the player when it ends, counts once, and changes the next list at once.

A listen is ``{"listen_id", "track_id", "heard_pct", "began_at", "sent_at"}``, both times by the browser's clock, of
which the server takes how long ago it began; without ``sent_at`` that clock is taken to be right. What was sent before
is answered alike and not counted again; what sounded in a private session is not kept; what cannot have sounded yet,
after what the listener heard before, is not counted.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, jsonify, request
from flask_limiter import Limiter

from dashboards import auth
from dashboards.queries import listeners
from dashboards.uploads import explain, status_of
from etl.errors import ArgumentInvalid, OvertoneError, TemporaryError
from etl.store.warehouse import Warehouse

OLDEST = timedelta(hours=24)  #: a listen that is sent later than this is refused
AHEAD = timedelta(minutes=5)  #: by which the clock of a browser may be fast

DEMO = "OVERTONE_DEMO"  #: in the server's configuration: whether the demo runs

_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True)
class Listen:
    """One started play."""

    listen_id: str
    track_id: int
    heard_pct: int  #: of what could be heard, 0 … 100
    began_at: datetime  #: by the server's clock


def install(server: Flask, warehouse: Warehouse, limiter: Limiter, demo: bool) -> None:
    """Let listeners send what they heard to ``POST /listens``."""
    server.config[DEMO] = demo
    route = Blueprint("listens", __name__)

    @route.post("/listens")
    @limiter.limit("60/minute;1500/day", key_func=lambda: f"listens {auth.who()}")
    def listens() -> Any:
        """Count a listen; the answer says what became of it."""
        account = auth.who()
        if account is None or account.listener_id is None:
            message = "Only what listeners hear is counted, and no listener belongs to this account."
            return jsonify(message=message), HTTPStatus.FORBIDDEN
        try:
            listen = read(request.get_json(silent=True), datetime.now(UTC))
            began = on_clock(listen.began_at, _through(warehouse) if demo else None)
            became = listeners.hear(
                warehouse, account.listener_id, listen.listen_id, listen.track_id, began, listen.heard_pct,
                listen.began_at,
            )  # fmt: skip
            if became == "no_track":
                raise ArgumentInvalid(f"track {listen.track_id}", "there is no such track", "Play one that is listed.")
        except OvertoneError as error:
            return explain(error), status_of(error)
        return jsonify(became=became, counted=became == "counted")

    server.register_blueprint(route)


def read(body: Any, now: datetime) -> Listen:
    """A listen as it was sent.

    Raises:
        ArgumentInvalid: a part of it is missing or is none; the first that is wrong is named.
    """
    if not isinstance(body, Mapping):
        raise _wrong("the body", "it is no JSON object")
    listen_id, track_id, heard, began = (body.get(name) for name in ("listen_id", "track_id", "heard_pct", "began_at"))
    if not isinstance(listen_id, str) or not _ID.fullmatch(listen_id):
        raise _wrong("listen_id", "it is not 8 to 64 letters, digits, - or _")
    if type(track_id) is not int or not 0 < track_id < 2**31:
        raise _wrong("track_id", "it is no track's number")
    if isinstance(heard, bool) or not isinstance(heard, (int, float)) or not 0 <= heard <= 100:
        raise _wrong("heard_pct", "it is no number from 0 to 100")
    at = _time("began_at", began)
    if (sent := body.get("sent_at")) is not None:
        ago = _time("sent_at", sent) - at
        at = now - ago if abs(ago) < 2 * OLDEST else datetime.max.replace(tzinfo=UTC)
    if not now - OLDEST <= at <= now + AHEAD:
        raise _wrong("began_at", "it is not within the last 24 hours")
    return Listen(listen_id, track_id, int(heard), min(at, now).astimezone(UTC))


def _time(name: str, given: Any) -> datetime:
    with suppress(ValueError):
        if isinstance(given, str) and (at := datetime.fromisoformat(given)).tzinfo:
            return at
    raise _wrong(name, "it is no time with a zone, such as 2026-01-02T12:00:00Z")


def _through(warehouse: Warehouse) -> date:
    if through := listeners.through(warehouse):
        return through
    raise TemporaryError("the demo's clock", "no listens are loaded yet", "Send it again in a minute.")


def on_clock(now: datetime, through: date | None) -> datetime:
    """What time it is: the demo's listens go through a day of the past, and its clock goes on with the day after that.

    >>> on_clock(datetime(2026, 1, 2, 12, 30, tzinfo=UTC), date(2020, 12, 21))
    datetime.datetime(2020, 12, 22, 12, 30, tzinfo=datetime.timezone.utc)
    """
    return datetime.combine(through + timedelta(days=1), now.time(), UTC) if through else now


def _wrong(thing: str, reason: str) -> ArgumentInvalid:
    return ArgumentInvalid(thing, reason, "Send listen_id, track_id, heard_pct and began_at as JSON.")
