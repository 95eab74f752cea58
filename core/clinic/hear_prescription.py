"""A patient who cannot read, or has lost the SMS, hears the medicines of the last valid prescription by telephone.

Only on a call from the number that the patient is registered with, chosen by the spoken name as for a token (S7): the
family that shares the telephone is trusted with it, as with the SMS that came to it. A withheld number hears nothing.
"""

from core.clinic.clinic import Clinic
from core.clinic.send_sms import queue_sms, tell_queued
from core.ports import Books
from core.rules.patient import Patient
from core.rules.prescription import SignedPrescription
from core.rules.prescription_sms import medicine_messages
from core.rules.records import AuditEntry


class NotTheirs(Exception):
    """This patient is not registered with the number that calls: nothing is read."""


async def has_medicines(clinic: Clinic, patient: Patient) -> bool:
    """Whether there is something to hear, so that it can be offered: nothing of it is told yet."""
    async with clinic.ledger.read() as books:
        return await _last(books, patient) is not None


async def hear_prescription(clinic: Clinic, patient: Patient, mobile: str, call_id: str) -> SignedPrescription | None:
    """The last valid prescription that has medicines, for this call from this mobile; each look is audited.

    None when there is none (any more). Raises `NotTheirs`.
    """
    if patient.mobile != mobile:
        raise NotTheirs(f"patient {patient.id} is not registered with the number of call {call_id}")
    async with clinic.ledger.write() as books:
        signed = await _last(books, patient)
        if signed is not None:
            entry = AuditEntry(clinic.clock.now(), f"caller:{mobile}", "heard", f"prescription:{signed.id}", call_id)
            await books.audit(entry)
    if signed is not None:
        clinic.timeline.note(call_id, "read_aloud", signed.number)
    return signed


async def send_medicines_again(clinic: Clinic, patient: Patient, signed: SignedPrescription, call_id: str) -> None:
    """The medicines by SMS once more, once a call. The link's secret is not known to us: only who has it opens it."""
    words = clinic.policy.dose_words.get(patient.language)
    async with clinic.ledger.write() as books:
        for part, (template, values) in enumerate(medicine_messages(signed.number, signed.content.medicines, words), 1):
            cause = f"prescription_again:{signed.id}:{call_id}:{part}"
            await queue_sms(books, clinic, cause, patient.mobile, template, patient.language, **values)
    await tell_queued(clinic)


async def _last(books: Books, patient: Patient) -> SignedPrescription | None:
    """None also when the last valid one is without medicines: an older one must not be taken for it."""
    every = await books.prescriptions.of_patient(patient.id)
    valid = next((signed for signed in every if signed.voided_at is None), None)
    return valid if valid is not None and valid.content.medicines else None
