"""What a pharmacy has given today; the look is audited."""

from collections.abc import Sequence

from core.clinic.clinic import Clinic
from core.ports import Given
from core.rules.local_day import day_begins
from core.rules.pharmacy import Pharmacy
from core.rules.records import AuditEntry


async def given_today(clinic: Clinic, pharmacy: Pharmacy) -> Sequence[Given]:
    """Since midnight in the clinic's time zone, newest first."""
    midnight = day_begins(clinic.today(), clinic.policy.time_zone)
    async with clinic.ledger.write() as books:
        who = f"pharmacy:{pharmacy.id}"
        await books.audit(AuditEntry(clinic.clock.now(), who, "saw day", who))
        return await books.dispensings.of_pharmacy(pharmacy.id, midnight)
