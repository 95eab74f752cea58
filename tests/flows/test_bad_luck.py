"""Bad luck that a patient must not pay for: two calls of one mobile, a family with one phone, our own failures."""

import asyncio
from contextlib import AbstractAsyncContextManager

import pytest

from core.clinic.close_case import close_case
from core.clinic.doctor_ready import doctor_ready
from core.clinic.mend_line import mend_line
from core.clinic.rebuild_line import rebuild_line
from core.clinic.take_token import take_token
from core.ports import Books, Ledger
from core.rules.consultation import Consultation
from core.rules.records import CallBackReason
from core.rules.staff import Doctor, DoctorState
from core.rules.token import TokenState
from ivr.adoption import adopt
from ivr.legs import end_leg
from ivr.patient_call import patient_call
from tests.flows.house import MOBILE, House
from tests.flows.telephone import HANG_UP, ScriptedCall

WAITS = {"which_patient": "1", "token_menu": "1"}
COMES = {"called_patient": "1"}


async def test_who_holds_twice_is_found_when_the_newer_call_ends(house: House) -> None:
    doctor = await house.doctor(ready=False)
    patient = await house.patient(name="name-1")
    await take_token(house.clinic, patient, "general")
    older = house.dial(answers=WAITS)
    await older.hears("hold_comfort")
    newer = house.dial(answers=WAITS)
    await newer.hears("hold_comfort")
    newer.leave()
    await newer.ends()
    await doctor_ready(house.clinic, doctor.id)
    asha = (await house.exchange.ring_of(doctor.account)).pick_up()
    await older.talks()
    assert MOBILE not in house.exchange.rung
    asha.leave()
    await house.quiet()


async def test_a_family_with_one_phone_loses_no_turn_while_one_of_them_talks(house: House) -> None:
    house.pace(patient_comes=0.2)
    mother, child = await house.patient(name="name-1"), await house.patient(name="name-2", age=5)
    asha, bina = await house.doctor("asha"), await house.doctor("bina", ready=False)
    await take_token(house.clinic, mother, "general")
    theirs = (await house.exchange.ring_of(MOBILE)).pick_up(COMES)
    leg = (await house.exchange.ring_of(asha.account)).pick_up()
    await theirs.talks()

    token = await take_token(house.clinic, child, "general")
    async with house.clinic.line.listen(f"doctor:{bina.id}") as told:
        await doctor_ready(house.clinic, bina.id)
        async for _, event in told:
            if event["kind"] == "patient_absent":
                break
    async with house.clinic.ledger.read() as books:
        again = await books.tokens.get(token.id)
    assert again.turns == 0
    assert house.exchange.rung.count(MOBILE) == 1
    assert "called_missed" not in await house.sms_templates()

    leg.leave()
    await theirs.ends()
    called = (await house.exchange.ring_of(MOBILE)).pick_up(COMES)
    await house.becomes(bina, DoctorState.RESERVED)
    bina_leg = (await house.exchange.ring_of(bina.account)).pick_up()
    await called.talks()
    bina_leg.leave()
    await house.quiet()


async def test_nobody_is_dropped_without_a_word_when_we_fail(house: House) -> None:
    async def failing() -> None:
        raise RuntimeError("a fault of ours")

    call = house.exchange.dials(MOBILE, "104", {})
    await house.reception.converse(call, "patient", failing())
    assert call.heard == ["apology", "apology"]
    assert call.languages == {"hi", "en"}
    assert [owed.reason for owed in await house.call_backs()] == [CallBackReason.APOLOGY]


async def test_who_types_ahead_what_nobody_knows_still_hears_the_languages(house: House) -> None:
    call = house.exchange.dials(MOBILE, "104", {"language_choice": "2", "notice_consent": HANG_UP})
    call.press("#77")
    house.reception.converse(call, "patient", patient_call(house.desk, call))
    await house.quiet()
    assert call.heard == ["language_choice", "welcome", "notice_consent"]


async def _talk(house: House) -> tuple[Doctor, ScriptedCall, ScriptedCall, Consultation]:
    """A patient who was rung at home talks with a doctor: doctor, patient's leg, doctor's leg, and what is stored."""
    doctor = await house.doctor()
    await take_token(house.clinic, await house.patient(name="name-1"), "general")
    theirs = (await house.exchange.ring_of(MOBILE)).pick_up(COMES)
    leg = (await house.exchange.ring_of(doctor.account)).pick_up()
    await theirs.talks()
    (consultation,) = await house.open_consultations()
    return doctor, theirs, leg, consultation


async def test_a_room_that_was_left_behind_is_closed(house: House) -> None:
    """We died; the voices have gone meanwhile, and the switch keeps an empty room for ever."""
    room = await house.exchange.open_room("consultation-7")
    await adopt(house.reception, house.router, [], {room.id: []})
    assert not room.open


async def test_a_talk_that_was_written_down_and_not_begun_begins(house: House) -> None:
    """We died after the commit, before they heard each other."""
    _, theirs, leg, consultation = await _talk(house)
    room = theirs.room
    assert room is not None
    for call in (theirs, leg):
        await room.dismiss(call)
    await adopt(house.reception, house.router, [theirs, leg], {consultation.room: []})
    await theirs.talks()
    leg.leave()
    await house.quiet()
    assert (await house.token()).state is TokenState.WRITING


async def test_a_talk_goes_on_though_it_was_signed_when_we_are_started_anew(house: House) -> None:
    doctor, theirs, leg, consultation = await _talk(house)
    await close_case(house.clinic, doctor_id=doctor.id, consultation_id=consultation.id, reason="Advised")
    assert await mend_line(house.clinic, frozenset()) == frozenset()  # nothing is forgotten: they still talk
    await rebuild_line(house.clinic)
    assert await house.state_of(doctor) is DoctorState.TALKING
    room = theirs.room
    assert room is not None
    await adopt(house.reception, house.router, [theirs, leg], {room.id: [theirs.id, leg.id]})
    await asyncio.sleep(0)
    assert theirs.up
    assert leg.up
    leg.leave()
    await house.quiet()
    assert await house.state_of(doctor) is DoctorState.READY


class Full:
    """A ledger on a disk that is full: nothing can be written until there is room again."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.has_room = True
        self.refused = asyncio.Event()

    def write(self) -> AbstractAsyncContextManager[Books]:
        if not self.has_room:
            self.refused.set()
            raise OSError("disk is full")
        return self._ledger.write()

    def read(self) -> AbstractAsyncContextManager[Books]:
        return self._ledger.read()

    async def alive(self) -> bool:
        return await self._ledger.alive()


async def test_a_talk_whose_end_could_not_be_written_ends_when_it_can(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.tasks.RETRY_AFTER", 0.01)
    disk = Full(house.clinic.ledger)
    house.with_ledger(disk)
    doctor = await house.doctor()
    patient = await house.patient(name="name-1")
    await take_token(house.clinic, patient, "general")
    theirs = (await house.exchange.ring_of(MOBILE)).pick_up(COMES)
    leg = (await house.exchange.ring_of(doctor.account)).pick_up()
    await theirs.talks()
    disk.has_room = False
    leg.leave()
    await disk.refused.wait()
    disk.has_room = True
    await house.quiet()
    assert (await house.token()).state is TokenState.WRITING
    assert await house.state_of(doctor) is DoctorState.WRITING
    await end_leg(house.desk, leg)  # what the call log has lost stays lost
