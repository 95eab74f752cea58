"""The duty roster as it is written down (S27)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from core.rules.roster import Duty


class Roster(Protocol):
    """Who is to serve when."""

    async def add(self, duties: Iterable[Duty]) -> None: ...
    async def get(self, duty_id: int) -> Duty:
        """`LookupError` when there is none."""
        ...

    async def drop(self, duty_id: int) -> None: ...
    async def drop_after(self, doctor_id: int, moment: datetime) -> int:
        """Of somebody who leaves: what has not begun by then goes. How many that were."""
        ...

    async def between(self, begins: datetime, ends: datetime) -> Sequence[Duty]:
        """What is on at any moment from `begins` to before `ends`, in the order in which it begins."""
        ...
