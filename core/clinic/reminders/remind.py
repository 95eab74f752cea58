"""Give the reminders whose day has come: each once, at decent hours, as was agreed on the mobile, within T14's caps."""

from core.clinic.clinic import Clinic
from core.clinic.owe_call import caps_left
from core.clinic.reminders.tell import tell_by_sms
from core.clinic.reminders.unwanted import unwanted
from core.clinic.send_sms import tell_queued
from core.ports import NEW, Books
from core.rules.patient import Patient
from core.rules.records import CallBack, CallBackReason
from core.rules.reminder import Reminder, Way, is_decent

BATCH = 50
"""Looked at in one round; the next ones a minute later."""


async def remind_due(clinic: Clinic) -> int:
    """Whatever is due now; how many were dealt with. Nothing at night."""
    if not is_decent(clinic.local_now()):
        return 0
    async with clinic.ledger.read() as books:
        due = await books.reminders.due(clinic.today(), BATCH)
    return sum([await _remind(clinic, reminder) for reminder in due])


async def _remind(clinic: Clinic, reminder: Reminder) -> bool:
    """In one transaction: given, or written down why not. False: not now, later again."""
    async with clinic.ledger.write() as books:
        patient = await books.patients.get(reminder.patient_id)
        why_not = await unwanted(clinic, books, reminder)
        if why_not is not None:
            return await books.reminders.done(reminder, clinic.clock.now(), why_not)
        wish = await books.reminder_wishes.of_mobile(patient.mobile)
        if wish is not None and wish.way is Way.CALL:
            given = await _owe_call(clinic, books, reminder, patient)
        else:
            given = await books.reminders.done(reminder, clinic.clock.now(), "sms")
            if given:
                await tell_by_sms(clinic, books, reminder)
    if given:
        await tell_queued(clinic)
    return given


async def _owe_call(clinic: Clinic, books: Books, reminder: Reminder, patient: Patient) -> bool:
    """One call a mobile at a time: whoever is owed one already, or has had enough of them, is called later."""
    now = clinic.clock.now()
    if await books.lookup.owed_by_machine(patient.mobile) is not None or not all(
        await caps_left(clinic, books, patient.mobile)
    ):
        return False
    owed = await books.calls.add_call_back(
        CallBack(NEW, patient.mobile, CallBackReason.REMINDER, patient.language, now, due_at=now)
    )
    return owed is not None and await books.reminders.done(reminder, now, "call", owed.id)
