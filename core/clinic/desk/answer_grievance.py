"""A grievance is answered, which closes it, and told by SMS (T9, S24)."""

from dataclasses import replace

from core.clinic.clinic import Clinic
from core.clinic.desk.hear_grievance import tell_desk
from core.clinic.desk.refused import refuse
from core.clinic.send_sms import queue_sms
from core.ports import Books, Stale
from core.rules.grievance import LONGEST, Grievance, pieces
from core.rules.records import AuditEntry


async def answer_grievance(clinic: Clinic, by: str, grievance_id: int, answer: str) -> Grievance:
    """Whoever worked on it. The answer goes by SMS where it fits a registered template (T11); else the SMS says that
    there is one.

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
            await _say(clinic, books, grievance)
            await books.audit(AuditEntry(now, by, "answered grievance", f"grievance:{grievance.id}"))
    except Stale as stale:
        raise refuse("answer", "answered_already") from stale
    await tell_desk(clinic)
    return grievance


async def _say(clinic: Clinic, books: Books, grievance: Grievance) -> None:
    parts = pieces(grievance.answer or "")
    template = "grievance_answered" if parts is None else f"grievance_answer_{len(parts)}"
    values = {f"answer{place}": part for place, part in enumerate(parts or (), start=1)}
    cause, number = f"{template}:{grievance.id}", str(grievance.id)
    await queue_sms(books, clinic, cause, grievance.mobile, template, grievance.language, number=number, **values)
