"""Correct a signed prescription: a new version is signed and voids the old one, in one transaction.

Nothing that was signed is ever changed. The new version has its own code, link, paper and SMS; whatever a pharmacy gave
on the old one counts for the same medicine on the new one (`core.rules.dispensing`). A prescription may be corrected
even after medicines were given: a mistake that is found then is the one that most needs to reach patient and pharmacy.
"""

import secrets
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from core.clinic.clinic import Clinic
from core.clinic.issue_prescription import (
    NotYours,
    SigningCase,
    check_content,
    print_paper,
    queue_messages,
    unsigned,
)
from core.clinic.judge_medicines import prescribed_before
from core.clinic.reminders.plan import plan_course
from core.clinic.send_sms import tell_queued
from core.ports import Books, Stale
from core.rules.prescription import LAST_VERSION, Prescription, SignedPrescription, corrected_number
from core.rules.records import AuditEntry


class Barrier(StrEnum):
    """Why a prescription stays as it is."""

    VOID = "void"
    """It is void already; if by a correction, that one may be corrected."""
    TOO_LATE = "too_late"
    """Longer ago than the policy allows, or with no letter left for a further version; to take it back: it expired."""


class CannotChange(Exception):
    """The prescription cannot be corrected, or not be taken back: nothing was changed."""

    def __init__(self, barrier: Barrier) -> None:
        super().__init__(barrier)
        self.barrier = barrier


async def correct_prescription(
    clinic: Clinic, *, doctor_id: int, prescription_id: int, content: Prescription
) -> SignedPrescription:
    """Sign `content` in place of this prescription. Pressed twice it signs one, and both get it.

    Raises `CannotSign` by the rules of the first signature (mode and follow-up are those of the consultation),
    `CannotChange`, `NotYours`; `LookupError` for a prescription that does not exist.
    """
    case, old = await paper_to_change(clinic, doctor_id, prescription_id)
    content = check_content(clinic, content, old.mode, case)
    if old.voided_at is not None:
        return await _signed_before(clinic, old, content)
    _check_time(clinic, old)
    secret = secrets.token_urlsafe(16)
    draft = replace(
        unsigned(clinic, case, content, secret, old.mode),
        number=corrected_number(old.number, old.version + 1),
        version=old.version + 1,
        replaces_id=old.id,
    )
    pdf = await print_paper(clinic, case, draft, old.number)
    try:
        async with clinic.ledger.write() as books:
            signed = await _store(clinic, books, case, old, draft, pdf, secret)
    except Stale:  # the other press was first
        return await _signed_before(clinic, old, content)
    await tell_queued(clinic)
    return signed


async def paper_to_change(
    clinic: Clinic, doctor_id: int, prescription_id: int
) -> tuple[SigningCase, SignedPrescription]:
    """What was signed, and in which case; the look is audited. Raises `NotYours`, `LookupError`."""
    async with clinic.ledger.write() as books:
        old = await books.prescriptions.get(prescription_id)
        if old.doctor_id != doctor_id:
            raise NotYours(f"prescription {prescription_id} is not doctor {doctor_id}'s")
        consultation = await books.consultations.get(old.consultation_id)
        token = await books.tokens.get(consultation.token_id)
        patient = await books.patients.get(old.patient_id)
        await books.audit(AuditEntry(clinic.clock.now(), f"doctor:{doctor_id}", "read", f"prescription:{old.id}"))
        prescribed = prescribed_before(consultation, await books.prescriptions.of_patient(patient.id))
        doctor = await books.staff.doctor(doctor_id)
        return SigningCase(consultation, token, patient, doctor, prescribed), old


def barrier_of(clinic: Clinic, signed: SignedPrescription) -> Barrier | None:
    """Why it cannot be corrected now; None when it can."""
    if signed.voided_at is not None:
        return Barrier.VOID
    over = clinic.clock.now() >= signed.signed_at + timedelta(days=clinic.policy.correction_days)
    return Barrier.TOO_LATE if over or signed.version >= LAST_VERSION else None


def _check_time(clinic: Clinic, old: SignedPrescription) -> None:
    if (barrier := barrier_of(clinic, old)) is not None:
        raise CannotChange(barrier)


async def _store(
    clinic: Clinic,
    books: Books,
    case: SigningCase,
    old: SignedPrescription,
    draft: SignedPrescription,
    pdf: bytes,
    secret: str,
) -> SignedPrescription:
    """First the old one is void: the database takes one valid one a consultation."""
    await books.prescriptions.void(old, draft.signed_at)
    signed = await books.prescriptions.add(draft, pdf)
    await queue_messages(clinic, books, case.patient, signed, secret)
    await plan_course(clinic, books, signed)
    who = f"doctor:{case.doctor.id}"
    await books.audit(AuditEntry(draft.signed_at, who, "corrected", f"prescription:{old.id}", signed.number))
    await books.audit(AuditEntry(draft.signed_at, who, "signed", f"prescription:{signed.id}", signed.number))
    return signed


async def _signed_before(clinic: Clinic, old: SignedPrescription, content: Prescription) -> SignedPrescription:
    """What the same press has signed already; any other correction must be seen first."""
    async with clinic.ledger.read() as books:
        newer = await books.prescriptions.successor(old.id)
    if newer is None or newer.content != content:
        raise CannotChange(Barrier.VOID)
    return newer
