"""What may be prescribed, over what, to whom (T2-T4, T6, T8), and what a prescription holds."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from core.rules.dosage import Food
from core.rules.patient import with_check_digit

MAX_MEDICINES = 12
MAX_TESTS = 15
MAX_DAYS = 90
MAX_FREQUENCY = 20
"""The frequency also travels in an SMS, inside one variable of its template (T11)."""
CODES = 10**11
"""So many verification codes there are: too many to find one by guessing."""
LONGEST: Mapping[str, int] = {
    "complaint": 500,
    "diagnosis": 300,
    "history": 1000,
    "findings": 1000,
    "advice": 1000,
    "weight_kg": 5,
    "last_period": 20,
    "tests": 100,
    "instructions": 120,
}
"""Characters a field may have."""

_LETTERS = (
    r"\u0900-\u0977\u0979-\u097F"
    r"\u0980-\u0983\u0985-\u098C\u098F-\u0990\u0993-\u09A8\u09AA-\u09B0\u09B2\u09B6-\u09B9\u09BC-\u09C4\u09C7-\u09C8\u09CB-\u09CE"
    r"\u09D7\u09DC-\u09DD\u09DF-\u09E3\u09E6-\u09FE"
    r"\u0A01-\u0A03\u0A05-\u0A0A\u0A0F-\u0A10\u0A13-\u0A28\u0A2A-\u0A30\u0A32-\u0A33\u0A35-\u0A36\u0A38-\u0A39\u0A3C\u0A3E-\u0A42"
    r"\u0A47-\u0A48\u0A4B-\u0A4D\u0A51\u0A59-\u0A5C\u0A5E\u0A66-\u0A76"
    r"\u0A81-\u0A83\u0A85-\u0A8D\u0A8F-\u0A91\u0A93-\u0AA8\u0AAA-\u0AB0\u0AB2-\u0AB3\u0AB5-\u0AB9\u0ABC-\u0AC5\u0AC7-\u0AC9"
    r"\u0ACB-\u0ACD\u0AD0\u0AE0-\u0AE3\u0AE6-\u0AF1\u0AF9-\u0AFF"
    r"\u0B01-\u0B03\u0B05-\u0B0C\u0B0F-\u0B10\u0B13-\u0B28\u0B2A-\u0B30\u0B32-\u0B33\u0B35-\u0B39\u0B3C-\u0B44\u0B47-\u0B48"
    r"\u0B4B-\u0B4D\u0B55-\u0B57\u0B5C-\u0B5D\u0B5F-\u0B63\u0B66-\u0B77"
    r"\u0B82-\u0B83\u0B85-\u0B8A\u0B8E-\u0B90\u0B92-\u0B95\u0B99-\u0B9A\u0B9C\u0B9E-\u0B9F\u0BA3-\u0BA4\u0BA8-\u0BAA\u0BAE-\u0BB9"
    r"\u0BBE-\u0BC2\u0BC6-\u0BC8\u0BCA-\u0BCD\u0BD0\u0BD7\u0BE6-\u0BFA"
    r"\u0C00-\u0C0C\u0C0E-\u0C10\u0C12-\u0C28\u0C2A-\u0C39\u0C3C-\u0C44\u0C46-\u0C48\u0C4A-\u0C4D\u0C55-\u0C56\u0C58-\u0C5A\u0C5D"
    r"\u0C60-\u0C63\u0C66-\u0C6F\u0C77-\u0C7F"
    r"\u0C80-\u0C8C\u0C8E-\u0C90\u0C92-\u0CA8\u0CAA-\u0CB3\u0CB5-\u0CB9\u0CBC-\u0CC4\u0CC6-\u0CC8\u0CCA-\u0CCD\u0CD5-\u0CD6"
    r"\u0CDD-\u0CDE\u0CE0-\u0CE3\u0CE6-\u0CEF\u0CF1-\u0CF3"
    r"\u0D00-\u0D0C\u0D0E-\u0D10\u0D12-\u0D44\u0D46-\u0D48\u0D4A-\u0D4F\u0D54-\u0D63\u0D66-\u0D7F"
)
"""Devanagari, Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu, Kannada, Malayalam: the letters that the fonts have."""
_PRINTABLE = re.compile(
    rf"[ -~\u00A1-\u00FF{_LETTERS}\u200C\u200D\u2013\u2014\u2018\u2019\u201C\u201D\u2022\u2026\u20B9"
    r"\u2264\u2265]*"
)
"""With Latin and the usual signs: what the paper's fonts have. Anything else would print as an empty box."""
_PLAIN = re.compile(r"[A-Za-z0-9 ,.:/()+%*-]*")
_WEIGHT = re.compile(r"\d{1,3}(\.\d{1,2})?")


class DrugList(StrEnum):
    """The lists of the Telemedicine Practice Guidelines 2020 (T3)."""

    O = "O"  # noqa: E741 - the list's own name
    A = "A"
    B = "B"
    PROHIBITED = "prohibited"


