"""What a prescription holds (T6), and its numbers. Whether it may be signed is said by `core.rules.prescribing`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from string import ascii_uppercase

from core.rules.dosage import Food
from core.rules.patient import with_check_digit

MAX_MEDICINES = 12
MAX_TESTS = 15
MAX_DAYS = 90
MAX_REPEATS = 5
MAX_FREQUENCY = 20
"""The frequency also travels in an SMS, inside one variable of its template (T11)."""
LAST_VERSION = len(ascii_uppercase)
"""A prescription is corrected so often at most: each version's number has a letter."""
CODE_DIGITS = 12
"""Of a verification code, its check digit among them."""
CODES = 10 ** (CODE_DIGITS - 1)
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
    "allergies": 300,
    "current_medicines": 500,
    "acknowledged": 200,
}
"""Characters a field may have."""

_LATER = frozenset(ascii_uppercase[1:])


class Mode(StrEnum):
    """How doctor and patient met (T1)."""

    AUDIO = "audio"
    VIDEO = "video"
    TEXT = "text"


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
    """The doctor's reason for prescribing it against warnings; empty where there were none."""
    answers: tuple[str, ...] = ()
    """The warnings that stood there when that reason was written (`Problem.key`): it answers no others."""
    route: str = ""
    """Which way it goes, as the formulary said at the signature (`core.rules.route`); empty on older prescriptions."""


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


def prescription_number(day: date, consultation_id: int) -> str:
    """The printed number: `RX`, the local day as yymmdd, the consultation (5 digits or more), a Luhn check digit.

    Unique because a consultation has at most one prescription.
    """
    return "RX" + with_check_digit(f"{day:%y%m%d}{consultation_id:05d}")


def corrected_number(number: str, version: int) -> str:
    """The number of a later version: `RX261121000176B` is the second. Raises `ValueError` beyond the last letter."""
    if not 2 <= version <= LAST_VERSION:
        raise ValueError(f"version {version}: there are letters for 2 to {LAST_VERSION}")
    return number.rstrip(ascii_uppercase) + ascii_uppercase[version - 1]


def is_prescription_number(number: str) -> bool:
    """Whether this can be a printed number: right shape and check digit, and the letter of a correction if any."""
    digits = number[2:].removesuffix(number[-1:]) if number[-1:] in _LATER else number[2:]
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
