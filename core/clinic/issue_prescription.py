"""Sign a prescription: paper, number, consumed token, ended consultation and SMS are one transaction (S18, T3, T6).

Pressed twice, even at once, it issues one: the database takes one prescription a consultation, whoever comes second
gets the first one's.
"""

import asyncio
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

from core.clinic.clinic import Clinic
from core.clinic.conclude import NOTHING, Aftermath, conclude, tell_aftermath
from core.clinic.judge_medicines import Generics, encounter_of, prescribed_before
from core.clinic.reminders.plan import plan_course
from core.clinic.send_sms import queue_sms, tell_queued
from core.ports import NEW, Books, Duplicate, Stale
from core.rules.after_call import Plan, check_plan
from core.rules.consultation import Consultation, Outcome, Visit, as_said
from core.rules.patient import Patient
from core.rules.prescribing.check import acknowledged_where_warned, problems
from core.rules.prescribing.finding import Problem, Reason
from core.rules.prescription import (
    CODES,
    Mode,
    Prescription,
    SignedPrescription,
    prescription_number,
    spaced_code,
    verification_code,
)
from core.rules.prescription_sms import medicine_messages
from core.rules.queue import Match
from core.rules.records import AuditEntry
from core.rules.route import with_routes
from core.rules.staff import Doctor
from core.rules.token import Token, TokenState

TRIES = 3
"""How often it is written anew when the token moved (the talk ended) between our look and our write."""
NO_PLAN = Plan()
SAID = {Visit.SAME_CONDITION: "for the same condition", Visit.ANOTHER_CONDITION: "for another condition"}
"""As it stands in the audit."""


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
class SigningCase:
    """Everybody and everything one signature concerns."""

    consultation: Consultation
    token: Token
    patient: Patient
    doctor: Doctor
    prescribed: Generics
    """What this doctor gave this patient before."""
    visit: Visit = Visit.UNSAID
    """What they said that this visit is."""

    def said(self, visit: Visit) -> "SigningCase":
        """Judged, printed and stored as the doctor says (T5)."""
        return replace(self, consultation=as_said(self.consultation, visit), visit=visit)


def link_hash(secret: str) -> str:
    """How a link's secret is stored: SHA-256 in hex. The secret is random, so it needs no salt."""
    return sha256(secret.encode()).hexdigest()


async def issue_prescription(
    clinic: Clinic,
    *,
    doctor_id: int,
    consultation_id: int,
    content: Prescription,
    mode: Mode = Mode.AUDIO,
    visit: Visit = Visit.UNSAID,
    plan: Plan = NO_PLAN,
) -> SignedPrescription:
    """Sign `content`, or return what was signed before. What may be a follow-up is one only when `visit` says so.

    Raises `CannotSign`, `BadPlan`, `NotYours`, `CaseEnded`; `NotAllowed` when they have not talked yet.
    """
    case, signed = await case_to_sign(clinic, doctor_id, consultation_id)
    aftermath = NOTHING
    if signed is None:
        case = case.said(visit)
        content = check_content(clinic, content, mode, case)
        check_plan(plan, present_opd=case.token.opd, opds=clinic.policy.opds)
        secret = secrets.token_urlsafe(16)
        draft = unsigned(clinic, case, content, secret, mode)
        pdf = await print_paper(clinic, case, draft)
        signed, aftermath = await _store_once(clinic, case, plan, draft, pdf, secret)
    await _tell(clinic, case, signed, aftermath)
    return signed


def check_content(clinic: Clinic, content: Prescription, mode: Mode, case: SigningCase) -> Prescription:
    """What may be signed: the content, with reasons only where there was a warning (T2-T4, T6, T8, T9).

    Raises `CannotSign` when the rules forbid it, or remind of what nobody has answered.
    """
    encounter = encounter_of(clinic, content, mode, case.consultation, case.patient, case.prescribed)
    found = tuple(problems(content, clinic.policy.formulary, encounter))
    if not case.doctor.may_practise:
        found = (Problem("complaint", Reason.NOT_VERIFIED), *found)
    if found:
        raise CannotSign(found)
    return with_routes(acknowledged_where_warned(content, clinic.policy.formulary, encounter), clinic.policy.formulary)


async def case_to_sign(
    clinic: Clinic, doctor_id: int, consultation_id: int
) -> tuple[SigningCase, SignedPrescription | None]:
    """The case, and what was signed in it before. Raises `NotYours`, `CaseEnded`."""
    async with clinic.ledger.read() as books:
        consultation = await books.consultations.get(consultation_id)
        if consultation.doctor_id != doctor_id:
            raise NotYours(f"consultation {consultation_id} is not doctor {doctor_id}'s")
        signed = await books.prescriptions.of_consultation(consultation_id)
        if signed is None and consultation.outcome is not None:
            raise CaseEnded(f"consultation {consultation_id} has ended: {consultation.outcome}")
        token = await books.tokens.get(consultation.token_id)
        patient = await books.patients.get(consultation.patient_id)
        prescribed = prescribed_before(consultation, await books.prescriptions.of_patient(patient.id))
        doctor = await books.staff.doctor(doctor_id)
        return SigningCase(consultation, token, patient, doctor, prescribed), signed


