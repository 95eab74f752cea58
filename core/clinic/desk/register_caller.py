"""An operator registers somebody who cannot do it by keys (S4), with the consent they gave by voice (T1, T12).

A button that is pressed twice sends the form twice: the same details within a minute are the same person.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from core.clinic.clinic import Clinic
from core.clinic.desk.refused import TWICE_WITHIN, Refused, refuse
from core.clinic.know_caller import known_in
from core.clinic.register_patient import FamilyFull, Registration, book_patient
from core.ports import Books
from core.rules.mobile import is_indian_mobile
from core.rules.patient import Caller, Gender, Patient, Relation
from core.rules.records import AuditEntry
from core.rules.registration import Wrong, age_of, name_of, wrong_details


@dataclass(frozen=True, slots=True)
class Details:
    """A person as the operator typed them; texts are not checked yet."""

    name: str
    gender: Gender
    age: str
    pin_code: str
    guardian: str
    """The adult with a minor (T2); may be empty."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Who is to be registered."""

    mobile: str
    relation: Relation
    language: str
    details: Details
    consent: bool
    """Whether the notice was read to them and they said yes just now."""


async def register_caller(clinic: Clinic, by: str, person: NewPerson) -> Patient:
    """The stored patient, or the one stored just now. Raises `Refused` with every reason; then nothing is changed."""
    async with clinic.ledger.write() as books:
        await books.callers.hold(person.mobile)
        known = await known_in(clinic, books, person.mobile)
        wrong = [*wrong_in(clinic, person.details), *_wrong_about(clinic, person)]
        if known.caller is None and not person.consent:
            wrong.append(Wrong("consent", "needed"))
        if wrong:
            raise Refused(wrong)
        registration = _registration(person)
        for patient in known.patients:
            if _is_same(clinic, patient, registration):
                return patient
        if person.consent:
            await _keep_consent(clinic, books, by, person.mobile, person.language)
        try:
            patient = await book_patient(clinic, books, registration)
        except FamilyFull as full:
            raise refuse("mobile", "family_full") from full
        await books.audit(AuditEntry(clinic.clock.now(), by, "registered", f"patient:{patient.id}", patient.code))
    return patient


async def record_consent(clinic: Clinic, by: str, mobile: str, language: str) -> None:
    """They agreed to the notice, by voice. Raises `Refused` for a number or language that cannot be."""
    if not is_indian_mobile(mobile) or language not in clinic.policy.languages:
        raise refuse("consent", "needed")
    async with clinic.ledger.write() as books:
        await _keep_consent(clinic, books, by, mobile, language)


def wrong_in(clinic: Clinic, details: Details, *, guardian_known: bool = False) -> Iterator[Wrong]:
    """What is wrong with the details. `guardian_known`: the adult has spoken their name on the phone already."""
    return wrong_details(
        name=details.name,
        age=details.age,
        pin_code_known=_is_pin_code(clinic, details.pin_code),
        guardian=None if guardian_known and not details.guardian.strip() else details.guardian,
    )


def _is_pin_code(clinic: Clinic, pin_code: str) -> bool:
    return len(pin_code) == 6 and pin_code.isascii() and clinic.geography.state_of(pin_code) is not None


def _wrong_about(clinic: Clinic, person: NewPerson) -> Iterator[Wrong]:
    if not is_indian_mobile(person.mobile):
        yield Wrong("mobile", "not_a_mobile")
    if person.language not in clinic.policy.languages:
        yield Wrong("language", "needed")


async def _keep_consent(clinic: Clinic, books: Books, by: str, mobile: str, language: str) -> None:
    now, notice = clinic.clock.now(), clinic.policy.notice_version
    await books.callers.save(Caller(mobile, language, notice, now, by))
    await books.audit(AuditEntry(now, by, "recorded consent by voice", f"caller:{mobile}", f"notice {notice}"))


def _is_same(clinic: Clinic, patient: Patient, registration: Registration) -> bool:
    """Whether this patient came of the same form."""
    again = clinic.clock.now() - patient.created_at <= TWICE_WITHIN
    names = ("relation", "gender", "age", "pin_code", "language", "name", "guardian_name")
    return again and all(getattr(patient, name) == getattr(registration, name) for name in names)


def _registration(person: NewPerson) -> Registration:
    details, age = person.details, age_of(person.details.age)
    assert age is not None
    return Registration(
        person.mobile, person.relation, details.gender, age, details.pin_code, person.language,
        name=name_of(details.name), guardian_name=name_of(details.guardian),
    )  # fmt: skip
