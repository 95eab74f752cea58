"""Send an SMS once more (S14): the token with the Patient ID, or a prescription's link while it still opens (S23).

And the link by which health records can be sent for a token (S11), a new one each time.
"""

from dataclasses import replace
from datetime import datetime

from core.clinic.ask_for_records import send_record_link
from core.clinic.clinic import Clinic
from core.clinic.desk.move_token import token_on
from core.clinic.desk.refused import refuse
from core.clinic.send_sms import queue_sms, tell_queued
from core.ports import NEW
from core.rules.records import AuditEntry
from core.rules.sms import SmsState


async def send_token_sms(clinic: Clinic, by: str, mobile: str, token_id: int) -> None:
    """Once a minute, however often it is pressed. Raises `LookupError` for a token of another number."""
    now = clinic.clock.now()
    async with clinic.ledger.write() as books:
        token, patient = await token_on(books, mobile, token_id)
        await queue_sms(
            books, clinic, f"token_again:{token.id}:desk:{_minute(now)}", mobile, "token_again", token.language,
            token=token.number, patient=patient.code,
        )  # fmt: skip
        await books.audit(AuditEntry(now, by, "sent SMS again", f"token:{token.id}", token.number))
    await tell_queued(clinic)


async def send_record_link_sms(clinic: Clinic, by: str, mobile: str, token_id: int) -> bool:
    """A few a day. False: not sent, it was often enough, or is over. `LookupError` for a token of another number."""
    async with clinic.ledger.write() as books:
        sent = await send_record_link(clinic, books, by, *await token_on(books, mobile, token_id))
    await tell_queued(clinic)
    return sent


async def send_link_sms(clinic: Clinic, by: str, mobile: str, prescription_id: int) -> None:
    """The same text again: only the SMS knows the link. Likewise once a minute.

    Raises `LookupError` for a prescription of another number, `Refused` when the link has expired or it is void.
    """
    now = clinic.clock.now()
    async with clinic.ledger.write() as books:
        prescription = await books.prescriptions.get(prescription_id)
        if (await books.patients.get(prescription.patient_id)).mobile != mobile:
            raise LookupError(f"prescription {prescription_id} is not of this number")
        if prescription.voided_at is not None:
            raise refuse("prescription", "void")
        sent = await books.lookup.sms_by_cause(f"prescription:{prescription.id}")
        if sent is None or now >= prescription.link_expires_at:
            raise refuse("prescription", "expired")
        again = replace(
            sent, id=NEW, cause=f"{sent.cause}:again:{_minute(now)}", mobile=mobile, created_at=now,
            state=SmsState.QUEUED, attempts=0, next_attempt_at=now,
            gateway_id=None, error=None, sent_at=None, delivered_at=None,
        )  # fmt: skip
        await books.outbox.add(again)
        await books.audit(AuditEntry(now, by, "sent SMS again", f"prescription:{prescription.id}", prescription.number))
    await tell_queued(clinic)


def _minute(now: datetime) -> int:
    return int(now.timestamp() // 60)
