"""Come in by a code that was sent by SMS (S3): asked for, keyed once, and what is registered on the mobile is open.

The answers are the same whether anybody is registered on the mobile or not. Codes go to Indian mobiles only (T14), and
only to those that somebody is registered on: else a stranger could have us send SMS to anybody.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from core.clinic.clinic import Clinic
from core.clinic.patient_web.limits import Limited, closed_until, count_try
from core.clinic.patient_web.sessions import open_patient_session
from core.clinic.send_sms import queue_sms, tell_queued
from core.ports import Books
from core.rules.audit_action import AuditAction
from core.rules.mobile import indian_mobile
from core.rules.patient_access import CODE_DIGITS, CODE_LASTS, CODE_TEMPLATE, CODE_TRIES, OneTimeCode, code_hash
from core.rules.records import AuditEntry
from core.rules.sms_words import plain
from core.rules.tries import CODE_ADDRESS, CODE_DAY, CODE_HOUR, CODE_PAUSE, DAY, ENTER_ADDRESS


class NotIndian(ValueError):
    """This is no Indian mobile's number (T14)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking for a code."""

    mobile: str
    """In E.164, however it was typed."""
    wait_until: datetime | None = None
    """None: if anybody is registered on it, a code is on its way. Else none is sent before then."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of keying a code."""

    session: str | None = None
    """The secret for the cookie; None: wrong, too old, used, or not looked at."""
    wait_until: datetime | None = None
    """It was not looked at: too many wrong ones came from this address."""


async def send_code(clinic: Clinic, typed: str, *, visitor: str) -> Asked:
    """A new code, which voids the one before. Raises `NotIndian`."""
    mobile = indian_mobile(" ".join(plain(typed)))
    if mobile is None:
        raise NotIndian
    now = clinic.clock.now()
    async with clinic.ledger.write() as books:
        wait_until = await _count(clinic, books, mobile, visitor)
        action: AuditAction = "asked for a code" if wait_until is None else "refused: too many codes"
        await books.audit(AuditEntry(now, f"mobile:{mobile}", action, f"mobile:{mobile}", visitor))
        if wait_until is None:
            await _send(clinic, books, mobile)
    await tell_queued(clinic)
    return Asked(mobile, wait_until)


async def _count(clinic: Clinic, books: Books, mobile: str, visitor: str) -> datetime | None:
    """Count this wish; what is refused by one limit does not count for the next ones."""
    limits: tuple[Limited, ...] = (
        (f"code-from:{visitor}", CODE_ADDRESS),
        (f"code-day:{mobile}", CODE_DAY),
        (f"code-hour:{mobile}", CODE_HOUR),
        (f"code:{mobile}", CODE_PAUSE),
    )
    now = clinic.clock.now()
    # Each is counted in one step: should somebody have been quicker in between, theirs is the one that is sent.
    return await closed_until(books, now, *limits) or await count_try(books, now, *limits)


async def _send(clinic: Clinic, books: Books, mobile: str) -> None:
    patients = await books.patients.of_mobile(mobile)
    if not patients:
        return
    code, salt, now = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}", secrets.token_hex(16), clinic.clock.now()
    await books.one_time_codes.put(OneTimeCode(mobile, salt, code_hash(salt, code), now, now + CODE_LASTS))
    caller = await books.callers.get(mobile)
    spoken = caller.language if caller is not None else patients[0].language
    language = spoken if spoken in clinic.policy.languages else clinic.policy.languages[0]
    await queue_sms(books, clinic, f"code:{salt}", mobile, CODE_TEMPLATE, language, code=code)


async def enter(clinic: Clinic, mobile: str, typed: str, *, visitor: str) -> Entered:
    """Is this the code? Used once, within 15 minutes and 5 tries; every try is audited."""
    now, code = clinic.clock.now(), "".join(plain(typed))
    address = f"enter-from:{visitor}", ENTER_ADDRESS
    async with clinic.ledger.write() as books:
        wait_until = await closed_until(books, now, address)
        if wait_until is not None:
            await _audit(books, now, mobile, "refused: too many wrong codes", visitor)
            return Entered(wait_until=wait_until)
        sent = await books.one_time_codes.try_once(mobile, now, CODE_TRIES)
        right = sent is not None and secrets.compare_digest(sent.code_hash, code_hash(sent.salt, code))
        if sent is None or not right or not await books.one_time_codes.use(sent, now):
            await count_try(books, now, address)
            await _audit(books, now, mobile, "refused: wrong code", visitor)
            return Entered()
        await _audit(books, now, mobile, "entered by code", visitor)
        return Entered(await open_patient_session(clinic, books, mobile=mobile))


async def _audit(books: Books, now: datetime, mobile: str, action: AuditAction, visitor: str) -> None:
    await books.audit(AuditEntry(now, f"mobile:{mobile}", action, f"mobile:{mobile}", visitor))


async def forget_patient_access(clinic: Clinic) -> None:
    """What is over is forgotten: codes, also in the outbox where they went out, sessions, tries of former days."""
    now = clinic.clock.now()
    async with clinic.ledger.write() as books:
        await books.outbox.expire_codes(now - CODE_LASTS)
        await books.one_time_codes.drop_expired(now)
        await books.patient_sessions.drop_expired(now)
        await books.tries.drop_begun_before(now - 2 * DAY)
