"""After the call: sent on, called again, time to wrap up; in whichever order signature and hang-up come."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from core.clinic.close_case import close_case
from core.clinic.doctor_ready import doctor_pause, doctor_ready
from core.clinic.issue_prescription import issue_prescription
from core.clinic.keep_draft import keep_draft, kept_draft
from core.clinic.medicine_sets import own_sets, rename_set, save_set, used_medicines
from core.clinic.mend_line import mend_line
from core.clinic.own_day import own_day, own_queues
from core.clinic.preview_prescription import preview_paper, preview_sms
from core.clinic.talk import end_talk
from core.clinic.wrap_up import end_wrap_ups, set_wrap_up
from core.rules.after_call import BadPlan, Plan
from core.rules.consultation import Consultation
from core.rules.opd import Opd
from core.rules.prescription import Medicine, Prescription
from core.rules.staff import Doctor, DoctorState
from core.rules.token import Token, TokenState
from core.rules.writing import LONGEST_DRAFT
from tests.web.house import House, open_house

PARACETAMOL = Medicine("paracetamol", "tablet", "500 mg", "1-1-1", 3, "after food")
CONTENT = Prescription("Fever", "Viral fever", (PARACETAMOL,))
ALWAYS = dict.fromkeys(range(7), (time(0), time(0)))


@pytest.fixture
async def house(tmp_path: Path, model: House, valkey_url: str) -> AsyncIterator[House]:
    """With a speciality OPD that is open."""
    async with open_house(tmp_path, model, valkey_url) as opened:
        opds = {"general": Opd("general", ALWAYS), "speciality": Opd("speciality", ALWAYS)}
        opened.clinic.policy = replace(opened.clinic.policy, opds=opds)
        yield opened


async def sign(house: House, case: Consultation, plan: Plan | None = None) -> None:
    await issue_prescription(
        house.clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=CONTENT, plan=plan or Plan()
    )


async def active_token(house: House, case: Consultation) -> Token | None:
    async with house.clinic.ledger.read() as books:
        return await books.tokens.active_of_patient(case.patient_id)


async def state(house: House) -> DoctorState:
    server = await house.clinic.line.state(house.doctor.doctor.id)
    assert server is not None
    return server.state


async def me(house: House) -> Doctor:
    async with house.clinic.ledger.read() as books:
        return await books.staff.doctor(house.doctor.doctor.id)


async def sms(house: House) -> list[str]:
    async with house.clinic.ledger.read() as books:
        return [one.template for one in await books.outbox.latest(10)]


async def test_a_referral_gives_a_token_of_the_other_opd(house: House) -> None:
    case = await house.after_talk()
    await sign(house, case, Plan(refer_to="speciality", call_back_days=3))
    token = await active_token(house, case)
    assert token is not None
    assert (token.opd, token.state, token.own_doctor_id) == ("speciality", TokenState.WAITING, None)
    assert await house.clinic.line.place(token.id) is not None
    assert "token" in await sms(house)
    async with house.clinic.ledger.read() as books:
        ended = await books.consultations.get(case.id)
    assert (ended.referred_to, ended.call_back_on) == ("speciality", date(2026, 11, 24))


async def test_nobody_is_sent_on_while_they_still_talk(house: House) -> None:
    case = await house.talk()
    await sign(house, case, Plan(refer_to="speciality"))
    assert await active_token(house, case) is None
    await end_talk(house.clinic, case)
    token = await active_token(house, case)
    assert token is not None
    assert token.opd == "speciality"
    await end_talk(house.clinic, case)
    assert (await sms(house)).count("token") == 2


@pytest.mark.parametrize(("hours", "template"), [({0: (time(9), time(17))}, "referred"), ({}, "referred_later")])
async def test_while_the_other_opd_is_closed_the_sms_says_when(
    house: House, hours: dict[int, tuple[time, time]], template: str
) -> None:
    closed = {**house.clinic.policy.opds, "speciality": Opd("speciality", hours)}
    house.clinic.policy = replace(house.clinic.policy, opds=closed)
    case = await house.after_talk()
    await close_case(
        house.clinic, doctor_id=case.doctor_id, consultation_id=case.id, reason="in_person",
        plan=Plan(refer_to="speciality"),
    )  # fmt: skip
    assert await active_token(house, case) is None
    async with house.clinic.ledger.read() as books:
        (told,) = [one for one in await books.outbox.latest(10) if one.cause == f"referred:{case.id}"]
    assert told.template == template
    assert ("23-11-2026" in told.text) == bool(hours)


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (Plan("general"), "refer_to"),
        (Plan("surgery"), "refer_to"),
        (Plan(call_back_days=0), "call_back_days"),
        (Plan(call_back_days=181), "call_back_days"),
    ],
)
async def test_what_cannot_be_planned_changes_nothing(house: House, plan: Plan, field: str) -> None:
    case = await house.after_talk()
    with pytest.raises(BadPlan) as refused:
        await sign(house, case, plan)
    assert refused.value.field == field
    with pytest.raises(BadPlan):
        await close_case(house.clinic, doctor_id=case.doctor_id, consultation_id=case.id, reason="other", plan=plan)
    async with house.clinic.ledger.read() as books:
        assert (await books.consultations.get(case.id)).outcome is None


async def test_by_default_the_next_patient_comes_at_once(house: House) -> None:
    await sign(house, await house.after_talk())
    assert await state(house) is DoctorState.READY


@pytest.mark.parametrize("signs_first", [True, False])
async def test_who_wraps_up_gets_nobody_until_it_is_over(house: House, signs_first: bool) -> None:
    await set_wrap_up(house.clinic, house.doctor.doctor.id, 30)
    case = await house.talk()
    if signs_first:
        await sign(house, case)
        assert (await me(house)).available
        await end_talk(house.clinic, case)
    else:
        await end_talk(house.clinic, case)
        await sign(house, case)
    assert await state(house) is DoctorState.PAUSED
    assert await mend_line(house.clinic, frozenset()) == frozenset()
    await end_wrap_ups(house.clinic)
    assert await state(house) is DoctorState.PAUSED
    house.clock.advance(timedelta(seconds=30))
    await end_wrap_ups(house.clinic)
    assert await state(house) is DoctorState.READY
    assert (await me(house)).back_at is None


async def test_the_next_patient_may_come_when_the_doctor_says_so(house: House) -> None:
    await set_wrap_up(house.clinic, house.doctor.doctor.id, None)
    await sign(house, await house.after_talk())
    house.clock.advance(timedelta(hours=1))
    await end_wrap_ups(house.clinic)
    assert await state(house) is DoctorState.PAUSED
    await doctor_ready(house.clinic, house.doctor.doctor.id)
    assert await state(house) is DoctorState.READY


async def test_a_pause_while_wrapping_up_stays_one(house: House) -> None:
    await set_wrap_up(house.clinic, house.doctor.doctor.id, 30)
    await sign(house, await house.after_talk())
    await doctor_pause(house.clinic, house.doctor.doctor.id)
    house.clock.advance(timedelta(minutes=1))
    await end_wrap_ups(house.clinic)
    assert await state(house) is DoctorState.PAUSED


async def test_without_a_phone_nobody_comes_after_the_wrap_up(house: House) -> None:
    await set_wrap_up(house.clinic, house.doctor.doctor.id, 30)
    await sign(house, await house.after_talk())
    await house.clinic.line.phone(house.doctor.doctor.id, False)
    house.clock.advance(timedelta(minutes=1))
    await end_wrap_ups(house.clinic)
    assert (await me(house)).back_at is None
    assert await state(house) is DoctorState.OFFLINE


@pytest.mark.parametrize("seconds", [-1, 121])
async def test_a_wrap_up_is_bounded(house: House, seconds: int) -> None:
    with pytest.raises(ValueError, match="0 to 120"):
        await set_wrap_up(house.clinic, house.doctor.doctor.id, seconds)


async def test_a_preview_stores_nothing_but_the_look(house: House) -> None:
    case = await house.after_talk()
    doctor_id, consultation_id = case.doctor_id, case.id
    link, medicines = await preview_sms(
        house.clinic, doctor_id=doctor_id, consultation_id=consultation_id, content=CONTENT
    )
    assert "/p/…" in link
    assert "PARACETAMOL 500 mg" in medicines
    paper = await preview_paper(house.clinic, doctor_id=doctor_id, consultation_id=consultation_id, content=CONTENT)
    assert paper.startswith(b"%PDF")
    async with house.clinic.ledger.read() as books:
        assert await books.prescriptions.of_consultation(case.id) is None
        looks = await books.audit_of(f"patient:{case.patient_id}")
    assert [look.action for look in looks] == ["previewed"]


async def test_sets_and_what_was_used_last(house: House) -> None:
    doctor_id = house.doctor.doctor.id
    assert await used_medicines(house.clinic, doctor_id) == ()
    await sign(house, await house.after_talk())
    assert await used_medicines(house.clinic, doctor_id) == (replace(PARACETAMOL, instructions=""),)
    await save_set(house.clinic, doctor_id, "  Simple   fever ", (PARACETAMOL,), " rest ")
    (one,) = await own_sets(house.clinic, doctor_id)
    assert (one.name, one.advice) == ("Simple fever", "rest")
    for bad in ("", " ", "a" * 61, "two\nlines\0"):
        with pytest.raises(ValueError, match="set_name"):
            await rename_set(house.clinic, doctor_id, one.id, bad)
    with pytest.raises(ValueError, match="nothing"):
        await save_set(house.clinic, doctor_id, "Empty", (), " ")


async def test_a_draft_too_large_for_any_form_is_refused(house: House) -> None:
    case = await house.talk()
    with pytest.raises(ValueError, match="characters"):
        await keep_draft(
            house.clinic, doctor_id=case.doctor_id, consultation_id=case.id, content="x" * (LONGEST_DRAFT + 1)
        )
    assert await kept_draft(house.clinic, doctor_id=case.doctor_id, consultation_id=case.id) is None


async def test_the_day_counts_and_is_audited(house: House) -> None:
    case = await house.talk()
    house.clock.advance(timedelta(minutes=4))
    await end_talk(house.clinic, case)
    await sign(house, case)
    day = await own_day(house.clinic, case.doctor_id)
    assert (day.served, day.mean_talk) == (1, timedelta(minutes=4))
    assert [one.ending for one in day.cases] == ["prescribed"]
    async with house.clinic.ledger.read() as books:
        assert next(look.action for look in await books.audit_of(f"doctor:{case.doctor_id}")) == "saw day"
    house.clock.advance(timedelta(days=1))
    assert (await own_day(house.clinic, case.doctor_id)).cases == []


async def test_advice_on_paper_is_told_apart_from_a_prescription(house: House) -> None:
    case = await house.after_talk()
    await issue_prescription(
        house.clinic, doctor_id=case.doctor_id, consultation_id=case.id,
        content=Prescription("Cough", "Common cold", advice="Warm fluids"),
    )  # fmt: skip
    assert [one.ending for one in (await own_day(house.clinic, case.doctor_id)).cases] == ["advised"]


async def test_nobody_waits_in_an_own_queue_that_is_empty(house: House) -> None:
    async with house.clinic.ledger.read() as books:
        assert await own_queues(house.clinic, books, await me(house)) == []
