"""Logged-in browsers."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows
from core.rules.records import WebSession
from core.rules.staff import StaffKind


class SqlSessions(Rows[WebSession]):
    """See `core.ports.Sessions`."""

    table = tables.sessions
    kind = WebSession

    async def add(self, session: WebSession) -> None:
        await self._insert(session)

    async def get(self, id_hash: str) -> WebSession | None:
        return await self._first(self.table.c.id_hash == id_hash)

    async def drop(self, id_hash: str) -> None:
        await self._delete(self.table.c.id_hash == id_hash)

    async def drop_of(self, kind: StaffKind, person_id: int) -> None:
        await self._delete(self.table.c.kind == kind, self.table.c.person_id == person_id)

    async def drop_expired(self, now: datetime) -> None:
        await self._delete(self.table.c.expires_at <= now)

    async def _delete(self, *where: ColumnElement[bool]) -> None:
        await self._statements.execute(delete(self.table).where(*where))
