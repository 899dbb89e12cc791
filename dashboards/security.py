"""What a browser is told it may do with our pages: load from here, and show covers from TikTok. Nothing else."""

from flask import Flask, Response

from dashboards.components.cover import COVER_HOSTS

#: No request carries more than this, except an upload.
LARGEST_BODY = 1024 * 1024


def install(server: Flask, script_hashes: list[str]) -> None:
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
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY

    @server.after_request
    def _headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
        if response.mimetype in ("text/html", "application/json"):
            response.headers["Cache-Control"] = "no-store"
        return response
