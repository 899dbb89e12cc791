"""What a browser is told it may do with our pages: load from here, and show covers from TikTok. Nothing else."""

import re
from typing import Any

from flask import Flask, Response, request

from dashboards.components.cover import COVER_HOSTS
from etl.errors import ValueRefused

#: No request carries more than this, except an upload.
LARGEST_BODY = 1024 * 1024


def limit_bodies(server: Flask, larger: dict[str, int]) -> None:
    """Refuse large requests; to be called first, because the token of a form is looked for before its view is.

    Args:
        larger: bytes for endpoints that take more than others.
    """

    @server.before_request
    def _limit() -> None:
        request.max_content_length = larger.get(request.endpoint or "", LARGEST_BODY)


def refuse_what_is_no_text(server: Flask) -> None:
    """Refuse JSON with a NUL or half a character in it: neither the warehouse nor an answer has a place for them."""

    @server.before_request
    def _look() -> None:
        if request.is_json and b"\\u" in request.get_data() and not _is_text(request.get_json(silent=True)):
            raise ValueRefused("what was sent", "it has a character that no text has", "Leave it out.")


def _is_text(value: Any) -> bool:
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            left += [*one, *one.values()]
        elif isinstance(one, list):
            left += one
        elif isinstance(one, str) and re.search(r"[\0\ud800-\udfff]", one):
            return False
    return True


def from_a_person() -> bool:
    """Whether this request is for a page, which a person reads, and not from a script of ours or of Dash."""
    return request.method == "GET" and not request.path.startswith("/_")


def send_headers(server: Flask, script_hashes: list[str]) -> None:
    """Send the headers with every answer.

    Args:
        script_hashes: CSP sources of the inline scripts that Dash itself writes.
    """
    policy = "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {' '.join(script_hashes)}",
            "style-src 'self' 'unsafe-inline'",  # Mantine sets style attributes
            f"img-src 'self' data: {' '.join(f'https://{host}' for host in COVER_HOSTS)}",
            "media-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )

    @server.after_request
    def _headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if response.mimetype in ("text/html", "application/json"):
            response.headers["Cache-Control"] = "no-store"
        return response
