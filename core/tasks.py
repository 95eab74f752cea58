"""Work that has to go on for ever."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

RETRY_AFTER = 1.0
"""Seconds after a failure, for instance while the database or Redis restarts."""


async def forever(work: Callable[[], Awaitable[object]], name: str) -> None:
    """Do it again and again until cancelled; a failure is logged and does not stop it."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("%s failed, goes on", name)
            await asyncio.sleep(RETRY_AFTER)
