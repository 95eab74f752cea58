"""Sign a prescription: paper, number, consumed token, ended consultation and SMS are one transaction (S18, T3, T6).

Pressed twice, even at once, it issues one: the database takes one prescription a consultation, whoever comes second
gets the first one's.
"""

import asyncio
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from core.clinic.clinic import Clinic
from core.clinic.send_sms import queue_sms
from core.ports import NEW, Books, Duplicate, Stale
from core.rules.consultation import Consultation, Outcome
from core.rules.patient import Patient
from core.rules.prescription import (
    Medicine,
    Mode,
    Prescription,
    Problem,
    SignedPrescription,
    prescription_number,
    problems,
)
from core.rules.queue import Match
from core.rules.records import AuditEntry
from core.rules.staff import Doctor
from core.rules.token import Token, TokenState

TRIES = 3
"""How often it is written anew when the token moved (the talk ended) between our look and our write."""
MEDICINES_A_MESSAGE = 3


class NotYours(Exception):
    """This consultation is another doctor's: nothing was changed."""


class CaseEnded(Exception):
    """The consultation has ended without a prescription: nothing was changed."""


class CannotSign(Exception):
    """The rules forbid it as it is; `problems` says why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(", ".join(f"{problem.field}: {problem.reason}" for problem in self.problems))


@dataclass(frozen=True, slots=True)
class _Case:
    """Everybody and everything one signature concerns."""

    consultation: Consultation
    token: Token
    patient: Patient
    doctor: Doctor


def link_hash(secret: str) -> str:
    """How a link's secret is stored: SHA-256 in hex. The secret is random, so it needs no salt."""
    return sha256(secret.encode()).hexdigest()


async def issue_prescription(
    clinic: Clinic, *, doctor_id: int, consultation_id: int, content: Prescription, mode: Mode = Mode.AUDIO
) -> SignedPrescription:
    """Sign `content`, or return what was signed before.

    Raises `CannotSign`, `NotYours`, `CaseEnded`; `NotAllowed` when they have not talked yet.
    """
    case, signed = await _look(clinic, doctor_id, consultation_id)
    if signed is None:
        _check(clinic, content, mode, case)
        secret = secrets.token_urlsafe(16)
        draft = _draft(clinic, case, content, secret)
        pdf = await asyncio.to_thread(
            clinic.printer.pdf, draft, case.patient, case.doctor,
            follow_up=case.consultation.follow_up, token=case.token.number,
        )  # fmt: skip
        signed = await _store_once(clinic, case, draft, pdf, secret)
    await _tell(clinic, case, signed)
    return signed


def _check(clinic: Clinic, content: Prescription, mode: Mode, case: _Case) -> None:
    found = tuple(problems(content, clinic.policy.formulary, mode=mode, follow_up=case.consultation.follow_up))
    if found:
        raise CannotSign(found)


async def _look(clinic: Clinic, doctor_id: int, consultation_id: int) -> tuple[_Case, SignedPrescription | None]:
    async with clinic.ledger.read() as books:
        consultation = await books.consultations.get(consultation_id)
        if consultation.doctor_id != doctor_id:
            raise NotYours(f"consultation {consultation_id} is not doctor {doctor_id}'s")
        signed = await books.prescriptions.of_consultation(consultation_id)
        if signed is None and consultation.outcome is not None:
            raise CaseEnded(f"consultation {consultation_id} has ended: {consultation.outcome}")
        token = await books.tokens.get(consultation.token_id)
        patient = await books.patients.get(consultation.patient_id)
        return _Case(consultation, token, patient, await books.staff.doctor(doctor_id)), signed


def _draft(clinic: Clinic, case: _Case, content: Prescription, secret: str) -> SignedPrescription:
    now = clinic.clock.now()
    return SignedPrescription(
        id=NEW,
        consultation_id=case.consultation.id,
        patient_id=case.patient.id,
        doctor_id=case.doctor.id,
        content=content,
        signed_at=now,
        number=prescription_number(clinic.today(), case.consultation.id),
        link_hash=link_hash(secret),
        link_expires_at=now + timedelta(days=clinic.policy.link_days),
    )


async def _store_once(
    clinic: Clinic, case: _Case, draft: SignedPrescription, pdf: bytes, secret: str
) -> SignedPrescription:
    for _ in range(TRIES):
        try:
            async with clinic.ledger.write() as books:
                return await _store(clinic, books, case, draft, pdf, secret)
        except (Stale, Duplicate):
            # Either the other press was first (then we return its paper, or hear that the case is closed),
            # or the token went from TALKING to WRITING under our hands (then the same again succeeds).
            case, signed = await _look(clinic, case.doctor.id, case.consultation.id)
            if signed is not None:
                return signed
    raise Stale(f"consultation {case.consultation.id} kept changing")


async def _store(
    clinic: Clinic, books: Books, case: _Case, draft: SignedPrescription, pdf: bytes, secret: str
) -> SignedPrescription:
    signed = await books.prescriptions.add(draft, pdf)
    await books.consultations.end(case.consultation, Outcome.PRESCRIBED, draft.signed_at)
    await books.tokens.move(await books.tokens.get(case.token.id), TokenState.CONSUMED)
    await _queue_messages(clinic, books, case.patient, signed, secret)
    who, what = f"doctor:{case.doctor.id}", f"prescription:{signed.id}"
    await books.audit(AuditEntry(draft.signed_at, who, "signed", what, signed.number))
    return signed


async def _queue_messages(
    clinic: Clinic, books: Books, patient: Patient, signed: SignedPrescription, secret: str
) -> None:
    cause, mobile, language = f"prescription:{signed.id}", patient.mobile, patient.language
    await queue_sms(books, clinic, cause, mobile, "prescription", language, link=secret)
    for part, (template, values) in enumerate(_medicine_messages(signed), 1):
        await queue_sms(books, clinic, f"{cause}:medicines:{part}", mobile, template, language, **values)


def _medicine_messages(signed: SignedPrescription) -> Iterator[tuple[str, dict[str, str]]]:
    """Template and variables of each message that carries the medicines themselves, for phones without internet."""
    every = signed.content.medicines
    messages = [every[start : start + MEDICINES_A_MESSAGE] for start in range(0, len(every), MEDICINES_A_MESSAGE)]
    for part, medicines in enumerate(messages, 1):
        values = {"number": signed.number, "part": f"{part}/{len(messages)}"}
        for place, medicine in enumerate(medicines, 1):
            values |= _medicine_values(place, medicine)
        yield f"medicines_{len(medicines)}", values


def _medicine_values(place: int, medicine: Medicine) -> dict[str, str]:
    return {
        f"name{place}": medicine.generic.upper(),
        f"strength{place}": medicine.strength,
        f"dose{place}": medicine.frequency.strip(),
        f"days{place}": str(medicine.days),
    }


async def _tell(clinic: Clinic, case: _Case, signed: SignedPrescription) -> None:
    """After the commit. Repeated presses repeat it, so that a crash in between is healed by the next one."""
    await clinic.line.finish(Match(case.token.id, case.doctor.id))
    if case.consultation.patient_call is not None:
        clinic.timeline.note(case.consultation.patient_call, "prescribed", signed.number)
    await clinic.line.publish(f"doctor:{case.doctor.id}", {"kind": "signed", "consultation": case.consultation.id})
    await clinic.line.publish("outbox", {"kind": "queued"})
