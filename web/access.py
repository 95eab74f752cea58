"""Who of the staff and the pharmacies may do what: the one table. `web/routes.py` names the right of each page."""

from collections.abc import Mapping
from enum import StrEnum

from core.rules.staff import StaffKind

_DOCTOR, _OPERATOR = StaffKind.DOCTOR, StaffKind.OPERATOR
_SUPERVISOR, _ADMIN = StaffKind.SUPERVISOR, StaffKind.ADMIN
_PHARMACY = StaffKind.PHARMACY


class Right(StrEnum):
    """What a page lets one do."""

    WORK = "work"
    """What everybody of the staff does: hear of events, have a telephone."""
    TREAT = "treat"
    """One's own patients: their card, their prescription."""
    ASSIST = "assist"
    """The call centre's desk: callers, tokens, registrations, SMS, a call's story, complaints."""
    SUPERVISE = "supervise"
    """Listen to a talk, whisper, join it; say who works on a complaint."""
    WATCH = "watch"
    """Numbers without anybody's name: the wallboard."""
    ADMINISTER = "administer"
    """Staff, hours, roster, prompts, settings, the audit log. No patient's data."""
    DISPENSE = "dispense"
    """A prescription whose code one has: what is left to give, and what one has given."""
    OWN_ACCESS = "own_access"
    """One's own way in: password, open sessions, signing out; whoever could come in."""


ALLOWED: Mapping[Right, frozenset[StaffKind]] = {
    Right.WORK: frozenset(StaffKind) - {_PHARMACY},
    Right.TREAT: frozenset({_DOCTOR}),
    Right.ASSIST: frozenset({_OPERATOR, _SUPERVISOR}),
    Right.SUPERVISE: frozenset({_SUPERVISOR}),
    Right.WATCH: frozenset({_OPERATOR, _SUPERVISOR, _ADMIN}),
    Right.ADMINISTER: frozenset({_ADMIN}),
    Right.DISPENSE: frozenset({_PHARMACY}),
    Right.OWN_ACCESS: frozenset(StaffKind),
}

HOME: Mapping[StaffKind, str] = {
    _DOCTOR: "/doctor",
    _OPERATOR: "/operator",
    _SUPERVISOR: "/operator",
    _ADMIN: "/admin",
    _PHARMACY: "/pharmacy",
}
"""Where each begins their day."""
