"""A complaint and its life: heard, with somebody who works on it, answered by a day (T9, S24)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

LONGEST = 4000
"""Characters of a complaint, and of its answer."""
LONGEST_BY_WEB = 500
"""Characters of one that a patient types."""
PIECE = 30
"""Characters of a DLT variable (T11)."""
MOST_PIECES = 3
"""Variables of the longest SMS that carries an answer."""


class About(StrEnum):
    """What somebody complains of."""

    TREATMENT = "treatment"
    WAITING = "waiting"
    STAFF = "staff"
    PHONE = "phone"
    """The line, the recorded voice, an SMS that did not come."""
    PRIVACY = "privacy"
    """Their data: access, correction, erasure (T12)."""
    OTHER = "other"


class Shelf(StrEnum):
    """Where an open one lies on the desk's list, the most urgent first."""

    OVERDUE = "overdue"
    """Whoever works on it."""
    MINE = "mine"
    FREE = "free"
    """Nobody works on it."""
    TAKEN = "taken"
    """Somebody else does."""


@dataclass(frozen=True, slots=True)
class Grievance:
    """One complaint. Its `id` is the number that the caller is told."""

    id: int
    mobile: str
    """E.164."""
    about: About
    text: str
    language: str
    """Of the caller: the answer's SMS is in it."""
    received_at: datetime
    received_by: str
    """`operator:3`, `supervisor:2`; `sms:<id>` or `mobile:<number>` when they wrote it, by SMS or on the web."""
    due_on: date
    """The last day for an answer, in the clinic's time zone: what they were promised."""
    patient_id: int | None = None
    answer: str | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None
    assigned_to: int | None = None
    """Who of the desk works on it."""

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to answer."""
        return self.answered_at is None

    def is_overdue(self, today: date) -> bool:
        """Whether the promised day has passed without an answer."""
        return self.is_open and today > self.due_on

    def worker(self, at_work: Collection[int]) -> int | None:
        """Who works on it; nobody, when that was somebody who has left."""
        return self.assigned_to if self.assigned_to in at_work else None


def due_on(received: date, days: int) -> date:
    """The last day for an answer to what came in on this day."""
    return received + timedelta(days=days)


def shelf_of(grievance: Grievance, today: date, me: int, at_work: Collection[int]) -> Shelf:
    """Of an open one, as `me` sees the list; `at_work` are those of the desk who have not left."""
    worker = grievance.worker(at_work)
    if grievance.is_overdue(today):
        return Shelf.OVERDUE
    if worker is None:
        return Shelf.FREE
    return Shelf.MINE if worker == me else Shelf.TAKEN


def pieces(answer: str) -> list[str] | None:
    """The answer in one to three variables of an SMS, broken between words; None when it does not fit (T11).

    >>> pieces("The doctor will call you tomorrow at ten")
    ['The doctor will call you', 'tomorrow at ten']
    """
    lines = [""]
    for word in answer.split():
        if len(word) > PIECE:
            return None
        if not lines[-1]:
            lines[-1] = word
        elif len(lines[-1]) + 1 + len(word) <= PIECE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines if lines[0] and len(lines) <= MOST_PIECES else None
