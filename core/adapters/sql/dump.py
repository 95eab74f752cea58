"""A whole database as blocks of JSON lines, table by table, as it was at one moment; `restore` is the way back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, Row, Table, inspect, select, text

from core.adapters.sql.engines import database, reading_gate
from core.adapters.sql.gate import Statements
from core.adapters.sql.migrate import newest_revision
from core.adapters.sql.row_json import to_json
from core.adapters.sql.tables import metadata

BLOCK_BYTES = 1_000_000
"""A block of rows is closed when it is so large; only one is in memory at a time."""
ROWS_AT_ONCE = 100
"""Fetched from the database; a prescription's paper has some 50 kB."""


class CannotDump(Exception):
    """The database is not such that it can be dumped or restored; the message says why."""


class Block(NamedTuple):
    """Some rows of one table: JSON objects, one a line, in UTF-8."""

    table: str
    lines: bytes


class Dump:
    """One moment of a database. Get it by `async with Dump.open(url)`."""

    def __init__(self, statements: Statements, revision: str) -> None:
        self._statements = statements
        self.revision = revision
        """Of the schema: what `Restore` must be told."""

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator[Self]:
        """Inside, nothing that others write is seen. Raises `CannotDump` when the schema is not this program's."""
        gate = reading_gate(database(url))
        try:
            async with gate.transaction() as statements:
                revision, newest = await _schema(statements)
                if revision != newest:
                    raise CannotDump(
                        f"the schema of the database is {revision or 'empty'}, not {newest}: start it once"
                    )
                yield cls(statements, revision)
        finally:
            await gate.close()

    async def blocks(self) -> AsyncIterator[Block]:
        """All rows of all tables, each table after those it refers to."""
        for table in metadata.sorted_tables:
            lines, size = list[bytes](), 0
            async for row in self._rows(table):
                lines.append(to_json(table, dict(row._mapping)))
                size += len(lines[-1])
                if size >= BLOCK_BYTES:
                    yield Block(table.name, b"".join(lines))
                    lines, size = [], 0
            if lines:
                yield Block(table.name, b"".join(lines))

    async def _rows(self, table: Table) -> AsyncIterator[Row[Any]]:
        """Page by page along the primary key: no more than a page is in memory, whatever the driver can do."""
        (key,) = table.primary_key.columns
        query = select(table).order_by(key).limit(ROWS_AT_ONCE)
        page = (await self._statements.execute(query)).all()
        while page:
            for row in page:
                yield row
            page = (await self._statements.execute(query.where(key > page[-1]._mapping[key]))).all()


async def _schema(statements: Statements) -> tuple[str, str]:
    """The revision of the database as it is (empty when it was never migrated), and the newest."""
    found: list[tuple[str, str]] = []
    await statements.call(lambda connection: found.append(_revisions(connection)))
    return found[0]


def _revisions(connection: Connection) -> tuple[str, str]:
    if not inspect(connection).has_table("alembic_version"):
        return "", newest_revision()
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""), newest_revision()
