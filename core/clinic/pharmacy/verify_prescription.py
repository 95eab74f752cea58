"""What a prescription's code stands for: genuine, void, expired, dispensed. Limited in number, and always audited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clinic.clinic import Clinic
from core.clinic.pharmacy.attempts import spend_look, spend_wrong
from core.ports import Books
from core.rules.dispensing import Item, Standing, expires_at, items_of, standing_of
from core.rules.patient import Patient
from core.rules.pharmacy import Channel
from core.rules.prescription import SignedPrescription, is_verification_code
from core.rules.records import AuditEntry
from core.rules.staff import Doctor


@dataclass(frozen=True, slots=True)
class Verified:
    """A prescription of ours, and what it is worth now. Whoever shows it chooses what of it may be shown."""

    standing: Standing
    prescription: SignedPrescription
    patient: Patient
    age: int
    """Completed years today."""
    doctor: Doctor
    items: Sequence[Item]
    """Its medicines and what is left of each, in its order."""
    expires_at: datetime
    """When the last of it expires."""
    seen_at: datetime

    @property
    def due(self) -> Sequence[Item]:
        """What may be given now."""
        if self.standing not in (Standing.GENUINE, Standing.PARTLY):
            return ()
        return [item for item in self.items if item.due and not item.is_early(self.seen_at)]


async def verify_prescription(clinic: Clinic, code: str, *, by: str, channel: Channel) -> Verified | None:
    """What stands behind this code; None when it is none of ours. Raises `TooManyAttempts`.

    `by` is who asks, as in the audit: `pharmacy:7`, `visitor:203.0.113.9`, `caller:+919876543210`. A code whose check
    digit is wrong is a slip of the finger: it is not looked up, and costs no more than a right one.
    """
    await spend_look(clinic, by)
    if not is_verification_code(code):
        return None
    async with clinic.ledger.write() as books:
        signed = await books.prescriptions.by_code(code)
        found = None if signed is None else await seen(clinic, books, signed)
        await note_check(clinic, books, found, by, f"{channel}")
    if found is None:
        await spend_wrong(clinic, by)
    return found


async def seen(clinic: Clinic, books: Books, signed: SignedPrescription) -> Verified:
    """What it is worth now, within a transaction."""
    now, validity = clinic.clock.now(), validity_of(clinic)
    patient = await books.patients.get(signed.patient_id)
    items = items_of(signed, await books.dispensings.of_consultation(signed.consultation_id), validity)
    return Verified(
        standing=standing_of(signed, items, now=now, validity=validity),
        prescription=signed,
        patient=patient,
        age=patient.age_at(clinic.today()),
        doctor=await books.staff.doctor(signed.doctor_id),
        items=items,
        expires_at=expires_at(signed, items, validity),
        seen_at=now,
    )


async def note_check(clinic: Clinic, books: Books, found: Verified | None, by: str, how: str) -> None:
    """Who asked, for which prescription, and what it was worth; nothing about the patient."""
    subject = f"prescription:{found.prescription.id}" if found else "prescription:unknown"
    what = f"{how}: {found.standing if found else 'none of ours'}"
    await books.audit(AuditEntry(clinic.clock.now(), by, "verified", subject, what))


def validity_of(clinic: Clinic) -> timedelta:
    """How long after the signature a prescription may be filled."""
    return timedelta(days=clinic.policy.dispensing_days)


async def was_given(clinic: Clinic, signed: SignedPrescription) -> bool:
    """Whether a pharmacy has given anything on any version of it."""
    async with clinic.ledger.read() as books:
        return bool(await books.dispensings.of_consultation(signed.consultation_id))
