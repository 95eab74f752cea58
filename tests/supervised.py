"""Who is with a doctor's talk, as their panel would say just now."""

from core.clinic import talks_now
from core.clinic.clinic import Clinic
from core.clinic.talks_now import With


async def who_supervises(clinic: Clinic, doctor_id: int) -> With | None:
    async with clinic.ledger.read() as books:
        return await talks_now.who_supervises(books, doctor_id)
