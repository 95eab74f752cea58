"""Who works on a grievance (T9): an operator takes it and puts it back, a supervisor gives it to somebody."""

from collections.abc import Mapping

from core.clinic.clinic import Clinic
from core.clinic.desk.refused import refuse
from core.ports import Books, Stale
from core.rules.audit_action import AuditAction
from core.rules.grievance import Grievance
from core.rules.records import AuditEntry
from core.rules.staff import Operator, StaffKind

AT_THE_DESK = frozenset({StaffKind.OPERATOR, StaffKind.SUPERVISOR})


async def take_grievance(clinic: Clinic, person: Operator, grievance_id: int) -> None:
    """`person` works on it, unless somebody else does. Raises `Refused`, or `LookupError` for no such grievance."""
    await _share(clinic, person, grievance_id, "took grievance", person.id, of={None, person.id})


async def put_back_grievance(clinic: Clinic, person: Operator, grievance_id: int) -> None:
    """`person` does not work on it any more. Raises `Refused` when they did not, `LookupError`."""
    await _share(clinic, person, grievance_id, "put back grievance", None, of={person.id})


async def give_grievance(clinic: Clinic, supervisor: Operator, grievance_id: int, worker: int | None) -> None:
    """`worker` works on it, or nobody, whoever did before. Raises `Refused`, or `LookupError` for no such grievance, or
    nobody of the desk."""
    await _share(clinic, supervisor, grievance_id, "gave grievance", worker)


async def _share(
    clinic: Clinic,
    by: Operator,
    grievance_id: int,
    action: AuditAction,
    worker: int | None,
    *,
    of: set[int | None] | None = None,
) -> None:
    """`of`: with whom it must be until now; None: with anybody."""
    try:
        async with clinic.ledger.write() as books:
            at_work, grievance = await desk_people(books), await books.grievances.get(grievance_id)
            if worker is not None and worker not in at_work:
                raise LookupError(f"{worker} does not work at the desk")
            _check(grievance, at_work, of)
            await books.grievances.assign(grievance, worker)
            detail = "" if worker in (None, by.id) else f"{at_work[worker].kind}:{worker}"
            who = f"{by.kind}:{by.id}"
            await books.audit(AuditEntry(clinic.clock.now(), who, action, f"grievance:{grievance_id}", detail))
    except Stale as stale:
        raise refuse("share", "with_another") from stale
    await clinic.line.publish("clinic", {"kind": "grievance"})


def _check(grievance: Grievance, at_work: Mapping[int, Operator], of: set[int | None] | None) -> None:
    if not grievance.is_open:
        raise refuse("share", "answered_already")
    if of is not None and grievance.worker(at_work) not in of:
        raise refuse("share", "with_another")


async def desk_people(books: Books) -> Mapping[int, Operator]:
    """Those who may work on grievances, by id: of the desk, and not gone."""
    return {person.id: person for person in await books.staff.operators() if person.kind in AT_THE_DESK}
