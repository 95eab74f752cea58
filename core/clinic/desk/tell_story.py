"""A call's story: every prompt, key, state and SMS in order, to answer "what happened to me?" (T7). Audited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clinic.clinic import Clinic
from core.ports import Books
from core.rules.records import AuditEntry, CallRecord
from core.rules.sms import Sms
from core.rules.story import Step, in_order, is_private, story_of

AFTER = timedelta(minutes=5)
"""SMS that follow a call within this time belong to its story."""
LOOKED_AT = 200
"""Of the latest SMS of the number."""


@dataclass(frozen=True, slots=True)
class Story:
    """One leg, told."""

    call: CallRecord
    steps: Sequence[Step]


async def tell_story(clinic: Clinic, by: str, call_id: str) -> Story:
    """`LookupError` when there was no such call."""
    async with clinic.ledger.write() as books:
        call = await books.calls.get(call_id)
        if call is None:
            raise LookupError(call_id)
        await books.audit(AuditEntry(clinic.clock.now(), by, "read story", f"call:{call.id}", call.mobile))
        told = story_of(await books.calls.events(call.id))
        sms = [*await _sent(clinic, books, call), *await _received(clinic, books, call)]
    return Story(call, in_order(told, sms))


async def _sent(clinic: Clinic, books: Books, call: CallRecord) -> list[Step]:
    """What they said, unless it is a doctor's word."""
    sent = await books.lookup.sms_of_mobile(call.mobile, LOOKED_AT)
    return [
        Step(sms.created_at, "sms_private" if is_private(sms.template) else "sms_sent", _said(sms))
        for sms in sent
        if _belongs(clinic, call, sms.created_at)
    ]


async def _received(clinic: Clinic, books: Books, call: CallRecord) -> list[Step]:
    received = await books.lookup.received_of_mobile(call.mobile, LOOKED_AT)
    return [
        Step(sms.received_at, "sms_received", sms.text) for sms in received if _belongs(clinic, call, sms.received_at)
    ]


def _said(sms: Sms) -> str:
    return "" if is_private(sms.template) else sms.text


def _belongs(clinic: Clinic, call: CallRecord, at: datetime) -> bool:
    return call.started_at <= at <= (call.ended_at or clinic.clock.now()) + AFTER
