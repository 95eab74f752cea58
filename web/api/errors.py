"""An error of the API is for a program: no page, and nothing about the inside."""

import logging

from aiohttp import web
from aiohttp.typedefs import Handler

from web.api.answers import ApiRefused, refusal

log = logging.getLogger(__name__)
OURS = ("/api/", "/.well-known/")


@web.middleware
async def api_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Of addresses that are not ours nothing is caught: `calm_errors` makes a page of it."""
    if not request.path.startswith(OURS):
        return await handler(request)
    try:
        return await handler(request)
    except ApiRefused as refused:
        return refusal(request, refused)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
        return refusal(request, ApiRefused(error.status, headers=allow))
    except ConnectionError:
        raise
    except Exception:
        log.exception("%s %s failed", request.method, request.match_info.route.resource)
        return refusal(request, ApiRefused(500))
