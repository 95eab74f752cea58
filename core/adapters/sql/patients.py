"""Patients and the numbers they call from."""

from collections.abc import Sequence

from sqlalchemy import func, select

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows, values_of
from core.rules.patient import Caller, Patient


class SqlPatients(Rows[Patient]):
    """See `core.ports.Patients`."""

    table = tables.patients
    kind = Patient

    async def add(self, patient: Patient) -> Patient:
        return await self._insert(patient)

    async def get(self, patient_id: int) -> Patient:
        return await self._get(patient_id)

    async def save(self, patient: Patient) -> None:
        await self._save(patient, patient.id, keep=frozenset({"code"}))

    async def of_mobile(self, mobile: str) -> Sequence[Patient]:
        return await self._find(self.table.c.mobile == mobile)

    async def by_code(self, code: str) -> Patient | None:
        return await self._first(self.table.c.code == code)


class SqlCallers(Rows[Caller]):
    """See `core.ports.Callers`."""

    table = tables.callers
    kind = Caller

    async def get(self, mobile: str) -> Caller | None:
        return await self._first(self.table.c.mobile == mobile)

    async def save(self, caller: Caller) -> None:
        if await self._insert_unless_known(caller) is None:
            await self._change(self.table.c.mobile == caller.mobile, **values_of(caller))

    async def hold(self, mobile: str) -> None:
        """An advisory lock on PostgreSQL, as there may be no row to lock; SQLite has one writer at a time anyway."""
        if self._statements.dialect_name == "postgresql":
            await self._statements.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(mobile, 0))))
