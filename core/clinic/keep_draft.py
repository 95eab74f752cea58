"""What a doctor has typed is on the server within seconds: found again after a crash, and on another computer."""

from core.clinic.clinic import Clinic
from core.rules.writing import LONGEST_DRAFT, Draft


async def keep_draft(clinic: Clinic, *, doctor_id: int, consultation_id: int, content: str) -> bool:
    """False, and nothing kept, unless the consultation is this doctor's and open. The last one told is the one kept.

    Raises `ValueError` for more than 60,000 characters.
    """
    if len(content) > LONGEST_DRAFT:
        raise ValueError(f"a draft of {len(content)} characters")
    async with clinic.ledger.write() as books:
        return await books.drafts.save(Draft(consultation_id, doctor_id, content, clinic.clock.now()))


async def kept_draft(clinic: Clinic, *, doctor_id: int, consultation_id: int) -> Draft | None:
    """None when nothing was typed, when the case is over, and for everybody but its doctor."""
    async with clinic.ledger.read() as books:
        return await books.drafts.of(consultation_id, doctor_id)
