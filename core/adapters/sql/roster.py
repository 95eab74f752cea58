"""The duty roster."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, insert

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows, values_of
from core.rules.roster import Duty


class SqlRoster(Rows[Duty]):
    """See `core.ports.Roster`."""

    table = tables.duties
    kind = Duty

    async def add(self, duties: Iterable[Duty]) -> None:
        rows = [values_of(duty) for duty in duties]
        if rows:
            await self._statements.execute(insert(self.table), rows)

    async def get(self, duty_id: int) -> Duty:
        return await self._get(duty_id)

    async def drop(self, duty_id: int) -> None:
        await self._statements.execute(delete(self.table).where(self.table.c.id == duty_id))

    async def drop_after(self, doctor_id: int, moment: datetime) -> int:
        theirs = self.table.c.doctor_id == doctor_id, self.table.c.begins_at > moment
        return int((await self._statements.execute(delete(self.table).where(*theirs))).rowcount)

    async def between(self, begins: datetime, ends: datetime) -> Sequence[Duty]:
        columns = self.table.c
        order = [columns.begins_at.asc(), columns.id.asc()]
        return await self._find(columns.ends_at > begins, columns.begins_at < ends, order=order)
