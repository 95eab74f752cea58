"""Asked after the consultation how to be reminded; rung on the day; a doctor, or never again, by a key (T12)."""

import asyncio
from datetime import timedelta

import pytest

from core.clinic.owe_call import claim_call_backs
from core.clinic.reminders.remind import remind_due
from core.clinic.reminders.wish import say_wish
from core.ports import NEW
from core.rules.records import CallBack, CallBackReason
from core.rules.reminder import Kind, Reminder, ReminderWish, Way
from core.rules.token import TokenState
from ivr.calling_back import call_back
from ivr.reminder_call import reminder_call
from tests.flows.house import MOBILE, NEW_PATIENT, House
from tests.flows.prescribed import prescribed, rendered
from tests.flows.telephone import HANG_UP, SOON, Answers, ScriptedCall


async def wish(house: House) -> ReminderWish | None:
    async with house.clinic.ledger.read() as books:
        return await books.reminder_wishes.of_mobile(MOBILE)


async def consulted(house: House, answers: Answers, login: str) -> ScriptedCall:
    """A whole consultation; the patient does this when asked about reminders."""
    doctor = await house.doctor(login)
    patient = house.dial(answers={**NEW_PATIENT, **answers})
    asha = (await house.exchange.ring_of(doctor.account)).pick_up()
    await patient.talks()
    asha.leave()
    await patient.ends()
    await house.quiet()
    return patient


async def reminded(house: House, answers: Answers) -> ScriptedCall:
    """The day has come, and they pick up."""
    async with house.clinic.ledger.write() as books:
        (patient, *_) = await books.patients.of_mobile(MOBILE)
        planned = Reminder(NEW, "follow_up:7", Kind.FOLLOW_UP, patient.id, house.clinic.today())
        await books.reminders.plan(planned)
    assert await remind_due(house.clinic) == 1
    (owed,) = await claim_call_backs(house.clinic, 10)
    house.reception.spawn(call_back(house.reception, owed), "call-back")
    leg = (await house.exchange.ring_of(MOBILE)).pick_up(answers)
    async with asyncio.timeout(SOON):
        await leg.ends()
    await house.quiet()
    return leg


async def test_a_key_after_the_consultation_agrees_and_they_are_asked_once(house: House) -> None:
    call = await consulted(house, {"reminder_wish": "1"}, "asha")
    assert call.heard[-3:] == ["reminder_wish", "reminder_wish_stored", "goodbye"]
    assert await wish(house) == ReminderWish(MOBILE, Way.CALL, house.clock.now(), call.id)


async def test_who_says_nothing_or_hangs_up_has_not_agreed(house: House) -> None:
    silent = await consulted(house, {}, "asha")
    assert silent.heard[-1] == "goodbye"
    assert await wish(house) is None


async def test_who_has_said_is_not_asked_again(house: House) -> None:
    await say_wish(house.clinic, MOBILE, Way.NOT, "leg-0")
    call = await consulted(house, {}, "asha")
    assert "reminder_wish" not in call.heard


async def test_the_reminder_call_leads_to_a_doctor(house: House) -> None:
    await house.patient()
    await say_wish(house.clinic, MOBILE, Way.CALL, "leg-0")
    answers = {
        "reminder_talk": "1", "which_patient_unnamed": "1", "opd_choice_general": "1", "hold_or_callback": "2",
    }  # fmt: skip
    leg = await reminded(house, answers)
    assert leg.heard[:4] == ["reminder_hello", "reminder_follow_up", "reminder_talk", "reminder_stop"]
    assert (await house.token()).state is TokenState.WAITING
    assert await house.call_backs() == []


async def test_a_key_in_the_call_stops_them(house: House) -> None:
    await house.patient()
    await say_wish(house.clinic, MOBILE, Way.CALL, "leg-0")
    leg = await reminded(house, {"reminder_stop": "3"})
    assert leg.heard[-2:] == ["reminders_stopped", "goodbye"]
    said = await wish(house)
    assert said is not None
    assert (said.way, said.by) == (Way.NOT, leg.id)


async def test_who_said_stop_while_it_rang_hears_nothing_of_it(house: House) -> None:
    patient = await house.patient()
    await say_wish(house.clinic, MOBILE, Way.CALL, "leg-0")
    async with house.clinic.ledger.write() as books:
        await books.reminders.plan(Reminder(NEW, "follow_up:7", Kind.FOLLOW_UP, patient.id, house.clinic.today()))
    await remind_due(house.clinic)
    (owed,) = await claim_call_backs(house.clinic, 10)
    house.reception.spawn(call_back(house.reception, owed), "call-back")
    ring = await house.exchange.ring_of(MOBILE)
    await say_wish(house.clinic, MOBILE, Way.NOT, "sms:1")
    leg = ring.pick_up({})
    await leg.ends()
    await house.quiet()
    assert leg.heard == ["goodbye"]


async def test_who_only_listens_has_been_reminded(house: House) -> None:
    await house.patient()
    await say_wish(house.clinic, MOBILE, Way.CALL, "leg-0")
    await reminded(house, {"reminder_hello": HANG_UP})
    assert await house.call_backs() == []
    house.clock.pass_by(hours=1)
    assert await remind_due(house.clinic) == 0
    assert await house.sms_templates() == []


async def test_who_dials_in_before_is_not_rung(house: House) -> None:
    await house.patient()
    await say_wish(house.clinic, MOBILE, Way.CALL, "leg-0")
    async with house.clinic.ledger.write() as books:
        (patient,) = await books.patients.of_mobile(MOBILE)
        await books.reminders.plan(Reminder(NEW, "follow_up:7", Kind.FOLLOW_UP, patient.id, house.clinic.today()))
    await remind_due(house.clinic)
    house.clock.at += timedelta(seconds=1)
    await house.whole_call({"which_patient_unnamed": HANG_UP})
    (owed,) = await claim_call_backs(house.clinic, 10)
    await call_back(house.reception, owed)
    assert house.exchange.rung == []
    assert await house.call_backs() == []


@pytest.mark.parametrize("kind", Kind)
async def test_medicines_are_read_only_when_it_is_about_them(house: House, kind: Kind) -> None:
    patient = await house.patient(name="name-1")
    await say_wish(house.clinic, MOBILE, Way.CALL, "leg-0")
    signed = await prescribed(house, patient)
    rendered(house, "paracetamol", "cetirizine")
    async with house.clinic.ledger.write() as books:
        now = house.clock.now()
        owed = await books.calls.add_call_back(CallBack(NEW, MOBILE, CallBackReason.REMINDER, "hi", now))
        planned = await books.reminders.plan(Reminder(NEW, "course:7", kind, patient.id, house.clinic.today()))
        assert owed is not None
        assert planned is not None
        await books.reminders.done(planned, now, "call", owed.id)
        await books.calls.finish_call_back(owed.id, now, "machine")
    leg = house.exchange.dials(MOBILE, "104", {"reminder_talk": ["2", HANG_UP], "reading_end": HANG_UP})
    house.reception.converse(leg, "reminder", reminder_call(house.desk, leg, owed))
    await leg.ends()
    await house.quiet()
    about_medicines = kind is Kind.COURSE
    assert leg.heard[:3] == ["reminder_hello", "reminder_of", f"reminder_{kind}"]
    assert ("reminder_hear" in leg.heard) is about_medicines
    assert leg.heard.count("medicine") == (2 if about_medicines else 0)
    async with house.clinic.ledger.read() as books:
        heard = [entry.action for entry in await books.audit_of(f"prescription:{signed.id}")]
    assert heard == (["heard"] if about_medicines else [])
