"""Signed prescriptions and their papers: one valid one a consultation; none is ever changed, but voided (S23)."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import insert, select

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows
from core.ports import Stale
from core.rules.prescription import SignedPrescription


class SqlPrescriptions(Rows[SignedPrescription]):
    """See `core.ports.Prescriptions`."""

    table = tables.prescriptions
    kind = SignedPrescription

    async def add(self, prescription: SignedPrescription, pdf: bytes) -> SignedPrescription:
        """`Duplicate` also when the number or the link is taken."""
        stored = await self._insert(prescription)
        paper = insert(tables.papers).values(prescription_id=stored.id, pdf=pdf, sha256=sha256(pdf).hexdigest())
        await self._statements.execute(paper)
        return stored

    async def get(self, prescription_id: int) -> SignedPrescription:
        return await self._get(prescription_id)

    async def of_consultation(self, consultation_id: int) -> SignedPrescription | None:
        table = self.table.c
        return await self._first(table.consultation_id == consultation_id, table.voided_at.is_(None))

    async def of_patient(self, patient_id: int) -> Sequence[SignedPrescription]:
        table = self.table.c
        return await self._find(table.patient_id == patient_id, order=[table.signed_at.desc(), table.id.desc()])

    async def by_link_hash(self, link_hash: str) -> SignedPrescription | None:
        return await self._first(self.table.c.link_hash == link_hash)

    async def by_number(self, number: str) -> SignedPrescription | None:
        return await self._first(self.table.c.number == number)

    async def by_code(self, code: str) -> SignedPrescription | None:
        return await self._first(self.table.c.code == code)

    async def by_paper(self, pdf: bytes) -> SignedPrescription | None:
        this = select(tables.papers.c.prescription_id).where(tables.papers.c.sha256 == sha256(pdf).hexdigest())
        return await self._first(self.table.c.id.in_(this))

    async def hold(self, prescription_id: int) -> SignedPrescription:
        """`LookupError` when there is no such prescription. A transaction that writes has all of SQLite anyway."""
        one = select(*self._columns).where(self.table.c.id == prescription_id).with_for_update()
        row = (await self._statements.execute(one)).one_or_none()
        if row is None:
            raise LookupError(f"prescriptions has no row {prescription_id}")
        return SignedPrescription(**row._mapping)

    async def successor(self, prescription_id: int) -> SignedPrescription | None:
        return await self._first(self.table.c.replaces_id == prescription_id)

    async def void(self, prescription: SignedPrescription, at: datetime) -> SignedPrescription:
        table = self.table.c
        voided = await self._change(table.id == prescription.id, table.voided_at.is_(None), voided_at=at)
        if not voided:
            raise Stale(f"prescription {prescription.id} is void already")
        return voided[0]

    async def pdf(self, prescription_id: int) -> bytes:
        """`LookupError` when there is no such prescription."""
        paper = select(tables.papers.c.pdf).where(tables.papers.c.prescription_id == prescription_id)
        found: bytes | None = (await self._statements.execute(paper)).scalar_one_or_none()
        if found is None:
            raise LookupError(f"papers has no row {prescription_id}")
        return found
