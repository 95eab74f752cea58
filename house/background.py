"""Owns the tasks that go on as long as the service: a `TaskGroup` that can be a part of an exit stack."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def background(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run these while the block runs; they end with it. If one fails, the block is cancelled and the failure raised.

    What the block itself raises comes out as it is, and not inside a group: others up the stack know it by its type.
    """
    failure: Exception | None = None
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each) for each in work]
        try:
            yield
        except Exception as error:
            failure = error
        for task in tasks:
            task.cancel()
    if failure is not None:
        raise failure
