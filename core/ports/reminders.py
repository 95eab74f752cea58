"""The ledger, reminders: who agreed to be reminded how, and what is due."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from core.rules.reminder import Reminder, ReminderWish


class ReminderWishes(Protocol):
    async def of_mobile(self, mobile: str) -> ReminderWish | None: ...
    async def save(self, wish: ReminderWish) -> None:
        """Insert or replace."""
        ...


class Reminders(Protocol):
    async def plan(self, reminder: Reminder) -> Reminder | None:
        """None when its cause is planned already."""
        ...

    async def due(self, today: date, limit: int) -> Sequence[Reminder]:
        """Not given yet though their day has come, oldest first."""
        ...

    async def done(self, reminder: Reminder, at: datetime, how: str, call_back_id: int | None = None) -> bool:
        """Compare and set on not being done: whether this was the first."""
        ...

    async def of_call_back(self, call_back_id: int) -> Sequence[Reminder]: ...
