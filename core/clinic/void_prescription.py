"""Take a signed prescription back without a new one: pharmacies are told that it is void, the patient by SMS."""

from core.clinic.clinic import Clinic
from core.clinic.correct_prescription import Barrier, CannotChange, barrier_of, paper_to_change
from core.clinic.send_sms import TOPIC, queue_sms
from core.ports import Stale
from core.rules.prescription import SignedPrescription
from core.rules.records import AuditEntry

SHORTEST_REASON, LONGEST_REASON = 3, 250
"""Characters."""


class NoReason(ValueError):
    """Why it is taken back must be said, in 3 to 250 characters: the audit keeps it."""


async def void_prescription(clinic: Clinic, *, doctor_id: int, prescription_id: int, reason: str) -> SignedPrescription:
    """Void it, also after medicines were given on it. Raises `NoReason`, `CannotChange`, `NotYours`, `LookupError`."""
    reason = " ".join(reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise NoReason(reason)
    case, old = await paper_to_change(clinic, doctor_id, prescription_id)
    if (barrier := barrier_of(clinic, old)) is not None:
        raise CannotChange(barrier)
    patient, now = case.patient, clinic.clock.now()
    try:
        async with clinic.ledger.write() as books:
            voided = await books.prescriptions.void(old, now)
            await queue_sms(
                books, clinic, f"prescription:{old.id}:void", patient.mobile, "prescription_void", patient.language,
                number=old.number,
            )  # fmt: skip
            await books.audit(AuditEntry(now, f"doctor:{doctor_id}", "voided", f"prescription:{old.id}", reason))
    except Stale as error:
        raise CannotChange(Barrier.VOID) from error
    await clinic.line.publish(TOPIC, {"kind": "queued"})
    return voided
