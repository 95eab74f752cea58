"""The queue discipline: one number ranks a token, and everyone ages at the same rate (docs/queue.md).

`rank = joined_at - head_start(priority)`, in milliseconds since the epoch; the smallest is served first. A head start
is finite, so nobody starves: whoever joins more than the largest head start after you can never overtake you.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.rules.patient import ELDERLY_AGE, INFANT_AGE
from core.rules.token import Priority

HEAD_START: dict[Priority, timedelta] = {
    Priority.EMERGENCY: timedelta(minutes=60),
    Priority.INFANT: timedelta(minutes=20),
    Priority.PREGNANT: timedelta(minutes=15),
    Priority.ELDERLY: timedelta(minutes=10),
    Priority.ROUTINE: timedelta(0),
}
OWN_DOCTOR_PATIENCE = timedelta(minutes=15)
"""How long a follow-up waits for its own doctor before anybody may serve it."""
USUAL_CONSULTATION = timedelta(minutes=6)
"""What a consultation is taken to last until enough of them have been measured."""


@dataclass(frozen=True, slots=True, order=True)
class Lane:
    """What a token waits under, and a doctor serves some of."""

    state_code: str
    opd: str
    language: str

    def __str__(self) -> str:
        return f"{self.state_code}/{self.opd}/{self.language}"


@dataclass(frozen=True, slots=True)
class Match:
    """A doctor reserved for a token: the outcome of a claim."""

    token_id: int
    doctor_id: int


def rank(joined_at: datetime, priority: Priority) -> int:
    """Milliseconds since the epoch; smaller is sooner."""
    return int((joined_at - HEAD_START[priority]).timestamp() * 1000)


def priority_of(age: int, *, pregnant: bool) -> Priority:
    """The class that age and pregnancy give; an emergency is declared by a person, never guessed."""
    if age < INFANT_AGE:
        return Priority.INFANT
    if pregnant:
        return Priority.PREGNANT
    return Priority.ELDERLY if age >= ELDERLY_AGE else Priority.ROUTINE


def overtaking_bound(priority: Priority) -> timedelta:
    """Nobody who joins later than this after a token of `priority` is ever served before it."""
    return max(HEAD_START.values()) - HEAD_START[priority]


def expected_wait(ahead: int, doctors: int, usual: timedelta = USUAL_CONSULTATION) -> timedelta | None:
    """How long `ahead` people take `doctors` doctors, rounded up to whole minutes; None when there is no doctor."""
    if doctors == 0:
        return None
    minutes = -(-(ahead + 1) * usual.total_seconds() // (doctors * 60))
    return timedelta(minutes=minutes)


def lanes_of(states: Iterable[str], opds: Iterable[str], languages: Iterable[str]) -> tuple[Lane, ...]:
    """The lanes a doctor serves: every combination, sorted so that equal doctors have equal lanes."""
    states, opds, languages = tuple(states), tuple(opds), tuple(languages)
    return tuple(sorted(Lane(state, opd, language) for state in states for opd in opds for language in languages))
