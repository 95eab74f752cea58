"""Grievances (T9, S24): written down for a caller or sent by SMS, answered by an operator, told by SMS at both ends."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.clinic.clinic import Clinic
from core.clinic.desk.refused import TWICE_WITHIN, refuse
from core.clinic.know_caller import known_in
from core.clinic.send_sms import queue_sms, tell_queued
from core.ports import NEW, Books, Stale
from core.rules.grievance import LONGEST, About, Grievance, pieces
from core.rules.mobile import is_indian_mobile
from core.rules.records import AuditEntry
from core.rules.sms import ReceivedSms

SHOWN_ANSWERED = 50
BY_SMS = "sms:"
"""What the id of the message stands after, in `received_by`."""


@dataclass(frozen=True, slots=True)
class GrievanceBook:
    """Those that wait for an answer, oldest first, and the last answered ones."""

    open: Sequence[Grievance]
    answered: Sequence[Grievance]


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
        known = await known_in(clinic, books, mobile)
        if patient_id is not None and patient_id not in {patient.id for patient in known.patients}:
            raise LookupError(f"patient {patient_id} is not on this number")
        language = known.language or clinic.policy.languages[0]
        now = clinic.clock.now()
        for heard in await books.grievances.of_mobile(mobile):
            same = (heard.about, heard.text, heard.patient_id) == (about, text, patient_id)
            if same and heard.is_open and now - heard.received_at <= TWICE_WITHIN:
                return heard
        grievance = await books.grievances.add(Grievance(NEW, mobile, about, text, language, now, by, patient_id))
        await _say(clinic, books, grievance, "grievance_noted")
        await books.audit(AuditEntry(now, by, "heard grievance", f"grievance:{grievance.id}", about))
    await _tell(clinic)
    return grievance


async def take_complaint(books: Books, received: ReceivedSms, language: str) -> Grievance:
    """One that came by SMS, within the transaction that answers it. Who writes again while it is open adds to it."""
    for grievance in await books.grievances.of_mobile(received.mobile):
        if grievance.is_open and grievance.received_by.startswith(BY_SMS):
            added = replace(grievance, text=f"{grievance.text}\n{received.text}"[:LONGEST])
            await books.grievances.save(added)
            return added
    by = f"{BY_SMS}{received.id}"
    return await books.grievances.add(
        Grievance(NEW, received.mobile, About.OTHER, received.text, language, received.received_at, by)
    )


async def answer_grievance(clinic: Clinic, by: str, grievance_id: int, answer: str) -> Grievance:
    """Answer it, which closes it. The answer goes by SMS where it fits a registered template (T11); else the SMS says
    that there is one.

    Raises `Refused` for an empty answer or one that came too late, `LookupError` for no such grievance.
    """
    answer = answer.strip()[:LONGEST]
    if not answer:
        raise refuse("answer", "needed")
    now = clinic.clock.now()
    try:
        async with clinic.ledger.write() as books:
            grievance = await books.grievances.get(grievance_id)
            grievance = replace(grievance, answer=answer, answered_at=now, answered_by=by)
            await books.grievances.answer(grievance)
            await _say_answer(clinic, books, grievance)
            await books.audit(AuditEntry(now, by, "answered grievance", f"grievance:{grievance.id}"))
    except Stale as stale:
        raise refuse("answer", "answered_already") from stale
    await _tell(clinic)
    return grievance


async def read_grievances(clinic: Clinic, by: str) -> GrievanceBook:
    """All that wait, and the last answers; the look is audited."""
    async with clinic.ledger.write() as books:
        await books.audit(AuditEntry(clinic.clock.now(), by, "read", "grievances"))
        return GrievanceBook(await books.grievances.open_ones(), await books.grievances.answered(SHOWN_ANSWERED))


async def _say_answer(clinic: Clinic, books: Books, grievance: Grievance) -> None:
    parts = pieces(grievance.answer or "")
    if parts is None:
        return await _say(clinic, books, grievance, "grievance_answered")
    values = {f"answer{place}": part for place, part in enumerate(parts, start=1)}
    await _say(clinic, books, grievance, f"grievance_answer_{len(parts)}", **values)


async def _say(clinic: Clinic, books: Books, grievance: Grievance, template: str, **values: str) -> None:
    cause, number = f"{template}:{grievance.id}", str(grievance.id)
    await queue_sms(books, clinic, cause, grievance.mobile, template, grievance.language, number=number, **values)


async def _tell(clinic: Clinic) -> None:
    await clinic.line.publish("clinic", {"kind": "grievance"})
    await tell_queued(clinic)
