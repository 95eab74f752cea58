"""Work that has to go on for ever, and work that has to be finished."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")

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


async def until_done(work: Callable[[], Awaitable[object]], name: str) -> None:
    """Do it once: a failure is logged, and it is tried again, until cancelled."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("%s failed, is tried again", name)
            await asyncio.sleep(RETRY_AFTER)
        else:
            return


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Await `work` to its end: who is cancelled meanwhile, however often, is cancelled afterwards."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        if not task.cancelled() and (failure := task.exception()) is not None:
            log.error("failed while being cancelled", exc_info=failure)
        raise cancelled
    return task.result()
