"""One match, lived through: the patient is brought, then the doctor rung, then they talk.

The doctor is reserved before anybody is rung, so no patient ever waits on a ringing doctor who is not theirs. However
it ends, the token keeps its place or is served, and the doctor is free or rightly busy.
"""

import asyncio

from core.clinic.bring_together import (
    begin_consultation,
    doctor_did_not_answer,
    give_up_consultation,
    patient_did_not_come,
    tell_doctor,
)
from core.rules.consultation import Consultation, Outcome
from core.rules.queue import Match
from core.tasks import to_the_end
from ivr.call import Call, Hangup, NoAnswer
from ivr.case import Case, load_case
from ivr.fetching import PatientAbsent, PatientBusy, fetch_patient
from ivr.help import helped
from ivr.legs import end_leg, patiently, ring, ring_back
from ivr.reception import Reception
from ivr.ring_staff import ring_staff
from ivr.talking import Talk
from ivr.together import unless_gone
from ivr.waiting import Spot

FETCHES = 3
"""How often a patient who leaves while the doctor's phone rings is fetched anew."""


class DoctorAbsent(Exception):
    """The doctor did not pick up; the patient of this spot holds on."""

    def __init__(self, spot: Spot) -> None:
        super().__init__()
        self.spot = spot


async def consult(reception: Reception, match: Match, hang_up: asyncio.Event) -> None:
    """A whole consultation, from the claim to the last word. `hang_up` is the doctor's button."""
    clinic = reception.desk.clinic
    consultation = await begin_consultation(clinic, match)
    if consultation is None:
        return
    try:
        await _bring_and_talk(reception, await load_case(clinic, consultation), hang_up)
    except PatientBusy:
        await to_the_end(patient_did_not_come(clinic, consultation, blameless=True))
    except PatientAbsent:
        await to_the_end(patient_did_not_come(clinic, consultation))
    except DoctorAbsent as absent:
        await to_the_end(doctor_did_not_answer(clinic, consultation))
        absent.spot.tell("doctor_not_picked")
    finally:
        await reception.put_right(
            lambda: give_up_consultation(clinic, consultation, Outcome.CANCELLED, doctor_ready=True),
            f"giving up {consultation.room}",
        )


async def _bring_and_talk(reception: Reception, case: Case, hang_up: asyncio.Event) -> None:
    rung: list[Call] = []
    try:
        spot = await _bring_together(reception, case, rung)
        async with spot.taken() as patient:
            await Talk(reception, case, patient, rung.pop(), hang_up).live()
    finally:  # a doctor's leg that the talk has not taken over
        for doctor in rung:
            await end_leg(reception.desk, doctor)


async def _bring_together(reception: Reception, case: Case, rung: list[Call]) -> Spot:
    """The patient on the line, and the doctor's answered leg last in `rung`. The patient hears music meanwhile."""
    for _ in range(FETCHES):
        spot = await fetch_patient(reception, case)
        try:
            await unless_gone(spot.call, _ring_doctor(reception, case, rung))
        except NoAnswer:
            raise DoctorAbsent(spot) from None
        except Hangup:
            await spot.closed()
        else:
            return spot
    raise PatientAbsent


async def _ring_doctor(reception: Reception, case: Case, rung: list[Call]) -> None:
    """Into `rung` even when, in the moment in which the doctor picks up, nobody waits for it any more."""
    desk = reception.desk
    await tell_doctor(desk.clinic, case.consultation, "ringing")
    ringing = ring_staff(desk, case.doctor, caller=case.token.number, timeout=desk.pace.doctor_rings)
    rung.append(await ring(desk, ringing, "doctor_rung", case.token))


async def consult_again(
    reception: Reception, consultation: Consultation, hang_up: asyncio.Event, tries: int = 1
) -> None:
    """The doctor, still writing, wants the patient once more (S18): first the patient is rung, then the doctor.

    Each up to `tries` times: after a power cut a phone may not have noticed yet, or not be registered again.
    """
    desk, case = reception.desk, await load_case(reception.desk.clinic, consultation)
    try:
        patient = await patiently(desk, tries, lambda: ring_back(desk, case.patient.mobile, "called_again", case.token))
    except NoAnswer:
        return await tell_doctor(desk.clinic, consultation, "patient_absent")
    try:
        await _talk_again(reception, case, patient, hang_up, tries)
    except NoAnswer:
        await tell_doctor(desk.clinic, consultation, "doctor_missed")
    except Hangup:
        await tell_doctor(desk.clinic, consultation, "patient_absent")
    finally:
        await end_leg(desk, patient)


async def _talk_again(reception: Reception, case: Case, patient: Call, hang_up: asyncio.Event, tries: int) -> None:
    rung: list[Call] = []
    try:
        await helped(reception.desk, patient, case.token.language).say("connecting")
        async with patient.music():
            await unless_gone(patient, patiently(reception.desk, tries, lambda: _ring_doctor(reception, case, rung)))
        await Talk(reception, case, patient, rung.pop(), hang_up, own_patient=True).live()
    finally:
        for doctor in rung:
            await end_leg(reception.desk, doctor)
