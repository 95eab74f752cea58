"""Somebody must be left who can administer."""

from core.ports import Books
from core.rules.pharmacy import Person
from core.rules.staff import StaffKind
from core.rules.staff_fields import BadField


async def keep_an_admin(books: Books, leaving: Person) -> None:
    """Raises `BadField` if nobody could administer any more without this person."""
    if leaving.kind is StaffKind.ADMIN:
        admins = [one for one in await books.staff.operators() if one.kind is StaffKind.ADMIN]
        if [one.id for one in admins] == [leaving.id]:
            raise BadField("kind", "last_admin", "is the last administrator: make another one first")
