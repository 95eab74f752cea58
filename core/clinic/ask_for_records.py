"""Send the patient a link to send health records by (S11, S21): the doctor asks for them, or the call centre."""

from core.clinic.clinic import Clinic
from core.clinic.patient_web.sessions import open_record_session
from core.clinic.send_sms import queue_sms, tell_queued
from core.ports import Books
from core.rules.patient import Patient
from core.rules.records import AuditEntry
from core.rules.token import ACTIVE, Token
from core.rules.tries import RECORD_LINK


async def ask_for_records(clinic: Clinic, doctor_id: int, consultation_id: int) -> bool:
    """By the doctor who has this patient now. False, and nothing changed, when they do not, or asked often enough."""
    async with clinic.ledger.write() as books:
        consultation = await books.consultations.present_of_doctor(doctor_id)
        if consultation is None or consultation.id != consultation_id:
            return False
        token = await books.tokens.get(consultation.token_id)
        patient = await books.patients.get(token.patient_id)
        sent = await send_record_link(clinic, books, f"doctor:{doctor_id}", token, patient)
    await tell_queued(clinic)
    return sent


async def send_record_link(clinic: Clinic, books: Books, by: str, token: Token, patient: Patient) -> bool:
    """Within the caller's transaction; a few a day for one token. False, and nothing changed, when it is over."""
    tried = await books.tries.count(f"record-link:{token.id}", clinic.clock.now(), RECORD_LINK.within)
    if token.state not in ACTIVE or tried.over(RECORD_LINK) or clinic.page_maker is None:
        return False
    link = await open_record_session(clinic, books, token)
    cause = f"record_link:{token.id}:{tried.count}:{int(tried.began_at.timestamp())}"
    await queue_sms(books, clinic, cause, patient.mobile, "record_link", token.language, link=link)
    await books.audit(AuditEntry(clinic.clock.now(), by, "asked for records", f"token:{token.id}", token.number))
    return True
