"""What follows when a case is over and nobody talks any more: the referral's token, the doctor's time to wrap
up, a reminder of the next talk.

Signature (or closing) and hang-up come in either order. Whichever is second does this, in its own transaction: a
specialist must not ring a patient who still talks, and who still talks does not wrap up yet.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from core.clinic.clinic import Clinic
from core.clinic.reminders.plan import plan_follow_up
from core.clinic.send_sms import queue_sms
from core.clinic.stand_in_line import join_line
from core.clinic.take_token import book_token
from core.ports import Books
from core.rules.consultation import Consultation
from core.rules.token import Token


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What was written down, and the line has to hear of after the commit."""

    doctor_pauses: bool = False
    token: Token | None = None
    """The referral's."""


NOTHING = Aftermath()


async def conclude(clinic: Clinic, books: Books, consultation: Consultation) -> Aftermath:
    """Within the transaction that ended the case, or the talk; `consultation` as it is now."""
    if consultation.outcome is None or consultation.is_talk:
        return NOTHING
    await plan_follow_up(books, consultation)
    return Aftermath(await _wrap_up(clinic, books, consultation), await _refer(clinic, books, consultation))


async def tell_aftermath(clinic: Clinic, consultation: Consultation, aftermath: Aftermath) -> None:
    """After the commit, and before the line sets the doctor free. What a crash leaves out is mended from the ledger."""
    if aftermath.doctor_pauses:
        await clinic.line.pause(consultation.doctor_id)
    if aftermath.token is not None:
        await join_line(clinic, aftermath.token)


async def _wrap_up(clinic: Clinic, books: Books, consultation: Consultation) -> bool:
    """Whether the doctor is paused now, for a while or until they say so."""
    doctor = await books.staff.doctor(consultation.doctor_id)
    seconds = doctor.wrap_up_seconds
    if seconds == 0 or not doctor.available:
        return False
    back_at = None if seconds is None else clinic.clock.now() + timedelta(seconds=seconds)
    await books.staff.save_doctor(replace(doctor, available=False, back_at=back_at))
    return True


async def _refer(clinic: Clinic, books: Books, consultation: Consultation) -> Token | None:
    """A token of the other OPD at once; while that is closed, an SMS that says when to ask for one (S2, S10)."""
    opd = consultation.referred_to
    if opd is None:
        return None
    patient = await books.patients.get(consultation.patient_id)
    if opd in clinic.open_opds():
        token, is_new = await book_token(clinic, books, patient, opd, referred=True)
        return token if is_new else None
    cause, values = f"referred:{consultation.id}", _opening(clinic, opd)
    template = "referred" if values else "referred_later"
    await queue_sms(books, clinic, cause, patient.mobile, template, patient.language, **values)
    return None


def _opening(clinic: Clinic, opd: str) -> dict[str, str]:
    """In digits that need no translation; empty when it does not open within two weeks."""
    place = clinic.policy.known_opds.get(opd)
    opening = place.next_opening(clinic.local_now()) if place else None
    return {} if opening is None else {"day": f"{opening:%d-%m-%Y}", "time": f"{opening:%H:%M}"}
