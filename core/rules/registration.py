"""What is wrong with the details of a person as an operator typed them (S4, T2). PIN codes are looked up outside."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from core.rules.patient import ADULT_AGE

LONGEST_NAME = 80
"""Characters."""
OLDEST_SAID, OLDEST_KEPT = 120, 99
"""Years; as on the keypad, 99 means 99 or more."""
_MARKS = " .'-’()\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One field that cannot be taken."""

    field: str
    reason: str
    """`needed`, `not_a_name`, `not_an_age`, `not_a_pin_code` or `adult_needed`."""


def name_of(text: str) -> str | None:
    """The name with single spaces, NFC; None if it cannot be one. Any script's letters will do."""
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    letters = all(char in _MARKS or unicodedata.category(char)[0] in "LM" for char in name)
    has_letter = any(unicodedata.category(char)[0] == "L" for char in name)
    return name if 0 < len(name) <= LONGEST_NAME and letters and has_letter else None


def age_of(text: str) -> int | None:
    """Completed years, 0 to 120, kept as at most 99; None for anything else."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 3 and int(digits) <= OLDEST_SAID):
        return None
    return min(int(digits), OLDEST_KEPT)


def wrong_details(*, name: str, age: str, pin_code_known: bool, guardian: str | None) -> Iterator[Wrong]:
    """Every problem of a person's details. `guardian`: the adult's name as typed; None when one is there already."""
    if name_of(name) is None:
        yield Wrong("name", "not_a_name" if name.strip() else "needed")
    years = age_of(age)
    if years is None:
        yield Wrong("age", "not_an_age")
    if not pin_code_known:
        yield Wrong("pin_code", "not_a_pin_code")
    if guardian is not None:
        yield from _wrong_guardian(years, guardian)


def _wrong_guardian(years: int | None, guardian: str) -> Iterator[Wrong]:
    """A minor is treated only with an identified adult (T2)."""
    if guardian.strip():
        if name_of(guardian) is None:
            yield Wrong("guardian", "not_a_name")
    elif years is not None and years < ADULT_AGE:
        yield Wrong("guardian", "adult_needed")
