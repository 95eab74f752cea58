"""A missed call is enough: rung, not answered, called back, served; and what broke is made up for (S1)."""

import os
import signal

import pytest

from core.rules.token import TokenState
from pbx.handset import NotAnswered, Reason
from tests.live.instance import Instance, instance, process_of
from tests.live.town import Town, Villager, visit

pytestmark = pytest.mark.live

MISSED_CALLS = "105"


async def gives_a_missed_call(patient: Villager) -> None:
    """Rings, hears the ringing, and is never put through: it costs nothing."""
    with pytest.raises(NotAnswered) as refused:
        await patient.phone.dial(MISSED_CALLS)
    assert refused.value.reason is Reason.BUSY


async def registers_in_hindi(patient: Villager) -> None:
    """Answers every question of a new patient, and hangs up when asked to hold."""
    for prompt, keys in (("notice_consent", "1"), ("for_whom", "1")):
        await patient.answers(prompt, keys)
    await patient.says_name()
    for prompt, keys in (("age", "34"), ("gender", "2"), ("pin_code", patient.town.pin_code)):
        await patient.answers(prompt, keys)
    await patient.answers("opd_choice_general", "1")
    await patient.answers("hold_or_callback", "2")
    await patient.phone.gone()


async def test_a_new_patient_pays_nothing(service: Instance) -> None:
    async with visit(service) as town:
        patient = await town.stranger()
        await gives_a_missed_call(patient)
        ringing = await patient.phone.ringing()
        assert ringing.detail["number"] == "104"
        await patient.phone.pick_up()
        await patient.said("called_back", "called_back")
        await patient.answers("language_choice", "1")
        await registers_in_hindi(patient)
        (sms,) = await patient.sms("token")
        assert sms.language == "hi"
        assert await patient.call_backs() == []


async def test_who_waits_gets_an_sms_and_is_called_when_the_turn_comes(service: Instance) -> None:
    async with visit(service) as town:
        doctor, patient = await town.physician(), await town.patient()
        token = await patient.takes_token()
        await gives_a_missed_call(patient)
        await gives_a_missed_call(patient)
        await patient.sms("token", "place_no_doctor")
        await doctor.ready()
        await doctor.fetches(patient, token)


async def test_missed_while_we_were_away_is_called_back_on_our_return() -> None:
    async with instance() as service, visit(service) as town:
        patient, apologised = await town.stranger(), await town.stranger()
        await service.program.end(signal.SIGKILL)
        await gives_a_missed_call(patient)
        await apologised.phone.dial("104")
        await apologised.phone.gone()
        await service.program.start()
        for villager in (patient, apologised):
            await villager.phone.ringing()
            await villager.phone.pick_up()
            await villager.said("called_back", "language_choice")
            await villager.phone.hang_up()


async def test_asterisk_dies_and_everybody_is_called() -> None:
    async with instance() as service, visit(service) as town:
        doctor, talks = await town.physician(), await town.patient()
        await doctor.takes(talks)
        holds = await _holder(town)
        chooses = await town.stranger()
        await chooses.phone.dial("104")
        await chooses.answers("language_choice", "2")
        await chooses.said("notice_consent")
        asterisk = process_of(service.home, "asterisk.conf")
        os.kill(asterisk, signal.SIGKILL)
        for phone in (talks.phone, doctor.phone, holds.phone, chooses.phone):
            await phone.hang_up()  # nobody is there any more
        # Who talked talks again: the patient is rung first.
        await talks.phone.ringing()
        await talks.phone.pick_up()
        await doctor.phone.ringing()
        await doctor.phone.pick_up()
        await talks.told("talking")
        # Who had no token yet is called back in their language; who waited knows that they keep their place.
        await chooses.phone.ringing()
        await chooses.phone.pick_up()
        await chooses.said("called_back", "welcome")
        assert (await holds.token()).state is TokenState.WAITING
        await holds.sms("token", "place")


async def _holder(town: Town) -> Villager:
    """Somebody who holds the line, behind the one who talks."""
    holds = await town.patient()
    await holds.waits()
    return holds
