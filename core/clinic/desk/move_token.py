"""A token by an operator's hand: issued, cancelled, placed elsewhere in the line. Each is audited with who and why."""

from core.clinic.cancel_token import book_cancelled, leave_line
from core.clinic.clinic import Clinic
from core.clinic.desk.refused import refuse
from core.clinic.know_caller import known_in
from core.clinic.send_sms import tell_queued
from core.clinic.stand_in_line import join_line
from core.clinic.take_token import book_token
from core.ports import Books, Stale
from core.rules.audit_action import AuditAction
from core.rules.patient import Patient
from core.rules.records import AuditEntry
from core.rules.rerank import Spot, joined_at
from core.rules.token import Priority, Token, TokenState

LONGEST_REASON = 200
"""Characters."""


async def issue_token(clinic: Clinic, by: str, mobile: str, patient_id: int, opd: str) -> Token:
    """A token in the line, or the active one they have (S16). Raises `LookupError` for somebody of another number.

    `Refused` for a department that is closed (S2), a state that is not covered (S10), or while nobody on this number
    has agreed to the notice (T12).
    """
    async with clinic.ledger.write() as books:
        patient = await _patient_on(books, mobile, patient_id)
        if opd not in clinic.open_opds():
            raise refuse("opd", "closed")
        if not clinic.policy.serves(patient.state):
            raise refuse("opd", "not_served")
        if (await known_in(clinic, books, mobile)).caller is None:
            raise refuse("opd", "no_consent")
        token, is_new = await book_token(clinic, books, patient, opd)
        await _audit(clinic, books, by, "issued token" if is_new else "showed token", token)
    if is_new:
        await join_line(clinic, token)
        await tell_queued(clinic)
    return token


async def cancel_by_operator(clinic: Clinic, by: str, mobile: str, token_id: int) -> bool:
    """False when it cannot be cancelled any more. Raises `LookupError` for a token of another number."""
    async with clinic.ledger.write() as books:
        token, patient = await token_on(books, mobile, token_id)
        done = await book_cancelled(clinic, books, token, patient)
        if done:
            await _audit(clinic, books, by, "cancelled token", token)
    if done:
        await leave_line(clinic, token)
    return done


async def rerank_token(
    clinic: Clinic, by: str, mobile: str, token_id: int, *, priority: Priority, spot: Spot, reason: str
) -> Token:
    """Another class, or the front or back of its lane. Raises `LookupError` for a token of another number.

    `Refused` without a reason, or when it does not wait any more.
    """
    if not reason.strip():
        raise refuse("reason", "needed")
    try:
        async with clinic.ledger.write() as books:
            token, _ = await token_on(books, mobile, token_id)
            waiting = await books.tokens.in_states(TokenState.WAITING)
            joined = joined_at(token, priority, spot, waiting, clinic.clock.now())
            token = await books.tokens.rerank(token, priority, joined)
            await _audit(
                clinic, books, by, "placed token", token, f"{priority}, {spot}: {reason.strip()[:LONGEST_REASON]}"
            )
    except Stale as stale:
        raise refuse("spot", "not_waiting") from stale
    await join_line(clinic, token)
    return token


async def token_on(books: Books, mobile: str, token_id: int) -> tuple[Token, Patient]:
    """The token and whose it is. `LookupError` when it is of another number."""
    token = await books.tokens.get(token_id)
    return token, await _patient_on(books, mobile, token.patient_id)


async def _patient_on(books: Books, mobile: str, patient_id: int) -> Patient:
    patient = await books.patients.get(patient_id)
    if patient.mobile != mobile:
        raise LookupError(f"patient {patient_id} is not on this number")
    return patient


async def _audit(clinic: Clinic, books: Books, by: str, action: AuditAction, token: Token, detail: str = "") -> None:
    said = f"{token.number} {detail}".strip()
    await books.audit(AuditEntry(clinic.clock.now(), by, action, f"token:{token.id}", said))
