"""Taking doctors and operators on: a login, a SIP account and random passwords that are told once (T9)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.clinic.clinic import Clinic
from core.clinic.passwords import hashed, random_password
from core.ports import NEW
from core.rules.records import AuditEntry
from core.rules.staff import Doctor, Operator, StaffKind, sip_digest

LOGIN = re.compile(r"[a-z][a-z0-9-]{1,30}[a-z0-9]")


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
) -> HiredDoctor:
    """Take on a doctor. Raises `ValueError` naming the field and the value, `Duplicate` for a login that is taken."""
    _check_login(login)
    _check_filled(
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
        opds=_some_of("opds", opds, tuple(clinic.policy.opds)),
        languages=_some_of("languages", languages, clinic.policy.languages),
        states=_some_of("states", states, clinic.policy.states) if states else (),
        account=account,
        sip_digest=sip_digest(account, sip_password),
        password_hash=await hashed(password),
        created_at=clinic.clock.now(),
    )
    async with clinic.ledger.write() as books:
        doctor = await books.staff.add_doctor(doctor)
        await books.audit(AuditEntry(doctor.created_at, "system", "hired", f"doctor:{doctor.id}"))
    await clinic.line.publish("staff", {"hired": doctor.account})
    return HiredDoctor(doctor, password, sip_password)


async def add_operator(clinic: Clinic, *, login: str, name: str, kind: StaffKind = StaffKind.OPERATOR) -> HiredOperator:
    """Take on an operator, a supervisor or an administrator. Raises as `add_doctor` does."""
    _check_login(login)
    _check_filled(name=name)
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
        await books.audit(AuditEntry(operator.created_at, "system", "hired", f"{kind}:{operator.id}"))
    await clinic.line.publish("staff", {"hired": operator.account})
    return HiredOperator(operator, password, sip_password)


def _check_login(login: str) -> None:
    if not LOGIN.fullmatch(login):
        raise ValueError(f"login {login!r}: 3 to 32 of a-z, 0-9 and -, beginning with a letter")


def _check_filled(**fields: str) -> None:
    for field, value in fields.items():
        if not value.strip() or not value.isprintable():
            raise ValueError(f"{field} {value!r}: must be filled in, on one line")


def _some_of(field: str, chosen: Iterable[str], offered: Sequence[str]) -> tuple[str, ...]:
    """What was chosen, in the order of the offer; at least one, and nothing that is not offered."""
    wanted = set(chosen)
    if not wanted or not wanted <= set(offered):
        raise ValueError(f"{field} {sorted(wanted)}: choose from {', '.join(offered)}")
    return tuple(one for one in offered if one in wanted)
