"""A token's life: one table of allowed moves (S12, S15-S19)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

TURNS_BACK = 2
"""A called and unanswered token goes to the back this often; the next time it is closed (S19)."""
ANSWER_SECONDS = 120
"""How long a patient has to come when called (S19)."""


class TokenState(StrEnum):
    """Where a token is. The first four are active: a patient has at most one such token (S16)."""

    WAITING = "waiting"
    CALLED = "called"
    """A doctor is reserved and both are being brought together."""
    TALKING = "talking"
    """They have spoken; a dropped call stays here while it is redialled (S18)."""
    WRITING = "writing"
    """The call is over, the doctor has not signed or closed yet."""
    CONSUMED = "consumed"
    """The e-prescription is issued (S18)."""
    CLOSED = "closed"
    """The doctor ended the case without a prescription (S18)."""
    CANCELLED = "cancelled"
    MISSED = "missed"
    """Called three times and never came (S19)."""
    EXPIRED = "expired"
    """Unused at the end of its day (S17)."""


class Priority(StrEnum):
    """Why somebody is served sooner; the head starts are in `core.rules.queue`."""

    EMERGENCY = "emergency"
    INFANT = "infant"
    PREGNANT = "pregnant"
    ELDERLY = "elderly"
    ROUTINE = "routine"


_S = TokenState
MOVES: dict[TokenState, frozenset[TokenState]] = {
    _S.WAITING: frozenset({_S.CALLED, _S.CANCELLED, _S.EXPIRED}),
    _S.CALLED: frozenset({_S.WAITING, _S.TALKING, _S.CANCELLED, _S.MISSED}),
    _S.TALKING: frozenset({_S.WRITING, _S.CONSUMED, _S.CLOSED}),
    _S.WRITING: frozenset({_S.TALKING, _S.CONSUMED, _S.CLOSED}),
    _S.CONSUMED: frozenset(),
    _S.CLOSED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.MISSED: frozenset(),
    _S.EXPIRED: frozenset(),
}
ACTIVE = frozenset(state for state, moves in MOVES.items() if moves)


@dataclass(frozen=True, slots=True)
class Token:
    """A place in the line for one patient on one day."""

    id: int
    number: str
    """What is spoken and sent; digits, unique within its day."""
    day: date
    """The day in the clinic's time zone."""
    patient_id: int
    opd: str
    state_code: str
    """Where the patient lives: tokens wait under (state, OPD, language)."""
    language: str
    priority: Priority
    state: TokenState
    created_at: datetime
    joined_at: datetime
    """When the current wait began: `created_at`, or when it last went to the back (S19)."""
    turns: int = 0
    """How often the patient was called and did not come."""
    own_doctor_id: int | None = None
    """A follow-up waits for its own doctor for a bounded time first (T5)."""


class NotAllowed(Exception):
    """A move that the table forbids: nothing was changed."""


def check_move(token: Token, to: TokenState) -> None:
    """Raise `NotAllowed` unless this token may go there."""
    if to not in MOVES[token.state]:
        raise NotAllowed(f"a {token.state} token cannot become {to}")
