"""What was sent of one's own health records: listed, looked at, taken back while no doctor has seen it (S11, T12)."""

from dataclasses import dataclass
from datetime import timedelta

from core.clinic.clinic import Clinic
from core.clinic.patient_web.record_door import RecordDoor, audit_at, record_door
from core.clinic.visit_records import VisitRecords, records_of_visit
from core.rules.health_record import MOST_RECORDS

KEPT_UNSEEN = timedelta(days=30)
"""What no doctor has looked at by then is forgotten: it was of use to nobody (T12)."""


@dataclass(frozen=True, slots=True)
class OwnRecords:
    """What its page shows."""

    door: RecordDoor
    records: VisitRecords

    @property
    def left(self) -> int:
        """How many more may be sent for this visit."""
        return MOST_RECORDS - len(self.records.now) if self.door.is_open else 0


async def own_records(clinic: Clinic, session: str, patient_id: int | None, *, visitor: str) -> OwnRecords | None:
    """The list; None where this session opens nothing."""
    async with clinic.ledger.write() as books:
        door = await record_door(clinic, books, session, patient_id)
        if door is None:
            return None
        await audit_at(clinic, books, door, "listed records", f"patient:{door.patient.id}", visitor)
        return OwnRecords(door, await records_of_visit(books, door.patient.id))


async def own_record_page(
    clinic: Clinic, session: str, patient_id: int, record_id: int, number: int, *, visitor: str
) -> bytes:
    """One page, JPEG, for who came in by a code. Raises `LookupError` for everybody and everything else."""
    async with clinic.ledger.write() as books:
        door = await record_door(clinic, books, session, patient_id)
        record = await books.health_records.get(record_id)
        if door is None or not door.may_look or record.patient_id != door.patient.id:
            raise LookupError(f"record {record_id} is not of this number")
        await audit_at(clinic, books, door, "read", f"record:{record.id}", visitor)
        return await books.health_records.page(record.id, number)


async def take_record_back(
    clinic: Clinic, session: str, patient_id: int | None, record_id: int, *, visitor: str
) -> bool:
    """False, and nothing changed, when a doctor has seen it (T7), it is another patient's, or nothing opens."""
    async with clinic.ledger.write() as books:
        door = await record_door(clinic, books, session, patient_id)
        try:
            record = await books.health_records.get(record_id)
        except LookupError:
            return False
        if door is None or record.patient_id != door.patient.id or not await books.health_records.drop(record.id):
            return False
        await audit_at(clinic, books, door, "took record back", f"record:{record.id}", visitor)
        return True


async def forget_unseen_records(clinic: Clinic) -> None:
    """What nobody has looked at for a month is gone."""
    async with clinic.ledger.write() as books:
        await books.health_records.drop_unseen_before(clinic.clock.now() - KEPT_UNSEEN)
