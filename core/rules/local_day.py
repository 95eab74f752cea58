"""A day as people count it, in their time zone, as moments in UTC."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """Local midnight, in UTC; a day is over when the next one begins, mostly 24 hours later."""
    return datetime.combine(day, time(0), zone).astimezone(UTC)
