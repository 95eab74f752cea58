"""A reminder by SMS, as agreed, or in place of a call that did not come about. Nothing in it says what somebody has."""

from core.clinic.clinic import Clinic
from core.clinic.reminders.unwanted import still_wanted
from core.clinic.send_sms import queue_sms
from core.ports import Books
from core.rules.records import CallBack
from core.rules.reminder import Reminder, next_decent


async def tell_by_sms(clinic: Clinic, books: Books, reminder: Reminder) -> None:
    """In place of a call too, that nobody answered; at night it goes out in the morning."""
    patient = await books.patients.get(reminder.patient_id)
    language = patient.language if patient.language in clinic.policy.languages else clinic.policy.languages[0]
    sms = await queue_sms(
        books, clinic, f"reminder:{reminder.id}", patient.mobile, f"reminder_{reminder.kind}", language,
        patient=patient.code,
    )  # fmt: skip
    if sms is not None:
        await books.outbox.mark(sms.id, next_attempt_at=next_decent(clinic.local_now()))


async def told_by_sms_instead(clinic: Clinic, books: Books, owed: CallBack) -> None:
    """The call of these reminders was not made or not answered; what nobody wants any more is not told."""
    for reminder in await still_wanted(clinic, books, owed):
        await tell_by_sms(clinic, books, reminder)
