"""Drafts, and doctors' own sets of medicines."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows, values_of
from core.ports import Duplicate
from core.rules.writing import Draft, MedicineSet


class SqlDrafts(Rows[Draft]):
    """See `core.ports.Drafts`."""

    table = tables.drafts
    kind = Draft

    async def save(self, draft: Draft) -> bool:
        """Holds the consultation until the transaction ends, so that none is kept of a case that ends just now."""
        case = tables.consultations.c
        open_one = select(case.id).where(
            case.id == draft.consultation_id, case.doctor_id == draft.doctor_id, case.outcome.is_(None)
        )
        if (await self._statements.execute(open_one.with_for_update())).one_or_none() is None:
            return False
        if await self._insert_unless_known(draft) is None:
            await self._change(self.table.c.consultation_id == draft.consultation_id, **values_of(draft))
        return True

    async def of(self, consultation_id: int, doctor_id: int) -> Draft | None:
        return await self._first(self.table.c.consultation_id == consultation_id, self.table.c.doctor_id == doctor_id)


class SqlMedicineSets(Rows[MedicineSet]):
    """See `core.ports.MedicineSets`."""

    table = tables.medicine_sets
    kind = MedicineSet

    async def save(self, one: MedicineSet) -> None:
        if await self._insert_unless_known(one) is None:
            same = (self.table.c.doctor_id == one.doctor_id, self.table.c.name == one.name)
            await self._change(*same, medicines=one.medicines, advice=one.advice)

    async def of_doctor(self, doctor_id: int) -> Sequence[MedicineSet]:
        return await self._find(self.table.c.doctor_id == doctor_id, order=[self.table.c.name.asc()])

    async def rename(self, set_id: int, doctor_id: int, name: str) -> bool:
        """After `Duplicate` the transaction must be left."""
        try:
            return bool(await self._change(*self._own(set_id, doctor_id), name=name))
        except IntegrityError as error:
            raise Duplicate(f"doctor {doctor_id} has a set {name!r}") from error

    async def drop(self, set_id: int, doctor_id: int) -> bool:
        dropped = await self._statements.execute(delete(self.table).where(*self._own(set_id, doctor_id)))
        return bool(dropped.rowcount)

    def _own(self, set_id: int, doctor_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return self.table.c.id == set_id, self.table.c.doctor_id == doctor_id
