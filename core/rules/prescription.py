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

_PRINTABLE = re.compile(
    r"[ -~\u00A1-\u00FF\u0900-\u0977\u0979-\u097F\u200C\u200D\u2013\u2014\u2018\u2019\u201C\u201D\u2022\u2026\u20B9"
    r"\u2264\u2265]*"
)
"""Latin and Devanagari with the usual signs: what the paper's font has. Anything else would print as an empty box."""
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


def spaced_code(code: str) -> str:
    """As it is read: `1234 5678 9012`."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def is_verification_code(code: str) -> bool:
    """Whether this can be one: right length and check digit."""
    right = len(code) == len(str(CODES - 1)) + 1 and code.isascii() and code.isdecimal()
    return right and with_check_digit(code[:-1]) == code


def printable(text: str, *, lines: bool = False) -> bool:
    """Whether the paper's font has every character; with `lines`, line breaks are fine too."""
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
