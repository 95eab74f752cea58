"""Health records that patients send (S11), page by page; what a doctor has seen stays (T7)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows
from core.rules.health_record import HealthRecord

_PAGES = tables.health_record_pages


class SqlHealthRecords(Rows[HealthRecord]):
    """See `core.ports.HealthRecords`."""

    table = tables.health_records
    kind = HealthRecord

    async def add(self, record: HealthRecord, pages: Sequence[bytes]) -> HealthRecord:
        stored = await self._insert(record)
        rows = [{"record_id": stored.id, "number": number, "jpeg": jpeg} for number, jpeg in enumerate(pages, 1)]
        await self._statements.execute(insert(_PAGES), rows)
        return stored

    async def get(self, record_id: int) -> HealthRecord:
        return await self._get(record_id)

    async def of_patient(self, patient_id: int) -> Sequence[HealthRecord]:
        return await self._find(self.table.c.patient_id == patient_id)

    async def page(self, record_id: int, number: int) -> bytes:
        """`LookupError` when it has no such page."""
        page = select(_PAGES.c.jpeg).where(_PAGES.c.record_id == record_id, _PAGES.c.number == number)
        found: bytes | None = (await self._statements.execute(page)).scalar_one_or_none()
        if found is None:
            raise LookupError(f"health record {record_id} has no page {number}")
        return found

    async def look(self, record_id: int, number: int, at: datetime) -> bytes:
        # Held first: whoever takes it back at the same moment waits, and then cannot; or we do, and find nothing.
        await self._change(self.table.c.id == record_id, self.table.c.seen_at.is_(None), seen_at=at)
        return await self.page(record_id, number)

    async def drop(self, record_id: int) -> bool:
        return bool(await self._drop(self.table.c.id == record_id))

    async def drop_unseen_before(self, at: datetime) -> None:
        await self._drop(self.table.c.received_at < at)

    async def _drop(self, where: ColumnElement[bool]) -> Sequence[int]:
        # Held first, as in `look`.
        unseen = select(self.table.c.id).where(where, self.table.c.seen_at.is_(None)).with_for_update()
        ids = (await self._statements.execute(unseen)).scalars().all()
        await self._statements.execute(delete(_PAGES).where(_PAGES.c.record_id.in_(ids)))
        await self._statements.execute(delete(self.table).where(self.table.c.id.in_(ids)))
        return ids
