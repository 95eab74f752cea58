"""Registered pharmacies, and what they gave: each medicine's days of supply once."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError

from core.adapters.sql import tables
from core.adapters.sql.gate import Statements
from core.adapters.sql.rows import Rows, insert_new, values_of
from core.ports import Duplicate, Given
from core.rules.dispensing import Dispensing
from core.rules.pharmacy import Pharmacy
from core.rules.staff import StaffKind

_STAFF, _SHOP = tables.staff.c, tables.pharmacies.c
_IN_SHOP = frozenset(_SHOP.keys()) - {"id"}
_HERE = _STAFF.left_at.is_(None)
_PHARMACIES = (
    select(*(_SHOP[field.name] if field.name in _SHOP else _STAFF[field.name] for field in fields(Pharmacy)))
    .join(tables.pharmacies, _SHOP.id == _STAFF.id)
    .order_by(_STAFF.id)
)
_NO_TELEPHONE = {"sip_digest": "", "available": False}
"""What `staff` wants to know of everybody; no digest is empty, so nothing can register as one of them."""


class SqlPharmacies:
    """See `core.ports.Pharmacies`. After `Duplicate` the transaction must be left."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def add(self, pharmacy: Pharmacy) -> Pharmacy:
        as_staff = _as_staff(pharmacy) | {"kind": StaffKind.PHARMACY, "account": pharmacy.account, **_NO_TELEPHONE}
        person = await insert_new(self._statements, tables.staff, as_staff, [_STAFF.id])
        if person is None:
            raise Duplicate(f"login {pharmacy.login} is taken")
        shop = {"id": person["id"], **_as_shop(pharmacy)}
        if await insert_new(self._statements, tables.pharmacies, shop, [_SHOP.id]) is None:
            raise Duplicate(f"phone {pharmacy.phone} is another pharmacy's")
        return await self.get(person["id"])

    async def save(self, pharmacy: Pharmacy) -> None:
        this = tables.staff.c.id == pharmacy.id, tables.staff.c.kind == StaffKind.PHARMACY
        changed = await self._statements.execute(update(tables.staff).where(*this).values(**_as_staff(pharmacy)))
        if not changed.rowcount:
            raise LookupError(f"there is no pharmacy {pharmacy.id}")
        try:
            shop = update(tables.pharmacies).where(_SHOP.id == pharmacy.id).values(**_as_shop(pharmacy))
            await self._statements.execute(shop)
        except IntegrityError as error:
            raise Duplicate(f"phone {pharmacy.phone} is another pharmacy's") from error

    async def get(self, pharmacy_id: int) -> Pharmacy:
        """`LookupError` when there is no such pharmacy."""
        found = await self._find(_STAFF.id == pharmacy_id)
        if not found:
            raise LookupError(f"there is no pharmacy {pharmacy_id}")
        return found[0]

    async def by_login(self, login: str) -> Pharmacy | None:
        return next(iter(await self._find(_STAFF.login == login, _HERE)), None)

    async def by_phone(self, phone: str) -> Pharmacy | None:
        return next(iter(await self._find(_SHOP.phone == phone, _HERE)), None)

    async def all(self) -> Sequence[Pharmacy]:
        return await self._find(_HERE)

    async def left(self) -> Sequence[Pharmacy]:
        return await self._find(~_HERE)

    async def _find(self, *where: ColumnElement[bool]) -> list[Pharmacy]:
        return [Pharmacy(**row._mapping) for row in await self._statements.execute(_PHARMACIES.where(*where))]


class SqlDispensings(Rows[Dispensing]):
    """See `core.ports.Dispensings`."""

    table = tables.dispensings
    kind = Dispensing

    async def add(self, dispensing: Dispensing) -> Dispensing:
        return await self._insert(dispensing)

    async def of_consultation(self, consultation_id: int) -> Sequence[Dispensing]:
        return await self._find(self.table.c.consultation_id == consultation_id)

    async def of_pharmacy(self, pharmacy_id: int, since: datetime) -> Sequence[Given]:
        paper = tables.prescriptions.c
        lines = (
            select(*self._columns, paper.number, paper.voided_at)
            .join(tables.prescriptions, paper.id == self.table.c.prescription_id)
            .where(self.table.c.pharmacy_id == pharmacy_id, self.table.c.at >= since)
            .order_by(self.table.c.id.desc())
        )
        split = len(self._columns)
        found = await self._statements.execute(lines)
        return [Given(Dispensing(*row[:split]), *row[split:]) for row in found]


def _as_staff(pharmacy: Pharmacy) -> dict[str, Any]:
    return {name: value for name, value in values_of(pharmacy).items() if name not in _SHOP or name == "id"}


def _as_shop(pharmacy: Pharmacy) -> dict[str, Any]:
    return {name: value for name, value in values_of(pharmacy).items() if name in _IN_SHOP}
