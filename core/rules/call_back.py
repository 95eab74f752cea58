"""When the machine calls somebody back, and how often (S1, T14)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.rules.records import CallBack, CallBackReason

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


@dataclass(frozen=True, slots=True)
class Caps:
    """How many call-backs are made at most, against toll fraud (T14). Tries of one call-back count once."""

    per_hour: int
    """To one mobile."""
    per_day: int
    """To one mobile."""
    per_hour_in_all: int
    """To everybody together."""


@dataclass(frozen=True, slots=True)
class OwedCaller:
    """Everything that one mobile is owed: a single call settles it."""

    mobile: str
    """E.164."""
    reasons: Sequence[CallBackReason]
    """As they came."""
    since: datetime
    """Of the oldest wish."""
    language: str | None
    """The one noted last."""
    attempts: int
    """How often the machine has rung."""
    due_at: datetime | None
    """When the machine calls next; None: an operator is to call."""
    last_id: int
    """Of the newest call-back among these."""


def owed_callers(owed: Iterable[CallBack]) -> list[OwedCaller]:
    """One for each mobile, who has waited longest first."""
    of_mobile: dict[str, list[CallBack]] = {}
    for one in sorted(owed, key=lambda one: (one.requested_at, one.id)):
        of_mobile.setdefault(one.mobile, []).append(one)
    return [_owed_caller(wishes) for wishes in of_mobile.values()]


def _owed_caller(wishes: Sequence[CallBack]) -> OwedCaller:
    """`wishes`: of one mobile, oldest first."""
    spoken = [one.language for one in wishes if one.language]
    return OwedCaller(
        mobile=wishes[0].mobile,
        reasons=[one.reason for one in wishes],
        since=wishes[0].requested_at,
        language=spoken[-1] if spoken else None,
        attempts=max(one.attempts for one in wishes),
        due_at=min((one.due_at for one in wishes if one.due_at), default=None),
        last_id=max(one.id for one in wishes),
    )


def first_try(reason: CallBackReason, since: datetime) -> datetime:
    """When to ring somebody who has called us, in vain, at `since`."""
    return since + FIRST_AFTER[reason]


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to ring again after `attempts` tries that nobody answered; None when it is given up."""
    return now + AGAIN_AFTER[attempts - 1] if attempts <= len(AGAIN_AFTER) else None
