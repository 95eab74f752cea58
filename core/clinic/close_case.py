"""End a case without a prescription (S18): the patient was helped by words, or sent elsewhere."""

from core.clinic.clinic import Clinic
from core.clinic.conclude import NOTHING, Aftermath, conclude, tell_aftermath
from core.clinic.issue_prescription import NO_PLAN, CaseEnded, NotYours
from core.ports import Books, Stale
from core.rules.after_call import Plan, check_plan
from core.rules.consultation import Consultation, Outcome
from core.rules.queue import Match
from core.rules.records import AuditEntry
from core.rules.token import TokenState

LONGEST_REASON = 300
"""Characters."""


async def close_case(
    clinic: Clinic, *, doctor_id: int, consultation_id: int, reason: str, by: str = "", plan: Plan = NO_PLAN
) -> None:
    """Token CLOSED, consultation ended. Does nothing when it is closed already. `by` is the doctor unless told.

    Raises `NotYours`, `CaseEnded` (a prescription was signed), `NotAllowed` when they have not talked yet, `BadPlan`,
    and `ValueError` for a reason that is empty or longer than 300 characters.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ValueError(f"a reason needs 1 to {LONGEST_REASON} characters")
    async with clinic.ledger.write() as books:
        consultation = await books.consultations.get(consultation_id)
        if consultation.doctor_id != doctor_id:
            raise NotYours(f"consultation {consultation_id} is not doctor {doctor_id}'s")
        aftermath = NOTHING
        if consultation.outcome is not Outcome.CLOSED:
            aftermath = await _close(clinic, books, consultation, reason, by or f"doctor:{doctor_id}", plan)
    await tell_aftermath(clinic, consultation, aftermath)
    await clinic.line.finish(Match(consultation.token_id, doctor_id))
    await clinic.line.publish(f"doctor:{doctor_id}", {"kind": "closed", "consultation": consultation_id})


async def _close(
    clinic: Clinic, books: Books, consultation: Consultation, reason: str, by: str, plan: Plan
) -> Aftermath:
    token = await books.tokens.get(consultation.token_id)
    check_plan(plan, present_opd=token.opd, opds=clinic.policy.opds)
    now = clinic.clock.now()
    try:
        ended = await books.consultations.end(
            consultation, Outcome.CLOSED, now,
            referred_to=plan.refer_to, call_back_on=plan.call_back_on(clinic.today()),
        )  # fmt: skip
    except Stale as stale:
        raise CaseEnded(f"consultation {consultation.id} has ended") from stale
    await books.tokens.move(token, TokenState.CLOSED)
    await books.audit(AuditEntry(now, by, "closed", f"consultation:{consultation.id}", reason))
    return await conclude(clinic, books, ended)
