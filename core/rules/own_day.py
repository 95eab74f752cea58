"""A doctor's own queue and day: who waits for their OPDs, whom they served, how long they talked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.rules.consultation import Consultation, Outcome
from core.rules.prescription import Prescription


@dataclass(frozen=True, slots=True)
class OwnQueue:
    """Whoever waits in one OPD for a doctor of these states and languages."""

    opd: str
    waiting: int
    since: datetime
    """When the wait of whoever waits longest began."""


@dataclass(frozen=True, slots=True)
class DayCase:
    """One consultation of a doctor's day, in which they talked."""

    consultation: Consultation
    token: str
    patient_code: str
    prescription_id: int | None
    """The valid one's."""
    prescription_number: str | None
    content: Prescription | None

    @property
    def talked(self) -> timedelta | None:
        """How long; None while they talk."""
        begun, ended = self.consultation.talked_at, self.consultation.hung_up_at
        return None if begun is None or ended is None else ended - begun

    @property
    def ending(self) -> str:
        """`prescribed`, `advised` (a paper with neither medicine nor test), `taken_back`, `closed`, or `open`."""
        if self.consultation.outcome is None:
            return "open"
        if self.content is None:
            return "taken_back" if self.consultation.outcome is Outcome.PRESCRIBED else "closed"
        return "prescribed" if self.content.medicines or self.content.tests else "advised"


@dataclass(frozen=True, slots=True)
class Day:
    """A doctor's day; the newest case first."""

    cases: Sequence[DayCase]

    @property
    def served(self) -> int:
        """Cases that were concluded, with a paper or without (S18)."""
        return sum(case.consultation.outcome in (Outcome.PRESCRIBED, Outcome.CLOSED) for case in self.cases)

    @property
    def mean_talk(self) -> timedelta | None:
        """None before the first talk has ended."""
        spans = [case.talked for case in self.cases if case.talked is not None]
        return sum(spans, timedelta()) / len(spans) if spans else None


def whole_minutes(span: timedelta) -> int:
    """Rounded down, never negative."""
    return max(0, int(span / timedelta(minutes=1)))
