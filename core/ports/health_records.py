"""Health records that patients send (S11): where they are kept, and who turns a stranger's file into pictures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.rules.health_record import HealthRecord, SentAs


class HealthRecords(Protocol):
    async def add(self, record: HealthRecord, pages: Sequence[bytes]) -> HealthRecord:
        """With its pages, JPEG each, in their order."""
        ...

    async def get(self, record_id: int) -> HealthRecord: ...
    async def of_patient(self, patient_id: int) -> Sequence[HealthRecord]:
        """Oldest first."""
        ...

    async def page(self, record_id: int, number: int) -> bytes:
        """JPEG; `LookupError` when it has no such page. The first is 1."""
        ...

    async def look(self, record_id: int, number: int, at: datetime) -> bytes:
        """As `page`, by a doctor: it stays from now on (T7). Only the first time counts.

        When this raises, the transaction must be left.
        """
        ...

    async def drop(self, record_id: int) -> bool:
        """With its pages, unless a doctor has looked (T7). Whether it is gone."""
        ...

    async def drop_unseen_before(self, at: datetime) -> None:
        """Those that were received before then, and that no doctor has looked at."""
        ...


class RecordUnreadable(Exception):
    """This file cannot be read: broken, locked by a password, or too much for one page."""


class TooManyPages(Exception):
    """This file has more pages than may be sent."""


class PageMaker(Protocol):
    """Makes pictures of what strangers send, so that nothing of their file reaches anybody."""

    async def pages(self, data: bytes, kind: SentAs) -> Sequence[bytes]:
        """Its pages, JPEG each. Raises `RecordUnreadable`, `TooManyPages`."""
        ...
