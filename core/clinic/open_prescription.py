"""What a patient's link opens. Unknown and expired look alike; every look is audited."""

from dataclasses import dataclass

from core.clinic.clinic import Clinic
from core.clinic.issue_prescription import link_hash
from core.rules.patient import Patient
from core.rules.prescription import SignedPrescription
from core.rules.records import AuditEntry
from core.rules.staff import Doctor


@dataclass(frozen=True, slots=True)
class OpenedPrescription:
    """A prescription with everything its page shows."""

    prescription: SignedPrescription
    patient: Patient
    doctor: Doctor
    pdf: bytes


async def open_prescription(clinic: Clinic, secret: str, *, visitor: str) -> OpenedPrescription | None:
    """By the link's secret; `visitor` (an address) goes into the audit. None for an unknown or expired link."""
    async with clinic.ledger.read() as books:
        signed = await books.prescriptions.by_link_hash(link_hash(secret))
    if signed is None:
        return None
    now = clinic.clock.now()
    expired = now >= signed.link_expires_at
    async with clinic.ledger.write() as books:
        action = "refused: link expired" if expired else "opened"
        await books.audit(AuditEntry(now, f"link:{signed.id}", action, f"prescription:{signed.id}", visitor))
        if expired:
            return None
        patient = await books.patients.get(signed.patient_id)
        doctor = await books.staff.doctor(signed.doctor_id)
        return OpenedPrescription(signed, patient, doctor, await books.prescriptions.pdf(signed.id))
