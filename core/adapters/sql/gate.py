"""Transactions that a cancelled task can leave at any moment without tearing a commit or leaking a connection.

Cancelling a task in the middle of a database call leaves the driver in doubt: did the statement run? So here nothing
that has begun is ever cancelled: `to_the_end` lets it finish and raises the cancellation afterwards. What is bounded by
time-outs of the drivers (see `engines`) is therefore also the longest that a cancelled task lingers.
"""

import asyncio
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

from sqlalchemy import Connection, CursorResult, Engine, Executable
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core.tasks import to_the_end

Values = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
"""Of a statement's parameters: one row, several, or none."""
BUSY_PAUSE = 0.002
"""Seconds between two attempts to begin while another process writes."""
QUICK_COMMIT, SLOW_COMMIT = 0.0005, 0.005
"""Seconds: below the first a thread would cost more than it spares; the second is assumed until we know better."""
COMMITS_AVERAGED = 8


class Statements(Protocol):
    """One open transaction, as the repositories see it."""

    @property
    def dialect_name(self) -> str:
        """`sqlite` or `postgresql`."""
        ...

    async def execute(self, statement: Executable, values: Values = None) -> CursorResult[Any]:
        """Run one statement, which a cancellation cannot interrupt; for each of several rows of `values`."""
        ...

    async def call(self, work: Callable[[Connection], None]) -> None:
        """Do something that needs SQLAlchemy's own synchronous connection."""
        ...


class Gate(ABC):
    """One engine, and how many may be inside at a time: who waits here can be cancelled, who is inside finishes."""

    def __init__(self, places: int) -> None:
        """`places` must not exceed the engine's pool: nobody then waits inside the pool."""
        self._places = asyncio.Semaphore(places)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Statements]:
        """Committed when the block ends, rolled back when it raises."""
        async with self._places, self._inside() as statements:
            yield statements

    @abstractmethod
    def _inside(self) -> AbstractAsyncContextManager[Statements]:
        """One transaction of the engine."""

    @abstractmethod
    async def close(self) -> None:
        """Close the pool's connections."""


class RemoteGate(Gate):
    """To a database server: every step waits for an answer from the network."""

    def __init__(self, engine: AsyncEngine, places: int) -> None:
        super().__init__(places)
        self._engine = engine

    @asynccontextmanager
    async def _inside(self) -> AsyncIterator[Statements]:
        connection = self._engine.connect()
        try:
            await to_the_end(_begin_remote(connection))
            yield _Remote(connection)
            await to_the_end(connection.commit())
        finally:
            await to_the_end(_close_remote(connection))

    async def close(self) -> None:
        await to_the_end(self._engine.dispose())


class LocalGate(Gate):
    """To a file (SQLite): a statement takes microseconds, much less than handing it to a thread and back would.

    The commit waits for the disk: it is made in a thread, but where handing it over would take longer than the disk.
    Who finds another process writing tries again.
    """

    def __init__(self, engine: Engine, places: int, busy_seconds: float) -> None:
        """The engine's connections must not wait for locks themselves (`timeout=0`): the whole loop would wait."""
        super().__init__(places)
        self._engine = engine
        self._busy_seconds = busy_seconds
        self._commit_seconds = SLOW_COMMIT
        """A moving average."""

    @asynccontextmanager
    async def _inside(self) -> AsyncIterator[Statements]:
        with self._engine.connect() as connection:  # which at the end rolls back what was not committed
            await self._begin(connection)
            yield _Local(connection)
            if self._commit_seconds < QUICK_COMMIT:
                self._commit(connection)
                await _let_cancel()
            else:
                await to_the_end(asyncio.to_thread(self._commit, connection))

    async def _begin(self, connection: Connection) -> None:
        clock = asyncio.get_running_loop()
        deadline = clock.time() + self._busy_seconds
        while True:
            try:
                connection.begin()
                return
            except OperationalError as error:
                if not _is_busy(error) or clock.time() > deadline:
                    raise
            await asyncio.sleep(BUSY_PAUSE)

    def _commit(self, connection: Connection) -> None:
        began = time.perf_counter()
        connection.commit()
        self._commit_seconds += (time.perf_counter() - began - self._commit_seconds) / COMMITS_AVERAGED

    async def close(self) -> None:
        self._engine.dispose()


class _Remote:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.dialect_name = connection.dialect.name

    async def execute(self, statement: Executable, values: Values = None) -> CursorResult[Any]:
        return await to_the_end(self._connection.execute(statement, values))

    async def call(self, work: Callable[[Connection], None]) -> None:
        await to_the_end(self._connection.run_sync(work))


class _Local:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.dialect_name = connection.dialect.name

    async def execute(self, statement: Executable, values: Values = None) -> CursorResult[Any]:
        # Not after the statement: rows that nobody fetches would keep SQLite's snapshot open, whatever is rolled back,
        # for the next transaction.
        await _let_cancel()
        return self._connection.execute(statement, values)

    async def call(self, work: Callable[[Connection], None]) -> None:
        work(self._connection)


async def _let_cancel() -> None:
    """Raises the cancellation that was asked for, if one was: nothing else here waits, so nothing else would."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        await asyncio.sleep(0)


async def _begin_remote(connection: AsyncConnection) -> None:
    await connection.start()
    await connection.begin()


async def _close_remote(connection: AsyncConnection) -> None:
    """Hand it back to the pool, which rolls back what was not committed."""
    if connection.sync_connection is not None:
        await connection.close()


def _is_busy(error: OperationalError) -> bool:
    return isinstance(error.orig, sqlite3.OperationalError) and error.orig.sqlite_errorcode == sqlite3.SQLITE_BUSY
