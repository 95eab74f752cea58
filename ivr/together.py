"""Waiting on several things at once without leaving a task behind."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from ivr.call import Call

T = TypeVar("T")


async def first_of(*things: Coroutine[Any, Any, T]) -> tuple[int, T]:
    """Run all; the index and result of the first to finish. The others are cancelled and awaited.

    An exception of the first one is raised. When several finish in the same turn, the first named counts.
    """
    tasks = [asyncio.ensure_future(thing) for thing in things]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        done = next(index for index, task in enumerate(tasks) if task.done())
        return done, tasks[done].result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def unless_gone(call: Call, thing: Coroutine[Any, Any, T]) -> T:
    """The result of `thing`; `Hangup` as soon as the call's other end is gone."""
    result: T

    async def gone() -> T:
        raise await call.wait_gone()

    _, result = await first_of(thing, gone())
    return result
