"""Register a person for life (S4-S7): the Patient ID is drawn at random and never used twice."""

import secrets
from dataclasses import dataclass

from core.clinic.clinic import Clinic
from core.ports import NEW, Books, Duplicate
from core.rules.patient import Gender, Patient, Relation, with_check_digit

DRAWS = 20
"""How many random Patient IDs are tried before something must be wrong."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What the phone or the SMS asked: only what the consultation needs (S4)."""

    mobile: str
    relation: Relation
    gender: Gender
    age: int
    pin_code: str
    language: str
    name_recording: str | None = None
    guardian_recording: str | None = None
    name: str | None = None
    """As typed in an SMS."""
    guardian_name: str | None = None
    """Likewise, of a minor's adult (T2)."""


class FamilyFull(Exception):
    """This mobile has as many patients as the deployment allows (S7)."""


async def register_patient(clinic: Clinic, registration: Registration) -> Patient:
    """Store the patient and give the lifetime Patient ID. Raises `FamilyFull`, or ValueError for a false PIN code."""
    async with clinic.ledger.write() as books:
        return await book_patient(clinic, books, registration)


async def book_patient(clinic: Clinic, books: Books, registration: Registration) -> Patient:
    """The same within the caller's transaction, of which nothing is changed when it raises."""
    state = clinic.geography.state_of(registration.pin_code)
    if state is None:
        raise ValueError(f"no such PIN code: {registration.pin_code}")
    if len(await books.patients.of_mobile(registration.mobile)) >= clinic.policy.family_limit:
        raise FamilyFull(registration.mobile)
    for _ in range(DRAWS):
        try:
            return await books.patients.add(_patient(clinic, registration, state))
        except Duplicate:
            continue
    raise RuntimeError("no free Patient ID could be drawn")


def _patient(clinic: Clinic, registration: Registration, state: str) -> Patient:
    return Patient(
        id=NEW,
        code=with_check_digit(f"{secrets.randbelow(90_000_000) + 10_000_000}"),
        mobile=registration.mobile,
        relation=registration.relation,
        gender=registration.gender,
        age=registration.age,
        age_on=clinic.today(),
        pin_code=registration.pin_code,
        state=state,
        district=clinic.geography.district_of(registration.pin_code),
        language=registration.language,
        created_at=clinic.clock.now(),
        name_recording=registration.name_recording,
        guardian_recording=registration.guardian_recording,
        name=registration.name,
        guardian_name=registration.guardian_name,
    )
