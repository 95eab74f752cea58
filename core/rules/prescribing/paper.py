"""What a prescription must say, and what fits on the paper and into an SMS (T6, T11)."""

import re
from collections.abc import Iterator

from core.rules.dosage import read_dosage
from core.rules.formulary.drug import Drug
from core.rules.prescribing.finding import Problem, Reason
from core.rules.prescription import (
    LONGEST,
    MAX_DAYS,
    MAX_FREQUENCY,
    MAX_MEDICINES,
    MAX_REPEATS,
    MAX_TESTS,
    Medicine,
    Prescription,
)
from core.rules.printable import printable

TEXTS = (
    "complaint", "history", "allergies", "current_medicines", "findings", "diagnosis", "advice", "weight_kg",
    "last_period",
)  # fmt: skip
"""In the form's order."""
_PLAIN = re.compile(r"[A-Za-z0-9 ,.:/()+%*-]*")
_WEIGHT = re.compile(r"\d{1,3}(\.\d{1,2})?")


def text_problems(prescription: Prescription) -> Iterator[Problem]:
    """Of all but the single medicines."""
    if not prescription.complaint.strip():
        yield Problem("complaint", Reason.COMPLAINT_MISSING)
    if not prescription.diagnosis.strip():
        yield Problem("diagnosis", Reason.DIAGNOSIS_MISSING)
    if not (prescription.medicines or prescription.tests or prescription.advice.strip()):
        yield Problem("medicines", Reason.NOTHING_DECIDED)
    for field in TEXTS:
        yield from _bounded(field, getattr(prescription, field), LONGEST[field], lines=True)
    if prescription.weight_kg and not _WEIGHT.fullmatch(prescription.weight_kg):
        yield Problem("weight_kg", Reason.WEIGHT_UNCLEAR)
    if len(prescription.medicines) > MAX_MEDICINES:
        yield Problem("medicines", Reason.TOO_MANY)
    if len(prescription.tests) > MAX_TESTS:
        yield Problem("tests", Reason.TOO_MANY)
    for place, test in enumerate(prescription.tests):
        yield from _bounded(f"tests.{place}", test, LONGEST["tests"])


def medicine_problems(medicine: Medicine, drug: Drug | None) -> Iterator[tuple[str, Reason]]:
    """Field and reason; `drug` is what the formulary knows of it."""
    if drug is None:
        yield "generic", Reason.NOT_IN_FORMULARY
    elif medicine.form not in drug.forms:
        yield "form", Reason.FORM_NOT_OFFERED
    elif not drug.offers(medicine.form, medicine.strength):
        yield "strength", Reason.STRENGTH_NOT_OFFERED
    yield from frequency_problems(medicine.frequency)
    if not 1 <= medicine.days <= MAX_DAYS:
        yield "days", Reason.DAYS_OUT_OF_RANGE
    if not 0 <= medicine.repeats <= MAX_REPEATS:
        yield "repeats", Reason.REPEATS_OUT_OF_RANGE
    for field in ("instructions", "acknowledged"):
        for problem in _bounded(field, getattr(medicine, field), LONGEST[field]):
            yield field, problem.reason


def _bounded(field: str, text: str, longest: int, *, lines: bool = False) -> Iterator[Problem]:
    if len(text) > longest:
        yield Problem(field, Reason.TOO_LONG)
    if not printable(text, lines=lines):
        yield Problem(field, Reason.UNPRINTABLE)


def plain_halves(frequency: str) -> str:
    """With `1/2` for `½`, `1 1/2` for `1½`: as it is stored, for with a `½` an SMS would leave GSM-7 (T11)."""
    return re.sub(r"(?<=\d) ?½", " 1/2", frequency).replace("½", "1/2")


def frequency_problems(frequency: str) -> Iterator[tuple[str, Reason]]:
    """Field and reason, of how often as it will be stored."""
    frequency = plain_halves(frequency)
    if not frequency.strip():
        yield "frequency", Reason.FREQUENCY_MISSING
    elif len(frequency) > MAX_FREQUENCY:
        yield "frequency", Reason.TOO_LONG
    elif not _PLAIN.fullmatch(frequency):
        yield "frequency", Reason.FREQUENCY_NOT_PLAIN
    elif read_dosage(frequency).most_a_day == 0:
        yield "frequency", Reason.NO_DOSE
