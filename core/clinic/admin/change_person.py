"""What is written about somebody of the staff is changed; the audit keeps what it was."""

from collections.abc import Iterable
from dataclasses import asdict, replace

from core.clinic.admin.last_admin import keep_an_admin
from core.clinic.admin.verify_doctor import serve_as_written
from core.clinic.clinic import Clinic
from core.ports import Books
from core.rules.records import AuditEntry
from core.rules.staff import Doctor, Operator, StaffKind, Verification
from core.rules.staff_fields import BadField, check_filled, outside, some_of

_REGISTRATION = ("name", "registration_number", "council")
"""Whoever changes one of these has another entry in the council's register to be looked up (T9)."""


async def change_doctor(
    clinic: Clinic,
    doctor_id: int,
    by: str,
    *,
    name: str,
    qualification: str,
    registration_number: str,
    council: str,
    contact: str,
    opds: Iterable[str],
    languages: Iterable[str],
    states: Iterable[str] = (),
    outside_number: str = "",
) -> Doctor:
    """Replace all of these; a changed registration must be verified anew. Raises `BadField`, `LookupError`."""
    check_filled(
        name=name, qualification=qualification, registration_number=registration_number, council=council,
        contact=contact,
    )  # fmt: skip
    states = tuple(states)
    async with clinic.ledger.write() as books:
        before = await books.staff.doctor(doctor_id)
        after = replace(
            before,
            name=name.strip(),
            qualification=qualification.strip(),
            registration_number=registration_number.strip(),
            council=council.strip(),
            contact=contact.strip(),
            opds=some_of("opds", opds, [*dict.fromkeys((*clinic.policy.staffed_opds, *before.opds))]),
            languages=some_of("languages", languages, clinic.policy.known_languages),
            states=some_of("states", states, clinic.policy.states) if states else (),
            outside_number=outside(outside_number),
        )
        after = _verified_anew(after) if _registration_changed(before, after) else after
        await books.staff.save_doctor(after)
        await _write_changes(books, clinic, before, after, by)
    await serve_as_written(clinic, after)
    await clinic.line.publish("staff", {"changed": after.account})
    return after


async def change_operator(clinic: Clinic, operator_id: int, by: str, *, name: str, kind: StaffKind) -> Operator:
    """Name, and what they are. Another kind ends their sessions. Raises `BadField` (`last_admin`), `LookupError`."""
    check_filled(name=name)
    if kind in (StaffKind.DOCTOR, StaffKind.PHARMACY):
        raise BadField("kind", "choose", f"{kind}: is taken on as one")
    async with clinic.ledger.write() as books:
        before = await books.staff.operator(operator_id)
        available = before.available and kind is not StaffKind.ADMIN  # no caller is put through to them
        after = replace(before, name=name.strip(), kind=kind, available=available)
        if kind is not before.kind:
            await keep_an_admin(books, before)
            await books.sessions.drop_of(before.kind, before.id)
        await books.staff.save_operator(after)
        await _write_changes(books, clinic, before, after, by)
    await clinic.line.publish("staff", {"changed": after.account})
    return after


def _registration_changed(before: Doctor, after: Doctor) -> bool:
    return any(getattr(before, field) != getattr(after, field) for field in _REGISTRATION)


def _verified_anew(doctor: Doctor) -> Doctor:
    if doctor.verification is not Verification.VERIFIED:
        return doctor
    return replace(
        doctor, verification=Verification.UNVERIFIED, verified_by=None, verified_at=None, available=False, back_at=None
    )


async def _write_changes(
    books: Books, clinic: Clinic, before: Doctor | Operator, after: Doctor | Operator, by: str
) -> None:
    """One entry for each field, with what it was and is."""
    was, now = asdict(before), asdict(after)
    for field in (field for field in was if was[field] != now[field]):
        detail = f"{field}: {_said(was[field])} -> {_said(now[field])}"
        await books.audit(AuditEntry(clinic.clock.now(), by, "changed", f"{before.kind}:{before.id}", detail))


def _said(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
