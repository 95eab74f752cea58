"""Conversations by SMS that are not finished."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows, values_of
from core.rules.sms_talk import SmsTalk


class SqlSmsTalks(Rows[SmsTalk]):
    """See `core.ports.SmsTalks`."""

    table = tables.sms_talks
    kind = SmsTalk

    async def of_mobile(self, mobile: str) -> SmsTalk | None:
        """Locks the row on PostgreSQL; SQLite has one writer at a time anyway."""
        await self._statements.execute(
            select(self.table.c.mobile).where(self.table.c.mobile == mobile).with_for_update()
        )
        return await self._first(self.table.c.mobile == mobile)

    async def save(self, talk: SmsTalk) -> None:
        if await self._insert_unless_known(talk) is None:
            await self._change(self.table.c.mobile == talk.mobile, **values_of(talk))

    async def drop(self, mobile: str) -> None:
        await self._statements.execute(delete(self.table).where(self.table.c.mobile == mobile))

    async def asked_before(self, at: datetime) -> Sequence[SmsTalk]:
        return await self._find(self.table.c.asked_at <= at)
