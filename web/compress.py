"""Answers that are text go out compressed: on the networks our people have, half a page is half the wait."""

from aiohttp import web
from aiohttp.typedefs import Handler

TEXT = frozenset({"text/html", "text/csv", "application/json", "application/fhir+json"})
WORTH_IT = 500
"""Bytes; a smaller body fits into one packet anyhow."""
STATIC = "/static/"
"""Below it all is text; it is kept by browsers for a year, so it is compressed rarely."""


@web.middleware
async def compress(request: web.Request, handler: Handler) -> web.StreamResponse:
    """As the browser accepts it. Session cookies are SameSite=Strict, so nobody else's page can make us mix theirs
    with our secrets and watch the length (BREACH).
    """
    response = await handler(request)
    if _is_worth_it(request, response):
        response.enable_compression()
        response.headers.add("Vary", "Accept-Encoding")
    return response


def _is_worth_it(request: web.Request, response: web.StreamResponse) -> bool:
    if response.prepared:
        return False
    if isinstance(response, web.FileResponse):
        return request.path.startswith(STATIC)
    body = response.body if isinstance(response, web.Response) else None
    return response.content_type in TEXT and isinstance(body, bytes) and len(body) >= WORTH_IT
