"""What a doctor's panel must be told though its stream was broken when it happened: the ledger knows of it."""

from collections.abc import Collection
from datetime import datetime

from core.clinic.clinic import Clinic
from core.rules.consultation import Outcome

TELLS = {Outcome.DOCTOR_ABSENT: "doctor_missed", Outcome.PATIENT_ABSENT: "patient_absent"}
"""Endings whose meaning the page itself does not show, and the kind of event that tells each."""


async def what_was_missed(clinic: Clinic, doctor_id: int, since: datetime) -> Collection[str]:
    """Kinds of events after `since`: only the last one's, as it would stand on the page now."""
    async with clinic.ledger.read() as books:
        last = await books.consultations.last_ended(doctor_id)
    if last is None or last.outcome not in TELLS or last.ended_at is None or last.ended_at <= since:
        return ()
    return (TELLS[last.outcome],)
