"""Counting in the ledger, for the wallboard: nobody's name or number comes out of it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from core.rules.wallboard import Abandoned, LaneWait, OnTheLine, Promptness


class Statistics(Protocol):
    """Each is one indexed query. `purposes` are those of `CallRecord`: the legs that count as patients' calls."""

    async def on_the_line(self, purposes: Collection[str]) -> OnTheLine:
        """Patients' calls that are up now."""
        ...

    async def waiting(self) -> Sequence[LaneWait]:
        """Tokens that wait, by OPD and language."""
        ...

    async def promptness(self, day: date, within: timedelta, now: datetime) -> Promptness:
        """Of this day's tokens that were answered, or are older than `within`: how many were answered `within`."""
        ...

    async def abandoned(self, day: date, since: datetime, purposes: Collection[str]) -> Abandoned:
        """Who hung up on calls that began at `since` or later; `day` is that day in the clinic's time zone."""
        ...

    async def consultations(self, edges: Sequence[datetime]) -> Sequence[int]:
        """Consultations with a talk that ended between each two neighbouring `edges` (the later one excluded)."""
        ...
