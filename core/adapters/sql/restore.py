"""An empty database filled from a dump, whichever kind of database that was made of."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

from alembic import command
from alembic.util import CommandError
from sqlalchemy import Connection, Table, func, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from core.adapters.sql.dump import Block, CannotDump
from core.adapters.sql.engines import database, writing_gate
from core.adapters.sql.gate import Statements
from core.adapters.sql.migrate import alembic_config
from core.adapters.sql.row_json import from_json
from core.adapters.sql.tables import metadata


class Restore:
    """An empty database being filled. Get it by `async with Restore.open(…)`: afterwards all is there, or nothing."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, revision: str) -> AsyncIterator[Self]:
        """The schema is made as it was in the dump; when the block ends, it is brought to this program's.

        Raises `CannotDump` when the database is not empty, or the dump is of a newer program.
        """
        gate = writing_gate(database(url))
        try:
            async with gate.transaction() as statements:
                await statements.call(lambda connection: _prepare(connection, revision))
                yield cls(statements)
                await statements.call(_finish)
        finally:
            await gate.close()

    async def add(self, block: Block) -> int:
        """Insert these rows; how many they are. Raises `CannotDump` for a table or a row that cannot be."""
        table = metadata.tables.get(block.table)
        if table is None:
            raise CannotDump(f"there is no table {block.table!r}")
        try:
            rows = [from_json(table, line) for line in block.lines.splitlines()]
        except ValueError as error:
            raise CannotDump(str(error)) from error
        await self._statements.call(lambda connection: _insert(connection, table, rows))
        return len(rows)


def _prepare(connection: Connection, revision: str) -> None:
    there = set(inspect(connection).get_table_names())
    for table in metadata.sorted_tables:
        if table.name in there and connection.execute(select(1).select_from(table).limit(1)).first():
            raise CannotDump(f"the database is not empty (it has {table.name}): a new one is needed, never started")
    metadata.drop_all(connection)
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    try:
        command.upgrade(alembic_config(connection), revision)
    except CommandError as error:
        raise CannotDump(f"the schema {revision!r} is not known here: it is of another version of Duravani") from error


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    try:
        connection.execute(insert(table), rows)
    except SQLAlchemyError as error:
        raise CannotDump(f"rows of {table.name} are refused: {str(error).splitlines()[0]}") from error


def _finish(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")  # an older schema does not have every table
    if connection.dialect.name == "postgresql":
        for table in metadata.sorted_tables:
            if table.autoincrement_column is not None:
                _advance_sequence(connection, table)


def _advance_sequence(connection: Connection, table: Table) -> None:
    """The next row's number comes after the restored ones; SQLite looks for itself."""
    column = table.autoincrement_column
    assert column is not None
    last = connection.execute(select(func.max(column))).scalar()
    if last is not None:
        connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, column.name), last)))
