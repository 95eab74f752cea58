"""Reads the outpatient departments and their hours (S2)."""

from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

from config.tables import BadTable, read_toml
from core.rules.opd import Opd

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_OPDS = 7
"""Keys 1-7 choose one; 0 and 9 are taken, 8 is kept free."""


def load_opds(path: Path) -> Mapping[str, Opd]:
    """The departments by key, in the file's order. Raises `BadTable`."""
    table = read_toml(path)
    if not 1 <= len(table) <= MOST_OPDS:
        raise BadTable(path, "file", f"holds {len(table)} departments; 1 to {MOST_OPDS} can be offered")
    return {key: _opd(path, key, entry) for key, entry in table.items()}


def _opd(path: Path, key: str, entry: Mapping[str, Any]) -> Opd:
    unknown = sorted(entry.keys() - {"hours", "holidays"})
    if unknown:
        raise BadTable(path, key, f"unknown key {unknown[0]}")
    holidays = entry.get("holidays", [])
    for holiday in holidays:
        if not isinstance(holiday, date):
            raise BadTable(path, f"{key}.holidays", f"{holiday!r} is not a date like 2027-01-26")
    texts: Mapping[str, str] = entry["hours"]
    hours = {_day(path, key, day): parse_hours(path, f"{key}.hours.{day}", text) for day, text in texts.items()}
    return Opd(key, hours, frozenset(holidays))


def _day(path: Path, key: str, day: str) -> int:
    if day not in DAYS:
        raise BadTable(path, f"{key}.hours", f"{day!r} is not one of {', '.join(DAYS)}")
    return DAYS.index(day)


def parse_hours(path: Path, where: str, text: str) -> tuple[time, time]:
    """Opening and closing time from `09:00-15:00`. Raises `BadTable`, naming `path` and `where`."""
    try:
        opens, closes = str(text).replace("24:00", "00:00").split("-")
        hours = time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
    except ValueError as error:
        raise BadTable(path, where, f"{text!r} is not like 09:00-15:00") from error
    if hours[1] != time(0) and hours[0] >= hours[1]:
        raise BadTable(path, where, f"{text!r} closes before it opens")
    return hours
