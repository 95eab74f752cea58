"""How a supervisor may be with a talk, and how that is written in the call log and the audit (T7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.rules.audit_action import AuditAction


class Manner(StrEnum):
    """From the quietest to the loudest."""

    LISTEN = "listen"
    """Hears both; nobody hears them."""
    WHISPER = "whisper"
    """Hears both; the doctor hears them, the patient does not."""
    JOIN = "join"
    """All three hear each other."""


RUNG = "supervisor_rung"
"""Purpose, in the call log, of ringing a supervisor's own phone."""
ANSWERED, NO_ANSWER, GIVEN_UP = "answered", "no_answer", "given_up"
"""What came of it."""
PURPOSE: Mapping[Manner, str] = {
    Manner.LISTEN: "supervisor_listens",
    Manner.WHISPER: "supervisor_whispers",
    Manner.JOIN: "supervisor_joined",
}
"""Purpose of a supervisor's answered leg. While such a leg is up, the doctor is told."""
DEED: Mapping[Manner, AuditAction] = {Manner.LISTEN: "listened", Manner.WHISPER: "whispered", Manner.JOIN: "joined"}
"""As the audit says it."""
PURPOSES = frozenset({RUNG, *PURPOSE.values()})
_MANNER = {purpose: manner for manner, purpose in PURPOSE.items()}


@dataclass(frozen=True, slots=True)
class Supervision:
    """One that goes on."""

    account: str
    """The supervisor's SIP account."""
    token_id: int
    manner: Manner | None
    """None: their phone rings still."""
    since: datetime


def manner_of(purpose: str) -> Manner | None:
    """How the leg of this purpose is with the talk; None while the phone rings."""
    return _MANNER.get(purpose)


def loudest(supervisions: list[Supervision]) -> Supervision | None:
    """Of several the one to tell the doctor of; None when nobody hears them yet."""
    heard = [each for each in supervisions if each.manner is not None]
    order = list(Manner)
    return max(heard, key=lambda each: order.index(each.manner or Manner.LISTEN), default=None)
