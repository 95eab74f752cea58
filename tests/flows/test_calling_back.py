"""Missed calls, callers we apologised to, and calls that broke: called back once, within T14's caps (S1)."""

from datetime import timedelta

import pytest

from core.clinic.cancel_token import cancel_token
from core.clinic.log_call import log_call_start
from core.clinic.owe_call import claim_call_backs, owe_call
from core.clinic.take_missed_call import PLACE_EVERY, take_missed_call
from core.clinic.take_token import take_token
from core.rules.call_back import AGAIN_AFTER, FIRST_AFTER, STALE_AFTER, Caps
from core.rules.records import CallBack, CallBackReason
from core.rules.token import TokenState
from ivr.adoption import adopt
from ivr.calling_back import call_back
from ivr.missed_call import missed_call
from tests.flows.house import MOBILE, NEW_PATIENT, OTHER_MOBILE, House
from tests.flows.telephone import HANG_UP, Answers, ScriptedCall

CUT = 38
GOES_HOME: Answers = {**NEW_PATIENT, "hold_or_callback": "2"}


async def _rings(house: House, caller: str = MOBILE, dialled: str = "105") -> ScriptedCall:
    """Somebody rings the number that is never answered, and hangs up."""
    call = house.exchange.dials(caller, dialled, {})
    house.pace(missed_rings=0.0)
    await house.reception.converse(call, "missed", missed_call(house.reception, call))
    return call


async def _due(house: House) -> list[CallBack]:
    """What is due when the longest first pause is over."""
    house.clock.pass_by(seconds=max(FIRST_AFTER.values()).total_seconds())
    return list(await claim_call_backs(house.clinic, 10))


async def _made(house: House, owed: CallBack, answers: Answers) -> ScriptedCall:
    """Ring them; they pick up, and the conversation ends."""
    house.reception.spawn(call_back(house.reception, owed), "call-back")
    leg = (await house.exchange.ring_of(owed.mobile)).pick_up(answers)
    await house.quiet()
    return leg


async def _refused(house: House, owed: CallBack) -> None:
    house.reception.spawn(call_back(house.reception, owed), "call-back")
    (await house.exchange.ring_of(owed.mobile)).refuse()
    await house.quiet()


async def test_a_missed_call_is_not_answered_and_becomes_a_whole_call(house: House) -> None:
    missed = await _rings(house)
    assert missed.heard == []
    (owed,) = await _due(house)
    leg = await _made(house, owed, GOES_HOME)
    assert leg.heard[:3] == ["called_back", "called_back", "language_choice"]  # their language is not known yet
    assert (await house.token()).state is TokenState.WAITING
    assert await house.call_backs() == []
    assert "call_back_noted" not in await house.sms_templates()


async def test_it_is_made_in_the_language_last_used(house: House) -> None:
    await house.whole_call({"language_choice": "2", "welcome": HANG_UP})
    await _rings(house)
    (owed,) = await _due(house)
    leg = await _made(house, owed, {**GOES_HOME, "notice_consent": HANG_UP})
    assert leg.languages == {"en"}
    assert "language_choice" not in leg.heard


async def test_one_call_back_a_person_whichever_numbers_and_times_they_tried(house: House) -> None:
    for caller, dialled in (("09876543210", "105"), ("+919876543210", "106"), ("9876543210", "105")):
        await _rings(house, caller, dialled)
    await owe_call(house.clinic, MOBILE, CallBackReason.APOLOGY)
    (owed,) = await _due(house)
    assert (owed.mobile, owed.reason) == (MOBILE, CallBackReason.MISSED_CALL)


async def test_none_while_they_talk_to_us(house: House) -> None:
    await _rings(house)
    (owed,) = await _due(house)
    with house.desk.waiting.present(MOBILE):
        await call_back(house.reception, owed)
    assert await house.call_backs() == []
    assert house.exchange.rung == []


async def test_who_dials_in_while_it_rings_is_rung_no_more(house: House) -> None:
    await _rings(house)
    (owed,) = await _due(house)
    house.reception.spawn(call_back(house.reception, owed), "call-back")
    ring = await house.exchange.ring_of(MOBILE)
    await house.whole_call(GOES_HOME)
    await house.quiet()
    assert ring.stopped
    assert await house.call_backs() == []


async def test_none_when_they_have_dialled_in_by_themselves(house: House) -> None:
    await _rings(house)
    (owed,) = await _due(house)
    await house.whole_call(GOES_HOME)
    await call_back(house.reception, owed)
    assert await house.call_backs() == []
    assert house.exchange.rung == []


async def test_who_waits_gets_their_place_by_sms_instead(house: House) -> None:
    await take_token(house.clinic, await house.patient(OTHER_MOBILE), "general")
    patient = await house.patient()
    token = await take_token(house.clinic, patient, "general")
    for _ in range(3):
        await _rings(house)
    assert await house.call_backs() == []
    assert (await house.sms_templates()).count("place_no_doctor") == 1

    await house.doctor(ready=True, opds=("speciality",))
    house.clock.pass_by(seconds=PLACE_EVERY.total_seconds())
    await _rings(house)
    assert (await house.sms_templates()).count("place_no_doctor") == 2
    await cancel_token(house.clinic, token, patient)
    await _rings(house)
    assert len(await house.call_backs()) == 1


