"""What ends a stretch of talk between doctor and patient: somebody hangs up, or is cut off, or a button is pressed."""

import asyncio
from enum import Enum, auto

from core.clinic.doctor_ready import doctor_pause, doctor_ready
from core.rules.staff import Doctor
from ivr.call import ORDINARY_CAUSES, Call, Hangup
from ivr.desk import Desk
from ivr.dialogue import STAR
from ivr.page_leg import page_gone
from ivr.together import first_of

READY_KEY, PAUSE_KEY, END_KEY = "1", "2", "0"
"""After a star, on the doctor's phone, while talking."""
A_LONG_TIME = 3600.0


class Event(Enum):
    """What has happened."""

    DOCTOR_LEFT = auto()
    DOCTOR_CUT = auto()
    DOCTORS_PAGE_LEFT = auto()
    """The page with the doctor's browser phone was closed, loaded anew, or has lost its network."""
    PATIENT_LEFT = auto()
    ENDED = auto()
    """By the panel's button, or the doctor's keys."""


async def next_event(desk: Desk, doctor: Doctor, patient_leg: Call, doctor_leg: Call, hang_up: asyncio.Event) -> Event:
    """The first of them; when several come at once, the one that says most."""

    async def doctor_gone() -> Event:
        gone = await doctor_leg.wait_gone()
        return Event.DOCTOR_LEFT if gone.cause in ORDINARY_CAUSES else Event.DOCTOR_CUT

    async def patient_gone() -> Event:
        await patient_leg.wait_gone()
        return Event.PATIENT_LEFT

    async def button() -> Event:
        await hang_up.wait()
        return Event.ENDED

    async def page() -> Event:
        await page_gone(desk, doctor_leg)
        return Event.DOCTORS_PAGE_LEFT

    keys = _end_key(desk, doctor, doctor_leg)
    _, event = await first_of(doctor_gone(), patient_gone(), button(), keys, page())
    return event


async def _end_key(desk: Desk, doctor: Doctor, leg: Call) -> Event:
    """The doctor's phone while talking: *1 ready afterwards, *2 pause afterwards, *0 end the talk."""
    starred = False
    while True:
        try:
            key = await leg.key(A_LONG_TIME)
        except Hangup:
            return await asyncio.Future()  # `doctor_gone` tells how
        if starred and key == READY_KEY:
            await doctor_ready(desk.clinic, doctor.id)
        elif starred and key == PAUSE_KEY:
            await doctor_pause(desk.clinic, doctor.id)
        elif starred and key == END_KEY:
            return Event.ENDED
        starred = key == STAR
