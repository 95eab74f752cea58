"""Reminders: that a course of medicines ends, that the doctor wants to hear from somebody again; only who agreed (T12).

Pure: what is due on which day, how it is told, and at which hours nobody minds.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from core.rules.prescription import Prescription

DECENT = (time(9), time(18))
"""Local time, the end excluded: nobody is reminded earlier or later."""
LATEST = timedelta(days=2)
"""A reminder that could not be given within this time after its day is of no use any more."""


class Way(StrEnum):
    """How somebody wants to be reminded."""

    CALL = "call"
    SMS = "sms"
    NOT = "not"


class Kind(StrEnum):
    """Of what."""

    COURSE = "course"
    """The medicines end."""
    FOLLOW_UP = "follow_up"
    """The doctor wants the patient to call again."""


@dataclass(frozen=True, slots=True)
class ReminderWish:
    """What was agreed on a mobile, when, and by which call or message (T12); the latest counts."""

    mobile: str
    way: Way
    at: datetime
    by: str
    """The call's id, or `sms:17`."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing to be reminded of, planned when the case ended; given, or not, once."""

    id: int
    cause: str
    """Unique: `course:<prescription id>`, `follow_up:<consultation id>`."""
    kind: Kind
    patient_id: int
    due_on: date
    """In the clinic's time zone."""
    prescription_id: int | None = None
    """Of a course: a void one is not reminded of."""
    call_back_id: int | None = None
    """The call by which it is given."""
    done_at: datetime | None = None
    done_how: str | None = None
    """`sms`, `call`, `not agreed`, `void`, `too late`."""


def course_ends_on(content: Prescription, signed_on: date) -> date | None:
    """The last day on which anything is taken; None without medicines."""
    days = max((medicine.days for medicine in content.medicines), default=0)
    return signed_on + timedelta(days=days - 1) if days else None


def is_decent(local: datetime) -> bool:
    """Whether somebody may be reminded at this local time."""
    return DECENT[0] <= local.time() < DECENT[1]


def next_decent(local: datetime) -> datetime:
    """This moment if it is decent, else the next one that is."""
    if is_decent(local):
        return local
    day = local if local.time() < DECENT[0] else local + timedelta(days=1)
    return day.replace(hour=DECENT[0].hour, minute=DECENT[0].minute, second=0, microsecond=0)