async def test_the_place_is_told_with_how_many_are_before_and_how_long(house: House) -> None:
    await house.doctor()
    await take_token(house.clinic, await house.patient(OTHER_MOBILE), "general")
    ring = await house.exchange.ring_of(OTHER_MOBILE)  # the doctor is busy with them
    await take_token(house.clinic, await house.patient(), "general")
    await _rings(house)
    sms = (await house.sms())[-1]
    assert sms.template == "place"
    assert sms.mobile == MOBILE
    ring.pick_up({"called_patient": "2"})
    (await house.exchange.ring_of(MOBILE)).pick_up({"called_patient": "2"})
    await house.quiet()


@pytest.mark.parametrize("caller", ["", "+4420712345678", "01412345678", "anonymous", "104"])
async def test_nobody_but_an_indian_mobile_is_called(house: House, caller: str) -> None:
    await _rings(house, caller)
    assert await house.call_backs() == []


async def test_nobody_answers_three_times_and_an_sms_says_so(house: House) -> None:
    await _rings(house)
    for pause in (*AGAIN_AFTER, None):
        (owed,) = await _due(house)
        await _refused(house, owed)
        assert len(await house.call_backs()) == (1 if pause else 0)
        if pause:
            house.clock.pass_by(seconds=pause.total_seconds())
    assert await house.sms_templates() == ["call_back_failed"]


async def test_who_rings_too_often_is_told_so_once_a_day(house: House) -> None:
    house.with_policy(call_backs=Caps(per_hour=2, per_day=3, per_hour_in_all=2000))
    for _ in range(5):
        await _rings(house)
        for owed in await _due(house):
            await _made(house, owed, {"language_choice": HANG_UP})
    assert house.exchange.rung.count(MOBILE) == 2
    house.clock.pass_by(hours=1)
    await _rings(house)
    (owed,) = await _due(house)
    await _made(house, owed, {"language_choice": HANG_UP})
    house.clock.pass_by(hours=2)
    await _rings(house)
    assert await _due(house) == []
    assert await house.sms_templates() == ["call_back_limit"]


async def test_a_flood_from_many_numbers_is_bounded_and_costs_no_sms(house: House) -> None:
    house.with_policy(call_backs=Caps(per_hour=3, per_day=8, per_hour_in_all=3))
    for number in range(6):
        await take_missed_call(house.clinic, f"+91987650000{number}")
    assert len(await house.call_backs()) == 3
    assert await house.sms() == []


async def test_a_try_that_died_with_us_is_made_again(house: House) -> None:
    await _rings(house)
    assert len(await _due(house)) == 1
    assert await _due(house) == []
    house.clock.pass_by(minutes=2)
    (again,) = await _due(house)
    assert again.attempts == 2


async def test_who_rang_long_ago_is_not_called_in_the_night(house: House) -> None:
    long_ago = house.clock.now() - STALE_AFTER - timedelta(minutes=1)
    assert not await owe_call(house.clinic, MOBILE, CallBackReason.APOLOGY, long_ago)
    await take_missed_call(house.clinic, MOBILE, long_ago)
    assert await house.call_backs() == []


async def test_what_fell_due_while_nobody_was_there_is_not_made_a_day_later(house: House) -> None:
    await _rings(house)
    house.clock.pass_by(seconds=STALE_AFTER.total_seconds())
    assert await _due(house) == []
    assert await house.call_backs() == []


# Calls that break


async def test_a_call_that_breaks_before_there_is_a_token_is_made_up_for(house: House) -> None:
    call = house.dial(answers={"language_choice": "1"})
    await call.hears("notice_consent")
    call.leave(CUT)
    await house.quiet()
    (owed,) = await _due(house)
    assert owed.reason is CallBackReason.CUT_OFF
    await _made(house, owed, GOES_HOME)
    assert (await house.token()).state is TokenState.WAITING


async def test_a_call_back_that_breaks_is_made_up_for_too(house: House) -> None:
    await _rings(house)
    (owed,) = await _due(house)
    house.reception.spawn(call_back(house.reception, owed), "call-back")
    leg = (await house.exchange.ring_of(MOBILE)).pick_up({"language_choice": "1"})
    await leg.hears("notice_consent")
    leg.leave(CUT)
    await house.quiet()
    (owed,) = await _due(house)
    assert owed.reason is CallBackReason.CUT_OFF


async def test_who_hangs_up_is_not_called(house: House) -> None:
    await house.whole_call({"language_choice": "1", "notice_consent": HANG_UP})
    assert await house.call_backs() == []


async def test_who_is_cut_off_while_they_hold_keeps_their_place_and_is_told(house: House) -> None:
    call = house.dial(answers={**NEW_PATIENT, "hold_or_callback": "1"})
    await call.hears("hold_comfort")
    call.leave(CUT)
    await house.quiet()
    assert await house.call_backs() == []
    assert (await house.token()).state is TokenState.WAITING
    assert await house.sms_templates() == ["token", "place_no_doctor"]


async def test_who_was_cut_off_while_we_were_dead_is_called(house: House) -> None:
    """Power went: nobody could write down how their call ended."""
    await log_call_start(house.clinic, "a leg", "patient", MOBILE)
    assert await adopt(house.reception, house.router, [], {}) == []
    assert [owed.reason for owed in await house.call_backs()] == [CallBackReason.CUT_OFF]
    async with house.clinic.ledger.read() as books:
        record = await books.calls.get("a leg")
    assert record is not None
    assert record.outcome == "lost"


async def test_who_had_just_come_in_when_we_died_is_handed_back(house: House) -> None:
    call = house.exchange.dials(MOBILE, "104", {})
    assert await adopt(house.reception, house.router, [call], {}) == [call]
    await house.reception.converse(call, "missed", missed_call(house.reception, call))
