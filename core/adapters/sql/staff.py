"""Doctors and operators: two kinds of one table, so that logins and SIP accounts are unique over both."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.adapters.sql import tables
from core.adapters.sql.gate import Statements
from core.adapters.sql.rows import insert_new, values_of
from core.ports import Duplicate
from core.rules.staff import Doctor, Operator, StaffKind

T = TypeVar("T")
_PERSON = tables.staff.c
_PERSON_COLUMNS = frozenset(_PERSON.keys()) - {"id"}
_NO_DOCTOR = _PERSON.kind.not_in([StaffKind.DOCTOR, StaffKind.PHARMACY])
_DOCTOR_COLUMNS = frozenset(tables.doctors.c.keys()) - {"id"}


_DOCTORS = (
    select(
        *(_PERSON[field.name] if field.name in _PERSON else tables.doctors.c[field.name] for field in fields(Doctor))
    )
    .join(tables.doctors, tables.doctors.c.id == _PERSON.id)
    .order_by(_PERSON.id)
)
_OPERATORS = select(*(_PERSON[field.name] for field in fields(Operator))).where(_NO_DOCTOR).order_by(_PERSON.id)
_HERE = _PERSON.left_at.is_(None)
_ONE_DOCTOR = _DOCTORS.where(_PERSON.id == bindparam("person_id"))


def _some(values: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in names}


def _known(found: T | None, kind: str, person_id: int) -> T:
    if found is None:
        raise LookupError(f"there is no {kind} {person_id}")
    return found


class SqlStaff:
    """See `core.ports.Staff`. A save may raise `Duplicate`: the transaction must then be left."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def add_doctor(self, doctor: Doctor) -> Doctor:
        person_id = await self._add_person(doctor)
        details = _some(values_of(doctor), _DOCTOR_COLUMNS)
        await self._statements.execute(insert(tables.doctors).values(id=person_id, **details))
        return await self.doctor(person_id)

    async def save_doctor(self, doctor: Doctor) -> None:
        await self._save_person(doctor, _PERSON.kind == StaffKind.DOCTOR)
        details = _some(values_of(doctor), _DOCTOR_COLUMNS)
        await self._statements.execute(update(tables.doctors).where(tables.doctors.c.id == doctor.id).values(**details))

    async def doctor(self, doctor_id: int) -> Doctor:
        """`LookupError` when there is no such doctor."""
        row = (await self._statements.execute(_ONE_DOCTOR, {"person_id": doctor_id})).one_or_none()
        return _known(None if row is None else Doctor(**row._mapping), "doctor", doctor_id)

    async def doctor_by_login(self, login: str) -> Doctor | None:
        return await self._doctor(_PERSON.login == login, _HERE)

    async def doctor_by_account(self, account: str) -> Doctor | None:
        return await self._doctor(_PERSON.account == account, _HERE)

    async def doctors(self) -> Sequence[Doctor]:
        return [Doctor(**row._mapping) for row in await self._statements.execute(_DOCTORS.where(_HERE))]

    async def add_operator(self, operator: Operator) -> Operator:
        return await self.operator(await self._add_person(operator))

    async def save_operator(self, operator: Operator) -> None:
        await self._save_person(operator, _NO_DOCTOR)

    async def operator(self, operator_id: int) -> Operator:
        """`LookupError` when there is nobody of this id who is no doctor."""
        return _known(await self._operator(_PERSON.id == operator_id), "operator", operator_id)

    async def operator_by_login(self, login: str) -> Operator | None:
        return await self._operator(_PERSON.login == login, _HERE)

    async def operator_by_account(self, account: str) -> Operator | None:
        return await self._operator(_PERSON.account == account, _HERE)

    async def operators(self) -> Sequence[Operator]:
        return [Operator(**row._mapping) for row in await self._statements.execute(_OPERATORS.where(_HERE))]

    async def left(self) -> Sequence[Doctor | Operator]:
        doctors = await self._statements.execute(_DOCTORS.where(~_HERE))
        operators = await self._statements.execute(_OPERATORS.where(~_HERE))
        return [*(Doctor(**row._mapping) for row in doctors), *(Operator(**row._mapping) for row in operators)]

    async def _doctor(self, *where: ColumnElement[bool]) -> Doctor | None:
        row = (await self._statements.execute(_DOCTORS.where(*where))).one_or_none()
        return None if row is None else Doctor(**row._mapping)

    async def _operator(self, *where: ColumnElement[bool]) -> Operator | None:
        row = (await self._statements.execute(_OPERATORS.where(*where))).one_or_none()
        return None if row is None else Operator(**row._mapping)

    async def _add_person(self, person: Doctor | Operator) -> int:
        values = _some(values_of(person), _PERSON_COLUMNS)
        stored = await insert_new(self._statements, tables.staff, {**values, "kind": person.kind}, [_PERSON.id])
        if stored is None:
            raise Duplicate(f"login {person.login} or account {person.account} is taken")
        return int(stored["id"])

    async def _save_person(self, person: Doctor | Operator, among: ColumnElement[bool]) -> None:
        """A doctor stays a doctor; the others may change what they are."""
        values = _some(values_of(person), _PERSON_COLUMNS)
        statement = update(tables.staff).where(_PERSON.id == person.id, among).values(**values)
        try:
            changed = await self._statements.execute(statement)
        except IntegrityError as error:
            raise Duplicate(f"login {person.login} or account {person.account} is taken") from error
        _known(changed.rowcount or None, person.kind, person.id)
