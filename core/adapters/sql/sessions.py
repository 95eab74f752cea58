"""Logged-in browsers."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete

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
        found = await self._rows(_ONE, id_hash=id_hash)
        return found[0] if found else None

    async def drop(self, id_hash: str) -> None:
        await self._delete(self.table.c.id_hash == id_hash)

    async def drop_of(self, kind: StaffKind, person_id: int, *, but: str = "") -> None:
        table = self.table.c
        await self._delete(table.kind == kind, table.person_id == person_id, table.id_hash != but)

    async def drop_expired(self, now: datetime) -> None:
        await self._delete(self.table.c.expires_at <= now)

    async def of(self, kind: StaffKind, person_id: int, now: datetime) -> Sequence[WebSession]:
        table = self.table.c
        theirs = table.kind == kind, table.person_id == person_id
        return await self._find(*theirs, table.expires_at > now, order=[table.created_at.asc(), table.id_hash.asc()])

    async def alive(self, kind: StaffKind, person_id: int, now: datetime) -> bool:
        """Of whatever browser."""
        table = self.table.c
        theirs = table.kind == kind, table.person_id == person_id
        return await self._first(*theirs, table.expires_at > now) is not None

    async def extend(self, id_hash: str, until: datetime) -> None:
        await self._change(self.table.c.id_hash == id_hash, expires_at=until)

    async def lend_phone(self, id_hash: str, digest: str, at: datetime) -> bool:
        """Whether there is such a session."""
        return bool(await self._change(self.table.c.id_hash == id_hash, phone_digest=digest, phone_lent_at=at))

    async def with_phone(self, now: datetime) -> Sequence[WebSession]:
        """The latest lent last."""
        table = self.table.c
        return await self._find(
            table.phone_digest.is_not(None), table.expires_at > now, order=[table.phone_lent_at.asc()]
        )

    async def _delete(self, *where: ColumnElement[bool]) -> None:
        await self._statements.execute(delete(self.table).where(*where))


_ONE = SqlSessions._all.where(tables.sessions.c.id_hash == bindparam("id_hash"))
