"""The desk's list of grievances (T9), by urgency, and how many there are. Looks at the list are audited."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.clinic.clinic import Clinic
from core.clinic.desk.share_grievances import desk_people
from core.ports import Books
from core.rules.grievance import Grievance, Shelf, shelf_of
from core.rules.records import AuditEntry
from core.rules.staff import Operator

SHOWN_ANSWERED = 50


@dataclass(frozen=True, slots=True)
class GrievanceBook:
    """Those that wait for an answer, and the last answered ones."""

    open: Mapping[Shelf, Sequence[Grievance]]
    """The most urgent first, and in each shelf those that are due first."""
    answered: Sequence[Grievance]
    """Newest first."""
    at_work: Mapping[int, Operator]
    """Who may work on one, by id."""
    names: Mapping[int, str]
    """Of everybody who may have answered one, also those who have left, by id."""


async def read_grievances(clinic: Clinic, person: Operator) -> GrievanceBook:
    """As this one sees it; audited."""
    async with clinic.ledger.write() as books:
        await books.audit(AuditEntry(clinic.clock.now(), f"{person.kind}:{person.id}", "read", "grievances"))
        at_work, waiting = await desk_people(books), await books.grievances.open_ones()
        shelves: dict[Shelf, list[Grievance]] = {shelf: [] for shelf in Shelf}
        for grievance in waiting:
            shelves[shelf_of(grievance, clinic.today(), person.id, at_work)].append(grievance)
        answered = await books.grievances.answered(SHOWN_ANSWERED)
        names = {one.id: one.name for one in (*await books.staff.operators(), *await books.staff.left())}
        return GrievanceBook(shelves, answered, at_work, names)


async def count_grievances(clinic: Clinic, books: Books, me: int) -> Mapping[Shelf, int]:
    """How many wait, by urgency: numbers, nobody's words."""
    at_work = await desk_people(books)
    shelves = Counter(shelf_of(one, clinic.today(), me, at_work) for one in await books.grievances.open_ones())
    return {shelf: shelves[shelf] for shelf in Shelf}
