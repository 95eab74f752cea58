"""Reminders: given once, to whoever agreed, on their day, at decent hours, within T14's caps; void ones never."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from core.clinic.by_sms.receive import receive_sms
from core.clinic.close_case import close_case
from core.clinic.issue_prescription import issue_prescription
from core.clinic.owe_call import call_back_failed, claim_call_backs, owe_call
from core.clinic.reminders.remind import remind_due
from core.clinic.reminders.unwanted import NOT_WANTED
from core.clinic.reminders.wish import say_wish
from core.clinic.void_prescription import void_prescription
from core.ports import NEW
from core.rules.after_call import Plan
from core.rules.call_back import Caps
from core.rules.consultation import Consultation
from core.rules.patient import Caller
from core.rules.prescription import Medicine, Prescription
from core.rules.records import CallBack, CallBackReason
from core.rules.reminder import Kind, Reminder, Way
from core.rules.sms import Sms
from tests.web.house import House

MOBILE = "+919876543210"
CONTENT = Prescription("Fever", "Viral fever", (Medicine("paracetamol", "tablet", "500 mg", "1-1-1", 3),))
LAST_DAY = timedelta(days=2)
"""From the signature to the last of three days."""


async def signed_case(house: House, plan: Plan | None = None) -> Consultation:
    case = await house.after_talk()
    await issue_prescription(
        house.clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=CONTENT, plan=plan or Plan()
    )
    return case


async def sent(house: House) -> list[Sms]:
    async with house.clinic.ledger.read() as books:
        return [sms for sms in await books.outbox.latest(50) if sms.template.startswith("reminder_")]


async def owed(house: House) -> list[CallBack]:
    async with house.clinic.ledger.read() as books:
        return list(await books.calls.owed_call_backs())


async def agree(house: House, way: Way) -> None:
    await say_wish(house.clinic, MOBILE, way, "leg-1")


async def test_the_end_of_a_course_is_told_once_on_its_day(house: House) -> None:
    await signed_case(house)
    await agree(house, Way.SMS)
    house.clock.advance(LAST_DAY - timedelta(days=1))
    assert await remind_due(house.clinic) == 0
    house.clock.advance(timedelta(days=1))
    await asyncio.gather(*(remind_due(house.clinic) for _ in range(3)))
    (sms,) = await sent(house)
    assert (sms.template, sms.mobile, sms.language) == ("reminder_course", MOBILE, "hi")
    assert "PARACETAMOL" not in sms.text  # the phone is the family's
    house.clock.advance(timedelta(days=1))
    assert await remind_due(house.clinic) == 0


@pytest.mark.parametrize("hour_before", [True, False])
async def test_not_at_night(house: House, hour_before: bool) -> None:
    await signed_case(house)  # at 15:00 in Jaipur
    await agree(house, Way.SMS)
    house.clock.advance(LAST_DAY - timedelta(hours=7 if hour_before else -3))  # 8:00, 18:00
    assert await remind_due(house.clinic) == 0
    house.clock.advance(timedelta(hours=1 if hour_before else 15))
    assert await remind_due(house.clinic) == 1
    assert len(await sent(house)) == 1


async def test_a_follow_up_of_a_case_closed_or_signed(house: House) -> None:
    case = await house.after_talk()
    plan = Plan(call_back_days=10)
    await close_case(house.clinic, doctor_id=case.doctor_id, consultation_id=case.id, reason="advice", plan=plan)
    await agree(house, Way.SMS)
    house.clock.advance(timedelta(days=10))
    await remind_due(house.clinic)
    assert [sms.template for sms in await sent(house)] == ["reminder_follow_up"]


@pytest.mark.parametrize("way", [None, Way.NOT])
async def test_nobody_who_has_not_agreed(house: House, way: Way | None) -> None:
    await signed_case(house)
    if way is not None:
        await agree(house, Way.CALL)
        await agree(house, way)
    house.clock.advance(LAST_DAY)
    assert await remind_due(house.clinic) == 1
    await agree(house, Way.SMS)  # too late for this one
    assert await remind_due(house.clinic) == 0
    assert (await sent(house), await owed(house)) == ([], [])


async def test_stop_by_sms_stops_them(house: House) -> None:
    async with house.clinic.ledger.write() as books:
        await books.callers.save(Caller(MOBILE, "hi", "1", house.clock.now(), "leg-1"))
    await signed_case(house)
    await agree(house, Way.SMS)
    received = await receive_sms(house.clinic, gateway_id="SM1", mobile=MOBILE, text="बंद")
    assert received is not None
    async with house.clinic.ledger.read() as books:
        wish = await books.reminder_wishes.of_mobile(MOBILE)
    assert wish is not None
    assert (wish.way, wish.by) == (Way.NOT, f"sms:{received.id}")
    house.clock.advance(LAST_DAY)
    await remind_due(house.clinic)
    assert await sent(house) == []


async def test_a_void_prescription_is_not_reminded_of(house: House) -> None:
    case = await signed_case(house)
    await agree(house, Way.SMS)
    async with house.clinic.ledger.write() as books:
        signed = await books.prescriptions.of_consultation(case.id)
        assert signed is not None
        await books.prescriptions.void(signed, house.clock.now())
    house.clock.advance(LAST_DAY)
    assert await remind_due(house.clinic) == 1
    assert await sent(house) == []


async def test_after_a_long_outage_it_is_left_out(house: House) -> None:
    await signed_case(house)
    await agree(house, Way.SMS)
    house.clock.advance(LAST_DAY + timedelta(days=3))
    assert await remind_due(house.clinic) == 1
    assert await sent(house) == []


async def test_a_call_is_owed_once_and_told_by_sms_when_nobody_answers(house: House) -> None:
    await signed_case(house, Plan(call_back_days=2))
    await agree(house, Way.CALL)
    house.clock.advance(LAST_DAY)
    await asyncio.gather(*(remind_due(house.clinic) for _ in range(3)))
    (call,) = await owed(house)  # the course; the follow-up waits until this one is over
    assert (call.reason, call.mobile, call.language) == (CallBackReason.REMINDER, MOBILE, "hi")
    for _ in range(3):
        (claimed,) = await claim_call_backs(house.clinic, 10)
        await call_back_failed(house.clinic, claimed)
        house.clock.advance(timedelta(minutes=10))
    assert await owed(house) == []
    assert [sms.template for sms in await sent(house)] == ["reminder_course"]
    await remind_due(house.clinic)
    assert len(await owed(house)) == 1


async def rung_in_vain(house: House) -> CallBack:
    """The day has come, and nobody answered the first call."""
    house.clock.advance(LAST_DAY)
    await remind_due(house.clinic)
    (claimed,) = await claim_call_backs(house.clinic, 10)
    await call_back_failed(house.clinic, claimed)
    return claimed


async def void(house: House, case: Consultation) -> None:
    async with house.clinic.ledger.read() as books:
        signed = await books.prescriptions.of_consultation(case.id)
    assert signed is not None
    await void_prescription(house.clinic, doctor_id=case.doctor_id, prescription_id=signed.id, reason="it harms")


async def ended(house: House, call: CallBack) -> str | None:
    async with house.clinic.ledger.read() as books:
        found = await books.lookup.call_back(call.id)
    assert found is not None
    return found.done_by


async def test_who_says_stop_is_not_rung_again_nor_told_by_sms(house: House) -> None:
    await signed_case(house)
    await agree(house, Way.CALL)
    call = await rung_in_vain(house)
    await agree(house, Way.NOT)
    assert (await owed(house), await ended(house, call)) == ([], NOT_WANTED)
    house.clock.advance(timedelta(minutes=10))
    assert list(await claim_call_backs(house.clinic, 10)) == []
    assert await sent(house) == []


async def test_a_stop_leaves_the_call_that_they_asked_for_themselves(house: House) -> None:
    await owe_call(house.clinic, MOBILE, CallBackReason.MISSED_CALL)
    await agree(house, Way.NOT)
    assert [call.reason for call in await owed(house)] == [CallBackReason.MISSED_CALL]


async def test_nobody_is_rung_again_about_a_void_prescription(house: House) -> None:
    case = await signed_case(house)
    await agree(house, Way.CALL)
    call = await rung_in_vain(house)
    await void(house, case)
    house.clock.advance(timedelta(minutes=10))
    assert list(await claim_call_backs(house.clinic, 10)) == []
    assert (await ended(house, call), await sent(house)) == (NOT_WANTED, [])


async def test_a_void_while_it_rings_ends_it(house: House) -> None:
    case = await signed_case(house)
    await agree(house, Way.CALL)
    house.clock.advance(LAST_DAY)
    await remind_due(house.clinic)
    (claimed,) = await claim_call_backs(house.clinic, 10)
    await void(house, case)
    await call_back_failed(house.clinic, claimed)
    assert (await owed(house), await ended(house, claimed), await sent(house)) == ([], NOT_WANTED, [])


async def test_a_void_one_becomes_no_sms_in_the_evening(house: House) -> None:
    case = await signed_case(house)
    await agree(house, Way.CALL)
    house.clock.advance(LAST_DAY)
    await remind_due(house.clinic)
    await void(house, case)
    house.clock.advance(timedelta(hours=5))
    assert list(await claim_call_backs(house.clinic, 10)) == []
    assert await sent(house) == []


async def test_caps_hold_and_it_is_tried_again_when_they_leave_room(house: House) -> None:
    await signed_case(house)
    await agree(house, Way.CALL)
    house.clock.advance(LAST_DAY - timedelta(minutes=30))
    policy = house.clinic.policy
    house.clinic.policy = replace(policy, call_backs=Caps(per_hour=1, per_day=8, per_hour_in_all=2000))
    await owe_call(house.clinic, MOBILE, CallBackReason.MISSED_CALL)
    assert await remind_due(house.clinic) == 0  # they are owed a call already
    async with house.clinic.ledger.write() as books:
        for call in await books.calls.owed_call_backs():
            await books.calls.finish_call_back(call.id, house.clock.now(), "machine")
    assert await remind_due(house.clinic) == 0  # enough calls in this hour
    house.clock.advance(timedelta(hours=1))
    assert await remind_due(house.clinic) == 1
    assert [call.reason for call in await owed(house)] == [CallBackReason.REMINDER]
    async with house.clinic.ledger.read() as books:
        templates = [sms.template for sms in await books.outbox.latest(20)]
    assert "call_back_limit" not in templates


async def test_a_call_that_was_not_made_by_evening_becomes_an_sms_in_the_morning(house: House) -> None:
    await signed_case(house)
    await agree(house, Way.CALL)
    house.clock.advance(LAST_DAY)
    await remind_due(house.clinic)
    house.clock.advance(timedelta(hours=5))  # 20:00: whoever makes the calls was down
    assert list(await claim_call_backs(house.clinic, 10)) == []
    (sms,) = await sent(house)
    assert sms.next_attempt_at == house.clock.now() + timedelta(hours=13)
    assert await owed(house) == []


async def test_a_reminder_of_a_patient_in_another_language_goes_out_in_one_of_ours(house: House) -> None:
    patient = await house.patient()
    await agree(house, Way.SMS)
    async with house.clinic.ledger.write() as books:
        await books.patients.save(replace(patient, language="ta"))
        today = house.clinic.today()
        await books.reminders.plan(Reminder(NEW, "follow_up:9", Kind.FOLLOW_UP, patient.id, today))
    assert await remind_due(house.clinic) == 1
    assert [sms.language for sms in await sent(house)] == ["hi"]
