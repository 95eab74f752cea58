"""What becomes of a patient when their case ends: sent on to another OPD, called again on a day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

FURTHEST_CALL_BACK = 180
"""Days: about as long as a talk with the same doctor is still a follow-up (T5)."""
LONGEST_WRAP_UP = 120
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The doctor's wishes for afterwards; an empty one changes nothing."""

    refer_to: str | None = None
    """Key of an OPD."""
    call_back_days: int | None = None

    def call_back_on(self, today: date) -> date | None:
        """The day of the call."""
        return None if self.call_back_days is None else today + timedelta(days=self.call_back_days)


class BadPlan(ValueError):
    """This cannot be planned; `field` says what: `refer_to` or `call_back_days`."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def check_plan(plan: Plan, *, present_opd: str, opds: Collection[str]) -> None:
    """Raise `BadPlan` for an OPD that does not exist or is this one, and for days out of 1 to 180."""
    if plan.refer_to is not None and (plan.refer_to == present_opd or plan.refer_to not in opds):
        raise BadPlan("refer_to")
    if plan.call_back_days is not None and not 1 <= plan.call_back_days <= FURTHEST_CALL_BACK:
        raise BadPlan("call_back_days")


def check_wrap_up(seconds: int | None) -> None:
    """Raise `ValueError` unless it is 0 to 120 s, or None (the doctor says when the next one may come)."""
    if seconds is not None and not 0 <= seconds <= LONGEST_WRAP_UP:
        raise ValueError(f"wrap_up_seconds {seconds}: 0 to {LONGEST_WRAP_UP}")
