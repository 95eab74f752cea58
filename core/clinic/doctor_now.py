"""What a doctor's bar says, read as one moment: it is read by every open panel whenever something happens."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.clinic.clinic import Clinic
from core.clinic.own_day import own_queues
from core.clinic.talks_now import With, who_supervises
from core.rules.consultation import Consultation
from core.rules.own_day import OwnQueue
from core.rules.staff import Doctor, DoctorState


@dataclass(frozen=True, slots=True)
class DoctorNow:
    """How things stand for one doctor."""

    state: DoctorState
    case: Consultation | None
    """Whose patient they have; signed or closed already when they still talk."""
    queues: Sequence[OwnQueue]
    supervisor: With | None
    """Who of the call centre is with the talk."""


async def doctor_now(clinic: Clinic, doctor: Doctor) -> DoctorNow:
    """One look at the line, one transaction."""
    server = await clinic.line.state(doctor.id)
    async with clinic.ledger.read() as books:
        return DoctorNow(
            state=server.state if server else DoctorState.PAUSED,
            case=await books.consultations.present_of_doctor(doctor.id),
            queues=await own_queues(clinic, books, doctor),
            supervisor=await who_supervises(books, doctor.id),
        )
