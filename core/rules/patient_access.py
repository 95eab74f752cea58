"""How a patient comes in by web: a code by SMS that is used once, and the short session that it opens (S3, S13)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

CODE_DIGITS = 6
CODE_TEMPLATE = "one_time_code"
"""Of its SMS, whose text is for nobody else's eyes, and forgotten with the code."""
CODE_LASTS = timedelta(minutes=15)
CODE_TRIES = 5
"""Guesses at one code; then it is void, and a new one must be asked for."""
SESSION_LASTS = timedelta(minutes=30)
"""Of a patient: phones are shared, and shown at counters."""


@dataclass(frozen=True, slots=True)
class OneTimeCode:
    """The one code that opens a mobile's prescriptions now."""

    mobile: str
    """E.164; an earlier code of this mobile is void."""
    salt: str
    code_hash: str
    """See `code_hash`; the code itself is only in the SMS."""
    sent_at: datetime
    expires_at: datetime
    tries: int = 0
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PatientSession:
    """A browser that has proved something; only the hash of its cookie is kept."""

    id_hash: str
    created_at: datetime
    expires_at: datetime
    mobile: str | None = None
    """By a code: everything of everybody on this mobile."""
    prescription_id: int | None = None
    """By a second fact: this one prescription, behind its link."""
    token_id: int | None = None
    """By the token and its mobile, or a link sent there: health records may be sent for it (S11), nothing is read."""


def code_hash(salt: str, code: str) -> str:
    """SHA-256 in hex. It keeps a code from being read, not from being searched for: its fifteen minutes do that."""
    return sha256(f"{salt}:{code}".encode()).hexdigest()
