"""Several people on one mobile (S7): how each is named in an SMS, and whom an answer means."""

from collections.abc import Sequence

from core.rules.patient import Patient
from core.rules.sms_template import MAX_VARIABLE
from core.rules.sms_words import plain

FEWEST_DIGITS = 3
"""Of the end of a Patient ID; one digit is a place in the list."""
NO_NAME = "-"
"""Of whom only a voice is known (S4)."""


def label(patient: Patient) -> str:
    """The name as far as it fits into a DLT variable by whole words (T11), or `NO_NAME`."""
    shown = ""
    for word in "".join(character for character in patient.name or "" if character.isprintable()).split():
        longer = f"{shown} {word}".strip()
        if len(longer.encode("utf-16-le")) // 2 > MAX_VARIABLE:
            break
        shown = longer
    return shown or NO_NAME


def people_in(text: str, patients: Sequence[Patient]) -> list[Patient]:
    """Whom an answer can mean: by the place in this list, the last digits of the Patient ID, or (part of) the name."""
    words = plain(text)
    digits = "".join(word for word in words if word.isdecimal())
    if digits:
        return _by_digits(digits, patients)
    by_name = [patient for patient in patients if words and words == plain(patient.name or "")]
    return by_name or [patient for patient in patients if words and set(words) <= set(plain(patient.name or ""))]


def _by_digits(digits: str, patients: Sequence[Patient]) -> list[Patient]:
    if len(digits) < FEWEST_DIGITS:
        return [patient for place, patient in enumerate(patients, start=1) if place == int(digits)]
    return [patient for patient in patients if patient.code.endswith(digits)]
