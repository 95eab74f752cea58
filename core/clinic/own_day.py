"""A doctor's own queue and day."""

from collections.abc import Sequence

from core.clinic.clinic import Clinic
from core.ports import Books
from core.rules.local_day import day_begins
from core.rules.own_day import Day, OwnQueue
from core.rules.records import AuditEntry
from core.rules.staff import Doctor


async def own_queues(clinic: Clinic, books: Books, doctor: Doctor) -> Sequence[OwnQueue]:
    """Who waits for this doctor's lanes, by OPD in the order of the configuration."""
    found = await books.own_days.queues(doctor.states or clinic.policy.states, doctor.opds, doctor.languages)
    order = list(clinic.policy.known_opds)
    return sorted(found, key=lambda queue: order.index(queue.opd) if queue.opd in order else len(order))


async def own_day(clinic: Clinic, doctor_id: int) -> Day:
    """Today's cases, in the clinic's time zone. They name patients by their ID: the look is audited."""
    midnight = day_begins(clinic.today(), clinic.policy.time_zone)
    async with clinic.ledger.write() as books:
        who = f"doctor:{doctor_id}"
        await books.audit(AuditEntry(clinic.clock.now(), who, "saw day", who))
        return Day(await books.own_days.cases(doctor_id, midnight))
