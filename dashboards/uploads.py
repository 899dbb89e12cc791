"""Clips that people compare: streamed in, described, and forgotten; only the description is kept, for a day."""

import re
from http import HTTPStatus
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from flask import Blueprint, Flask, jsonify, request
from flask_limiter import Limiter

from dashboards import auth
from dashboards.queries import uploads
from etl.errors import OvertoneError, TemporaryError, UserError
from etl.jobs.find_similar import listen
from etl.warehouse import Warehouse

LARGEST_CLIP = 20 * 1024 * 1024
BARS = 160  #: of the waveform that the page shows

_CHUNK = 256 * 1024


def install(server: Flask, warehouse: Warehouse, limiter: Limiter) -> None:
    """Let those who are logged in send a clip to ``/upload``."""
    route = Blueprint("uploads", __name__)

    @route.post("/upload")
    @limiter.limit("30/minute", key_func=lambda: f"upload {auth.who()}")
    def upload() -> Any:
        """Take the body as a clip named ``?name=`` and answer with the id under which it can be compared."""
        account = auth.who()
        assert account is not None, "the door lets nobody else in"
        name = clip_name(request.args.get("name", ""))
        data = bytearray()
        while chunk := request.stream.read(_CHUNK):
            data += chunk
            if len(data) > LARGEST_CLIP:
                return too_large(name)
        try:
            return jsonify(upload=remember(warehouse, account.account_id, name, bytes(data)))
        except OvertoneError as error:
            return explain(error), status_of(error)

    server.register_blueprint(route)


def remember(warehouse: Warehouse, account_id: int, name: str, data: bytes) -> str:
    """Describe a clip and keep what it is like, not what it is.

    Returns:
        The id of the upload, for the page's address.
    Raises:
        AudioError: the clip cannot be compared.
    """
    signal, description = listen(data, name)
    return uploads.write(
        warehouse, account_id, name, description.features, description.duration_s, waveform(signal.samples)
    )


def waveform(samples: np.ndarray, bars: int = BARS) -> np.ndarray:
    """The loudest sample of each of some equal stretches, the loudest of all being 1.

    Args:
        samples: float32, shape (n,).
    Returns:
        float32, shape (bars,), in [0, 1]; zeros where there is nothing.
    """
    edges = np.linspace(0, len(samples), bars + 1).astype(int)
    peaks = np.array([np.abs(samples[a:b]).max(initial=0.0) for a, b in pairwise(edges)], np.float32)
    return peaks / max(float(peaks.max(initial=0.0)), 1e-9)


def clip_name(given: str) -> str:
    """A file's name as it may be shown: its last part, without control characters, at most 120 characters."""
    plain = re.sub(r"[\x00-\x1f\x7f]", "", PurePosixPath(given.replace("\\", "/")).name)
    return plain.strip(". ")[:120] or "your clip"


def explain(error: OvertoneError) -> Any:
    """An error as the page shows it."""
    return jsonify(thing=error.thing, reason=error.reason, next_step=error.next_step)


def status_of(error: OvertoneError) -> HTTPStatus:
    """Whose turn it is, said in HTTP."""
    if isinstance(error, UserError):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.SERVICE_UNAVAILABLE if isinstance(error, TemporaryError) else HTTPStatus.INTERNAL_SERVER_ERROR


def too_large(name: str) -> Any:
    """The answer to a clip over the limit."""
    return (
        jsonify(
            thing=name,
            reason="it is larger than 20 MB",
            next_step="Export a shorter clip or an mp3: 30 seconds are enough",
        ),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    )
