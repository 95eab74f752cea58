"""When the machine calls somebody back, and how often (S1, T14)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.rules.records import CallBackReason

FIRST_AFTER: dict[CallBackReason, timedelta] = {
    CallBackReason.MISSED_CALL: timedelta(seconds=2),
    CallBackReason.CUT_OFF: timedelta(seconds=5),
    CallBackReason.APOLOGY: timedelta(seconds=20),
    CallBackReason.FOR_OPERATOR: timedelta(0),
    CallBackReason.REMINDER: timedelta(0),
}
"""Before the first try: their own phone has to ring off, and what failed may need a moment to be mended."""
AGAIN_AFTER = (timedelta(minutes=1), timedelta(minutes=5))
"""After the first, second … try that nobody answered; after one more it is given up, with an SMS."""
LEASE = timedelta(minutes=2)
"""How long a try may ring before it is taken for lost, and made again."""
STALE_AFTER = timedelta(hours=12)
"""Who rang so long ago is not called any more: they have helped themselves, or sleep."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Caps:
    """How many call-backs are made at most, against toll fraud (T14). Tries of one call-back count once."""

    per_hour: int
    """To one mobile."""
    per_day: int
    """To one mobile."""
    per_hour_in_all: int
    """To everybody together."""


def first_try(reason: CallBackReason, since: datetime) -> datetime:
    """When to ring somebody who has called us, in vain, at `since`."""
    return since + FIRST_AFTER[reason]


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to ring again after `attempts` tries that nobody answered; None when it is given up."""
    return now + AGAIN_AFTER[attempts - 1] if attempts <= len(AGAIN_AFTER) else None
