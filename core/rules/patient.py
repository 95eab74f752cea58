"""Who a patient is, and what a spoken age, gender and PIN code make of them (S4-S7, T2)."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

ADULT_AGE = 18
INFANT_AGE = 1
ELDERLY_AGE = 60


class Gender(StrEnum):
    """As asked on the phone and printed on the prescription (T6)."""

    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"


class Relation(StrEnum):
    """Whose phone it is, as seen from the patient (S7)."""

    SELF = "self"
    FAMILY = "family"


@dataclass(frozen=True, slots=True)
class Caller:
    """A phone number we know: its language and the consent given on it (T1, T12)."""

    mobile: str
    """E.164, e.g. `+919876543210`."""
    language: str
    notice_version: str
    consented_at: datetime
    consent_call: str
    """The call on which a key said yes."""


@dataclass(frozen=True, slots=True)
class Patient:
    """One person, for life. Several may share a mobile (S7); the code never changes and is never reused (S5)."""

    id: int
    code: str
    """Lifetime Patient ID: nine digits, the last one a check digit (see `new_code`)."""
    mobile: str
    relation: Relation
    gender: Gender
    age: int
    """Completed years as stated on `age_on`; keyed with two digits, so 99 means 99 or more."""
    age_on: date
    pin_code: str
    state: str
    """State code of ISO 3166-2:IN without the prefix, e.g. `RJ`."""
    district: str | None
    language: str
    created_at: datetime
    name: str | None = None
    """Typed later by an operator or the doctor (S4)."""
    name_recording: str | None = None
    """Stem of the spoken name, without the ending."""
    guardian_recording: str | None = None
    """A minor's adult, who spoke their name (T2)."""
    guardian_name: str | None = None
    """The same, typed in an SMS."""

    @property
    def has_guardian(self) -> bool:
        """Whether an adult is known by voice or by name (T2)."""
        return self.guardian_recording is not None or bool(self.guardian_name)

    def age_at(self, day: date) -> int:
        """Completed years on `day`, counted on from what was stated."""
        passed = day.year - self.age_on.year - ((day.month, day.day) < (self.age_on.month, self.age_on.day))
        return self.age + max(passed, 0)

    def is_minor(self, day: date) -> bool:
        """Whether an identified adult has to be with them (T2)."""
        return self.age_at(day) < ADULT_AGE


def details_mark(patient: Patient) -> str:
    """Another one for other details: tells whether what a form showed of somebody is what is written now."""
    details = (patient.name, patient.gender, patient.age, patient.age_on, patient.pin_code, patient.guardian_name)
    return hashlib.sha256(repr(tuple(map(str, details))).encode()).hexdigest()[:16]


def with_check_digit(digits: str) -> str:
    """Append the Luhn check digit (ISO/IEC 7812-1 annex B), so that one mistyped digit is noticed."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def is_patient_code(code: str) -> bool:
    """Whether this can be a Patient ID: nine digits with a right check digit."""
    return len(code) == 9 and code.isdecimal() and code.isascii() and with_check_digit(code[:-1]) == code
