"""The ledger, patients on the web: tries that are counted, codes by SMS, and sessions."""

from datetime import datetime, timedelta
from typing import Protocol

from core.rules.patient_access import OneTimeCode, PatientSession
from core.rules.tries import Tried


class Tries(Protocol):
    """Counted in the database, one after the other: two at once are two."""

    async def count(self, key: str, now: datetime, within: timedelta) -> Tried:
        """One more; the first of a window begins it."""
        ...

    async def of(self, key: str, now: datetime, within: timedelta) -> Tried:
        """Those of the present window, without one more."""
        ...

    async def forget(self, key: str) -> None: ...
    async def drop_begun_before(self, at: datetime) -> None: ...


class OneTimeCodes(Protocol):
    """One a mobile."""

    async def put(self, code: OneTimeCode) -> None:
        """Insert, or replace the one there is."""
        ...

    async def try_once(self, mobile: str, now: datetime, most: int) -> OneTimeCode | None:
        """Count one try at the code that is valid now, of fewer than `most`: that code; else None, nothing changed."""
        ...

    async def use(self, code: OneTimeCode, at: datetime) -> bool:
        """Compare and set on not being used. Whether it was."""
        ...

    async def drop_expired(self, now: datetime) -> None: ...


class PatientSessions(Protocol):
    async def add(self, session: PatientSession) -> None: ...
    async def get(self, id_hash: str) -> PatientSession | None: ...
    async def drop(self, id_hash: str) -> None: ...
    async def drop_expired(self, now: datetime) -> None: ...
