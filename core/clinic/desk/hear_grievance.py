"""Grievances (T9, S24) are heard: written down for a caller, by themselves on the web, or sent by SMS."""

from core.clinic.clinic import Clinic
from core.clinic.desk.refused import TWICE_WITHIN, refuse
from core.clinic.know_caller import known_in
from core.clinic.send_sms import queue_sms, tell_queued
from core.ports import NEW, Books
from core.rules.grievance import LONGEST, About, Grievance, due_on
from core.rules.mobile import is_indian_mobile
from core.rules.records import AuditEntry
from core.rules.sms import ReceivedSms

BY_SMS = "sms:"
"""What the id of the message stands after, in `received_by`."""


async def hear_grievance(
    clinic: Clinic, by: str, mobile: str, about: About, text: str, patient_id: int | None = None
) -> Grievance:
    """Write it down; its number goes to the caller by SMS. The same words again within a minute are the same complaint.

    Raises `Refused` for an empty text, `LookupError` for a number or a person that cannot be.
    """
    text = text.strip()[:LONGEST]
    if not text:
        raise refuse("text", "needed")
    if not is_indian_mobile(mobile):
        raise LookupError(mobile)
    async with clinic.ledger.write() as books:
        await books.callers.hold(mobile)
        if patient_id is not None and patient_id not in {one.id for one in await books.patients.of_mobile(mobile)}:
            raise LookupError(f"patient {patient_id} is not on this number")
        heard = await heard_just_now(clinic, books, mobile, about, text, patient_id)
        if heard is not None:
            return heard
        grievance = await write_down(clinic, books, by, mobile, about, text, patient_id)
    await tell_desk(clinic)
    return grievance


async def heard_just_now(
    clinic: Clinic, books: Books, mobile: str, about: About, text: str, patient_id: int | None = None
) -> Grievance | None:
    """The open one of the same words and minute: a button that was pressed twice."""
    now = clinic.clock.now()
    for heard in await books.grievances.of_mobile(mobile):
        same = (heard.about, heard.text, heard.patient_id) == (about, text, patient_id)
        if same and heard.is_open and now - heard.received_at <= TWICE_WITHIN:
            return heard
    return None


async def write_down(
    clinic: Clinic, books: Books, by: str, mobile: str, about: About, text: str, patient_id: int | None = None
) -> Grievance:
    """Within the caller's transaction, after which the desk is to be told; with its SMS, audited."""
    known, now = await known_in(clinic, books, mobile), clinic.clock.now()
    language = known.language or clinic.policy.languages[0]
    due = due_on(clinic.today(), clinic.policy.grievance_days)
    grievance = await books.grievances.add(Grievance(NEW, mobile, about, text, language, now, by, due, patient_id))
    cause = f"grievance_noted:{grievance.id}"
    await queue_sms(books, clinic, cause, mobile, "grievance_noted", language, **noted_values(grievance))
    await books.audit(AuditEntry(now, by, "heard grievance", f"grievance:{grievance.id}", about))
    return grievance


async def take_complaint(clinic: Clinic, books: Books, received: ReceivedSms, language: str) -> Grievance:
    """One that came by SMS, within the transaction that answers it. Who writes again while it is open adds to it."""
    for grievance in await books.grievances.of_mobile(received.mobile):
        if grievance.is_open and grievance.received_by.startswith(BY_SMS):
            text = f"{grievance.text}\n{received.text}"[:LONGEST]
            added = await books.grievances.add_words(grievance.id, text)
            if added is not None:
                return added
    by = f"{BY_SMS}{received.id}"
    due = due_on(received.received_at.astimezone(clinic.policy.time_zone).date(), clinic.policy.grievance_days)
    return await books.grievances.add(
        Grievance(NEW, received.mobile, About.OTHER, received.text, language, received.received_at, by, due)
    )


def noted_values(grievance: Grievance) -> dict[str, str]:
    """Of the SMS `grievance_noted`: the number, and by when there is an answer."""
    return {"number": str(grievance.id), "day": f"{grievance.due_on:%d/%m/%Y}"}


async def tell_desk(clinic: Clinic) -> None:
    """After the commit: the desk's pages look again, and the SMS goes out."""
    await clinic.line.publish("clinic", {"kind": "grievance"})
    await tell_queued(clinic)
