"""A complaint and its life: heard, answered, closed (T9, S24)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LONGEST = 4000
"""Characters of a complaint, and of its answer."""
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
    """`operator:3`, `supervisor:2`, or `sms:<id>` when it was written."""
    patient_id: int | None = None
    answer: str | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to answer."""
        return self.answered_at is None


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
