"""What the wallboard counts, and the arithmetic of it: shares, hours of a day, waits. Nobody's name is in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.rules.local_day import day_begins

PROMPT = timedelta(minutes=2)
"""Who talks with a doctor this soon after the token was answered promptly."""


@dataclass(frozen=True, slots=True)
class OnTheLine:
    """Patients' calls that are up, by what they do."""

    ivr: int
    """They hear and press: no token yet, or not waiting with it."""
    holding: int
    """They have a token and wait on the line."""
    talking: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.ivr + self.holding + self.talking


@dataclass(frozen=True, slots=True)
class LaneWait:
    """Who waits for an OPD in a language, wherever they live."""

    opd: str
    language: str
    waiting: int
    since: datetime
    """When the wait of whoever waits longest began."""


@dataclass(frozen=True, slots=True)
class Promptness:
    """Of a day's tokens that were answered, or had the time to be: how many were answered promptly."""

    judged: int
    prompt: int

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 100 means all; None when there is nothing to judge."""
        return self.prompt * 100 // self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Abandoned:
    """Who hung up today before a doctor was there."""

    before_token: int
    """Numbers that hung up without a token and have none of today."""
    while_waiting: int
    """Tokens with which somebody held the line and hung up before the doctor came; they are called all the same."""

    @property
    def total(self) -> int:
        """Both."""
        return self.before_token + self.while_waiting


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Of the doctors whose duty for an OPD is now (S27): how many, and how many of them are not at work."""

    opd: str
    rostered: int
    absent: int


def by_opd(duties: Iterable[tuple[str, bool]]) -> list[OnDuty]:
    """Of (OPD, whether the doctor is absent): most missing first."""
    counts: dict[str, tuple[int, int]] = {}
    for opd, away in duties:
        rostered, absent = counts.get(opd, (0, 0))
        counts[opd] = rostered + 1, absent + away
    found = [OnDuty(opd, rostered, absent) for opd, (rostered, absent) in counts.items()]
    return sorted(found, key=lambda duty: (-duty.absent, duty.opd))


def hour_edges(day: date, zone: ZoneInfo) -> tuple[datetime, ...]:
    """From local midnight to the next one, an hour apart, in UTC: 25 of them but where the clocks are changed."""
    begin, end = day_begins(day, zone), day_begins(day + timedelta(days=1), zone)
    whole = int((end - begin) / timedelta(hours=1))
    return (*(begin + timedelta(hours=hour) for hour in range(whole)), end)


def edges_until(edges: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
    """Those of `edges` up to `now`, and `now` itself: the hours that have begun."""
    return (*(edge for edge in edges if edge < now), now)


def longest_first(waits: Iterable[LaneWait]) -> list[LaneWait]:
    """By who waits longest: what needs a doctor most stands first."""
    return sorted(waits, key=lambda wait: (wait.since, wait.opd, wait.language))


def whole_minutes(since: datetime, now: datetime) -> int:
    """How long somebody has waited; never negative, should two machines' clocks differ."""
    return max(0, int((now - since) / timedelta(minutes=1)))
