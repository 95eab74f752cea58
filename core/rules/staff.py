"""The people who serve: doctors, the call centre, who runs the service; and how their phones are known (T9)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import md5

SIP_REALM = "duravani"


class StaffKind(StrEnum):
    """Who may log in. What each may do is `web/access.py`."""

    DOCTOR = "doctor"
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    """An operator who may also listen to talks, whisper and join them."""
    ADMIN = "admin"
    """Sets the service up; sees no patient."""
    PHARMACY = "pharmacy"
    """A shop outside, registered with us (`core.rules.pharmacy`)."""


class Verification(StrEnum):
    """Whether a doctor's registration, or a pharmacy's licence, has been looked up in the register (T9)."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    SUSPENDED = "suspended"


class DoctorState(StrEnum):
    """What a doctor is doing, as the line and the panels show it."""

    OFFLINE = "offline"
    """Paused, and no phone is registered."""
    PAUSED = "paused"
    READY = "ready"
    RESERVED = "reserved"
    """A token has been claimed for them; patient and phone are being rung."""
    TALKING = "talking"
    WRITING = "writing"


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor; what T6 prints, what T9 checks, and what lanes they serve."""

    id: int
    login: str
    name: str
    qualification: str
    registration_number: str
    council: str
    contact: str
    opds: tuple[str, ...]
    languages: tuple[str, ...]
    states: tuple[str, ...]
    """State codes served; empty means every state."""
    account: str
    """SIP user name."""
    sip_digest: str
    """HA1 of RFC 3261 section 22: MD5 of user, realm and password; the password itself is not kept."""
    password_hash: str
    """Argon2id."""
    created_at: datetime
    available: bool = False
    """Whether they want patients; survives restarts."""
    wrap_up_seconds: int | None = 0
    """How long after a patient the next one comes (0: at once); None: when the doctor says so."""
    back_at: datetime | None = None
    """While they wrap up: when they are ready again by themselves."""
    left_at: datetime | None = None
    """Nobody is deleted: who left cannot come in any more, and their papers keep their name."""
    verification: Verification = Verification.UNVERIFIED
    verified_by: str | None = None
    """Who set the state that it has now, as in the audit: `admin:3`."""
    verified_at: datetime | None = None
    outside_number: str | None = None
    """E.164: rung by the trunk when no phone of theirs is registered."""
    language: str | None = None
    """In which the panel speaks to them, wherever they sign in; None: they have not chosen."""

    @property
    def kind(self) -> StaffKind:
        """For whoever handles doctors and operators alike."""
        return StaffKind.DOCTOR

    @property
    def may_practise(self) -> bool:
        """Whether they may be given patients, and sign (T9)."""
        return self.verification is Verification.VERIFIED and self.left_at is None


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who is no doctor: an operator or supervisor of the call centre, or an administrator."""

    id: int
    login: str
    name: str
    account: str
    sip_digest: str
    password_hash: str
    created_at: datetime
    available: bool = False
    """Whether key 0 may ring them."""
    kind: StaffKind = StaffKind.OPERATOR
    left_at: datetime | None = None
    """As with doctors."""
    language: str | None = None
    """As with doctors."""


def sip_digest(account: str, password: str) -> str:
    """HA1 (RFC 3261 section 22.4). MD5 is what SIP phones speak; it is never used for a web password."""
    return md5(f"{account}:{SIP_REALM}:{password}".encode(), usedforsecurity=False).hexdigest()
