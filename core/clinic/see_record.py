"""The health records of the patient whom a doctor has (S11, S22): looks are audited, and what was seen stays (T7)."""

from core.clinic.clinic import Clinic
from core.clinic.visit_records import VisitRecords, records_of_visit
from core.rules.records import AuditEntry


async def see_record(clinic: Clinic, doctor_id: int, record_id: int, number: int) -> bytes | None:
    """JPEG; None for another patient's record, or a page that there is not."""
    now = clinic.clock.now()
    try:
        async with clinic.ledger.write() as books:
            consultation = await books.consultations.present_of_doctor(doctor_id)
            record = await books.health_records.get(record_id)
            if consultation is None or consultation.patient_id != record.patient_id:
                return None
            page = await books.health_records.look(record.id, number, now)
            await books.audit(AuditEntry(now, f"doctor:{doctor_id}", "read", f"record:{record.id}", f"page {number}"))
            return page
    except LookupError:
        return None


async def present_records(clinic: Clinic, doctor_id: int) -> tuple[VisitRecords, int] | None:
    """What the patient of this doctor has sent, and the consultation's id; None while they have none."""
    async with clinic.ledger.write() as books:
        consultation = await books.consultations.present_of_doctor(doctor_id)
        if consultation is None:
            return None
        who, what = f"doctor:{doctor_id}", f"patient:{consultation.patient_id}"
        await books.audit(AuditEntry(clinic.clock.now(), who, "listed records", what))
        return await records_of_visit(books, consultation.patient_id, consultation), consultation.id
