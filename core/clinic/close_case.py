"""End a case without a prescription (S18): the patient was helped by words, or sent elsewhere."""

from core.clinic.clinic import Clinic
from core.clinic.issue_prescription import CaseEnded, NotYours
from core.ports import Books, Stale
from core.rules.consultation import Outcome
from core.rules.queue import Match
from core.rules.records import AuditEntry
from core.rules.token import TokenState

LONGEST_REASON = 300
"""Characters."""


async def close_case(clinic: Clinic, *, doctor_id: int, consultation_id: int, reason: str, by: str = "") -> None:
    """Token CLOSED, consultation ended. Does nothing when it is closed already. `by` is the doctor unless told.

    Raises `NotYours`, `CaseEnded` (a prescription was signed), `NotAllowed` when they have not talked yet, and
    `ValueError` for a reason that is empty or longer than 300 characters.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ValueError(f"a reason needs 1 to {LONGEST_REASON} characters")
    async with clinic.ledger.write() as books:
        token_id = await _close(clinic, books, doctor_id, consultation_id, reason, by or f"doctor:{doctor_id}")
    await clinic.line.finish(Match(token_id, doctor_id))
    await clinic.line.publish(f"doctor:{doctor_id}", {"kind": "closed", "consultation": consultation_id})


async def _close(clinic: Clinic, books: Books, doctor_id: int, consultation_id: int, reason: str, by: str) -> int:
    """The id of the token that is closed now, or was before."""
    consultation = await books.consultations.get(consultation_id)
    if consultation.doctor_id != doctor_id:
        raise NotYours(f"consultation {consultation_id} is not doctor {doctor_id}'s")
    if consultation.outcome is Outcome.CLOSED:
        return consultation.token_id
    now = clinic.clock.now()
    try:
        await books.consultations.end(consultation, Outcome.CLOSED, now)
    except Stale as stale:
        raise CaseEnded(f"consultation {consultation_id} has ended") from stale
    await books.tokens.move(await books.tokens.get(consultation.token_id), TokenState.CLOSED)
    await books.audit(AuditEntry(now, by, "closed", f"consultation:{consultation_id}", reason))
    return consultation.token_id
