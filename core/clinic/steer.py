"""What a panel asks of the switch: end the talk, or call the patient again. The switch's side listens to one topic.

A lost request does no harm: nothing was promised, and the doctor presses again.
"""

from core.clinic.clinic import Clinic
from core.rules.consultation import Consultation

TOPIC = "switch"
HANG_UP = "hang_up"
CALL_AGAIN = "call_again"


async def hang_up(clinic: Clinic, doctor_id: int) -> bool:
    """End the doctor's present talk. False when there is none."""
    return await _ask(clinic, doctor_id, HANG_UP)


async def call_again(clinic: Clinic, doctor_id: int) -> bool:
    """Ring the patient of the open consultation again, then the doctor (S18). False when there is none."""
    return await _ask(clinic, doctor_id, CALL_AGAIN)


async def _ask(clinic: Clinic, doctor_id: int, what: str) -> bool:
    consultation = await open_consultation(clinic, doctor_id)
    if consultation is None:
        return False
    await clinic.line.publish(TOPIC, {"kind": what, "token": consultation.token_id})
    return True


async def open_consultation(clinic: Clinic, doctor_id: int) -> Consultation | None:
    """What this doctor has begun and not ended."""
    async with clinic.ledger.read() as books:
        return await books.consultations.open_of_doctor(doctor_id)