class Mode(StrEnum):
    """How doctor and patient met (T1)."""

    AUDIO = "audio"
    VIDEO = "video"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Drug:
    """A line of the formulary."""

    generic: str
    """International non-proprietary name, lower case."""
    forms: tuple[str, ...]
    strengths: tuple[str, ...]
    drug_list: DrugList
    pairs: frozenset[tuple[str, str]] = frozenset()
    """Which form is made in which strength (no tablet of `250 mg/5 ml`); empty: every form in every strength."""

    def offers(self, form: str, strength: str) -> bool:
        """Whether this form exists in this strength."""
        return (form, strength) in self.pairs if self.pairs else form in self.forms and strength in self.strengths


@dataclass(frozen=True, slots=True)
class Medicine:
    """One prescribed medicine (T6)."""

    generic: str
    form: str
    strength: str
    frequency: str
    """As the doctor wrote it, e.g. `1-0-1` or `SOS`."""
    days: int
    instructions: str = ""
    food: Food = Food.ANY
    repeats: int = 0
    """How many times a pharmacy may dispense it again, after the first time."""
    acknowledged: str = ""
    """The doctor's reason for prescribing it against a warning; empty where there was none."""


@dataclass(frozen=True, slots=True)
class Prescription:
    """What the doctor decided and wrote; the software only checked it (T8)."""

    complaint: str
    diagnosis: str
    medicines: tuple[Medicine, ...] = ()
    tests: tuple[str, ...] = ()
    history: str = ""
    findings: str = ""
    advice: str = ""
    weight_kg: str = ""
    last_period: str = ""
    allergies: str = ""
    """As told by the patient."""
    current_medicines: str = ""
    """What they take already, as told."""


@dataclass(frozen=True, slots=True)
class SignedPrescription:
    """A prescription as issued. It is never changed: a correction is a new version, which voids the old one."""

    id: int
    consultation_id: int
    patient_id: int
    doctor_id: int
    content: Prescription
    signed_at: datetime
    number: str
    """Printed on the paper, spoken to a pharmacy."""
    link_hash: str
    """SHA-256 of the secret in the patient's link; the secret itself is only in the SMS."""
    link_expires_at: datetime
    code: str
    """What a pharmacy keys or scans to verify it: see `verification_code`."""
    mode: Mode = Mode.AUDIO
    """How they had met when it was signed (T3)."""
    formulary_version: str | None = None
    """Which formulary it was checked against; None: it was before there were versions."""
    version: int = 1
    """2 and more: a correction."""
    replaces_id: int | None = None
    """The version that this one corrects, and has voided."""
    voided_at: datetime | None = None
    """Since then it is not valid any more."""


class Reason(StrEnum):
    """Why something cannot be signed: message keys; the words are in `core.rules.prescription_reasons`."""

    COMPLAINT_MISSING = "complaint_missing"
    DIAGNOSIS_MISSING = "diagnosis_missing"
    NOTHING_DECIDED = "nothing_decided"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    UNPRINTABLE = "unprintable"
    WEIGHT_UNCLEAR = "weight_unclear"
    NOT_IN_FORMULARY = "not_in_formulary"
    FORM_NOT_OFFERED = "form_not_offered"
    STRENGTH_NOT_OFFERED = "strength_not_offered"
    LISTED_TWICE = "listed_twice"
    FREQUENCY_MISSING = "frequency_missing"
    FREQUENCY_NOT_PLAIN = "frequency_not_plain"
    DAYS_OUT_OF_RANGE = "days_out_of_range"
    PROHIBITED = "prohibited"
    LIST_A_NEEDS_VIDEO = "list_a_needs_video"
    LIST_B_NEEDS_FOLLOW_UP = "list_b_needs_follow_up"
    NOT_VERIFIED = "not_verified"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a prescription cannot be signed as it is.

    `field` names the form's field: `complaint`, `tests.0`, `medicines.2.strength`, or `medicines` for the whole list.
    """

    field: str
    reason: Reason


def problems(
    prescription: Prescription, formulary: Mapping[str, Drug], *, mode: Mode, follow_up: bool
) -> Iterable[Problem]:
    """Everything that keeps this prescription from being signed; empty when it may be. In the form's order."""
    yield from _text_problems(prescription)
    yield from _list_problems(prescription)
    seen: set[tuple[str, str, str]] = set()
    for place, medicine in enumerate(prescription.medicines):
        for field, reason in _medicine_problems(medicine, formulary, mode=mode, follow_up=follow_up):
            yield Problem(f"medicines.{place}.{field}", reason)
        this = (medicine.generic, medicine.form, medicine.strength)
        if this in seen:
            yield Problem(f"medicines.{place}.generic", Reason.LISTED_TWICE)
        seen.add(this)


