"""How "closed" is said: when it opens, in words (S2)."""

from datetime import datetime

from core.clinic.clinic import Clinic
from core.rules.opd import Opd
from core.rules.speech import spoken_hour
from ivr.dialogue import Line

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def closed_lines(clinic: Clinic, opd: Opd) -> list[Line]:
    """That it is closed, why, and when it opens."""
    now = clinic.local_now()
    opening = opd.next_opening(now)
    lines: list[Line] = ["closed_holiday" if now.date() in opd.holidays else "closed_now"]
    return lines if opening is None else [*lines, "opens", _day(now, opening), _hour(opening)]


def _day(now: datetime, opening: datetime) -> Line:
    days = (opening.date() - now.date()).days
    if days == 0:
        return "opens_today"
    return "opens_tomorrow" if days == 1 else f"opens_{WEEKDAYS[opening.weekday()]}"


def _hour(opening: datetime) -> Line:
    prompt, hour = spoken_hour(opening.hour)
    return prompt, {"hour": hour}
