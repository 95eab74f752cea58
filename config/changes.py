"""Settings that were changed while running, put on top of the files: checked by the code that reads the files."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from config.settings import Settings
from core.rules.changes import BadChange, Changes

LIVE = (
    "family_limit", "token_digits", "link_days", "call_backs_per_hour", "call_backs_per_day",
    "call_backs_per_hour_in_all", "notice_version", "states", "dispensing_days", "correction_days", "grievance_days",
)  # fmt: skip
"""In force within seconds: each use case reads them when it needs them."""
CAPS = ("call_backs_per_hour", "call_backs_per_day", "call_backs_per_hour_in_all")
"""Of those: what makes sense together only."""
AT_START = ("clinic_name", "grievance_contact")
"""Part of the SMS texts and of the paper, which are made once."""
SHOWN = (
    "languages", "time_zone", "patient_numbers", "missed_call_numbers", "pharmacy_numbers", "staff_number", "ambulance",
    "call_backs_at_once",
)  # fmt: skip
"""Worth seeing. Asterisk is told of the numbers at its start, where there is no database; so they stay in the files."""
DLT_ID = re.compile(r"[A-Za-z0-9-]{1,40}")
_TEMPLATE = re.compile(r"sms\.(\w+)\.(\w+)\.dlt_id")


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


def caps(changes: Changes) -> Changes:
    """What is said of the caps on call-backs."""
    return {key: text for key, text in changes.items() if key in CAPS}


def check_caps(settings: Settings, changes: Changes) -> None:
    """Raises `BadChange` unless the caps on call-backs go together as they are then."""
    changed = changed_settings(settings, changes, CAPS)
    try:
        changed.check_caps()
    except ValueError as error:
        raise BadChange("call_backs_per_hour", str(error)) from error


def template_ids(changes: Changes) -> Mapping[tuple[str, str], str]:
    """DLT ids by template and language."""
    return {(found[1], found[2]): text for key, text in changes.items() if (found := _TEMPLATE.fullmatch(key))}


def check_key(key: str, text: str) -> None:
    """Raises `BadChange` unless this is something that can be changed, with a value that it can have."""
    if key in LIVE or key in AT_START:
        setting(key, text)
    elif _TEMPLATE.fullmatch(key):
        if not DLT_ID.fullmatch(text):
            raise BadChange(key, f"{text!r} is not a DLT id: up to 40 letters, digits and hyphens")
    else:
        raise BadChange(key, "there is no such setting, or it can only be set in the files")
