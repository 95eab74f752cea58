"""Who should be at work now, and is not (S27): the letter from Rajasthan found a third of them there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.clinic.clinic import Clinic
from core.rules.roster import Duty
from core.rules.staff import Doctor, DoctorState


@dataclass(frozen=True, slots=True)
class Rostered:
    """Somebody whose turn it is now."""

    doctor: Doctor
    duty: Duty
    state: DoctorState
    """What they are doing."""


async def absent(clinic: Clinic) -> Sequence[Rostered]:
    """Rostered but neither ready nor busy, in the order in which their duties began."""
    return [one for one in await on_duty(clinic) if one.state in (DoctorState.OFFLINE, DoctorState.PAUSED)]


async def on_duty(clinic: Clinic) -> Sequence[Rostered]:
    """Everybody who is rostered now, and what they are doing."""
    now = clinic.clock.now()
    async with clinic.ledger.read() as books:
        duties = [duty for duty in await books.roster.between(now, now + timedelta(seconds=1)) if duty.covers(now)]
        doctors = [await books.staff.doctor(duty.doctor_id) for duty in duties]
    found = zip(doctors, duties, strict=True)
    return [Rostered(doctor, duty, await _state(clinic, doctor)) for doctor, duty in found if doctor.left_at is None]


async def _state(clinic: Clinic, doctor: Doctor) -> DoctorState:
    server = await clinic.line.state(doctor.id)
    return server.state if server else DoctorState.PAUSED
