"""Signing in to the panel and out of it: who this is, and the server-side session that remembers it."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from core.clinic.clinic import Clinic
from core.clinic.passwords import fits
from core.rules.pharmacy import Person
from core.rules.records import AuditEntry, WebSession
from core.rules.staff import StaffKind

SESSION_LASTS = timedelta(hours=12)
"""Counted from signing in, whatever happens in between: one long shift."""
LONGEST_EXTENSION = timedelta(hours=2)
"""For who is in a call then: nobody's telephone is taken from them in the middle of a sentence."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody of the staff, or a pharmacy, with an open session."""

    person: Person
    session: WebSession


async def sign_in(clinic: Clinic, login: str, password: str) -> Person | None:
    """Who this is, or None. An unknown login takes as long as a wrong password (one argon2 either way)."""
    async with clinic.ledger.read() as books:
        staff = books.staff
        person: Person | None = await staff.doctor_by_login(login) or await staff.operator_by_login(login)
        person = person or await books.pharmacies.by_login(login)
    if not await fits(password, person.password_hash if person else None) or person is None:
        return None
    return person


async def open_session(clinic: Clinic, person: Person) -> tuple[str, SignedIn]:
    """A new session and its secret (256 random bits, for the cookie); only the secret's hash is stored."""
    secret, now = secrets.token_urlsafe(32), clinic.clock.now()
    session = WebSession(
        id_hash=_hash(secret),
        kind=person.kind,
        person_id=person.id,
        csrf=secrets.token_urlsafe(32),
        created_at=now,
        expires_at=now + SESSION_LASTS,
    )
    async with clinic.ledger.write() as books:
        await books.sessions.drop_expired(now)
        await books.sessions.add(session)
        await books.audit(AuditEntry(now, actor(session), "signed in", actor(session)))
    return secret, SignedIn(person, session)


async def session_of(clinic: Clinic, secret: str) -> SignedIn | None:
    """Whose session this is, or None for an unknown or expired one."""
    async with clinic.ledger.read() as books:
        session = await books.sessions.get(_hash(secret))
        if session is None or session.expires_at <= clinic.clock.now():
            return None
        person: Person
        match session.kind:
            case StaffKind.DOCTOR:
                person = await books.staff.doctor(session.person_id)
            case StaffKind.PHARMACY:
                person = await books.pharmacies.get(session.person_id)
            case _:
                person = await books.staff.operator(session.person_id)
    return SignedIn(person, session) if person.left_at is None else None


async def close_session(clinic: Clinic, secret: str) -> None:
    """Sign out. Does nothing when there is no such session."""
    async with clinic.ledger.write() as books:
        session = await books.sessions.get(_hash(secret))
        if session is not None:
            await books.sessions.drop(session.id_hash)
            await books.audit(AuditEntry(clinic.clock.now(), actor(session), "signed out", actor(session)))
    if session is not None:
        await clinic.line.publish("staff", {"kind": "signed_out", "person": session.person_id})  # their phone is void


def actor(session: WebSession) -> str:
    """How the audit names them: `doctor:3`, `operator:1`."""
    return f"{session.kind}:{session.person_id}"


def _hash(secret: str) -> str:
    return sha256(secret.encode(errors="surrogateescape")).hexdigest()  # a cookie may hold any bytes
