"""One doctor with one patient under one token, from the reservation to the signature (S18, S22)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

FOLLOW_UP_MONTHS = 6
"""Same doctor, same condition within this time is a follow-up (T5, check)."""
REDIALS = 2
"""How often a dropped call is redialled before the doctor is left to decide (S18)."""
SWITCH_REDIALS = 8
"""Likewise, when it was the switch: their phones are busy until they notice that nobody is there any more."""


class Outcome(StrEnum):
    """How a consultation ended."""

    PRESCRIBED = "prescribed"
    CLOSED = "closed"
    """The doctor closed the case without a prescription."""
    PATIENT_ABSENT = "patient_absent"
    DOCTOR_ABSENT = "doctor_absent"
    CANCELLED = "cancelled"
    """The patient cancelled while being called, or we stopped in the middle of bringing them together."""


class Visit(StrEnum):
    """What the doctor says of a visit that may be a follow-up: software knows the day, not the condition (T5, T8)."""

    UNSAID = ""
    SAME_CONDITION = "same"
    ANOTHER_CONDITION = "another"


@dataclass(frozen=True, slots=True)
class Consultation:
    """Times are UTC. `outcome` is None while it is open."""

    id: int
    token_id: int
    patient_id: int
    doctor_id: int
    follow_up: bool
    """Same doctor, recently: it may be one. Once it is signed: whether it was, as the doctor said."""
    claimed_at: datetime
    talked_at: datetime | None = None
    """When they first heard each other."""
    hung_up_at: datetime | None = None
    """When the (last) talk ended."""
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    patient_call: str | None = None
    doctor_call: str | None = None
    referred_to: str | None = None
    """The OPD that the doctor sent the patient on to when it ended."""
    call_back_on: date | None = None
    """The day, in the clinic's time zone, on which the doctor wants the patient to be called again."""

    @property
    def is_talk(self) -> bool:
        """Whether they talk, as far as it is written down: also when the doctor has signed or closed meanwhile."""
        return self.talked_at is not None and self.hung_up_at is None

    @property
    def is_present(self) -> bool:
        """Whether the doctor has this patient: until the case is over and nobody talks any more."""
        return self.outcome is None or self.is_talk

    @property
    def room(self) -> str:
        """The name of the room on the switch, by which a restart finds the talk again."""
        return f"consultation-{self.id}"


def is_follow_up(last_with_doctor: datetime | None, now: datetime) -> bool:
    """Whether a consultation with the doctor of `last_with_doctor` may be a follow-up (T5): see `as_said`."""
    return last_with_doctor is not None and now - last_with_doctor <= timedelta(days=30 * FOLLOW_UP_MONTHS)


def as_said(consultation: Consultation, visit: Visit) -> Consultation:
    """For rules and paper: a first visit, until the doctor has said that it is for the same condition."""
    return replace(consultation, follow_up=consultation.follow_up and visit is Visit.SAME_CONDITION)
