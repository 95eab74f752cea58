"""Which phone of a doctor rings, and what a patient hears while the page with it is loaded anew."""

from dataclasses import replace

import pytest

from core.rules.staff import Doctor, DoctorState, Operator
from ivr.staff_call import staff_call
from tests.flows.house import NEW_PATIENT, House
from tests.flows.staff_phones import ScriptedPhones
from tests.flows.telephone import Answers, ScriptedCall

HOLDS = {**NEW_PATIENT, "hold_or_callback": "1"}
DESK, PAGE = "doctor-asha", "doctor-asha-web"
OPERATORS_PAGE = "operator-meena-web"
MOBILE = "+919811111111"


def _phones(house: House, *online: str) -> ScriptedPhones:
    """From now on these are registered."""
    phones = ScriptedPhones(*online)
    house.desk = house.reception.desk = replace(house.desk, phones=phones)
    return phones


async def _talk(house: House) -> tuple[Doctor, ScriptedCall, ScriptedCall]:
    """They talk, the doctor in the browser: doctor, patient's leg, doctor's leg."""
    doctor = await house.doctor()
    patient = house.dial(answers=HOLDS)
    page = (await house.exchange.ring_of(PAGE)).pick_up()
    await patient.talks()
    await house.becomes(doctor, DoctorState.TALKING)
    return doctor, patient, page


async def _outside(house: House, doctor: Doctor) -> None:
    async with house.clinic.ledger.write() as books:
        await books.staff.save_doctor(replace(await books.staff.doctor(doctor.id), outside_number=MOBILE))


@pytest.mark.parametrize(
    ("online", "rings"), [((DESK, PAGE), PAGE), ((PAGE,), PAGE), ((DESK,), DESK), ((), MOBILE)], ids=str
)
async def test_the_browser_then_the_desk_then_outside(house: House, online: tuple[str, ...], rings: str) -> None:
    _phones(house, *online)
    doctor = await house.doctor()
    await _outside(house, doctor)
    patient = house.dial(answers=HOLDS)
    ring = await house.exchange.ring_of(rings)
    shown = house.desk.service_number if rings == MOBILE else (await house.token()).number
    assert ring.shown == shown
    asha = ring.pick_up()
    await patient.talks()
    asha.leave()
    await house.quiet()


async def test_a_page_that_is_loaded_anew_while_it_rings_rings_again(house: House) -> None:
    phones = _phones(house, PAGE)
    await house.doctor()
    patient = house.dial(answers=HOLDS)
    first = await house.exchange.ring_of(PAGE)
    phones.leave(PAGE)
    phones.come(PAGE)
    asha = (await house.exchange.ring_of(PAGE)).pick_up()
    assert first.stopped
    await patient.talks()
    asha.leave()
    await house.quiet()


async def test_a_page_that_comes_back_goes_on_with_the_same_patient(house: House) -> None:
    phones = _phones(house, PAGE)
    doctor, patient, before = await _talk(house)
    (consultation,) = await house.open_consultations()
    phones.leave(PAGE)
    await patient.hears("doctor_returns")
    assert not before.up
    phones.come(PAGE)
    after = (await house.exchange.ring_of(PAGE)).pick_up()
    await patient.talks()
    await house.legs_are(consultation.id, patient, after)
    assert "dropped_patient" not in patient.heard
    after.leave()
    await house.quiet()
    assert await house.state_of(doctor) is DoctorState.WRITING


async def test_a_page_that_stays_away_leaves_the_desk_phone(house: House) -> None:
    house.pace(page_returns=0.01)
    phones = _phones(house, PAGE)
    await _talk(house)
    phones.come(DESK)
    phones.leave(PAGE)
    ring = await house.exchange.ring_of(DESK)
    patient = house.exchange.legs[0]
    assert patient.heard[-2:] == ["doctor_returns", "dropped_patient"]
    asha = ring.pick_up()
    await patient.talks()
    asha.leave()
    await house.quiet()


async def test_a_patient_who_does_not_wait_for_the_page(house: House) -> None:
    phones = _phones(house, PAGE)
    doctor, patient, _ = await _talk(house)
    phones.leave(PAGE)
    await patient.hears("doctor_returns")
    patient.leave()
    await house.quiet()
    assert await house.state_of(doctor) is DoctorState.WRITING
    phones.come(PAGE)
    assert not house.exchange.rings_now(PAGE)


