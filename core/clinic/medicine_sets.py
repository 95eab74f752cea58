"""A doctor's own sets of medicines and advice, and what they prescribed last: written once, used again."""

from collections.abc import Sequence
from dataclasses import replace

from core.clinic.clinic import Clinic
from core.ports import NEW, Duplicate
from core.rules.prescription import Medicine
from core.rules.writing import MOST_SETS, MedicineSet, last_used, set_name

LOOKED_THROUGH = 50
"""How many of the doctor's last prescriptions say what they use."""


class TooManySets(Exception):
    """The doctor has 100 sets: nothing was saved."""


async def save_set(clinic: Clinic, doctor_id: int, name: str, medicines: tuple[Medicine, ...], advice: str) -> None:
    """Keep these under a name; a set of the same name is replaced.

    Raises `ValueError` for a name that is none, or when there is nothing to save; `TooManySets`.
    """
    name = set_name(name)
    if not medicines and not advice.strip():
        raise ValueError("nothing to save")
    async with clinic.ledger.write() as books:
        names = {one.name for one in await books.medicine_sets.of_doctor(doctor_id)}
        if len(names | {name}) > MOST_SETS:
            raise TooManySets
        kept = tuple(replace(one, acknowledged="", answers=()) for one in medicines)  # that reason was for one patient
        await books.medicine_sets.save(MedicineSet(NEW, doctor_id, name, kept, advice.strip()))


async def own_sets(clinic: Clinic, doctor_id: int) -> Sequence[MedicineSet]:
    """By name."""
    async with clinic.ledger.read() as books:
        return await books.medicine_sets.of_doctor(doctor_id)


async def own_set(clinic: Clinic, doctor_id: int, set_id: int) -> MedicineSet | None:
    """None also when it is another doctor's."""
    return next((one for one in await own_sets(clinic, doctor_id) if one.id == set_id), None)


async def rename_set(clinic: Clinic, doctor_id: int, set_id: int, name: str) -> bool:
    """False when it is not theirs. Raises `ValueError` for a name that is none, or taken."""
    name = set_name(name)
    try:
        async with clinic.ledger.write() as books:
            return await books.medicine_sets.rename(set_id, doctor_id, name)
    except Duplicate as taken:
        raise ValueError("set_name") from taken


async def drop_set(clinic: Clinic, doctor_id: int, set_id: int) -> bool:
    """False when it is not theirs."""
    async with clinic.ledger.write() as books:
        return await books.medicine_sets.drop(set_id, doctor_id)


async def used_medicines(clinic: Clinic, doctor_id: int) -> tuple[Medicine, ...]:
    """What this doctor prescribed last, newest first; whose it was is not in it."""
    async with clinic.ledger.read() as books:
        return last_used(await books.own_days.last_signed(doctor_id, LOOKED_THROUGH))
