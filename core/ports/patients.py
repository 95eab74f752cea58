"""The ledger, patients: who they are, and the callers whose numbers they share."""

from collections.abc import Sequence
from typing import Protocol

from core.rules.patient import Caller, Patient


class Patients(Protocol):
    async def add(self, patient: Patient) -> Patient: ...
    async def get(self, patient_id: int) -> Patient: ...
    async def save(self, patient: Patient) -> None: ...
    async def of_mobile(self, mobile: str) -> Sequence[Patient]:
        """Everybody registered on this number, oldest first."""
        ...

    async def by_code(self, code: str) -> Patient | None: ...


class Callers(Protocol):
    async def get(self, mobile: str) -> Caller | None: ...
    async def save(self, caller: Caller) -> None:
        """Insert or replace."""
        ...

    async def hold(self, mobile: str) -> None:
        """Whoever else holds this number waits until this transaction has ended; what is read after it is the latest.

        Nobody need be known on it yet.
        """
        ...
