"""Which caller is with which operator."""

from datetime import datetime

from sqlalchemy import select

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows
from core.rules.records import OperatorCall


class SqlOperatorCalls(Rows[OperatorCall]):
    """See `core.ports.OperatorCalls`."""

    table = tables.operator_calls
    kind = OperatorCall

    async def add(self, call: OperatorCall) -> OperatorCall:
        return await self._insert(call)

    async def answer(self, call_id: int, at: datetime) -> None:
        await self._change(self.table.c.id == call_id, answered_at=at)

    async def end(self, call_id: int, at: datetime) -> None:
        await self._change(self.table.c.id == call_id, ended_at=at)

    async def present(self, operator_id: int) -> OperatorCall | None:
        """A row that a crash left open is no caller: their leg has ended, or was ended by the start after it."""
        table, calls = self.table.c, tables.calls.c
        ended = select(calls.id).where(calls.id == table.call_id, calls.ended_at.is_not(None)).exists()
        found = await self._find(
            table.operator_id == operator_id, table.ended_at.is_(None), ~ended, order=[table.id.desc()], limit=1
        )
        return found[0] if found else None
