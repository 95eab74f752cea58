"""The database as the use cases see it: transactions that write, and looks that cannot."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from sqlalchemy import text

from core.adapters.sql.books import SqlBooks
from core.adapters.sql.engines import database, reading_gate, writing_gate
from core.adapters.sql.gate import Gate

ALIVE_SECONDS = 2.0
_log = logging.getLogger(__name__)


class SqlLedger:
    """See `core.ports.Ledger`. `LookupError` is raised by whatever gets a row by an id that does not exist."""

    def __init__(self, writing: Gate, reading: Gate) -> None:
        self._writing = writing
        self._reading = reading
        self._probe: asyncio.Task[bool] | None = None

    @classmethod
    def open(cls, url: str) -> Self:
        """Of a migrated database (see `migrate`); connects when first used. `ValueError` for a URL we cannot serve.

        `sqlite:////absolute/path` or `postgresql://user:password@host/database`.
        """
        target = database(url)
        return cls(writing_gate(target), reading_gate(target))

    async def close(self) -> None:
        """Close every connection; nobody may be inside a block any more."""
        if self._probe is not None:
            await asyncio.wait({self._probe})
        await self._writing.close()
        await self._reading.close()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[SqlBooks]:
        """One transaction. When cancelled during the commit it is committed, and then the cancellation is raised."""
        async with self._writing.transaction() as statements:
            yield SqlBooks(statements)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqlBooks]:
        """One moment of the database. A write raises `sqlalchemy.exc.DBAPIError`."""
        async with self._reading.transaction() as statements:
            yield SqlBooks(statements)

    async def alive(self) -> bool:
        """Whether the database answers within two seconds."""
        if self._probe is None or self._probe.done():
            self._probe = asyncio.create_task(self._answers())
        done, _ = await asyncio.wait({self._probe}, timeout=ALIVE_SECONDS)
        return bool(done) and self._probe.result()

    async def _answers(self) -> bool:
        try:
            async with self._reading.transaction() as statements:
                await statements.execute(text("SELECT 1"))
        except Exception:  # whatever keeps it from answering is the answer
            _log.warning("the database does not answer", exc_info=True)
            return False
        return True
