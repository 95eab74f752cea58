"""The telephone in the panel: lent to a session, so it is void when the session ends (ASVS 5, 7.4)."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from core.clinic.clinic import Clinic
from core.clinic.sign_in import SignedIn, session_of
from core.rules.pharmacy import Person
from core.rules.phone import browser_account
from core.rules.staff import Doctor, Operator, sip_digest

TOPIC = "staff"
"""Where the telephone hears that accounts have changed."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a page registers its phone with."""

    account: str
    password: str


@dataclass(frozen=True, slots=True)
class LentPhone:
    """An account that the switch has to know just now."""

    account: str
    digest: str
    """See `core.rules.staff.sip_digest`."""
    name: str


async def lend_phone(clinic: Clinic, holder: SignedIn, secret: str) -> Credentials | None:
    """The phone of this session, whose cookie holds `secret`; None when the session has just ended.

    From now on no other session of the same person has it: the one that asked last wins.
    """
    credentials = _credentials(holder.person, secret)
    digest = sip_digest(credentials.account, credentials.password)
    async with clinic.ledger.write() as books:
        lent = await books.sessions.lend_phone(holder.session.id_hash, digest, clinic.clock.now())
    await clinic.line.publish(TOPIC, {"kind": "phone", "person": holder.person.id})
    return credentials if lent else None


async def lent_phones(clinic: Clinic) -> Sequence[LentPhone]:
    """Every browser phone there is just now, one a person."""
    async with clinic.ledger.read() as books:
        sessions = await books.sessions.with_phone(clinic.clock.now())
        everybody: list[Doctor | Operator] = [*await books.staff.doctors(), *await books.staff.operators()]
    people = {person.id: person for person in everybody}
    digests = {session.person_id: session.phone_digest or "" for session in sessions}  # the latest last
    return [
        LentPhone(browser_account(people[number].account), digest, people[number].name)
        for number, digest in digests.items()
        if number in people  # who has left is in no list
    ]


async def holds_phone(clinic: Clinic, secret: str) -> bool:
    """Whether the session with this secret still lives, and has its person's phone."""
    holder = await session_of(clinic, secret)
    if holder is None:
        return False
    async with clinic.ledger.read() as books:
        sessions = await books.sessions.with_phone(clinic.clock.now())
    theirs = [session.id_hash for session in sessions if session.person_id == holder.person.id]
    return theirs[-1:] == [holder.session.id_hash]


def _credentials(person: Person, secret: str) -> Credentials:
    """The password follows from the session's 256 random bits, which it does not give away (HMAC, RFC 2104).

    So it need not be kept, and a page that is loaded again finds its phone as it was.
    """
    password = hmac.digest(secret.encode(), b"browser phone", "sha256").hex()
    return Credentials(browser_account(person.account), password)
