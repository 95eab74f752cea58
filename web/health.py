"""Whether the parts of the machine work: all are asked at the same time, and none may take long to answer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

PATIENCE = 2.0
"""Seconds a part may take to say that it lives."""

HealthCheck = Callable[[], Awaitable[bool]]


async def health_of(checks: Mapping[str, HealthCheck]) -> dict[str, bool]:
    """By part: whether it works. Never raises."""
    alive = await asyncio.gather(*map(_alive, checks.values()))
    return dict(zip(checks, alive, strict=True))


async def _alive(check: HealthCheck) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            return await check()
    except Exception:  # whatever keeps a part from answering, the answer is that it is down
        return False
