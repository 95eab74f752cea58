"""What a doctor keeps while writing, in the ledger: drafts, and sets of medicines."""

from collections.abc import Sequence
from typing import Protocol

from core.rules.writing import Draft, MedicineSet


class Drafts(Protocol):
    """One a consultation. Whatever ends the consultation (`Consultations.end`) drops it."""

    async def save(self, draft: Draft) -> bool:
        """Insert or replace. False, and nothing changed, unless the consultation is this doctor's and open."""
        ...

    async def of(self, consultation_id: int, doctor_id: int) -> Draft | None: ...


class MedicineSets(Protocol):
    """A doctor's own; nobody else's id opens one."""

    async def save(self, one: MedicineSet) -> None:
        """Insert, or replace the doctor's set of this name."""
        ...

    async def of_doctor(self, doctor_id: int) -> Sequence[MedicineSet]:
        """By name."""
        ...

    async def rename(self, set_id: int, doctor_id: int, name: str) -> bool:
        """False when it is not theirs. Raises `Duplicate` when they have one of this name."""
        ...

    async def drop(self, set_id: int, doctor_id: int) -> bool:
        """False when it is not theirs."""
        ...
