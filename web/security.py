"""Headers that every answer carries, and calm pages for everything that goes wrong."""

import logging

from aiohttp import web
from aiohttp.typedefs import Handler

from web.deps import DEPS
from web.render import render

log = logging.getLogger(__name__)
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: with it browsers send `Origin: null` on our own posts, and the Origin check would be blind.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(self), geolocation=()",
}
_SAID = {400, 403, 404, 405, 409, 413, 429}
"""Errors with a text of their own; every other one is told as 500."""


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Called as each answer is prepared; what a page has set itself stays."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # Static files are asked for by the hash of their content.
    kept = "public, max-age=31536000, immutable" if request.path.startswith("/static/") else "no-store"
    response.headers.setdefault("Cache-Control", kept)
    response.headers.pop("Server", None)
    if request.app[DEPS].secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")


@web.middleware
async def calm_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """An error becomes a page that says what to do next and nothing about the inside."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        response = error_page(request, error.status)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except ConnectionError:
        raise
    except Exception:
        log.exception("%s %s failed", request.method, request.match_info.route.resource)
        return error_page(request, 500)


def error_page(request: web.Request, status: int) -> web.Response:
    """The calm page for this status."""
    said = status if status in _SAID else 500
    return render(request, "error.html", status=status, key=f"error.{said}")
