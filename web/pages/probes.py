"""For machines: /healthz says whether everything works, /metrics counts. No patient data in either."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from web.deps import DEPS, HealthCheck, clinic_of
from web.metrics import METRICS

Told = TypeVar("Told")

PATIENCE = 2.0
"""Seconds a part may take to say that it lives."""


async def healthz(request: web.Request) -> web.StreamResponse:
    """`{"status": "ok", "asterisk": "ok", …}`; 503 and `down` as soon as one part is down."""
    checks = request.app[DEPS].health
    alive = await asyncio.gather(*(_alive(check) for check in checks.values()))
    parts = {name: "ok" if up else "down" for name, up in zip(checks, alive, strict=True)}
    every = all(alive)
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
    except Exception:  # as below
        return None


async def _alive(check: HealthCheck) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            return await check()
    except Exception:  # whatever keeps a part from answering, the answer is that it is down
        return False
