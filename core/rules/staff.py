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
    """An operator who may also listen to talks and read a call's whole story."""
    ADMIN = "admin"
    """Sets the service up; sees no patient."""


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
    """A verified doctor; what T6 prints, what T9 checks, and what lanes they serve."""

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

    @property
    def kind(self) -> StaffKind:
        """For whoever handles doctors and operators alike."""
        return StaffKind.DOCTOR


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


def sip_digest(account: str, password: str) -> str:
    """HA1 (RFC 3261 section 22.4). MD5 is what SIP phones speak; it is never used for a web password."""
    return md5(f"{account}:{SIP_REALM}:{password}".encode(), usedforsecurity=False).hexdigest()
