"""The call log that the law wants kept (T7): who was on the line, when, about which token."""

from core.clinic.clinic import Clinic
from core.rules.records import CallRecord
from core.rules.token import Token


async def log_call_start(
    clinic: Clinic,
    call_id: str,
    purpose: str,
    number: str,
    *,
    patient_id: int | None = None,
    token_id: int | None = None,
) -> None:
    """A leg is up. Harmless to repeat for an adopted call."""
    record = CallRecord(call_id, purpose, number, clinic.clock.now(), patient_id=patient_id, token_id=token_id)
    async with clinic.ledger.write() as books:
        await books.calls.start(record)
    clinic.timeline.note(call_id, "started", f"{purpose} {number}")


async def log_call_end(clinic: Clinic, call_id: str, outcome: str) -> None:
    """The leg is down; `outcome` is `done`, `hangup <cause>` or `failed`."""
    async with clinic.ledger.write() as books:
        await books.calls.update(call_id, ended_at=clinic.clock.now(), outcome=outcome)
    clinic.timeline.note(call_id, "ended", outcome)


async def log_call_language(clinic: Clinic, call_id: str, language: str) -> None:
    """The language somebody chose whom we do not know yet: should we call them back, we speak it."""
    async with clinic.ledger.write() as books:
        await books.calls.update(call_id, language=language)


async def log_call_token(clinic: Clinic, call_id: str, token: Token) -> None:
    """Which token a call waits with: after a restart of ours it goes on waiting with it."""
    async with clinic.ledger.write() as books:
        await books.calls.update(call_id, patient_id=token.patient_id, token_id=token.id, language=token.language)
