"""New passwords, told once, for the panel and the softphone; and the end of somebody's sessions."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

from core.clinic.clinic import Clinic
from core.clinic.passwords import hashed, random_password
from core.ports import Books
from core.rules.pharmacy import Person, Pharmacy
from core.rules.records import AuditEntry
from core.rules.staff import Doctor, sip_digest

__all__ = ["Person", "end_sessions", "find_person", "new_password", "new_phone_password", "save_person"]


async def find_person(books: Books, person_id: int) -> Person:
    """Who works here, or is registered, under this number. Raises `LookupError`, also for who has left."""
    finders: tuple[Callable[[int], Awaitable[Person]], ...] = (
        books.staff.operator, books.staff.doctor, books.pharmacies.get,
    )  # fmt: skip
    for find in finders:
        with suppress(LookupError):
            person = await find(person_id)
            break
    else:
        raise LookupError(f"there is nobody {person_id}")
    if person.left_at is not None:
        raise LookupError(f"{person.login} has left")
    return person


async def new_password(clinic: Clinic, person_id: int, by: str) -> str:
    """Another password for the panel; their sessions end. Raises `LookupError`."""
    password = random_password()
    password_hash = await hashed(password)
    async with clinic.ledger.write() as books:
        person = await find_person(books, person_id)
        await save_person(books, replace(person, password_hash=password_hash))
        await books.sessions.drop_of(person.kind, person.id)
        await books.audit(AuditEntry(clinic.clock.now(), by, "reset password", f"{person.kind}:{person.id}"))
    await clinic.line.publish("staff", {"changed": person.account})
    return password


async def new_phone_password(clinic: Clinic, person_id: int, by: str) -> str:
    """Another password for the softphone; the one that knows the old one can no longer register.

    Raises `LookupError`, also for a pharmacy: it has no telephone of ours.
    """
    password = random_password(5)
    async with clinic.ledger.write() as books:
        person = await find_person(books, person_id)
        if isinstance(person, Pharmacy):
            raise LookupError(f"{person.login} has no telephone of ours")
        await save_person(books, replace(person, sip_digest=sip_digest(person.account, password)))
        await books.audit(AuditEntry(clinic.clock.now(), by, "reset phone", f"{person.kind}:{person.id}"))
    await clinic.line.publish("staff", {"changed": person.account})
    return password


async def end_sessions(clinic: Clinic, person_id: int, by: str) -> None:
    """Whoever is signed in as this person must sign in again."""
    async with clinic.ledger.write() as books:
        person = await find_person(books, person_id)
        await books.sessions.drop_of(person.kind, person.id)
        await books.audit(AuditEntry(clinic.clock.now(), by, "ended sessions", f"{person.kind}:{person.id}"))
    await clinic.line.publish("staff", {"changed": person.account})


async def save_person(books: Books, person: Person) -> None:
    """In the table they belong to."""
    if isinstance(person, Doctor):
        await books.staff.save_doctor(person)
    elif isinstance(person, Pharmacy):
        await books.pharmacies.save(person)
    else:
        await books.staff.save_operator(person)