async def test_a_doctor_who_signs_out_is_not_waited_for(house: House) -> None:
    phones = _phones(house, PAGE, DESK)
    _, patient, page = await _talk(house)
    phones.remove(PAGE)
    desk = (await house.exchange.ring_of(DESK)).pick_up()  # though a page that may come back has half a minute
    assert not page.up
    await patient.talks()
    desk.leave()
    await house.quiet()


async def test_the_staff_number_knows_the_browser_phone(house: House) -> None:
    doctor = await house.doctor(ready=False)
    call = house.exchange.dials(PAGE, "100", {"doctor_menu_paused": "1"})
    house.reception.converse(call, "staff", staff_call(house.desk, call, PAGE))
    await call.hears("doctor_now_ready")
    await house.quiet()
    assert await house.state_of(doctor) is DoctorState.READY


async def _helped(house: House, answers: Answers) -> tuple[Operator, ScriptedCall, ScriptedCall]:
    """Somebody has pressed 0, and talks with an operator in the browser: operator, caller's leg, operator's leg."""
    operator = await house.operator()
    caller = house.dial(answers=answers)
    meena = (await house.exchange.ring_of(OPERATORS_PAGE)).pick_up()
    await caller.talks()
    return operator, caller, meena


async def _caller_of(house: House, operator: Operator) -> str | None:
    """Whose leg the operator's desk shows."""
    async with house.clinic.ledger.read() as books:
        shown = await books.operator_calls.present(operator.id)
    return shown.call_id if shown else None


async def test_an_operator_is_rung_in_the_browser(house: House) -> None:
    _phones(house, OPERATORS_PAGE)
    _, caller, meena = await _helped(house, {"language_choice": ["0", "1"]})
    meena.leave()
    caller.leave()
    await house.quiet()


async def test_an_operators_page_that_comes_back_goes_on_with_the_same_caller(house: House) -> None:
    phones = _phones(house, OPERATORS_PAGE)
    operator, caller, before = await _helped(house, {"language_choice": ["0", ""]})
    phones.leave(OPERATORS_PAGE)
    await caller.hears("operator_returns")
    assert not before.up
    assert await _caller_of(house, operator) == caller.id
    phones.come(OPERATORS_PAGE)
    ring = await house.exchange.ring_of(OPERATORS_PAGE)
    assert ring.shown == caller.caller  # by which the page knows that it may pick up by itself
    after = ring.pick_up()
    await caller.talks()
    assert caller.room is not None
    assert caller.room.inside == [caller, after]
    after.leave()
    await caller.hears("language_choice")
    await house.quiet()
    assert "operator_none" not in caller.heard
    assert await _caller_of(house, operator) is None


async def test_an_operators_page_that_stays_away_leaves_a_call_back(house: House) -> None:
    house.pace(page_returns=0.01)
    phones = _phones(house, OPERATORS_PAGE)
    operator, caller, _ = await _helped(house, {"language_choice": ["0", ""]})
    phones.leave(OPERATORS_PAGE)
    await caller.hears("operator_returns", "operator_none", "language_choice")
    assert not house.desk.busy_operators
    assert await _caller_of(house, operator) is None
    await house.quiet()
    assert [owed.mobile for owed in await house.call_backs()] == [caller.caller]


async def test_after_an_operator_who_has_signed_out_the_next_one_helps_at_once(house: House) -> None:
    phones = _phones(house, OPERATORS_PAGE)
    await house.operator()
    rekha = await house.operator("rekha")
    caller = house.dial(answers={"language_choice": ["0", ""]})
    meena = (await house.exchange.ring_of(OPERATORS_PAGE)).pick_up()
    await caller.talks()
    phones.remove(OPERATORS_PAGE)
    other = (await house.exchange.ring_of(rekha.account)).pick_up()
    assert not meena.up
    await caller.talks()
    other.leave()
    await house.quiet()


async def test_a_caller_who_does_not_wait_for_the_operators_page(house: House) -> None:
    phones = _phones(house, OPERATORS_PAGE)
    operator, caller, _ = await _helped(house, {"language_choice": ["0", ""]})
    phones.leave(OPERATORS_PAGE)
    await caller.hears("operator_returns")
    caller.leave()
    await house.quiet()
    assert await _caller_of(house, operator) is None
    phones.come(OPERATORS_PAGE)
    assert not house.exchange.rings_now(OPERATORS_PAGE)
