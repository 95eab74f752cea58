"""The same hours for several departments and days at once: a holiday is one deed, whoever is closed on it (S2)."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from core.clinic.admin.change_setting import changes, write_changes
from core.clinic.clinic import Clinic
from core.rules.changes import BadChange
from core.rules.opd import DAYS

MOST_DAYS = 31
"""In one span; a department that is closed for longer is retired, or has other weekdays."""


async def set_hours(clinic: Clinic, opds: Iterable[str], days: Sequence[str], hours: str | None, by: str) -> None:
    """All of them or none. Raises `BadChange`.

    `days`: weekdays (`mon`) or dates; `hours`: `09:00-15:00`, `closed`, or None for what the deployment's files say.
    """
    for day in days:
        if day not in DAYS and not _is_date(day):
            raise BadChange(day, "is neither a weekday like mon nor a date like 2027-01-26")
    keys = [f"opd.{opd}.{day}" for opd in opds for day in days]
    if hours is None:
        changed = {each.key for each in await changes(clinic)}
        keys = [key for key in keys if key in changed]
    if not keys:
        raise BadChange("opd", "nothing was changed there")
    await write_changes(clinic, dict.fromkeys(keys, hours), by)


def span(first: date, last: date) -> Sequence[str]:
    """Every day from the first to the last. Raises `BadChange` for none, and for more than `MOST_DAYS`."""
    count = (last - first).days + 1
    if not 1 <= count <= MOST_DAYS:
        raise BadChange(f"{first}..{last}", f"must be 1 to {MOST_DAYS} days")
    return [str(first + timedelta(days=ahead)) for ahead in range(count)]


def _is_date(text: str) -> bool:
    try:
        return str(date.fromisoformat(text)) == text
    except ValueError:
        return False
