"""A doctor's own queue and day."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select

from core.adapters.sql import tables
from core.adapters.sql.gate import Statements
from core.adapters.sql.staff import SqlStaff
from core.rules.consultation import Consultation
from core.rules.own_day import DayCase, OwnQueue
from core.rules.prescription import SignedPrescription
from core.rules.staff import Doctor
from core.rules.token import TokenState

_CASE, _TOKEN, _PAPER = tables.consultations.c, tables.tokens.c, tables.prescriptions.c
_OF_CASE = [_CASE[field.name] for field in fields(Consultation)]
_SIGNED = select(*(_PAPER[field.name] for field in fields(SignedPrescription)))
_CASES = (
    select(
        *_OF_CASE,
        _TOKEN.number.label("token"),
        tables.patients.c.code.label("patient_code"),
        _PAPER.id.label("prescription_id"),
        _PAPER.number.label("prescription_number"),
        _PAPER.content,
    )
    .join(tables.tokens, _TOKEN.id == _CASE.token_id)
    .join(tables.patients, tables.patients.c.id == _CASE.patient_id)
    .outerjoin(tables.prescriptions, and_(_PAPER.consultation_id == _CASE.id, _PAPER.voided_at.is_(None)))
    .order_by(_CASE.talked_at.desc(), _CASE.id.desc())
)

_WAITING = (
    select(_TOKEN.opd, func.count().label("waiting"), func.min(_TOKEN.created_at).label("since"))
    .where(
        _TOKEN.state == TokenState.WAITING,
        _TOKEN.opd.in_(bindparam("opds", expanding=True)),
        _TOKEN.language.in_(bindparam("languages", expanding=True)),
        _TOKEN.state_code.in_(bindparam("states", expanding=True)),
    )
    .group_by(_TOKEN.opd)
)


class SqlOwnDays:
    """See `core.ports.OwnDays`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._staff = SqlStaff(statements)

    async def queues(self, states: Sequence[str], opds: Sequence[str], languages: Sequence[str]) -> Sequence[OwnQueue]:
        lanes = {"opds": opds, "languages": languages, "states": states}
        return [OwnQueue(**row._mapping) for row in await self._statements.execute(_WAITING, lanes)]

    async def cases(self, doctor_id: int, since: datetime) -> Sequence[DayCase]:
        found = await self._statements.execute(_CASES.where(_CASE.doctor_id == doctor_id, _CASE.talked_at >= since))
        split = len(_OF_CASE)
        return [DayCase(Consultation(*row[:split]), *row[split:]) for row in found]

    async def last_signed(self, doctor_id: int, limit: int) -> Sequence[SignedPrescription]:
        newest = _SIGNED.where(_PAPER.doctor_id == doctor_id).order_by(_PAPER.id.desc()).limit(limit)
        return [SignedPrescription(**row._mapping) for row in await self._statements.execute(newest)]

    async def back_by(self, now: datetime) -> Sequence[Doctor]:
        over = select(tables.doctors.c.id).where(tables.doctors.c.back_at <= now)
        return [await self._staff.doctor(doctor_id) for doctor_id in (await self._statements.execute(over)).scalars()]
