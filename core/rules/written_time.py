"""Days and times as people in India, and their spreadsheets, write them: a day is never written month first."""

import re
from datetime import date, time

_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_INDIAN_DAY = re.compile(r"(?P<day>[0-9]{1,2})(?P<between>[/-])(?P<month>[0-9]{1,2})(?P=between)(?P<year>[0-9]{4})")
_TIME = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?::00)?")
_HALF_DAY = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2})(?::00)?)? ?([ap])\.?m\.?", re.IGNORECASE)


def day_of(text: str) -> date | None:
    """`2026-11-23`, `23/11/2026` and `23-11-2026` are one day, `3/4/2026` is in April; None for what is no day."""
    found = _DAY.fullmatch(text) or _INDIAN_DAY.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def time_of(text: str) -> time | None:
    """`9:00`, `09:00`, `9.00`, `09:00:00`, `9 am`, `9:00 AM` are one time; None for what is none, as a bare `9`."""
    if half := _HALF_DAY.fullmatch(text):
        hour, minute = int(half[1]), int(half[2] or 0)
        if not 1 <= hour <= 12:
            return None
        return _time(hour % 12 + (12 if half[3] in "pP" else 0), minute)
    found = _TIME.fullmatch(text)
    return _time(int(found[1]), int(found[2])) if found else None


def _time(hour: int, minute: int) -> time | None:
    return time(hour, minute) if hour < 24 and minute < 60 else None
