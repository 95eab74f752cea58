"""What a doctor's panel asks of the ledger about their own queue and day."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.rules.own_day import DayCase, OwnQueue
from core.rules.prescription import SignedPrescription
from core.rules.staff import Doctor


class OwnDays(Protocol):
    async def queues(self, states: Sequence[str], opds: Sequence[str], languages: Sequence[str]) -> Sequence[OwnQueue]:
        """Tokens that wait under these lanes, by OPD; an OPD in which nobody waits is left out."""
        ...

    async def cases(self, doctor_id: int, since: datetime) -> Sequence[DayCase]:
        """Consultations with a talk that began at `since` or later, newest first."""
        ...

    async def last_signed(self, doctor_id: int, limit: int) -> Sequence[SignedPrescription]:
        """The doctor's own, newest first."""
        ...

    async def back_by(self, now: datetime) -> Sequence[Doctor]:
        """Doctors whose time for wrapping up is over."""
        ...
