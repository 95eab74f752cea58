"""One running Duravani for all tests that can share it. Each test works in a town of its own (`tests.live.town`)."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.live.instance import Instance, instance


@pytest.fixture(scope="session")
async def service() -> AsyncIterator[Instance]:
    """Owned by one task from beginning to end, as structured concurrency wants it; pytest's own tasks come and go."""
    started: asyncio.Future[Instance] = asyncio.get_running_loop().create_future()
    over = asyncio.Event()

    async def own() -> None:
        try:
            async with instance() as running:
                started.set_result(running)
                await over.wait()
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    owner = asyncio.create_task(own())
    yield await started
    over.set()
    await owner
