"""An outpatient department: what it is called, whether callers are offered it, when it is open (S2, S10)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

MIDNIGHT = time(0, 0)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As files and keys name them, in the order of `date.weekday()`."""
ALL_DAY = (MIDNIGHT, MIDNIGHT)
_KEY = r"[a-z][a-z_]{1,19}"
_OPD_KEY = re.compile(_KEY)
_CHOICE = re.compile(rf"([a-z]{{2,3}})/opd/({_KEY})")


def is_opd_key(text: str) -> bool:
    """Whether a department can be known by this: 2 to 20 small letters and underscores."""
    return _OPD_KEY.fullmatch(text) is not None


def choice_sound(language: str, opd: str) -> str:
    """The sound that offers an OPD which was added while serving (`core.rules.speech` says what a sound is)."""
    return f"{language}/opd/{opd}"


def choice_of(sound: str) -> tuple[str, str] | None:
    """Language and OPD of such a sound; None for any other."""
    found = _CHOICE.fullmatch(sound)
    return (found[1], found[2]) if found else None


@dataclass(frozen=True, slots=True)
class Opd:
    """One OPD of the deployment. Hours are local; closing at 00:00 means the end of the day."""

    key: str
    hours: Mapping[int, tuple[time, time]]
    """By `date.weekday()`; a day that is missing is closed."""
    holidays: frozenset[date] = frozenset()
    exceptions: Mapping[date, tuple[time, time] | None] = field(default_factory=dict)
    """Days that differ from everything above: other hours, or None for closed."""
    names: Mapping[str, str] = field(default_factory=dict)
    """On pages, by language; where there is none the pages know one themselves."""
    spoken: Mapping[str, str] | None = None
    """By language, what is said before the key that chooses it; None: a prompt of the deployment's files says it."""
    voiced: frozenset[str] = frozenset()
    """The languages in which a sound of `spoken` is there."""
    retired: bool = False
    """It takes no new tokens; whoever waits is still served."""

    def unvoiced(self, languages: Iterable[str]) -> tuple[str, ...]:
        """The languages in which it cannot be offered by telephone yet."""
        return () if self.spoken is None else tuple(one for one in languages if one not in self.voiced)

    def is_offered(self, languages: Iterable[str]) -> bool:
        """Whether callers hear of it, in whichever of these languages they speak."""
        planned = self.spoken is None or bool(self.hours or self.exceptions)
        return planned and not self.retired and not self.unvoiced(languages)

    def hours_on(self, day: date) -> tuple[time, time] | None:
        """Opening and closing time of this day, or None when closed all day."""
        if day in self.exceptions:
            return self.exceptions[day]
        return None if day in self.holidays else self.hours.get(day.weekday())

    def is_open(self, local: datetime) -> bool:
        """Whether it serves at this local time."""
        hours = self.hours_on(local.date())
        if hours is None:
            return False
        opens, closes = hours
        return opens <= local.time() and (closes == MIDNIGHT or local.time() < closes)

    def next_opening(self, local: datetime) -> datetime | None:
        """The next moment it opens after `local` (within two weeks), in the same time zone."""
        for ahead in range(15):
            day = local.date() + timedelta(days=ahead)
            hours = self.hours_on(day)
            if hours is not None:
                opening = datetime.combine(day, hours[0], tzinfo=local.tzinfo)
                if opening > local:
                    return opening
        return None
