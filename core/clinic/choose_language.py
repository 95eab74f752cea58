"""Somebody of the staff chooses the language in which the panel speaks to them, in whatever browser they sign in."""

from dataclasses import replace

from core.clinic.admin.renew_access import Person, find_person, save_person
from core.clinic.clinic import Clinic


async def choose_language(clinic: Clinic, person: Person, language: str) -> None:
    """Kept with the person; nothing that the audit need know. Raises `LookupError` for who has left."""
    async with clinic.ledger.write() as books:
        await save_person(books, replace(await find_person(books, person.id), language=language))