def allowed_by_list(drug_list: DrugList, *, mode: Mode, follow_up: bool) -> Reason | None:
    """T3 in one place: None when a drug of this list may be prescribed, else why not."""
    match drug_list:
        case DrugList.PROHIBITED:
            return Reason.PROHIBITED
        case DrugList.A if not follow_up and mode is not Mode.VIDEO:
            return Reason.LIST_A_NEEDS_VIDEO
        case DrugList.B if not follow_up:
            return Reason.LIST_B_NEEDS_FOLLOW_UP
        case _:
            return None


def prescription_number(day: date, consultation_id: int) -> str:
    """The printed number: `RX`, the local day as yymmdd, the consultation (5 digits or more), a Luhn check digit.

    Unique because a consultation has at most one prescription.
    """
    return "RX" + with_check_digit(f"{day:%y%m%d}{consultation_id:05d}")


def is_prescription_number(number: str) -> bool:
    """Whether this can be a printed number: right shape and check digit."""
    digits = number[2:]
    plausible = number.startswith("RX") and len(digits) >= 12 and digits.isascii() and digits.isdecimal()
    return plausible and with_check_digit(digits[:-1]) == digits


def verification_code(random: int) -> str:
    """Twelve digits that can be keyed on any phone, the last one a check digit; `random` is below `CODES`."""
    return with_check_digit(f"{random:0{len(str(CODES - 1))}d}")


def is_verification_code(code: str) -> bool:
    """Whether this can be one: right length and check digit."""
    right = len(code) == len(str(CODES - 1)) + 1 and code.isascii() and code.isdecimal()
    return right and with_check_digit(code[:-1]) == code


def printable(text: str, *, lines: bool = False) -> bool:
    """Whether the paper's fonts have every character; with `lines`, line breaks are fine too."""
    return all(_PRINTABLE.fullmatch(line) for line in (re.split(r"\r?\n", text) if lines else [text]))


def _text_problems(prescription: Prescription) -> Iterator[Problem]:
    if not prescription.complaint.strip():
        yield Problem("complaint", Reason.COMPLAINT_MISSING)
    if not prescription.diagnosis.strip():
        yield Problem("diagnosis", Reason.DIAGNOSIS_MISSING)
    if not (prescription.medicines or prescription.tests or prescription.advice.strip()):
        yield Problem("medicines", Reason.NOTHING_DECIDED)
    for field in ("complaint", "history", "findings", "diagnosis", "advice", "weight_kg", "last_period"):
        yield from _bounded(field, getattr(prescription, field), LONGEST[field], lines=True)
    if prescription.weight_kg and not _WEIGHT.fullmatch(prescription.weight_kg):
        yield Problem("weight_kg", Reason.WEIGHT_UNCLEAR)


def _list_problems(prescription: Prescription) -> Iterator[Problem]:
    if len(prescription.medicines) > MAX_MEDICINES:
        yield Problem("medicines", Reason.TOO_MANY)
    if len(prescription.tests) > MAX_TESTS:
        yield Problem("tests", Reason.TOO_MANY)
    for place, test in enumerate(prescription.tests):
        yield from _bounded(f"tests.{place}", test, LONGEST["tests"])


def _bounded(field: str, text: str, longest: int, *, lines: bool = False) -> Iterator[Problem]:
    if len(text) > longest:
        yield Problem(field, Reason.TOO_LONG)
    if not printable(text, lines=lines):
        yield Problem(field, Reason.UNPRINTABLE)


def _medicine_problems(
    medicine: Medicine, formulary: Mapping[str, Drug], *, mode: Mode, follow_up: bool
) -> Iterator[tuple[str, Reason]]:
    drug = formulary.get(medicine.generic)
    if drug is None:
        yield "generic", Reason.NOT_IN_FORMULARY
    elif unlawful := allowed_by_list(drug.drug_list, mode=mode, follow_up=follow_up):
        yield "generic", unlawful
    elif medicine.form not in drug.forms:
        yield "form", Reason.FORM_NOT_OFFERED
    elif not drug.offers(medicine.form, medicine.strength):
        yield "strength", Reason.STRENGTH_NOT_OFFERED
    yield from _frequency_problems(medicine.frequency)
    if not 1 <= medicine.days <= MAX_DAYS:
        yield "days", Reason.DAYS_OUT_OF_RANGE
    for problem in _bounded("instructions", medicine.instructions, LONGEST["instructions"]):
        yield problem.field, problem.reason


def _frequency_problems(frequency: str) -> Iterator[tuple[str, Reason]]:
    if not frequency.strip():
        yield "frequency", Reason.FREQUENCY_MISSING
    elif len(frequency) > MAX_FREQUENCY:
        yield "frequency", Reason.TOO_LONG
    elif not _PLAIN.fullmatch(frequency):
        yield "frequency", Reason.FREQUENCY_NOT_PLAIN
