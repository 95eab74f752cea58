"""What was changed while the service runs: one line for each key, on top of what the deployment's files say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """Of a department; the files' own are open."""

    OPEN = "open"
    RETIRED = "retired"


class Sound(StrEnum):
    """Who says the words that offer a department: written down only once the sound is there."""

    VOICE = "voice"
    """A machine."""
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class SettingChanged:
    """The value of a key now; the audit keeps what it was before."""

    key: str
    """`family_limit`, `opd.general.mon`, `opd.general.2027-01-26`, `sms.token.hi.text`, `sms.token.hi.dlt_id`; of an
    OPD that is added also `opd.skin.standing`, `opd.skin.name.hi`, `opd.skin.spoken.hi`, `opd.skin.sound.hi`."""
    value: str
    """Written as in the deployment's files; of an OPD's day `09:00-15:00`, or `closed`."""
    by: str
    """As in the audit: `admin:3`."""
    at: datetime


class BadChange(ValueError):
    """A value that this key cannot have; its text says why, in English."""

    def __init__(self, key: str, why: str, reason: str = "other", **values: object) -> None:
        super().__init__(f"{key}: {why}")
        self.key = key
        self.why = why
        self.reason = reason
        """A message key of the panel, which says the same in every language."""
        self.values = values
        """What that message names; `setting` is the key of another setting."""


Changes = Mapping[str, str]
"""Value by key."""


def as_changes(changed: Iterable[SettingChanged]) -> Changes:
    """What was changed, without who and when."""
    return {each.key: each.value for each in changed}
