"""Complaints and their answers (T9, S24)."""

from collections.abc import Sequence

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows
from core.ports import Stale
from core.rules.grievance import Grievance


class SqlGrievances(Rows[Grievance]):
    """See `core.ports.Grievances`."""

    table = tables.grievances
    kind = Grievance

    async def add(self, grievance: Grievance) -> Grievance:
        return await self._insert(grievance)

    async def get(self, grievance_id: int) -> Grievance:
        return await self._get(grievance_id)

    async def add_words(self, grievance_id: int, text: str) -> Grievance | None:
        changed = await self._change(self.table.c.id == grievance_id, self.table.c.answered_at.is_(None), text=text)
        return changed[0] if changed else None

    async def assign(self, grievance: Grievance, worker: int | None) -> None:
        table = self.table.c
        changed = await self._change(
            table.id == grievance.id,
            table.answered_at.is_(None),
            table.assigned_to.is_not_distinct_from(grievance.assigned_to),
            assigned_to=worker,
        )
        if not changed:
            raise Stale(f"grievance {grievance.id} is answered, or with somebody else, already")

    async def answer(self, grievance: Grievance) -> None:
        table = self.table.c
        changed = await self._change(
            table.id == grievance.id,
            table.answered_at.is_(None),
            answer=grievance.answer,
            answered_at=grievance.answered_at,
            answered_by=grievance.answered_by,
        )
        if not changed:
            raise Stale(f"grievance {grievance.id} is answered already")

    async def open_ones(self) -> Sequence[Grievance]:
        table = self.table.c
        return await self._find(table.answered_at.is_(None), order=[table.due_on.asc(), table.id.asc()])

    async def answered(self, limit: int) -> Sequence[Grievance]:
        table = self.table.c
        return await self._find(table.answered_at.is_not(None), order=[table.answered_at.desc()], limit=limit)

    async def of_mobile(self, mobile: str) -> Sequence[Grievance]:
        return await self._find(self.table.c.mobile == mobile, order=[self.table.c.id.desc()])
