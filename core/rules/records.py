"""What is written down about calls and looks: the call log (T7), noted call-backs, the audit, web sessions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.rules.audit_action import AuditAction
from core.rules.staff import StaffKind


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call, in or out (T7). `id` is the switch's name for the leg."""

    id: str
    purpose: str
    """`patient`, `staff`, `called_back`, `doctor_rung`, …"""
    mobile: str
    """E.164, or the SIP account of one of our own phones."""
    started_at: datetime
    ended_at: datetime | None = None
    language: str | None = None
    patient_id: int | None = None
    token_id: int | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One line of a call's timeline: a prompt spoken, a key pressed, a match, a hang-up."""

    call_id: str
    at: datetime
    kind: str
    """`said`, `pressed`, `recorded`, `token`, `matched`, `talking`, `gone`, …"""
    detail: str = ""


class CallBackReason(StrEnum):
    """Why somebody is owed a call."""

    OPERATOR = "operator"
    """Asked for a human and none was free."""
    APOLOGY = "apology"
    """Called while our program was down, or something of ours failed during the call."""
    MISSED_CALL = "missed_call"
    """Rang a number that is never answered (S1)."""
    CUT_OFF = "cut_off"
    """The call broke before there was a token."""
    FOR_OPERATOR = "for_operator"
    """An operator had the machine call them."""
    REMINDER = "reminder"
    """They asked to be reminded by a call (`core.rules.reminder`)."""


@dataclass(frozen=True, slots=True)
class CallBack:
    """A call we owe."""

    id: int
    mobile: str
    reason: CallBackReason
    language: str | None
    requested_at: datetime
    done_at: datetime | None = None
    done_by: str | None = None
    due_at: datetime | None = None
    """When the machine calls next; None: an operator is to call."""
    attempts: int = 0
    """How often the machine has rung."""


@dataclass(frozen=True, slots=True)
class OperatorCall:
    """A caller who pressed 0, and the operator whose phone rings, or rang, for them."""

    id: int
    operator_id: int
    call_id: str
    """The caller's leg."""
    mobile: str
    """E.164, or as the caller was shown when it is no Indian mobile."""
    rang_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who looked at or did what: every look at patient data leaves one."""

    at: datetime
    actor: str
    """`doctor:3`, `operator:1`, `pharmacy:5`, `link:<prescription id>`, `visitor:<address>`, `system`."""
    action: AuditAction
    subject: str
    """`patient:7`, `prescription:4`, …"""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class WebSession:
    """A logged-in browser; only the hash of its cookie is kept."""

    id_hash: str
    kind: StaffKind
    person_id: int
    csrf: str
    created_at: datetime
    expires_at: datetime
    phone_digest: str | None = None
    """HA1 of the browser phone lent to this session (`core.rules.phone`); None: it has asked for none."""
    phone_lent_at: datetime | None = None
    """Of the sessions of one person the latest has the phone."""
