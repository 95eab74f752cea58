"""Somebody leaves. Nobody is deleted: their papers and the audit keep their name."""

import secrets
from dataclasses import replace
from datetime import datetime

from core.clinic.admin.last_admin import keep_an_admin
from core.clinic.admin.renew_access import Person, find_person, save_person
from core.clinic.clinic import Clinic
from core.ports import Books
from core.rules.pharmacy import Pharmacy
from core.rules.records import AuditEntry
from core.rules.staff import Doctor, sip_digest
from core.rules.staff_fields import BadField


async def let_go(clinic: Clinic, person_id: int, by: str) -> Person:
    """They can no longer sign in, nor register a phone; duties that have not begun are dropped.

    Raises `BadField` for the last administrator and for a doctor who has a patient now, `LookupError`.
    """
    now = clinic.clock.now()
    async with clinic.ledger.write() as books:
        before = await find_person(books, person_id)
        await keep_an_admin(books, before)
        await _check_free(books, before)
        person = _gone(before, now)
        await save_person(books, person)
        await books.sessions.drop_of(person.kind, person.id)
        dropped = await books.roster.drop_after(person.id, now)
        detail = f"{dropped} duties dropped" if dropped else ""
        await books.audit(AuditEntry(now, by, "left", f"{person.kind}:{person.id}", detail))
    if isinstance(person, Doctor):
        await clinic.line.pause(person.id)
    await clinic.line.publish("staff", {"left": person.account})
    for topic in (f"{person.kind}:{person.id}", "clinic"):
        await clinic.line.publish(topic, {"kind": "state"})
    return person


def _gone(person: Person, now: datetime) -> Person:
    if isinstance(person, Pharmacy):
        return replace(person, left_at=now, phone=None)  # whoever has the number next may register with it
    # A phone that stays registered until the switch is told must not be able to come back.
    digest = sip_digest(person.account, secrets.token_urlsafe(32))
    return replace(person, left_at=now, available=False, sip_digest=digest)


async def _check_free(books: Books, person: Person) -> None:
    if isinstance(person, Doctor) and await books.consultations.present_of_doctor(person.id) is not None:
        raise BadField("leave", "busy", f"{person.login} has a patient now: wait until the case is closed")
