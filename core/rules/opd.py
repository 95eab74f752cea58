"""When an outpatient department is open, and when it opens next (S2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

MIDNIGHT = time(0, 0)


@dataclass(frozen=True, slots=True)
class Opd:
    """One OPD of the deployment. Hours are local; closing at 00:00 means the end of the day."""

    key: str
    hours: Mapping[int, tuple[time, time]]
    """By `date.weekday()`; a day that is missing is closed."""
    holidays: frozenset[date] = frozenset()
    exceptions: Mapping[date, tuple[time, time] | None] = field(default_factory=dict)
    """Days that differ from everything above: other hours, or None for closed."""

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
