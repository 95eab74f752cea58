"""A doctor wants patients, or a pause. The wish is stored, so it survives a restart of everything."""

from dataclasses import replace
from functools import lru_cache

from core.clinic.clinic import Clinic
from core.ports import Server
from core.rules.queue import lanes_of
from core.rules.staff import Doctor, DoctorState, StaffKind

_lanes = lru_cache(lanes_of)
"""Many doctors serve the same hundred lanes, and all of them are compared every few seconds (`mend_line`)."""


def server_of(
    clinic: Clinic, doctor: Doctor, state: DoctorState = DoctorState.PAUSED, token: int | None = None
) -> Server:
    """The doctor as the line knows them."""
    lanes = _lanes(doctor.states or clinic.policy.states, doctor.opds, doctor.languages)
    return Server(doctor.id, lanes, state, token)


async def doctor_ready(clinic: Clinic, doctor_id: int) -> bool:
    """From now on the next token that fits is theirs; while they talk or write this means "after this one".

    False, and nothing changed, while their phone is not registered: nobody could be put through to them; and while
    they may not practise (T9).
    """
    server = await clinic.line.state(doctor_id)
    if server is not None and server.state is DoctorState.OFFLINE:
        return False
    async with clinic.ledger.read() as books:
        if not (await books.staff.doctor(doctor_id)).may_practise:
            return False
    doctor = await _wish(clinic, doctor_id, available=True)
    await clinic.line.ready(server_of(clinic, doctor))
    await _tell(clinic, doctor_id)
    return True


async def doctor_pause(clinic: Clinic, doctor_id: int) -> bool:
    """No new patient. True when paused now, False when it begins after the present consultation."""
    await _wish(clinic, doctor_id, available=False)
    now = await clinic.line.pause(doctor_id)
    await _tell(clinic, doctor_id)
    return now


async def _wish(clinic: Clinic, doctor_id: int, *, available: bool) -> Doctor:
    async with clinic.ledger.write() as books:
        doctor = replace(await books.staff.doctor(doctor_id), available=available, back_at=None)
        await books.staff.save_doctor(doctor)
    return doctor


async def _tell(clinic: Clinic, doctor_id: int) -> None:
    await clinic.line.publish(f"doctor:{doctor_id}", {"kind": "state"})
    await clinic.line.publish("clinic", {"kind": "state"})


async def operator_ready(clinic: Clinic, operator_id: int, *, available: bool) -> None:
    """An operator's phone may be rung for key 0, or not; an administrator's never, as they see no patients."""
    async with clinic.ledger.write() as books:
        operator = await books.staff.operator(operator_id)
        available = available and operator.kind is not StaffKind.ADMIN
        await books.staff.save_operator(replace(operator, available=available))
    await clinic.line.publish("clinic", {"kind": "state"})


async def phone_registered(clinic: Clinic, account: str, registered: bool) -> None:
    """A phone came or went; the doctor sees it on the panel. Operators' phones need no word of it."""
    async with clinic.ledger.read() as books:
        doctor = await books.staff.doctor_by_account(account)
    if doctor is not None:
        await clinic.line.phone(doctor.id, registered)
        await _tell(clinic, doctor.id)
