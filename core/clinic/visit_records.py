"""A patient's health records: those for the visit that comes or is on, and those of visits before (S11, S22)."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.ports import Books
from core.rules.consultation import Consultation
from core.rules.health_record import HealthRecord, of_this_visit


@dataclass(frozen=True, slots=True)
class VisitRecords:
    """Oldest first."""

    now: Sequence[HealthRecord] = ()
    before: Sequence[HealthRecord] = ()


async def records_of_visit(books: Books, patient_id: int, present: Consultation | None = None) -> VisitRecords:
    """A visit ends with its consultation, if they have talked; the `present` one is on also when its case is over."""
    records = await books.health_records.of_patient(patient_id)
    if not records:
        return VisitRecords()
    visits = [one for one in await books.consultations.of_patient(patient_id) if not present or one.id != present.id]
    now = of_this_visit(records, max((visit.ended_at for visit in visits if visit.ended_at), default=None))
    return VisitRecords(now, [record for record in records if record not in now])
