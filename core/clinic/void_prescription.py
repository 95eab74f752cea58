"""Take a signed prescription back without a new one: pharmacies are told that it is void, the patient by SMS.

Its doctor may do so as long as anything may be given on it; where the doctor has left or is ill, whoever runs the
server may (`void_by_number`).
"""

from core.clinic.clinic import Clinic
from core.clinic.correct_prescription import Barrier, CannotChange, barrier_of, paper_to_change
from core.clinic.pharmacy.verify_prescription import validity_of
from core.clinic.send_sms import queue_sms, tell_queued
from core.ports import Stale
from core.rules.dispensing import expires_at, items_of
from core.rules.prescription import SignedPrescription, is_prescription_number
from core.rules.records import AuditEntry

SHORTEST_REASON, LONGEST_REASON = 3, 250
"""Characters."""


class NoReason(ValueError):
    """Why it is taken back must be said, in 3 to 250 characters: the audit keeps it."""


async def void_prescription(clinic: Clinic, *, doctor_id: int, prescription_id: int, reason: str) -> SignedPrescription:
    """Void it, also after medicines were given on it. Raises `NoReason`, `CannotChange`, `NotYours`, `LookupError`."""
    reason = _checked(reason)
    _, signed = await paper_to_change(clinic, doctor_id, prescription_id)
    return await _void(clinic, signed, reason, f"doctor:{doctor_id}")


async def void_by_number(clinic: Clinic, *, number: str, reason: str, by: str) -> SignedPrescription:
    """The same whoever has signed it, by its printed number; `by` as in the audit.

    Raises `NoReason`, `CannotChange`; `LookupError` when no prescription has this number.
    """
    reason = _checked(reason)
    async with clinic.ledger.read() as books:
        signed = await books.prescriptions.by_number(number) if is_prescription_number(number) else None
    if signed is None:
        raise LookupError(f"no prescription has the number {number!r}")
    return await _void(clinic, signed, reason, by)


def barrier_to_void(clinic: Clinic, signed: SignedPrescription) -> Barrier | None:
    """Why it can not be taken back now; None while it can be corrected, or anything may be given on it."""
    if signed.voided_at is not None or barrier_of(clinic, signed) is None:
        return barrier_of(clinic, signed)
    validity = validity_of(clinic)
    over = clinic.clock.now() >= expires_at(signed, items_of(signed, (), validity), validity)
    return Barrier.TOO_LATE if over else None


def _checked(reason: str) -> str:
    reason = " ".join(reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise NoReason(f"a reason is needed, in {SHORTEST_REASON} to {LONGEST_REASON} characters")
    return reason


async def _void(clinic: Clinic, signed: SignedPrescription, reason: str, by: str) -> SignedPrescription:
    if (barrier := barrier_to_void(clinic, signed)) is not None:
        raise CannotChange(barrier)
    now = clinic.clock.now()
    try:
        async with clinic.ledger.write() as books:
            voided = await books.prescriptions.void(signed, now)
            patient = await books.patients.get(signed.patient_id)
            await queue_sms(
                books, clinic, f"prescription:{signed.id}:void", patient.mobile, "prescription_void", patient.language,
                number=signed.number,
            )  # fmt: skip
            await books.audit(AuditEntry(now, by, "voided", f"prescription:{signed.id}", reason))
    except Stale as error:
        raise CannotChange(Barrier.VOID) from error
    await tell_queued(clinic)
    return voided
