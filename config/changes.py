"""What was changed while running, put on top of the files: checked by the code that reads the files."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from config.opds import DAYS, parse_hours
from config.settings import Settings
from config.tables import BadTable
from core.rules.changes import BadChange, Changes
from core.rules.opd import Opd

LIVE = (
    "family_limit", "token_digits", "link_days", "call_backs_per_hour", "call_backs_per_day",
    "call_backs_per_hour_in_all", "notice_version", "dispensing_days", "correction_days",
)  # fmt: skip
"""In force within seconds: each use case reads them when it needs them."""
AT_START = ("clinic_name", "grievance_contact")
"""Part of the SMS texts and of the paper, which are made once."""
SHOWN = (
    "languages", "time_zone", "patient_numbers", "missed_call_numbers", "pharmacy_numbers", "staff_number", "ambulance",
    "call_backs_at_once",
)  # fmt: skip
"""Worth seeing. Asterisk is told of the numbers at its start, where there is no database; so they stay in the files."""
CLOSED = "closed"
DLT_ID = re.compile(r"[A-Za-z0-9-]{1,40}")
_DAY = re.compile(r"opd\.([a-z_]+)\.([a-z]{3}|[0-9]{4}-[0-9]{2}-[0-9]{2})")
_HOURS = re.compile(r"[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}")
_TEMPLATE = re.compile(r"sms\.(\w+)\.(\w+)\.dlt_id")
_HERE = Path("administration")


def setting(key: str, text: str) -> Any:
    """One setting from text, as strictly as at start. Raises `BadChange`."""
    field = Settings.model_fields[key]
    kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    try:
        return TypeAdapter(kind).validate_python(text)
    except ValidationError as error:
        raise BadChange(key, error.errors()[0]["msg"].removeprefix("Value error, ")) from error


def changed_settings(settings: Settings, changes: Changes, keys: tuple[str, ...]) -> Settings:
    """The settings with those changes whose keys are named."""
    return settings.model_copy(update={key: setting(key, changes[key]) for key in keys if key in changes})


def changed_opds(opds: Mapping[str, Opd], changes: Changes) -> Mapping[str, Opd]:
    """The departments with other hours: by weekday (`opd.general.mon`) or on a day (`opd.general.2027-01-26`)."""
    changed = dict(opds)
    for key, text in changes.items():
        if (found := _DAY.fullmatch(key)) is not None and found[1] in changed:
            changed[found[1]] = _with_day(changed[found[1]], found[2], None if text == CLOSED else _hours(key, text))
    return changed


def template_ids(changes: Changes) -> Mapping[tuple[str, str], str]:
    """DLT ids by template and language."""
    return {(found[1], found[2]): text for key, text in changes.items() if (found := _TEMPLATE.fullmatch(key))}


def check_key(key: str, text: str, opds: Mapping[str, Opd]) -> None:
    """Raises `BadChange` unless this is something that can be changed, with a value that it can have."""
    if key in LIVE or key in AT_START:
        setting(key, text)
    elif (found := _DAY.fullmatch(key)) is not None and found[1] in opds:
        if found[2] not in DAYS:
            _date(key, found[2])
        if text != CLOSED:
            _hours(key, text)
    elif _TEMPLATE.fullmatch(key):
        if not DLT_ID.fullmatch(text):
            raise BadChange(key, f"{text!r} is not a DLT id: up to 40 letters, digits and hyphens")
    else:
        raise BadChange(key, "there is no such setting, or it can only be set in the files")


def _with_day(opd: Opd, day: str, hours: tuple[time, time] | None) -> Opd:
    if day not in DAYS:
        return replace(opd, exceptions={**opd.exceptions, _date(opd.key, day): hours})
    others = {weekday: theirs for weekday, theirs in opd.hours.items() if weekday != DAYS.index(day)}
    return replace(opd, hours=others if hours is None else {**others, DAYS.index(day): hours})


def _date(key: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadChange(key, f"{text!r} is not a date like 2027-01-26") from error


def _hours(key: str, text: str) -> tuple[time, time]:
    if not _HOURS.fullmatch(text):
        raise BadChange(key, f"{text!r} is neither `closed` nor like 09:00-15:00")
    try:
        return parse_hours(_HERE, key, text)
    except BadTable as error:
        raise BadChange(key, str(error).removeprefix(f"{_HERE}: {key}: ")) from error
