"""Why a reminder is told to nobody: asked on its day, and again before each step of a call that tells it (T12)."""

from collections.abc import Sequence

from core.clinic.clinic import Clinic
from core.ports import Books
from core.rules.records import CallBack, CallBackReason
from core.rules.reminder import LATEST, Reminder, Way

NOT_WANTED = "not wanted any more"
"""As the ledger says of a reminder call that was not made."""


async def unwanted(clinic: Clinic, books: Books, reminder: Reminder) -> str | None:
    """None: it is wanted."""
    if clinic.today() - reminder.due_on > LATEST:
        return "too late"
    course = reminder.prescription_id
    if course is not None and (await books.prescriptions.get(course)).voided_at is not None:
        return "void"
    patient = await books.patients.get(reminder.patient_id)
    wish = await books.reminder_wishes.of_mobile(patient.mobile)
    return "not agreed" if wish is None or wish.way is Way.NOT else None


async def still_wanted(clinic: Clinic, books: Books, owed: CallBack) -> Sequence[Reminder]:
    """What this call is still to remind of: they may have said STOP since it was owed, or the doctor voided it."""
    of_call = await books.reminders.of_call_back(owed.id)
    return [reminder for reminder in of_call if await unwanted(clinic, books, reminder) is None]


async def is_in_vain(clinic: Clinic, books: Books, owed: CallBack) -> bool:
    """Whether it is a reminder call that has nothing to tell any more."""
    return owed.reason is CallBackReason.REMINDER and not await still_wanted(clinic, books, owed)
