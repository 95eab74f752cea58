"""The call log (T7), the timeline of every call, and the calls that we owe."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows
from core.rules.records import CallBack, CallBackReason, CallEvent, CallRecord


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

    async def renew(self, mobile: str, since: datetime) -> bool:
        table = self.table.c
        latest = case((table.requested_at < since, literal(since, table.requested_at.type)), else_=table.requested_at)
        owed = await self._change(table.mobile == mobile, *self._by_machine, requested_at=latest)
        return bool(owed)

    async def since(self, since: datetime, mobile: str | None) -> int:
        table = self.table.c
        of_mobile = [table.mobile == mobile] if mobile is not None else []
        count = select(func.count()).where(
            table.requested_at > since, table.reason != CallBackReason.OPERATOR, *of_mobile
        )
        return int((await self._statements.execute(count)).scalar_one())

    async def claim(self, now: datetime, limit: int, lease: timedelta) -> Sequence[CallBack]:
        table = self.table.c
        due = (
            select(table.id)
            .where(*self._by_machine, table.due_at <= now)
            .order_by(table.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)  # two switches on PostgreSQL ring different people
        )
        ids = (await self._statements.execute(due)).scalars().all()
        return await self._change(table.id.in_(ids), due_at=now + lease, attempts=table.attempts + 1) if ids else []

    async def postpone(self, call_back_id: int, due_at: datetime) -> None:
        await self._change(self.table.c.id == call_back_id, self.table.c.done_at.is_(None), due_at=due_at)

    @property
    def _by_machine(self) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return self.table.c.done_at.is_(None), self.table.c.reason != CallBackReason.OPERATOR

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

    async def unended(self) -> Sequence[CallRecord]:
        return await self._find(self.table.c.ended_at.is_(None))

    async def last_language(self, mobile: str) -> str | None:
        table = self.table.c
        found = await self._find(
            table.mobile == mobile, table.language.is_not(None), order=[table.started_at.desc()], limit=1
        )
        return found[0].language if found else None

    async def called_since(self, mobile: str, since: datetime) -> bool:
        table = self.table.c
        later = await self._first(table.mobile == mobile, table.purpose == "patient", table.started_at > since)
        return later is not None

    async def add_events(self, events: Iterable[CallEvent]) -> None:
        await _Events(self._statements).add(events)

    async def events(self, call_id: str) -> Sequence[CallEvent]:
        return await _Events(self._statements).of_call(call_id)

    async def add_call_back(self, call_back: CallBack) -> CallBack | None:
        return await _CallBacks(self._statements).add(call_back)

    async def owed_call_backs(self) -> Sequence[CallBack]:
        return await _CallBacks(self._statements).owed()

    async def renew_call_back(self, mobile: str, since: datetime) -> bool:
        return await _CallBacks(self._statements).renew(mobile, since)

    async def call_backs_since(self, since: datetime, mobile: str | None = None) -> int:
        return await _CallBacks(self._statements).since(since, mobile)

    async def claim_call_backs(self, now: datetime, limit: int, lease: timedelta) -> Sequence[CallBack]:
        return await _CallBacks(self._statements).claim(now, limit, lease)

    async def postpone_call_back(self, call_back_id: int, due_at: datetime) -> None:
        await _CallBacks(self._statements).postpone(call_back_id, due_at)

    async def finish_call_back(self, call_back_id: int, at: datetime, by: str) -> None:
        """Whoever is first finished it; later ones change nothing."""
        await _CallBacks(self._statements).finish(call_back_id, at, by)
