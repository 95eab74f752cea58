"""A doctor's time to wrap up after each patient: how long it is, and its end."""

from dataclasses import replace

from core.clinic.clinic import Clinic
from core.clinic.doctor_ready import doctor_ready
from core.rules.after_call import check_wrap_up
from core.rules.staff import Doctor


async def set_wrap_up(clinic: Clinic, doctor_id: int, seconds: int | None) -> None:
    """0: the next patient comes at once; None: when the doctor says so. Raises `ValueError` beyond 120 s."""
    check_wrap_up(seconds)
    async with clinic.ledger.write() as books:
        await books.staff.save_doctor(replace(await books.staff.doctor(doctor_id), wrap_up_seconds=seconds))


async def end_wrap_ups(clinic: Clinic) -> None:
    """Every second: whoever has wrapped up is ready again; without a phone they stay paused."""
    async with clinic.ledger.read() as books:
        over = await books.own_days.back_by(clinic.clock.now())
    for doctor in over:
        if not await doctor_ready(clinic, doctor.id):
            await _stay_paused(clinic, doctor)


async def _stay_paused(clinic: Clinic, doctor: Doctor) -> None:
    async with clinic.ledger.write() as books:
        await books.staff.save_doctor(replace(await books.staff.doctor(doctor.id), back_at=None))
