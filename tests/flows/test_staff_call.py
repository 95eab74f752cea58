"""Doctors and operators who dial the service from their own phones."""

from dataclasses import replace

from core.rules.staff import Doctor, DoctorState, Verification
from ivr.staff_call import staff_call
from tests.flows.house import NEW_PATIENT, House
from tests.flows.telephone import HANG_UP, Answers, ScriptedCall


async def _dials(house: House, account: str, answers: Answers) -> ScriptedCall:
    call = house.exchange.dials(account, "100", answers)
    house.reception.converse(call, "staff", staff_call(house.desk, call, account))
    await call.ends()
    return call


async def _wants_patients(house: House, doctor: Doctor) -> bool:
    async with house.clinic.ledger.read() as books:
        return (await books.staff.doctor(doctor.id)).available


async def test_a_doctor_becomes_ready(house: House) -> None:
    doctor = await house.doctor(ready=False)
    await house.whole_call({**NEW_PATIENT, "hold_or_callback": "2"})
    call = await _dials(house, doctor.account, {"doctor_menu_paused": "1"})
    assert call.heard == ["doctor_menu_paused", "doctor_now_ready"]
    said = next(event.detail for event in house.story.events if event.detail.startswith("doctor_menu_paused"))
    assert "एक मरीज़" in said, said
    await house.becomes(doctor, DoctorState.RESERVED)  # for the patient who waited


async def test_a_doctor_who_is_not_verified_hears_why(house: House) -> None:
    doctor = replace(await house.doctor(ready=False), verification=Verification.UNVERIFIED)
    async with house.clinic.ledger.write() as books:
        await books.staff.save_doctor(doctor)
    call = await _dials(house, doctor.account, {"doctor_menu_paused": "1"})
    assert call.heard == ["doctor_not_verified"]
    assert not await _wants_patients(house, doctor)


async def test_a_doctor_pauses(house: House) -> None:
    doctor = await house.doctor()
    call = await _dials(house, doctor.account, {"doctor_menu_ready": "2"})
    await house.quiet()
    assert call.heard == ["doctor_menu_ready", "doctor_now_paused"]
    assert await house.state_of(doctor) is DoctorState.PAUSED
    assert not await _wants_patients(house, doctor)


async def test_who_presses_and_hangs_up_means_it(house: House) -> None:
    doctor = await house.doctor(ready=False)
    call = house.exchange.dials(doctor.account, "100", {"doctor_menu_paused": "1", "doctor_now_ready": HANG_UP})
    house.reception.converse(call, "staff", staff_call(house.desk, call, doctor.account))
    await house.quiet()
    assert await _wants_patients(house, doctor)


async def test_who_says_nothing_changes_nothing(house: House) -> None:
    doctor = await house.doctor()
    await _dials(house, doctor.account, {})
    await house.quiet()
    assert await _wants_patients(house, doctor)


async def test_a_doctor_who_still_writes_is_reminded(house: House) -> None:
    doctor = await house.doctor()
    patient = house.dial(answers=NEW_PATIENT)
    leg = (await house.exchange.ring_of(doctor.account)).pick_up()
    await patient.talks()
    leg.leave()
    await house.quiet()
    call = await _dials(house, doctor.account, {"doctor_menu_ready": "1"})
    assert call.heard[-1] == "doctor_must_finish"
    assert await house.state_of(doctor) is DoctorState.WRITING


async def test_an_operator_becomes_ready_and_pauses(house: House) -> None:
    operator = await house.operator(available=False)
    assert (await _dials(house, operator.account, {"operator_menu_paused": "1"})).heard[-1] == "operator_now_ready"
    assert (await _dials(house, operator.account, {"operator_menu_ready": "2"})).heard[-1] == "operator_now_paused"


async def test_an_account_nobody_has(house: House) -> None:
    assert (await _dials(house, "stranger", {})).heard == []
