"""For machines: /healthz says whether everything works, /metrics counts. No patient data in either."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from web.deps import DEPS, clinic_of
from web.health import PATIENCE, health_of
from web.metrics import METRICS

Told = TypeVar("Told")


async def healthz(request: web.Request) -> web.StreamResponse:
    """`{"status": "ok", "asterisk": "ok", …}`; 503 and `down` as soon as one part is down."""
    health = await health_of(request.app[DEPS].health)
    parts = {part: "ok" if up else "down" for part, up in health.items()}
    every = all(health.values())
    return web.json_response({"status": "ok" if every else "down", **parts}, status=200 if every else 503)


async def metrics(request: web.Request) -> web.StreamResponse:
    """Prometheus text format. NaN stands for what a part that is down would have told."""
    line, gauges = await asyncio.gather(_told(clinic_of(request).line.counts()), _told(request.app[DEPS].gauges()))
    body = request.app[METRICS].exposition(line, gauges)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _told(look: Awaitable[Told]) -> Told | None:
    try:
        async with asyncio.timeout(PATIENCE):
            return await look
    except Exception:  # whatever keeps a part from answering
        return None
