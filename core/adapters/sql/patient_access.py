"""Patients on the web: tries that are counted, codes by SMS, and sessions."""

from datetime import datetime, timedelta

from sqlalchemy import case, delete
from sqlalchemy.dialects import postgresql, sqlite

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows, values_of
from core.rules.patient_access import OneTimeCode, PatientSession
from core.rules.tries import Tried


class SqlTries(Rows[Tried]):
    """See `core.ports.Tries`."""

    table = tables.tries
    kind = Tried

    async def count(self, key: str, now: datetime, within: timedelta) -> Tried:
        """In one statement: whoever comes at the same moment waits for the row, and counts on from there."""
        table, columns = self.table, self.table.c
        dialect = sqlite if self._statements.dialect_name == "sqlite" else postgresql
        new = dialect.insert(table).values(key=key, began_at=now, count=1)
        over = columns.began_at <= now - within
        statement = new.on_conflict_do_update(
            index_elements=[columns.key],
            set_={
                "count": case((over, 1), else_=columns.count + 1),
                "began_at": case((over, new.excluded.began_at), else_=columns.began_at),
            },
        ).returning(*self._columns)
        return Tried(**(await self._statements.execute(statement)).one()._mapping)

    async def of(self, key: str, now: datetime, within: timedelta) -> Tried:
        columns = self.table.c
        return await self._first(columns.key == key, columns.began_at > now - within) or Tried(key, now, 0)

    async def forget(self, key: str) -> None:
        await self._statements.execute(delete(self.table).where(self.table.c.key == key))

    async def drop_begun_before(self, at: datetime) -> None:
        await self._statements.execute(delete(self.table).where(self.table.c.began_at < at))


class SqlOneTimeCodes(Rows[OneTimeCode]):
    """See `core.ports.OneTimeCodes`."""

    table = tables.one_time_codes
    kind = OneTimeCode

    async def put(self, code: OneTimeCode) -> None:
        if await self._insert_unless_known(code) is None:
            await self._change(self.table.c.mobile == code.mobile, **values_of(code))

    async def try_once(self, mobile: str, now: datetime, most: int) -> OneTimeCode | None:
        table = self.table.c
        tried = await self._change(
            table.mobile == mobile, table.used_at.is_(None), table.expires_at > now, table.tries < most,
            tries=table.tries + 1,
        )  # fmt: skip
        return tried[0] if tried else None

    async def use(self, code: OneTimeCode, at: datetime) -> bool:
        table = self.table.c
        same = table.mobile == code.mobile, table.code_hash == code.code_hash, table.used_at.is_(None)
        return bool(await self._change(*same, used_at=at))

    async def drop_expired(self, now: datetime) -> None:
        await self._statements.execute(delete(self.table).where(self.table.c.expires_at <= now))


class SqlPatientSessions(Rows[PatientSession]):
    """See `core.ports.PatientSessions`."""

    table = tables.patient_sessions
    kind = PatientSession

    async def add(self, session: PatientSession) -> None:
        await self._insert(session)

    async def get(self, id_hash: str) -> PatientSession | None:
        return await self._first(self.table.c.id_hash == id_hash)

    async def drop(self, id_hash: str) -> None:
        await self._statements.execute(delete(self.table).where(self.table.c.id_hash == id_hash))

    async def drop_expired(self, now: datetime) -> None:
        await self._statements.execute(delete(self.table).where(self.table.c.expires_at <= now))
