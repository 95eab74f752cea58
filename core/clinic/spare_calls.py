"""A session that reaches its end while its person is in a call, or with one, lasts until that call is over."""

from datetime import timedelta

from core.clinic.clinic import Clinic
from core.clinic.sign_in import LONGEST_EXTENSION, SESSION_LASTS
from core.ports import Books
from core.rules.phone import owner_of
from core.rules.records import WebSession
from core.rules.staff import Doctor, Operator, StaffKind

SOON = timedelta(minutes=3)
"""Before its end; whoever keeps time looks every minute."""
A_WHILE = timedelta(minutes=5)


async def spare_calls(clinic: Clinic) -> int:
    """Put off the end of every such session, by at most `LONGEST_EXTENSION` in all. How many there are."""
    now = clinic.clock.now()
    async with clinic.ledger.write() as books:
        ending = [each for each in await books.sessions.with_phone(now) if each.expires_at <= now + SOON]
        in_call = {owner_of(call.mobile) for call in await books.calls.unended()} if ending else set()
        spared = 0
        for session in ending:
            person = await _person(books, session)
            until = min(now + A_WHILE, session.created_at + SESSION_LASTS + LONGEST_EXTENSION)
            if person.account in in_call and until > session.expires_at:
                await books.sessions.extend(session.id_hash, until)
                spared += 1
    return spared


async def _person(books: Books, session: WebSession) -> Doctor | Operator:
    if session.kind is StaffKind.DOCTOR:
        return await books.staff.doctor(session.person_id)
    return await books.staff.operator(session.person_id)
