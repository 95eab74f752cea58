"""What can go wrong on a handset, as a person with a telephone would put it."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a call did not come up."""

    BUSY = "busy"
    REFUSED = "refused"
    NO_ANSWER = "no answer"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Ended:
    """How a call ended: SIP status and phrase, Q.850 cause (RFC 3326) if it was given, and who hung up."""

    code: int
    reason: str
    q850: int | None
    by_us: bool

    def __str__(self) -> str:
        cause = "" if self.q850 is None else f", Q.850 cause {self.q850}"
        return f"hung up by {'us' if self.by_us else 'the other side'} ({self.code} {self.reason}{cause})"


class HandsetError(Exception):
    """Anything that a handset could not do."""


class HandsetDied(HandsetError):
    """The telephone process is gone; the message ends with what it last printed."""


class RegistrationRefused(HandsetError):
    """The registrar said no (`code` 401, 403 …) or nothing (408)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"registration refused: {code} {reason}")
        self.code = code


class NotAnswered(HandsetError):
    """A dialled call did not come up."""

    def __init__(self, reason: Reason, ended: Ended) -> None:
        super().__init__(f"{reason}: {ended}")
        self.reason = reason
        self.ended = ended


class CallOver(HandsetError):
    """The call ended while something was awaited from it."""

    def __init__(self, ended: Ended) -> None:
        super().__init__(str(ended))
        self.ended = ended


def reason_not_answered(code: int, *, reached: bool) -> Reason:
    """What a final SIP status (RFC 3261 21) means to the caller; `reached` if the other end had responded before."""
    if code in (486, 600):
        return Reason.BUSY
    if code == 408:
        return Reason.NO_ANSWER if reached else Reason.UNREACHABLE
    if code in (480, 487):
        return Reason.NO_ANSWER
    return Reason.UNREACHABLE if 500 <= code < 600 else Reason.REFUSED
