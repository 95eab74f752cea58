"""Taking doctors and operators on: a login, a SIP account and random passwords that are told once (T9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.clinic.clinic import Clinic
from core.clinic.passwords import hashed, random_password
from core.ports import NEW
from core.rules.records import AuditEntry
from core.rules.staff import Doctor, Operator, StaffKind, Verification, sip_digest
from core.rules.staff_fields import check_filled, check_login, outside, some_of


@dataclass(frozen=True, slots=True)
class HiredDoctor:
    """A new doctor, with the passwords that nobody can look up again."""

    doctor: Doctor
    password: str
    """For the panel."""
    sip_password: str
    """For the phone, with `doctor.account`."""


@dataclass(frozen=True, slots=True)
class HiredOperator:
    """A new operator, likewise."""

    operator: Operator
    password: str
    sip_password: str


async def add_doctor(
    clinic: Clinic,
    *,
    login: str,
    name: str,
    qualification: str,
    registration_number: str,
    council: str,
    contact: str,
    opds: Iterable[str],
    languages: Iterable[str],
    states: Sequence[str] = (),
    outside_number: str = "",
    by: str = "system",
    verified: bool = True,
) -> HiredDoctor:
    """Take on a doctor. Raises `ValueError` naming the field and the value, `Duplicate` for a login that is taken.

    `verified` says that `by` (as in the audit) has looked up the registration; who is not cannot practise (T9).
    """
    check_login(login)
    check_filled(
        name=name, qualification=qualification, registration_number=registration_number, council=council,
        contact=contact,
    )  # fmt: skip
    password, sip_password, account = random_password(), random_password(5), f"doctor-{login}"
    doctor = Doctor(
        id=NEW,
        login=login,
        name=name.strip(),
        qualification=qualification.strip(),
        registration_number=registration_number.strip(),
        council=council.strip(),
        contact=contact.strip(),
        opds=some_of("opds", opds, clinic.policy.staffed_opds),
        languages=some_of("languages", languages, clinic.policy.known_languages),
        states=some_of("states", states, clinic.policy.states) if states else (),
        account=account,
        sip_digest=sip_digest(account, sip_password),
        password_hash=await hashed(password),
        created_at=clinic.clock.now(),
        verification=Verification.VERIFIED if verified else Verification.UNVERIFIED,
        verified_by=by if verified else None,
        verified_at=clinic.clock.now() if verified else None,
        outside_number=outside(outside_number),
    )
    async with clinic.ledger.write() as books:
        doctor = await books.staff.add_doctor(doctor)
        await books.audit(AuditEntry(doctor.created_at, by, "hired", f"doctor:{doctor.id}", doctor.verification))
    await clinic.line.publish("staff", {"hired": doctor.account})
    return HiredDoctor(doctor, password, sip_password)


async def add_operator(
    clinic: Clinic, *, login: str, name: str, kind: StaffKind = StaffKind.OPERATOR, by: str = "system"
) -> HiredOperator:
    """Take on an operator, a supervisor or an administrator. Raises as `add_doctor` does."""
    check_login(login)
    check_filled(name=name)
    password, sip_password, account = random_password(), random_password(5), f"operator-{login}"
    operator = Operator(
        id=NEW,
        login=login,
        name=name.strip(),
        account=account,
        sip_digest=sip_digest(account, sip_password),
        password_hash=await hashed(password),
        created_at=clinic.clock.now(),
        kind=kind,
    )
    async with clinic.ledger.write() as books:
        operator = await books.staff.add_operator(operator)
        await books.audit(AuditEntry(operator.created_at, by, "hired", f"{kind}:{operator.id}"))
    await clinic.line.publish("staff", {"hired": operator.account})
    return HiredOperator(operator, password, sip_password)
