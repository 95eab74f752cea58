"""How somebody wants to be reminded: agreed by a key in a call, withdrawn by a key or by STOP (T12)."""

from collections.abc import Mapping

from core.clinic.clinic import Clinic
from core.clinic.reminders.unwanted import NOT_WANTED
from core.ports import Books
from core.rules.audit_action import AuditAction
from core.rules.records import AuditEntry, CallBackReason
from core.rules.reminder import ReminderWish, Way

_SAID: Mapping[Way, AuditAction] = {
    Way.CALL: "reminders: call",
    Way.SMS: "reminders: sms",
    Way.NOT: "reminders: not",
}


async def has_said(clinic: Clinic, mobile: str) -> bool:
    """Whether they have been asked, and have answered."""
    async with clinic.ledger.read() as books:
        return await books.reminder_wishes.of_mobile(mobile) is not None


async def say_wish(clinic: Clinic, mobile: str, way: Way, by: str) -> None:
    """From now on so; `by` is the call in which a key said it."""
    async with clinic.ledger.write() as books:
        await wish_in(clinic, books, mobile, way, by)


async def wish_in(clinic: Clinic, books: Books, mobile: str, way: Way, by: str) -> None:
    """The same within the caller's transaction; `by` may be a message: `sms:17`. Who wants none is owed none."""
    now = clinic.clock.now()
    await books.reminder_wishes.save(ReminderWish(mobile, way, now, by))
    owed = await books.lookup.owed_by_machine(mobile) if way is Way.NOT else None
    if owed is not None and owed.reason is CallBackReason.REMINDER:
        await books.calls.finish_call_back(owed.id, now, NOT_WANTED)
    await books.audit(AuditEntry(now, f"mobile:{mobile}", _SAID[way], f"mobile:{mobile}", by))
