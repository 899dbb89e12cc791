"""Clips to listen to: ``/clip/<track>`` serves a track's audio by ranges, ``/clip/<track>.svg`` draws its waveform."""

import logging
from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from flask_limiter import Limiter

from dashboards import auth
from dashboards.components.player import waveform
from dashboards.queries import clips
from etl.drops.clips import ClipReader
from etl.errors import OvertoneError, TemporaryError
from etl.settings import Settings
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse

#: Bytes of one answer to a range: a player that wants more asks again. It is a minute and more of any mp3.
MOST = 2 << 20
BLOCK = 256 << 10
KEPT_S = 3600  #: how long a browser may keep what it heard

log = logging.getLogger(__name__)


def install(server: Flask, settings: Settings, warehouse: Warehouse, limiter: Limiter) -> None:
    """Let those who are logged in hear clips."""
    routes = Blueprint("clips", __name__)
    reader = ClipReader(Storage(settings.storage_url))
    limit = partial(limiter.limit, key_func=lambda: f"clip {getattr(auth.who(), 'account_id', '')}")

    @routes.get("/clip/<int:track_id>")
    @limit("600/minute")
    def audio(track_id: int) -> Response:
        found = clips.source(warehouse, track_id) if track_id < 2**31 else None
        if found is None:
            return _no_audio()
        try:
            response = _answer(reader, found)
        except OvertoneError as error:  # its words name places in storage: they are for the log
            log.warning("clip %d: %s", track_id, error)
            return _no_audio(HTTPStatus.SERVICE_UNAVAILABLE if isinstance(error, TemporaryError) else None)
        response.headers["Accept-Ranges"] = "bytes"
        return _kept(response, found.clip_id)

    @routes.get("/clip/<int:track_id>.svg")
    @limit("600/minute")
    def drawing(track_id: int) -> Response:
        peaks = clips.wave(warehouse, track_id) if track_id < 2**31 else None
        if peaks is None:
            return _no_audio()
        return _kept(Response(waveform(peaks), mimetype="image/svg+xml"), f"wave-{len(peaks)}")

    server.register_blueprint(routes)


def _answer(reader: ClipReader, found: clips.Source) -> Response:
    """The part that was asked for, or the whole; what is served whole is read block by block."""
    size = found.audio.bytes
    if request.if_none_match.contains(found.clip_id):
        return Response(status=HTTPStatus.NOT_MODIFIED)
    span = _span(size, found.clip_id)
    if span is None:
        first = reader.read(found.audio, 0, BLOCK)  # what is wrong with the storage is found before the answer begins
        response = Response(_blocks(reader, found, first), mimetype=found.mimetype)
        response.content_length = size
        return response
    start, stop = span
    if start >= stop:
        response = Response(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        response.headers["Content-Range"] = f"bytes */{size}"
        return response
    data = reader.read(found.audio, start, min(stop - start, MOST))
    response = Response(data, HTTPStatus.PARTIAL_CONTENT, mimetype=found.mimetype)
    response.content_range.set(start, start + len(data), size)
    return response


def _span(size: int, clip_id: str) -> tuple[int, int] | None:
    """The one range of bytes that is asked for, an empty one where it lies outside; None: the whole."""
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return None  # several at once may be answered by the whole (RFC 9110, 14.2)
    if (known := request.if_range.etag) is not None and known != clip_id:
        return None
    return asked.range_for_length(size) or (0, 0)


def _blocks(reader: ClipReader, found: clips.Source, first: bytes) -> Iterator[bytes]:
    at = len(first)
    yield first
    while at < found.audio.bytes:
        block = reader.read(found.audio, at, BLOCK)
        if not block:
            return
        at += len(block)
        yield block


def _kept(response: Response, tag: str) -> Response:
    """Let this visitor's browser keep an answer, and nothing in between."""
    response.cache_control.private = True
    response.cache_control.max_age = KEPT_S
    response.set_etag(tag)
    return response


def _no_audio(status: HTTPStatus | None = None) -> Any:
    words = (
        "The storage that holds this recording does not answer. Try again in a minute."
        if status
        else "There is no audio of this track to play."
    )
    return jsonify(message=words), status or HTTPStatus.NOT_FOUND
