"""A call that the machine owes: one at a time to a mobile, within T14's caps, tried a few times, then told by SMS."""

from collections.abc import Sequence
from datetime import datetime

from core.clinic.clinic import Clinic
from core.clinic.reminders.tell import told_by_sms_instead
from core.clinic.reminders.unwanted import NOT_WANTED, is_in_vain
from core.clinic.send_sms import queue_sms
from core.ports import NEW, Books
from core.rules.call_back import LEASE, STALE_AFTER, first_try, next_try
from core.rules.records import AuditEntry, CallBack, CallBackReason
from core.rules.reminder import is_decent
from core.rules.tries import DAY, HOUR


async def owe_call(clinic: Clinic, mobile: str, reason: CallBackReason, since: datetime | None = None) -> bool:
    """They will be called back. `mobile` is an Indian mobile in E.164, `since` when they called (now, by default).

    False, and an SMS a day that says so, when T14's caps forbid it; False, too, when it is too long ago.
    """
    now = clinic.clock.now()
    since = since or now
    if _is_stale(since, now):
        return False
    async with clinic.ledger.write() as books:
        if await books.calls.renew_call_back(mobile, since):
            return True
        if not await _allowed(clinic, books, mobile):
            return False
        language = await _language(clinic, books, mobile)
        due = first_try(reason, since)
        await books.calls.add_call_back(CallBack(NEW, mobile, reason, language, since, due_at=due))
    await clinic.line.publish("clinic", {"kind": "call_back"})
    return True


async def _allowed(clinic: Clinic, books: Books, mobile: str) -> bool:
    """T14; who rings too often is told so once a day, a flood from many numbers is answered by nothing."""
    now = clinic.clock.now()
    one, everybody = await caps_left(clinic, books, mobile)
    if not one and everybody:
        language = await _language(clinic, books, mobile) or clinic.policy.languages[0]
        await queue_sms(
            books, clinic, f"call_back_limit:{mobile}:{clinic.today()}", mobile, "call_back_limit", language
        )
    if not (one and everybody):
        await books.audit(AuditEntry(now, "system", "refused", "call_back", mobile))
    return one and everybody


async def caps_left(clinic: Clinic, books: Books, mobile: str) -> tuple[bool, bool]:
    """Whether T14's caps leave room for one more call: to this mobile, and to all together."""
    now, caps, made = clinic.clock.now(), clinic.policy.call_backs, books.calls.call_backs_since
    one = await made(now - HOUR, mobile) < caps.per_hour and await made(now - DAY, mobile) < caps.per_day
    return one, await made(now - HOUR) < caps.per_hour_in_all


async def _language(clinic: Clinic, books: Books, mobile: str) -> str | None:
    """The one last used on this mobile, if we still speak it."""
    caller = await books.callers.get(mobile)
    language = caller.language if caller is not None else await books.calls.last_language(mobile)
    return language if language in clinic.policy.languages else None


async def claim_call_backs(clinic: Clinic, limit: int) -> Sequence[CallBack]:
    """Those that are due, at most `limit`. Whoever claims them rings; who dies meanwhile leaves them due again.

    Those that fell due long ago, while nobody was there (an outage, a restored backup), are made by nobody; what they
    were to remind of is told by SMS. Nor is a reminder call made that nobody wants any more.
    """
    now = clinic.clock.now()
    async with clinic.ledger.write() as books:
        due = await books.calls.claim_call_backs(now, limit, LEASE)
        return [owed for owed in due if await _is_to_be_made(clinic, books, owed)]


async def _is_to_be_made(clinic: Clinic, books: Books, owed: CallBack) -> bool:
    """If not it is over with."""
    now = clinic.clock.now()
    if await is_in_vain(clinic, books, owed):
        await books.calls.finish_call_back(owed.id, now, NOT_WANTED)
        return False
    if not _is_timely(clinic, owed):
        await books.calls.finish_call_back(owed.id, now, "too long ago")
        await told_by_sms_instead(clinic, books, owed)
        return False
    return True


def _is_timely(clinic: Clinic, owed: CallBack) -> bool:
    """Nobody is rung who asked long ago, nor reminded at night."""
    decent = owed.reason is not CallBackReason.REMINDER or is_decent(clinic.local_now())
    return decent and not _is_stale(owed.requested_at, clinic.clock.now())


def _is_stale(since: datetime, now: datetime) -> bool:
    return now - since > STALE_AFTER


async def has_called_since(clinic: Clinic, owed: CallBack) -> bool:
    """Whether they have dialled in by themselves meanwhile, so that nothing is owed any more."""
    async with clinic.ledger.read() as books:
        return await books.calls.called_since(owed.mobile, owed.requested_at)


async def call_back_failed(clinic: Clinic, owed: CallBack) -> None:
    """Nobody answered: later again, or given up with an SMS that says so."""
    now = clinic.clock.now()
    again = next_try(owed.attempts, now)
    async with clinic.ledger.write() as books:
        if await is_in_vain(clinic, books, owed):
            return await books.calls.finish_call_back(owed.id, now, NOT_WANTED)
        if again is not None:
            return await books.calls.postpone_call_back(owed.id, again)
        await books.calls.finish_call_back(owed.id, now, "nobody answered")
        if owed.reason is CallBackReason.REMINDER:
            return await told_by_sms_instead(clinic, books, owed)
        language = owed.language or clinic.policy.languages[0]
        await queue_sms(books, clinic, f"call_back_failed:{owed.id}", owed.mobile, "call_back_failed", language)
