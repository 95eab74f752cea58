"""The call log (T7), the timeline of every call, and the calls that we owe."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows
from core.rules.records import CallBack, CallEvent, CallRecord


class _Events(Rows[CallEvent]):
    table = tables.call_events
    kind = CallEvent

    async def add(self, events: Iterable[CallEvent]) -> None:
        await self._insert_many(tuple(events))

    async def of_call(self, call_id: str) -> Sequence[CallEvent]:
        return await self._find(self.table.c.call_id == call_id)


class _CallBacks(Rows[CallBack]):
    table = tables.call_backs
    kind = CallBack

    async def add(self, call_back: CallBack) -> CallBack | None:
        return await self._insert_unless_known(call_back)

    async def owed(self) -> Sequence[CallBack]:
        return await self._find(self.table.c.done_at.is_(None))

    async def finish(self, call_back_id: int, at: datetime, by: str) -> None:
        await self._change(self.table.c.id == call_back_id, self.table.c.done_at.is_(None), done_at=at, done_by=by)


class SqlCalls(Rows[CallRecord]):
    """See `core.ports.Calls`."""

    table = tables.calls
    kind = CallRecord

    async def start(self, call: CallRecord) -> None:
        await self._insert_unless_known(call)

    async def update(self, call_id: str, **changes: Any) -> None:
        await self._change(self.table.c.id == call_id, **changes)

    async def get(self, call_id: str) -> CallRecord | None:
        return await self._first(self.table.c.id == call_id)

    async def add_events(self, events: Iterable[CallEvent]) -> None:
        await _Events(self._connection).add(events)

    async def events(self, call_id: str) -> Sequence[CallEvent]:
        return await _Events(self._connection).of_call(call_id)

    async def add_call_back(self, call_back: CallBack) -> CallBack | None:
        return await _CallBacks(self._connection).add(call_back)

    async def owed_call_backs(self) -> Sequence[CallBack]:
        return await _CallBacks(self._connection).owed()

    async def finish_call_back(self, call_back_id: int, at: datetime, by: str) -> None:
        """Whoever is first finished it; later ones change nothing."""
        await _CallBacks(self._connection).finish(call_back_id, at, by)
