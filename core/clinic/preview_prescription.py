"""What a signature would send, without signing: the SMS, and the paper marked as a draft. Nothing is stored."""

import asyncio
from dataclasses import replace

from core.clinic.clinic import Clinic
from core.clinic.issue_prescription import CaseEnded, SigningCase, case_to_sign, check_content, unsigned
from core.rules.consultation import Visit
from core.rules.prescription import Mode, Prescription
from core.rules.prescription_sms import medicine_messages
from core.rules.records import AuditEntry

SECRET = "-" * 22
"""Stands where the link's secret will stand; that is drawn at the signature."""
CODE = "0000 0000 0000"
"""Likewise for the code that a pharmacy keys."""
DRAFT_NUMBER = "DRAFT"


async def preview_sms(
    clinic: Clinic,
    *,
    doctor_id: int,
    consultation_id: int,
    content: Prescription,
    mode: Mode = Mode.AUDIO,
    visit: Visit = Visit.UNSAID,
) -> tuple[str, ...]:
    """The texts that the patient would get. Raises what `issue_prescription` would."""
    case, content = await _checked(clinic, doctor_id, consultation_id, content, mode, visit)
    number, language = unsigned(clinic, case, content, SECRET).number, case.patient.language
    filled = [clinic.sms.fill("prescription", language, link=SECRET, code=CODE)]
    for template, values in medicine_messages(number, content.medicines, clinic.policy.dose_words.get(language)):
        filled.append(clinic.sms.fill(template, language, **values))
    return tuple(text.replace(SECRET, "…").replace(CODE, "…") for text, _ in filled)


async def preview_paper(
    clinic: Clinic,
    *,
    doctor_id: int,
    consultation_id: int,
    content: Prescription,
    mode: Mode = Mode.AUDIO,
    visit: Visit = Visit.UNSAID,
) -> bytes:
    """The PDF, unsigned, without a number, marked as a draft. Raises what `issue_prescription` would."""
    case, content = await _checked(clinic, doctor_id, consultation_id, content, mode, visit)
    async with clinic.ledger.write() as books:
        who, whom = f"doctor:{doctor_id}", f"patient:{case.patient.id}"
        await books.audit(AuditEntry(clinic.clock.now(), who, "previewed", whom))
    paper = replace(unsigned(clinic, case, content, SECRET, mode), number=DRAFT_NUMBER)
    return await asyncio.to_thread(
        clinic.printer.pdf, paper, case.patient, case.doctor,
        follow_up=case.consultation.follow_up, token=case.token.number, draft=True,
    )  # fmt: skip


async def _checked(
    clinic: Clinic, doctor_id: int, consultation_id: int, content: Prescription, mode: Mode, visit: Visit
) -> tuple[SigningCase, Prescription]:
    """The case as it would be signed, and the content as it may be."""
    case, signed = await case_to_sign(clinic, doctor_id, consultation_id)
    if signed is not None:
        raise CaseEnded(f"consultation {consultation_id} is signed")
    case = case.said(visit)
    return case, check_content(clinic, content, mode, case)
