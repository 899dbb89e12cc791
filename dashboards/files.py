"""What browsers keep: assets under an address that says what is in them, and every text compressed.

The address of all assets changes with any of them, so a browser may keep each for ever and asks for none twice. What
is compressed for one visitor is there for the next; pages of ours are not compressed, for they repeat what an address
says beside a token (BREACH).
"""

import hashlib
from pathlib import Path
from typing import Any

from dash import Dash
from dash.exceptions import DependencyException
from flask import Flask, Response, request
from flask_compress import Compress

FOLDER = Path(__file__).with_name("assets")
FOR_EVER = "public, max-age=31536000, immutable"
TEXTS = ("application/json", "application/javascript", "text/javascript", "text/css", "text/plain", "image/svg+xml")
BUNDLES = "/_dash-component-suites/"


def _version() -> str:
    """A hash of every asset and its name."""
    whole = hashlib.sha256()
    for file in sorted(path for path in FOLDER.rglob("*") if path.is_file() and not path.name.startswith(".")):
        whole.update(f"{file.relative_to(FOLDER)} {file.stat().st_size}\n".encode() + file.read_bytes())
    return whole.hexdigest()[:12]


ADDRESS = f"assets/{_version()}"


def asset(name: str) -> str:
    """Where the app serves an asset.

    >>> asset("logo.svg").endswith("/logo.svg")
    True
    """
    return f"/{ADDRESS}/{name}"


def install(server: Flask) -> None:
    """Compress answers; to be called before anything else that looks at them."""
    server.config.update(
        COMPRESS_MIMETYPES=list(TEXTS),
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["br"],
        COMPRESS_BR_LEVEL=5,  # of all that a first visit loads, level 11 saves a tenth and takes 40 times as long
        COMPRESS_CACHE_BACKEND=_Kept,
        COMPRESS_CACHE_KEY=lambda asked: asked.path if _is_file(asked.path) else "",  # whatever it is asked with
    )
    Compress(server)
    server.jinja_env.globals["asset"] = asset

    @server.after_request
    def _whole(response: Response) -> Response:
        if _is_file(request.path) and response.status_code == 200:
            response.direct_passthrough = False
            response.make_sequence()  # a file that is streamed would be compressed anew each time
            if request.path.startswith(f"/{ADDRESS}/"):
                response.headers["Cache-Control"] = FOR_EVER
        return response


def no_other_bundle(app: Dash) -> None:
    """Answer 404 where a bundle is asked for that no page loads; Dash raises."""
    app.server.register_error_handler(DependencyException, lambda _: ("", 404))  # type: ignore[attr-defined]


def _is_file(path: str) -> bool:
    return path.startswith(("/assets/", BUNDLES))


class _Kept:
    """What was compressed, for as long as the process runs."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self._files.get(key)

    def set(self, key: str, value: bytes) -> Any:
        if not key.endswith(";"):
            self._files[key] = value
