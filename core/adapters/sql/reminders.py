"""Who agreed to be reminded how, and what is due (T12)."""

from collections.abc import Sequence
from datetime import date, datetime

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows, values_of
from core.rules.reminder import Reminder, ReminderWish


class SqlReminderWishes(Rows[ReminderWish]):
    """See `core.ports.ReminderWishes`."""

    table = tables.reminder_wishes
    kind = ReminderWish

    async def of_mobile(self, mobile: str) -> ReminderWish | None:
        return await self._first(self.table.c.mobile == mobile)

    async def save(self, wish: ReminderWish) -> None:
        if await self._insert_unless_known(wish) is None:
            await self._change(self.table.c.mobile == wish.mobile, **values_of(wish))


class SqlReminders(Rows[Reminder]):
    """See `core.ports.Reminders`."""

    table = tables.reminders
    kind = Reminder

    async def plan(self, reminder: Reminder) -> Reminder | None:
        return await self._insert_unless_known(reminder)

    async def due(self, today: date, limit: int) -> Sequence[Reminder]:
        table = self.table.c
        return await self._find(
            table.done_at.is_(None), table.due_on <= today, order=[table.due_on.asc(), table.id.asc()], limit=limit
        )

    async def done(self, reminder: Reminder, at: datetime, how: str, call_back_id: int | None = None) -> bool:
        table = self.table.c
        first = await self._change(
            table.id == reminder.id, table.done_at.is_(None), done_at=at, done_how=how, call_back_id=call_back_id
        )
        return bool(first)

    async def of_call_back(self, call_back_id: int) -> Sequence[Reminder]:
        return await self._find(self.table.c.call_back_id == call_back_id)
