"""Consultations: a token and a doctor have at most one open one, and only `end` ends it, once."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, or_, select

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows
from core.ports import Stale
from core.rules.consultation import Consultation, Outcome

_SET_BY_END = frozenset({"ended_at", "outcome", "referred_to", "call_back_on", "follow_up"})
_ENOUGH_TO_MEASURE = 5


class SqlConsultations(Rows[Consultation]):
    """See `core.ports.Consultations`."""

    table = tables.consultations
    kind = Consultation

    async def add(self, consultation: Consultation) -> Consultation:
        """`Duplicate` when the token or the doctor has an open consultation."""
        return await self._insert(consultation)

    async def get(self, consultation_id: int) -> Consultation:
        return await self._get(consultation_id)

    async def save(self, consultation: Consultation) -> None:
        """Everything but the ending, so that an older copy cannot open an ended consultation again."""
        await self._save(consultation, consultation.id, keep=_SET_BY_END)

    async def open_of_token(self, token_id: int) -> Consultation | None:
        return await self._first(self.table.c.token_id == token_id, self.table.c.outcome.is_(None))

    async def open_of_doctor(self, doctor_id: int) -> Consultation | None:
        found = await self._rows(_OPEN_OF_DOCTOR, doctor_id=doctor_id)
        return found[0] if found else None

    async def present_of_doctor(self, doctor_id: int) -> Consultation | None:
        # Nobody gets another patient before both the case and the talk are over, so it is the latest or none.
        latest = await self._rows(_LATEST_OF_DOCTOR, doctor_id=doctor_id)
        return latest[0] if latest and latest[0].is_present else None

    async def all_open(self) -> Sequence[Consultation]:
        return await self._find(self.table.c.outcome.is_(None))

    async def in_progress(self) -> Sequence[Consultation]:
        table = self.table.c
        talking = and_(table.talked_at.is_not(None), table.hung_up_at.is_(None))
        return await self._find(or_(table.outcome.is_(None), talking))

    async def end(
        self,
        consultation: Consultation,
        outcome: Outcome,
        at: datetime,
        *,
        referred_to: str | None = None,
        call_back_on: date | None = None,
        follow_up: bool | None = None,
    ) -> Consultation:
        table, drafts = self.table.c, tables.drafts
        ending: dict[str, Any] = {"outcome": outcome, "ended_at": at}
        ending |= {"referred_to": referred_to, "call_back_on": call_back_on}
        if follow_up is not None:
            ending["follow_up"] = follow_up
        ended = await self._change(table.id == consultation.id, table.outcome.is_(None), **ending)
        if not ended:
            raise Stale(f"consultation {consultation.id} has ended already")
        await self._statements.execute(delete(drafts).where(drafts.c.consultation_id == consultation.id))
        return ended[0]

    async def of_patient(self, patient_id: int) -> Sequence[Consultation]:
        table = self.table.c
        return await self._find(
            table.patient_id == patient_id,
            table.talked_at.is_not(None),
            order=[table.claimed_at.desc(), table.id.desc()],
        )

    async def last_ended(self, doctor_id: int) -> Consultation | None:
        table = self.table.c
        where = (table.doctor_id == doctor_id, table.ended_at.is_not(None))
        found = await self._find(*where, order=[table.ended_at.desc(), table.id.desc()], limit=1)
        return found[0] if found else None

    async def last_talk(self, patient_id: int, doctor_id: int) -> datetime | None:
        table = self.table.c
        latest = select(func.max(table.talked_at)).where(table.patient_id == patient_id, table.doctor_id == doctor_id)
        talked_at: datetime | None = (await self._statements.execute(latest)).scalar_one()
        return talked_at

    async def usual_duration(self, last: int) -> timedelta | None:
        table = self.table.c
        done = (
            select(table.claimed_at, table.ended_at)
            .where(table.outcome.in_([Outcome.PRESCRIBED, Outcome.CLOSED]))
            .order_by(table.ended_at.desc())
            .limit(last)
        )
        spans = [row.ended_at - row.claimed_at for row in await self._statements.execute(done)]
        return sum(spans, timedelta()) / len(spans) if len(spans) >= _ENOUGH_TO_MEASURE else None


_LATEST_OF_DOCTOR = (
    SqlConsultations._all.where(tables.consultations.c.doctor_id == bindparam("doctor_id"))
    .order_by(tables.consultations.c.id.desc())
    .limit(1)
)
_OPEN_OF_DOCTOR = SqlConsultations._all.where(
    tables.consultations.c.doctor_id == bindparam("doctor_id"), tables.consultations.c.outcome.is_(None)
)
