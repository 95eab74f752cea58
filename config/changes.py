"""Settings that were changed while running, put on top of the files: checked by the code that reads the files."""

from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from config.settings import Settings
from core.rules.changes import BadChange, Changes

LIVE = (
    "family_limit", "token_digits", "link_days", "call_backs_per_hour", "call_backs_per_day",
    "call_backs_per_hour_in_all", "notice_version", "states", "dispensing_days", "correction_days", "grievance_days",
)  # fmt: skip
"""In force within seconds: each use case reads them when it needs them."""
CAPS = ("call_backs_per_hour", "call_backs_per_day", "call_backs_per_hour_in_all")
"""Of those: what makes sense together only."""
NAMES = ("clinic_name", "grievance_contact")
"""Part of the SMS texts and of the paper, which are made once."""
LANGUAGES = "languages"
NUMBERS = (
    "patient_numbers", "missed_call_numbers", "pharmacy_numbers", "staff_number", "ambulance", "call_backs_at_once",
    "trunk_number", "twilio_from", "twilio_voice_sip", "smpp_sender",
)  # fmt: skip
"""Asterisk and the gateways are told of them when they start."""
AT_START = (*NAMES, *NUMBERS, LANGUAGES)
"""A change holds from the next start on."""
OF_SWITCH = ("patient_numbers", "missed_call_numbers", "pharmacy_numbers", "staff_number", "trunk_number", LANGUAGES)
"""Of those: what stands in Asterisk's configuration, also where the switch is a process that has no database."""
SHOWN = ("time_zone",)
"""Worth seeing. Tokens that are given belong to a day of it; so it stays in the files."""
_BOUNDS = ("ge", "le", "min_length", "max_length")
_FORMS = ("trunk_number", "twilio_from", "twilio_voice_sip", "smpp_sender")
"""Settings with a form of their own; that of all others is a telephone number's."""


def setting(key: str, text: str) -> Any:
    """One setting from text, as strictly as at start. Raises `BadChange`."""
    try:
        return _reader(key).validate_python(text)
    except ValidationError as error:
        raise _refused(key, error.errors()[0]) from error


@cache
def _reader(key: str) -> TypeAdapter[Any]:
    """Made once: all that is changed is checked at each renewal."""
    field = Settings.model_fields[key]
    kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return TypeAdapter(kind)


def changed_settings(settings: Settings, changes: Changes, keys: tuple[str, ...]) -> Settings:
    """The settings with those changes whose keys are named."""
    return settings.model_copy(update={key: setting(key, changes[key]) for key in keys if key in changes})


def together(key: str, changes: Changes) -> Changes:
    """What is said of the settings that this one makes sense with only."""
    group = next((group for group in (CAPS, (*NUMBERS, LANGUAGES)) if key in group), ())
    return {each: text for each, text in changes.items() if each in group}


def check_groups(settings: Settings, changes: Changes) -> None:
    """Raises `BadChange` unless caps, numbers and languages go together as they are then."""
    for check, keys in ((Settings.check_caps, CAPS), (Settings.check_numbers, (*NUMBERS, LANGUAGES))):
        try:
            check(changed_settings(settings, changes, keys))
        except PydanticCustomError as error:
            key = next((each for each in keys if each in changes), keys[0])
            raise BadChange(key, str(error), error.type, **error.context or {}) from error


def check_key(key: str, text: str) -> None:
    """Raises `BadChange` unless this is a setting that can be changed, with a value that it can have."""
    if key not in LIVE and key not in AT_START:
        raise BadChange(key, "there is no such setting, or it can only be set in the files", "no_such")
    setting(key, text)


def _refused(key: str, problem: ErrorDetails) -> BadChange:
    """What pydantic says, as a message key of the panel; `other` for what only its English says."""
    why, kind = problem["msg"].removeprefix("Value error, "), problem["type"]
    metadata = Settings.model_fields[key].metadata
    bounds = {name: getattr(each, name) for each in metadata for name in _BOUNDS if hasattr(each, name)}
    if "ge" in bounds:
        return BadChange(key, why, "number", least=bounds["ge"], most=bounds["le"])
    if kind in ("string_too_short", "string_too_long"):
        return BadChange(key, why, "length", least=bounds["min_length"], most=bounds["max_length"])
    if kind == "string_pattern_mismatch":
        form = key if key in _FORMS else "numbers" if problem["loc"] else "number"
        return BadChange(key, why, f"form_{form}", value=problem["input"])
    return BadChange(key, why, kind if kind == "braces" else "other")
