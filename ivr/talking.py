"""Doctor and patient talk: whoever is cut off is redialled at once, under the same token (S18)."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from core.clinic.bring_together import tell_doctor
from core.clinic.talk import begin_talk, end_talk, is_over, replace_legs
from core.ports import Stale
from core.rules.consultation import REDIALS, SWITCH_REDIALS
from core.rules.token import NotAllowed
from core.tasks import to_the_end
from ivr.call import Call, Hangup, NoAnswer, Room
from ivr.case import Case
from ivr.help import helped
from ivr.legs import end_leg, patiently, ring_back, ring_for
from ivr.page_leg import page_back
from ivr.reception import Reception
from ivr.ring_staff import ring_staff
from ivr.talk_events import Event, next_event
from ivr.together import first_of, unless_gone
from ivr.waiting import Return

BOTH_WITHIN = 0.2
"""Seconds within which both legs are told gone when it was the switch that died."""


class Talk:
    """One talk, from the moment both are there. The legs change when a call is cut; the doctor's leg is ours to end."""

    def __init__(
        self,
        reception: Reception,
        case: Case,
        patient: Call,
        doctor: Call,
        hang_up: asyncio.Event,
        *,
        own_patient: bool = False,
    ) -> None:
        self._reception, self._desk, self._case = reception, reception.desk, case
        self._patient, self._doctor, self._hang_up = patient, doctor, hang_up
        self._room: Room | None = None
        self._own_patient = own_patient
        """Whether the patient's leg has no flow of its own: then we say goodbye and hang up."""

    async def live(self, *, adopted: bool = False) -> None:
        """Until it is over. `adopted`: after a restart they talk already; nothing disturbs them."""
        try:
            with self._desk.waiting.present(self._mobile):
                await self._from_hello_to_end(adopted)
            if self._own_patient:
                with suppress(Hangup):
                    await self._say(self._patient, self._case.token.language, "consult_over")
        finally:
            if self._own_patient:
                await end_leg(self._desk, self._patient)

    async def _from_hello_to_end(self, adopted: bool) -> None:
        try:
            if adopted or await self._begin():
                await self._talk(adopted)
        finally:
            await to_the_end(self._put_down())

    async def _begin(self) -> bool:
        """Write it down; False when the token was cancelled, or served, in the last moment."""
        try:
            await begin_talk(self._desk.clinic, self._case.consultation, self._patient.id, self._doctor.id)
        except (Stale, NotAllowed):
            return False
        return True

    async def _talk(self, adopted: bool) -> None:
        room = await self._open_room()
        if not adopted:
            await self._admit(room)
        self._on_air(room)
        while await self._goes_on(room, await self._event()):
            room = await self._open_room()  # the one before may have died with the switch
            await replace_legs(self._desk.clinic, self._case.consultation, self._patient.id, self._doctor.id)
            await self._admit(room)
            self._on_air(room)

    async def _open_room(self) -> Room:
        self._room = await self._desk.exchange.open_room(self._case.consultation.room)
        return self._room

    async def _put_down(self) -> None:
        """The doctor's phone first: it must be free before the line gives them somebody new. The rest can wait."""
        self._desk.on_air.over(self._case.consultation.id)
        try:
            await self._doctor.hangup()
            ending = f"ending {self._case.consultation.room}"
            await self._reception.put_right(lambda: end_talk(self._desk.clinic, self._case.consultation), ending)
        finally:
            if self._room is not None:
                await self._room.dismiss(self._patient)
                await self._room.close()
            await end_leg(self._desk, self._doctor)

    async def _admit(self, room: Room) -> None:
        for call in (self._doctor, self._patient):
            with suppress(Hangup):  # whoever is gone again is noticed by the next event
                await room.admit(call)

    async def _event(self) -> Event:
        event = await next_event(self._desk, self._case.doctor, self._patient, self._doctor, self._hang_up)
        self._note(event.name.lower())
        return event

    async def _goes_on(self, room: Room, event: Event) -> bool:
        """Whether the talk continues after this event, with a leg redialled."""
        over = event in (Event.ENDED, Event.DOCTOR_LEFT)
        if over or await is_over(self._desk.clinic, self._case.consultation):
            return False
        if event is Event.DOCTOR_CUT and await self._patient_is_cut():
            return await self._redial_both()
        if event is Event.DOCTOR_CUT:
            await room.dismiss(self._patient)
            return await self._redial_doctor()
        if event is Event.DOCTORS_PAGE_LEFT:
            await room.dismiss(self._patient)
            return await self._doctors_page_is_back() or await self._redial_doctor()
        await room.dismiss(self._doctor)
        return await self._redial_patient()

    async def _patient_is_cut(self) -> bool:
        """Whether the patient is gone, too: then it was the switch."""
        with suppress(TimeoutError):
            async with asyncio.timeout(BOTH_WITHIN):
                await self._patient.wait_gone()
                return True
        return False

    async def _redial_both(self) -> bool:
        """As soon as the switch is back: the patient first, so that no doctor waits for a phone that is off."""
        rung: list[Call] = []
        try:
            with suppress(TimeoutError, NoAnswer, Hangup), self._desk.waiting.expecting(self._mobile) as awaited:
                async with asyncio.timeout(self._desk.pace.switch_returns):
                    await self._desk.exchange.ready()
                patient = await self._unless_ended(self._patient_again(awaited, rung, SWITCH_REDIALS))
                if patient is not None:
                    await self._replace_patient(patient)
                    return await self._redial_doctor(SWITCH_REDIALS)
            return False
        finally:
            await self._end_unwanted(rung)

    async def _doctors_page_is_back(self) -> bool:
        """In time: then it has picked up by itself, and they talk on. The old leg leads nowhere any more."""
        page = self._doctor.dialled
        await end_leg(self._desk, self._doctor, "cut")
        with suppress(NoAnswer, Hangup):
            await self._say(self._patient, self._case.token.language, "doctor_returns")
            await page_back(self._desk, page, self._patient)
            self._doctor = await unless_gone(self._patient, self._ring_doctor())
            return True
        return False

    async def _redial_doctor(self, tries: int = 1) -> bool:
        with suppress(NoAnswer, Hangup):
            await self._say(self._patient, self._case.token.language, "dropped_patient")
            again = await unless_gone(self._patient, patiently(self._desk, tries, self._ring_doctor))
            await end_leg(self._desk, self._doctor, "cut")
            self._doctor = again
            return True
        return False

    async def _ring_doctor(self) -> Call:
        doctor, shown = self._case.doctor, self._case.token.number
        ringing = ring_staff(self._desk, doctor, caller=shown, timeout=self._desk.pace.redial_rings)
        return await ring_for(self._desk, self._patient, ringing, "doctor_rung", self._case.token)

    async def _redial_patient(self) -> bool:
        await tell_doctor(self._desk.clinic, self._case.consultation, "redialling")
        language = self._case.doctor.languages[0]
        rung: list[Call] = []
        try:
            with suppress(Hangup), self._desk.waiting.expecting(self._mobile) as awaited:
                await self._say(self._doctor, language, "doctor_patient_dropped")
                async with self._doctor.music():
                    patient = await unless_gone(self._doctor, self._unless_ended(self._patient_again(awaited, rung)))
                if patient is not None:
                    await self._replace_patient(patient)
                    return True
                await self._say(self._doctor, language, "doctor_patient_gone")
            return False
        finally:
            await self._end_unwanted(rung)

    async def _end_unwanted(self, rung: list[Call]) -> None:
        """Answered in the very moment in which nobody waited for it any more."""
        for call in rung:
            if call is not self._patient:
                await end_leg(self._desk, call)

    async def _replace_patient(self, patient: Call) -> None:
        if self._own_patient:
            await end_leg(self._desk, self._patient, "cut")
        self._patient, self._own_patient = patient, True

    async def _unless_ended(self, ringing: Coroutine[Any, Any, Call | None]) -> Call | None:
        async def ended() -> None:
            await self._hang_up.wait()

        _, call = await first_of(ringing, ended())
        return call

    async def _patient_again(self, awaited: Return, rung: list[Call], tries: int = REDIALS) -> Call | None:
        """Ring them; or they dial in themselves. Whoever answers is in `rung` too."""
        for _ in range(tries):
            try:
                _, call = await first_of(awaited.arrival(), self._ring_patient(rung))
                return call
            except NoAnswer:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._desk.pace.between_redials):
                        return await awaited.arrival()
        return None

    async def _ring_patient(self, rung: list[Call]) -> Call:
        rung.append(await ring_back(self._desk, self._mobile, "redialled", self._case.token))
        return rung[-1]

    @property
    def _mobile(self) -> str:
        return self._case.patient.mobile

    async def _say(self, call: Call, language: str, prompt: str) -> None:
        await helped(self._desk, call, language).tell(prompt)

    def _on_air(self, room: Room) -> None:
        self._desk.on_air.talk(self._case.consultation.id, self._doctor, room)
        self._note("talking")

    def _note(self, kind: str) -> None:
        for call in (self._patient, self._doctor):
            self._desk.clinic.timeline.note(call.id, kind, self._case.consultation.room)
