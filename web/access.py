"""Who of the staff may do what: the one table. `web/routes.py` names the right that each page needs."""

from collections.abc import Mapping
from enum import StrEnum

from core.rules.staff import StaffKind

_DOCTOR, _OPERATOR = StaffKind.DOCTOR, StaffKind.OPERATOR
_SUPERVISOR, _ADMIN = StaffKind.SUPERVISOR, StaffKind.ADMIN


class Right(StrEnum):
    """What a page lets one do."""

    WORK = "work"
    """What everybody of the staff does: sign out, choose a language, hear of events."""
    TREAT = "treat"
    """One's own patients: their card, their prescription."""
    ASSIST = "assist"
    """The call centre's desk: callers, tokens, registrations, SMS, a call's story, complaints."""
    SUPERVISE = "supervise"
    """Listen to a talk, whisper, join it."""
    WATCH = "watch"
    """Numbers without anybody's name: the wallboard."""
    ADMINISTER = "administer"
    """Staff, hours, roster, prompts, settings, the audit log. No patient's data."""


ALLOWED: Mapping[Right, frozenset[StaffKind]] = {
    Right.WORK: frozenset(StaffKind),
    Right.TREAT: frozenset({_DOCTOR}),
    Right.ASSIST: frozenset({_OPERATOR, _SUPERVISOR}),
    Right.SUPERVISE: frozenset({_SUPERVISOR}),
    Right.WATCH: frozenset({_OPERATOR, _SUPERVISOR, _ADMIN}),
    Right.ADMINISTER: frozenset({_ADMIN}),
}

HOME: Mapping[StaffKind, str] = {
    _DOCTOR: "/doctor",
    _OPERATOR: "/operator",
    _SUPERVISOR: "/operator",
    _ADMIN: "/admin",
}
"""Where each begins their day."""
