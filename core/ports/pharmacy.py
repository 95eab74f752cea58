"""The ledger, pharmacies: who may dispense, and what was dispensed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.rules.dispensing import Dispensing
from core.rules.pharmacy import Pharmacy


@dataclass(frozen=True, slots=True)
class Given:
    """A line of a pharmacy's own list."""

    dispensing: Dispensing
    prescription_number: str
    voided_at: datetime | None
    """The doctor has taken the prescription back since, or corrected it."""


class Pharmacies(Protocol):
    """By id every one that ever was is found; in lists, by login and by phone only who has not left."""

    async def add(self, pharmacy: Pharmacy) -> Pharmacy:
        """Raises `Duplicate` for a login or a phone that is taken."""
        ...

    async def save(self, pharmacy: Pharmacy) -> None: ...
    async def get(self, pharmacy_id: int) -> Pharmacy: ...
    async def by_login(self, login: str) -> Pharmacy | None: ...
    async def by_phone(self, phone: str) -> Pharmacy | None: ...
    async def all(self) -> Sequence[Pharmacy]: ...
    async def left(self) -> Sequence[Pharmacy]: ...


class Dispensings(Protocol):
    async def add(self, dispensing: Dispensing) -> Dispensing:
        """Raises `Duplicate` when somebody else has given of this medicine since `already` was counted."""
        ...

    async def of_consultation(self, consultation_id: int) -> Sequence[Dispensing]:
        """On every version of its prescription, in the order in which they were given."""
        ...

    async def of_pharmacy(self, pharmacy_id: int, since: datetime) -> Sequence[Given]:
        """Newest first."""
        ...
