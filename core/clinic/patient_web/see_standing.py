"""Where a token stands, for whoever has it and the mobile it was taken on (S13): that, and nothing else of anybody."""

from dataclasses import dataclass
from datetime import datetime

from core.clinic.clinic import Clinic
from core.clinic.patient_web.limits import closed_until, count_try
from core.clinic.patient_web.sessions import open_record_session
from core.clinic.stand_in_line import Wait, wait_of
from core.ports import Books, LineLost
from core.rules.audit_action import AuditAction
from core.rules.mobile import indian_mobile
from core.rules.records import AuditEntry
from core.rules.sms_words import plain
from core.rules.token import ACTIVE, Token, TokenState
from core.rules.tries import ENTER_ADDRESS, TOKEN


@dataclass(frozen=True, slots=True)
class Standing:
    """What came of asking."""

    token: Token | None = None
    """None: there is no such token today, or it was not looked for."""
    wait: Wait | None = None
    """While it waits, as far as the line knows."""
    wait_until: datetime | None = None
    """It was not looked for: too many were wrong."""
    record_link: str = ""
    """The secret by which health records can be sent for it (S11); empty when its visit is over."""


async def see_standing(clinic: Clinic, typed_mobile: str, typed_token: str, *, visitor: str) -> Standing:
    """Wrong ones are counted by mobile and by address; the answer does not tell which of the two was wrong."""
    mobile, number = indian_mobile(" ".join(plain(typed_mobile))) or "", "".join(plain(typed_token))
    now = clinic.clock.now()
    limits = ((f"token:{mobile}", TOKEN), (f"enter-from:{visitor}", ENTER_ADDRESS))
    async with clinic.ledger.write() as books:
        wait_until = await closed_until(books, now, *limits)
        token = None if wait_until else await _token(clinic, books, mobile, number)
        takes = token is not None and token.state in ACTIVE and clinic.page_maker is not None
        link = await open_record_session(clinic, books, token) if token is not None and takes else ""
        if token is None and wait_until is None:
            await count_try(books, now, *limits)
        action: AuditAction = "saw its place" if token else "refused: wrong token"
        subject = f"token:{token.id}" if token else "token"
        await books.audit(AuditEntry(now, f"mobile:{mobile}", action, subject, visitor))
    return Standing(token, await _wait(clinic, token), wait_until, link)


async def _token(clinic: Clinic, books: Books, mobile: str, number: str) -> Token | None:
    """The latest of this number today."""
    tokens = await books.lookup.tokens_of_mobile(mobile, clinic.today()) if mobile else ()
    return next((token for token in tokens if token.number == number), None)


async def _wait(clinic: Clinic, token: Token | None) -> Wait | None:
    if token is None or token.state is not TokenState.WAITING:
        return None
    try:
        return await wait_of(clinic, token)
    except LineLost:
        return None
