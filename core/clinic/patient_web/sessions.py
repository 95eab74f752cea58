"""A patient's short session: what it proves, and its secret (a cookie or a link), of which only the hash is stored."""

import secrets
from hashlib import sha256

from core.clinic.clinic import Clinic
from core.ports import Books
from core.rules.patient_access import SESSION_LASTS, PatientSession
from core.rules.token import Token
from core.rules.tries import DAY


async def open_patient_session(
    clinic: Clinic, books: Books, *, mobile: str | None = None, prescription_id: int | None = None
) -> str:
    """A new session within the caller's transaction; its secret (256 random bits), for the cookie."""
    secret, now = secrets.token_urlsafe(32), clinic.clock.now()
    session = PatientSession(_hash(secret), now, now + SESSION_LASTS, mobile, prescription_id)
    await books.patient_sessions.add(session)
    return secret


async def open_record_session(clinic: Clinic, books: Books, token: Token) -> str:
    """Likewise, to send health records for this token (S11); its secret (128 random bits) is short enough for an SMS.

    It lasts as long as any token may; that the token does not is asked when something is sent.
    """
    secret, now = secrets.token_urlsafe(16), clinic.clock.now()
    await books.patient_sessions.add(PatientSession(_hash(secret), now, now + DAY, token_id=token.id))
    return secret


async def patient_session_in(clinic: Clinic, books: Books, secret: str) -> PatientSession | None:
    """What this cookie proves; None for an unknown or expired one."""
    session = await books.patient_sessions.get(_hash(secret)) if secret else None
    return session if session is not None and session.expires_at > clinic.clock.now() else None


async def mobile_in(clinic: Clinic, books: Books, secret: str) -> str | None:
    """Whose everything this cookie opens; None unless a code has opened its session."""
    session = await patient_session_in(clinic, books, secret)
    return session.mobile if session is not None else None


async def close_patient_session(clinic: Clinic, secret: str) -> None:
    """Leave. Does nothing when there is no such session."""
    async with clinic.ledger.write() as books:
        await books.patient_sessions.drop(_hash(secret))


def _hash(secret: str) -> str:
    return sha256(secret.encode(errors="surrogateescape")).hexdigest()  # a cookie may hold any bytes
