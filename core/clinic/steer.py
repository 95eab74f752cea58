"""What a panel asks of the switch: end the talk, call the patient again, let a supervisor in. One topic for all.

A lost request does no harm: nothing was promised, and whoever pressed presses again.
"""

from core.clinic.clinic import Clinic
from core.rules.consultation import Consultation
from core.rules.supervision import Manner

TOPIC = "switch"
HANG_UP = "hang_up"
CALL_AGAIN = "call_again"
SUPERVISE = "supervise"
LEAVE_TALK = "leave_talk"


async def hang_up(clinic: Clinic, doctor_id: int) -> bool:
    """End the doctor's present talk, signed or not. False when there is none."""
    async with clinic.ledger.read() as books:
        present = await books.consultations.present_of_doctor(doctor_id)
    return await _ask(clinic, present, HANG_UP)


async def call_again(clinic: Clinic, doctor_id: int) -> bool:
    """Ring the patient of the open consultation again, then the doctor (S18). False when there is none."""
    return await _ask(clinic, await open_consultation(clinic, doctor_id), CALL_AGAIN)


async def supervise_talk(clinic: Clinic, talk: Consultation, supervisor_id: int, manner: Manner) -> None:
    """Bring this supervisor to the talk, or have them be with it in another manner."""
    event = {"kind": SUPERVISE, "token": talk.token_id, "consultation": talk.id}
    await clinic.line.publish(TOPIC, event | {"supervisor": supervisor_id, "manner": manner})


async def leave_talk(clinic: Clinic, token_id: int, supervisor_id: int) -> None:
    """Let this supervisor's leg go."""
    await clinic.line.publish(TOPIC, {"kind": LEAVE_TALK, "token": token_id, "supervisor": supervisor_id})


async def _ask(clinic: Clinic, consultation: Consultation | None, what: str) -> bool:
    if consultation is None:
        return False
    await clinic.line.publish(TOPIC, {"kind": what, "token": consultation.token_id})
    return True


async def open_consultation(clinic: Clinic, doctor_id: int) -> Consultation | None:
    """What this doctor has begun and not ended."""
    async with clinic.ledger.read() as books:
        return await books.consultations.open_of_doctor(doctor_id)
