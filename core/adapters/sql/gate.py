"""Transactions that a cancelled task can leave at any moment without tearing a commit or leaking a connection.

Cancelling a task in the middle of a database call leaves the driver in doubt: did the statement run? So here nothing
that has begun is ever cancelled: `to_the_end` lets it finish and raises the cancellation afterwards. What is bounded by
time-outs of the drivers (see `engines`) is therefore also the longest that a cancelled task lingers.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core.tasks import to_the_end


class Gate:
    """One engine, and how many may be inside at a time: who waits here can be cancelled, who is inside finishes."""

    def __init__(self, engine: AsyncEngine, places: int) -> None:
        """`places` must not exceed the engine's pool: nobody then waits inside the pool."""
        self._engine = engine
        self._places = asyncio.Semaphore(places)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Committed when the block ends, rolled back when it raises."""
        async with self._places:
            connection = self._engine.connect()
            try:
                await to_the_end(_begin(connection))
                yield connection
                await to_the_end(connection.commit())
            finally:
                await to_the_end(_close(connection))

    async def close(self) -> None:
        """Close the pool's connections."""
        await to_the_end(self._engine.dispose())


async def _begin(connection: AsyncConnection) -> None:
    await connection.start()
    await connection.begin()


async def _close(connection: AsyncConnection) -> None:
    """Hand it back to the pool, which rolls back what was not committed."""
    if connection.sync_connection is not None:
        await connection.close()