def unsigned(
    clinic: Clinic, case: SigningCase, content: Prescription, secret: str, mode: Mode = Mode.AUDIO
) -> SignedPrescription:
    """What a signature would store now, without an id."""
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
        code=verification_code(secrets.randbelow(CODES)),
        mode=mode,
        formulary_version=clinic.policy.formulary.version,
    )


async def print_paper(clinic: Clinic, case: SigningCase, paper: SignedPrescription, replaces: str = "") -> bytes:
    """The PDF, made in a thread; `replaces` is the number of the one that it corrects."""
    return await asyncio.to_thread(
        clinic.printer.pdf, paper, case.patient, case.doctor,
        follow_up=case.consultation.follow_up, token=case.token.number, replaces=replaces,
    )  # fmt: skip


async def _store_once(
    clinic: Clinic, case: SigningCase, plan: Plan, draft: SignedPrescription, pdf: bytes, secret: str
) -> tuple[SignedPrescription, Aftermath]:
    for _ in range(TRIES):
        try:
            async with clinic.ledger.write() as books:
                return await _store(clinic, books, case, plan, draft, pdf, secret)
        except (Stale, Duplicate):
            # Either the other press was first (then we return its paper, or hear that the case is closed),
            # or the token went from TALKING to WRITING under our hands (then the same again succeeds).
            again, signed = await case_to_sign(clinic, case.doctor.id, case.consultation.id)
            if signed is not None:
                return signed, NOTHING
            case = again.said(case.visit)
    raise Stale(f"consultation {case.consultation.id} kept changing")


async def _store(
    clinic: Clinic, books: Books, case: SigningCase, plan: Plan, draft: SignedPrescription, pdf: bytes, secret: str
) -> tuple[SignedPrescription, Aftermath]:
    signed = await books.prescriptions.add(draft, pdf)
    ended = await books.consultations.end(
        case.consultation, Outcome.PRESCRIBED, draft.signed_at,
        referred_to=plan.refer_to, call_back_on=plan.call_back_on(clinic.today()),
        follow_up=case.consultation.follow_up,
    )  # fmt: skip
    await books.tokens.move(await books.tokens.get(case.token.id), TokenState.CONSUMED)
    await queue_messages(clinic, books, case.patient, signed, secret)
    await plan_course(clinic, books, signed)
    who, what = f"doctor:{case.doctor.id}", f"prescription:{signed.id}"
    await books.audit(AuditEntry(draft.signed_at, who, "signed", what, signed.number))
    if signed.mode is not Mode.AUDIO:  # calls are by telephone: whoever says otherwise answers for it (T1, T3)
        await books.audit(AuditEntry(draft.signed_at, who, "said how they met", what, signed.mode))
    if case.visit in SAID:  # and whoever says that it is a follow-up, or none, for that (T3, T5)
        await books.audit(AuditEntry(draft.signed_at, who, "said what the visit is", what, SAID[case.visit]))
    return signed, await conclude(clinic, books, ended)


async def queue_messages(
    clinic: Clinic, books: Books, patient: Patient, signed: SignedPrescription, secret: str
) -> None:
    """The link and the medicines, within the transaction that stores the prescription."""
    cause, mobile, language = f"prescription:{signed.id}", patient.mobile, patient.language
    template = "prescription" if signed.replaces_id is None else "prescription_corrected"
    code = spaced_code(signed.code)
    await queue_sms(books, clinic, cause, mobile, template, language, link=secret, code=code)
    words = clinic.policy.dose_words.get(language)
    for part, (template, values) in enumerate(medicine_messages(signed.number, signed.content.medicines, words), 1):
        await queue_sms(books, clinic, f"{cause}:medicines:{part}", mobile, template, language, **values)


async def _tell(clinic: Clinic, case: SigningCase, signed: SignedPrescription, aftermath: Aftermath) -> None:
    """After the commit. Repeated presses repeat it, so that a crash in between is healed by the next one."""
    await tell_aftermath(clinic, case.consultation, aftermath)
    await clinic.line.finish(Match(case.token.id, case.doctor.id))
    if case.consultation.patient_call is not None:
        clinic.timeline.note(case.consultation.patient_call, "prescribed", signed.number)
    await clinic.line.publish(f"doctor:{case.doctor.id}", {"kind": "signed", "consultation": case.consultation.id})
    await tell_queued(clinic)
