"""What a patient may be reminded of, written down in the transaction that ends their case."""

from core.clinic.clinic import Clinic
from core.ports import NEW, Books
from core.rules.consultation import Consultation
from core.rules.prescription import SignedPrescription
from core.rules.reminder import Kind, Reminder, course_ends_on


async def plan_course(clinic: Clinic, books: Books, signed: SignedPrescription) -> None:
    """That the medicines end, on the last day on which one is taken; whether they want to hear it is asked then."""
    ends_on = course_ends_on(signed.content, signed.signed_at.astimezone(clinic.policy.time_zone).date())
    if ends_on is not None:
        cause = f"course:{signed.id}"
        await books.reminders.plan(
            Reminder(NEW, cause, Kind.COURSE, signed.patient_id, ends_on, prescription_id=signed.id)
        )


async def plan_follow_up(books: Books, ended: Consultation) -> None:
    """That the doctor wants to hear from them again; nothing where the doctor named no day."""
    if ended.call_back_on is not None:
        cause = f"follow_up:{ended.id}"
        await books.reminders.plan(Reminder(NEW, cause, Kind.FOLLOW_UP, ended.patient_id, ended.call_back_on))
