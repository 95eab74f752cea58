"""Pharmacies are registered, and what is written about them changed: a password for the web, a PIN for the phone."""

import secrets
from dataclasses import asdict, dataclass, replace

from core.clinic.clinic import Clinic
from core.clinic.passwords import hashed, random_password
from core.ports import NEW, Duplicate
from core.rules.pharmacy import PIN_DIGITS, Pharmacy
from core.rules.phone import outside_number
from core.rules.records import AuditEntry
from core.rules.staff import Verification
from core.rules.staff_fields import BadField, check_filled, check_login

_LICENCE = ("name", "licence_number", "authority")
"""Whoever changes one of these has another licence to be looked up (T9)."""


@dataclass(frozen=True, slots=True)
class RegisteredPharmacy:
    """A new pharmacy, with what nobody can look up again."""

    pharmacy: Pharmacy
    password: str
    """For the web."""
    pin: str
    """For the telephone."""


async def register_pharmacy(
    clinic: Clinic,
    *,
    login: str,
    name: str,
    licence_number: str,
    authority: str,
    phone: str,
    by: str = "system",
    verified: bool = False,
) -> RegisteredPharmacy:
    """Raises `BadField` naming the field (`taken` for a login or phone that another has).

    `verified` says that `by` (as in the audit) has looked up the licence; without that a pharmacy cannot dispense.
    """
    check_login(login)
    check_filled(name=name, licence_number=licence_number, authority=authority, phone=phone)
    password, pin, now = random_password(), _random_pin(), clinic.clock.now()
    pharmacy = Pharmacy(
        id=NEW,
        login=login,
        name=name.strip(),
        licence_number=licence_number.strip(),
        authority=authority.strip(),
        phone=_phone(phone),
        password_hash=await hashed(password),
        pin_hash=await hashed(pin),
        created_at=now,
        verification=Verification.VERIFIED if verified else Verification.UNVERIFIED,
        verified_by=by if verified else None,
        verified_at=now if verified else None,
    )
    try:
        async with clinic.ledger.write() as books:
            pharmacy = await books.pharmacies.add(pharmacy)
            await books.audit(AuditEntry(now, by, "registered", f"pharmacy:{pharmacy.id}", pharmacy.verification))
    except Duplicate as error:
        raise _taken(error) from error
    return RegisteredPharmacy(pharmacy, password, pin)


async def change_pharmacy(
    clinic: Clinic, pharmacy_id: int, by: str, *, name: str, licence_number: str, authority: str, phone: str
) -> Pharmacy:
    """Replace all of these; another licence must be verified anew. Raises `BadField`, `LookupError`."""
    check_filled(name=name, licence_number=licence_number, authority=authority, phone=phone)
    try:
        async with clinic.ledger.write() as books:
            before = await books.pharmacies.get(pharmacy_id)
            after = replace(
                before, name=name.strip(), licence_number=licence_number.strip(), authority=authority.strip(),
                phone=_phone(phone),
            )  # fmt: skip
            if before.may_dispense and any(getattr(before, field) != getattr(after, field) for field in _LICENCE):
                after = replace(after, verification=Verification.UNVERIFIED, verified_by=None, verified_at=None)
            await books.pharmacies.save(after)
            was, now = asdict(before), asdict(after)
            for field in (field for field in was if was[field] != now[field]):
                detail = f"{field}: {was[field]} -> {now[field]}"
                await books.audit(AuditEntry(clinic.clock.now(), by, "changed", f"pharmacy:{before.id}", detail))
    except Duplicate as error:
        raise _taken(error) from error
    return after


async def new_pin(clinic: Clinic, pharmacy_id: int, by: str) -> str:
    """Another PIN for the telephone, told once. Raises `LookupError`, also for who has left."""
    pin = _random_pin()
    pin_hash = await hashed(pin)
    async with clinic.ledger.write() as books:
        pharmacy = await books.pharmacies.get(pharmacy_id)
        if pharmacy.left_at is not None:
            raise LookupError(f"{pharmacy.login} has left")
        await books.pharmacies.save(replace(pharmacy, pin_hash=pin_hash))
        await books.audit(AuditEntry(clinic.clock.now(), by, "reset PIN", f"pharmacy:{pharmacy.id}"))
    return pin


def _random_pin() -> str:
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"


def _phone(typed: str) -> str:
    """E.164. Raises `BadField` for what is no number in India."""
    try:
        number = outside_number(typed)
    except ValueError as error:
        raise BadField("phone", "outside", f"{typed!r}: must be a telephone number in India") from error
    assert number is not None  # it is filled
    return number


def _taken(error: Duplicate) -> BadField:
    return BadField("phone" if "phone" in str(error) else "login", "taken", "is another one's")
