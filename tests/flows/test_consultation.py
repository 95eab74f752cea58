"""From the claim to the last word: holding or rung at home, doctors who do not pick up, calls that are cut."""

from dataclasses import replace

import pytest

from core.clinic.bring_together import begin_consultation, give_up_consultation, match_of
from core.clinic.cancel_token import cancel_token
from core.clinic.close_case import close_case
from core.clinic.doctor_ready import doctor_pause, doctor_ready
from core.clinic.keep_time import sweep_line
from core.clinic.rebuild_line import rebuild_line
from core.clinic.steer import call_again, hang_up
from core.clinic.take_token import take_token
from core.clinic.talk import begin_talk
from core.rules.consultation import SWITCH_REDIALS, Outcome
from core.rules.patient import Patient
from core.rules.queue import Match
from core.rules.staff import Doctor, DoctorState
from core.rules.token import Token, TokenState
from ivr.adoption import adopt
from tests.flows.house import MOBILE, NEW_PATIENT, House
from tests.flows.telephone import ScriptedCall

HOLDS = {**NEW_PATIENT, "hold_or_callback": "1"}
COMES = {"called_patient": "1"}
CUT = 38


async def _at_home(house: House) -> tuple[Patient, Token]:
    """Somebody with a token who has hung up."""
    patient = await house.patient(name="name-1")
    return patient, await take_token(house.clinic, patient, "general")


async def _talk(house: House) -> tuple[Doctor, ScriptedCall, ScriptedCall]:
    """A doctor, and a patient who held; they talk: doctor, patient's leg, doctor's leg."""
    doctor = await house.doctor()
    patient = house.dial(answers=HOLDS)
    asha = (await house.exchange.ring_of(doctor.account)).pick_up()
    await patient.talks()
    await house.becomes(doctor, DoctorState.TALKING)
    return doctor, patient, asha


async def _talk_that_died(house: House) -> Doctor:
    """We and the switch have died in a talk: the ledger knows of it, and its legs are no more."""
    doctor = await house.doctor(ready=False)
    _, token = await _at_home(house)
    consultation = await begin_consultation(house.clinic, Match(token.id, doctor.id))
    assert consultation is not None
    await begin_talk(house.clinic, consultation, "a leg", "another leg")
    return doctor


async def _written(house: House, doctor: Doctor) -> None:
    """The talk is over, the doctor writes, nothing else goes on."""
    await house.quiet()
    assert (await house.token()).state is TokenState.WRITING
    assert await house.state_of(doctor) is DoctorState.WRITING
    (consultation,) = await house.open_consultations()
    assert consultation.talked_at is not None
    assert consultation.hung_up_at is not None


# Brought together


async def test_who_holds_is_put_through(house: House) -> None:
    doctor = await house.doctor(ready=False)
    patient = house.dial(answers=HOLDS)
    await patient.hears("hold_comfort")
    await doctor_ready(house.clinic, doctor.id)
    ring = await house.exchange.ring_of(doctor.account)
    token = await house.token()
    assert ring.shown == token.number
    assert patient.room is None  # the patient hears music, not a ringing phone
    asha = ring.pick_up()
    await patient.talks()
    assert (await house.token()).state is TokenState.TALKING

    asha.leave()
    await patient.hears("consult_over", "goodbye")
    await _written(house, doctor)
    assert MOBILE not in house.exchange.rung


async def test_a_turn_that_comes_at_once_is_not_asked_whether_to_hold(house: House) -> None:
    doctor, patient, asha = await _talk(house)
    assert "sms_sent" in patient.heard
    assert "hold_or_callback" not in patient.heard
    asha.leave()
    await _written(house, doctor)


async def test_who_is_hearing_their_token_is_not_rung(house: House) -> None:
    """The token is matched while it is being spoken; ringing that phone would find it busy."""
    doctor = await house.doctor()
    patient = house.dial(answers=NEW_PATIENT)
    await house.exchange.ring_of(doctor.account)
    assert MOBILE not in house.exchange.rung
    patient.leave()
    await house.exchange.ring_of(MOBILE)  # gone now: rung at home


async def test_position_and_wait_are_told(house: House) -> None:
    doctor, first, asha = await _talk(house)
    house.clock.pass_by(minutes=1)
    second = house.dial("+919876500001", HOLDS)
    await second.hears("sms_sent", "position_next", "position_next")
    house.clock.pass_by(minutes=1)
    third = house.dial("+919876500002", HOLDS)
    await third.hears("sms_sent", "position_wait")
    for call in (second, third, asha):
        call.leave()
    await first.hears("consult_over")
    await doctor_pause(house.clinic, doctor.id)


async def test_who_went_home_is_rung_and_connected(house: House) -> None:
    patient, token = await _at_home(house)
    doctor = await house.doctor()
    ring = await house.exchange.ring_of(MOBILE)
    assert ring.shown == "104"
    assert not house.exchange.rings_now(doctor.account)  # reserved, not rung, until the patient is there
    assert await house.state_of(doctor) is DoctorState.RESERVED
    leg = ring.pick_up(COMES)
    await leg.hears("called_patient")
    asha = (await house.exchange.ring_of(doctor.account)).pick_up()
    await leg.talks()
    asha.leave()
    await leg.hears("consult_over")
    await _written(house, doctor)
    assert (await house.token()).turns == token.turns == 0
    assert patient.mobile == MOBILE


async def test_not_answered_goes_to_the_back_twice_and_is_closed_the_third_time(house: House) -> None:
    house.pace(patient_comes=0.5, busy_pause=60.0)  # whoever refuses is not rung again in this turn
    await _at_home(house)
    doctor = await house.doctor()
    for _ in range(3):
        house.clock.pass_by(minutes=2)
        (await house.exchange.ring_of(MOBILE)).refuse("timeout")
    await house.quiet()
    token = await house.token()
    assert (token.state, token.turns) == (TokenState.MISSED, 3)
    assert await house.sms_templates() == ["token", "called_missed", "called_missed", "token_closed"]
    assert await house.state_of(doctor) is DoctorState.READY


async def test_an_answering_machine_is_never_put_through(house: House) -> None:
    await _at_home(house)
    doctor = await house.doctor()
    for _ in range(3):
        leg = (await house.exchange.ring_of(MOBILE)).pick_up()
        await leg.hears("called_patient", "called_patient", "called_patient")
    await house.quiet()
    assert (await house.token()).state is TokenState.MISSED
    assert doctor.account not in house.exchange.rung


async def test_the_back_of_the_queue_is_behind_others(house: House) -> None:
    house.pace(patient_comes=0.5, busy_pause=60.0)  # whoever refuses is not rung again in this turn
    await _at_home(house)
    house.clock.pass_by(minutes=5)
    other = await house.patient("+919876500001", name="name-2")
    await take_token(house.clinic, other, "general")
    house.clock.pass_by(minutes=5)
    await house.doctor()
    (await house.exchange.ring_of(MOBILE)).refuse("timeout")
    await house.exchange.ring_of(other.mobile)


async def test_who_declines_is_cancelled(house: House) -> None:
    await _at_home(house)
    doctor = await house.doctor()
    leg = (await house.exchange.ring_of(MOBILE)).pick_up({"called_patient": "2"})
    await leg.hears("cancelled")
    await house.quiet()
    assert (await house.token()).state is TokenState.CANCELLED
    assert await house.sms_templates() == ["token", "token_cancelled"]
    assert await house.state_of(doctor) is DoctorState.READY
    assert doctor.account not in house.exchange.rung


async def test_a_busy_phone_is_rung_again(house: House) -> None:
    await _at_home(house)
    doctor = await house.doctor()
    (await house.exchange.ring_of(MOBILE)).refuse("busy")
    leg = (await house.exchange.ring_of(MOBILE)).pick_up(COMES)
    asha = (await house.exchange.ring_of(doctor.account)).pick_up()
    await leg.talks()
    asha.leave()
    await _written(house, doctor)
    assert (await house.token()).turns == 0


async def test_dialling_in_while_being_rung_counts_as_coming(house: House) -> None:
    await _at_home(house)
    doctor = await house.doctor()
    ring = await house.exchange.ring_of(MOBILE)
    call = house.dial(answers={"which_patient": "1", "token_menu": "1"})
    asha = (await house.exchange.ring_of(doctor.account)).pick_up()
    await call.talks()
    assert ring.stopped
    asha.leave()
    await _written(house, doctor)


async def test_cancelling_while_being_called_frees_the_doctor(house: House) -> None:
    await _at_home(house)
    doctor = await house.doctor()
    ring = await house.exchange.ring_of(MOBILE)
    call = house.dial(answers={"which_patient": "1", "token_menu": "3", "cancel_confirm": "1"})
    await call.hears("cancelled")
    ring.refuse("busy")
    await house.quiet()
    assert (await house.token()).state is TokenState.CANCELLED
    assert await house.state_of(doctor) is DoctorState.READY
    assert await house.open_consultations() == []


async def test_cancelling_by_sms_stops_the_ringing_and_frees_the_doctor(house: House) -> None:
    house.pace(cancel_seen=0.01)
    patient, token = await _at_home(house)
    doctor = await house.doctor()
    ring = await house.exchange.ring_of(MOBILE)
    assert await cancel_token(house.clinic, token, patient)
    await house.quiet()  # though nobody has picked up or refused
    assert ring.stopped
    assert await house.state_of(doctor) is DoctorState.READY
    assert await house.open_consultations() == []


async def test_cancelled_in_the_last_moment(house: House) -> None:
    patient, token = await _at_home(house)
    doctor = await house.doctor()
    leg = (await house.exchange.ring_of(MOBILE)).pick_up(COMES)
    ring = await house.exchange.ring_of(doctor.account)
    assert await cancel_token(house.clinic, token, patient)
    asha = ring.pick_up()
    await asha.ends()
    await leg.ends()
    await house.quiet()
    assert "consult_over" not in leg.heard
    assert await house.state_of(doctor) is DoctorState.READY
    assert await house.open_consultations() == []


async def test_who_leaves_while_the_doctor_is_rung_is_fetched_again(house: House) -> None:
    doctor = await house.doctor()
    patient = house.dial(answers=HOLDS)
    ring = await house.exchange.ring_of(doctor.account)
    patient.leave()
    leg = (await house.exchange.ring_of(MOBILE)).pick_up(COMES)
    assert ring.stopped
    asha = (await house.exchange.ring_of(doctor.account)).pick_up()
    await leg.talks()
    asha.leave()
    await _written(house, doctor)


# Doctors who do not pick up


async def test_a_doctor_who_does_not_pick_up_is_paused_and_the_next_one_gets_them(house: House) -> None:
    asha, bina = await house.doctor("asha"), await house.doctor("bina", ready=False)
    patient = house.dial(answers=HOLDS)
    (await house.exchange.ring_of(asha.account)).refuse("timeout")
    await patient.hears("doctor_not_picked")
    before = await house.token()
    assert await house.state_of(asha) is DoctorState.PAUSED
    async with house.clinic.ledger.read() as books:
        assert not (await books.staff.doctor(asha.id)).available
    await patient.hears("no_doctors", "hold_comfort")

    await doctor_ready(house.clinic, bina.id)
    leg = (await house.exchange.ring_of(bina.account)).pick_up()
    await patient.talks()
    assert (await house.token()).joined_at == before.joined_at
    assert (await house.token()).turns == 0
    leg.leave()
    await _written(house, bina)


async def test_a_ready_doctor_gets_them_at_once(house: House) -> None:
    doctors = [await house.doctor("asha"), await house.doctor("bina")]
    patient = house.dial(answers=HOLDS)
    for doctor in doctors:
        (await house.exchange.ring_of(doctor.account)).refuse("unreachable")
    await patient.hears("doctor_not_picked")
    patient.leave()
    await house.quiet()
    assert [await house.state_of(doctor) for doctor in doctors] == [DoctorState.PAUSED] * 2
    assert (await house.token()).state is TokenState.WAITING


async def test_the_same_doctor_may_be_ready_again(house: House) -> None:
    doctor = await house.doctor()
    patient = house.dial(answers=HOLDS)
    (await house.exchange.ring_of(doctor.account)).refuse("timeout")
    await house.becomes(doctor, DoctorState.PAUSED)
    await doctor_ready(house.clinic, doctor.id)
    leg = (await house.exchange.ring_of(doctor.account)).pick_up()
    await patient.talks()
    leg.leave()
    await _written(house, doctor)


# Cut off


@pytest.mark.parametrize("cause", [16, CUT])
async def test_a_patient_who_was_cut_is_redialled(house: House, cause: int) -> None:
    doctor, patient, asha = await _talk(house)
    before = await house.token()
    patient.leave(cause)
    ring = await house.exchange.ring_of(MOBILE)
    await asha.hears("doctor_patient_dropped")
    leg = ring.pick_up()
    await leg.talks()
    assert leg.room is asha.room
    (consultation,) = await house.open_consultations()
    assert (await house.token()) == before
    await house.legs_are(consultation.id, leg, asha)
    asha.leave()
    await leg.hears("consult_over")
    await leg.ends()
    await _written(house, doctor)
    assert await house.sms_templates() == ["token"]


async def test_a_patient_who_was_cut_may_dial_in_first(house: House) -> None:
    doctor, patient, asha = await _talk(house)
    patient.leave(CUT)
    ring = await house.exchange.ring_of(MOBILE)
    back = house.dial()
    await back.talks()
    assert ring.stopped
    assert back.room is asha.room
    assert back.heard == []
    asha.leave()
    await back.hears("consult_over")
    await _written(house, doctor)


async def test_a_patient_who_was_cut_may_dial_in_between_two_tries(house: House) -> None:
    house.pace(between_redials=60.0)
    doctor, patient, asha = await _talk(house)
    patient.leave(CUT)
    (await house.exchange.ring_of(MOBILE)).refuse("busy")
    back = house.dial()
    await back.talks()
    asha.leave()
    await _written(house, doctor)


async def test_a_patient_who_cannot_be_reached_again(house: House) -> None:
    doctor, patient, asha = await _talk(house)
    patient.leave(CUT)
    for _ in range(2):
        (await house.exchange.ring_of(MOBILE)).refuse("unreachable")
    await asha.hears("doctor_patient_dropped", "doctor_patient_gone")
    await asha.ends()
    await _written(house, doctor)


async def test_cut_twice(house: House) -> None:
    doctor, patient, asha = await _talk(house)
    patient.leave(CUT)
    again = (await house.exchange.ring_of(MOBILE)).pick_up()
    await again.talks()
    again.leave(CUT)
    third = (await house.exchange.ring_of(MOBILE)).pick_up()
    await third.talks()
    asha.leave()
    await third.hears("consult_over")
    await _written(house, doctor)


async def test_the_doctor_may_stop_the_redialling(house: House) -> None:
    doctor, patient, asha = await _talk(house)
    patient.leave(CUT)
    ring = await house.exchange.ring_of(MOBILE)
    asha.leave()
    await _written(house, doctor)
    assert ring.stopped


async def test_the_button_stops_the_redialling(house: House) -> None:
    doctor, patient, asha = await _talk(house)
    patient.leave(CUT)
    ring = await house.exchange.ring_of(MOBILE)
    assert await hang_up(house.clinic, doctor.id)
    await asha.ends()
    await _written(house, doctor)
    assert ring.stopped


async def test_a_doctor_who_was_cut_is_rung_again(house: House) -> None:
    doctor, patient, asha = await _talk(house)
    asha.leave(CUT)
    ring = await house.exchange.ring_of(doctor.account)
    assert ring.shown == (await house.token()).number
    await patient.hears("dropped_patient")
    again = ring.pick_up()
    await patient.talks()
    again.leave()
    await patient.hears("consult_over")
    await _written(house, doctor)


async def test_a_doctor_who_was_cut_and_is_gone(house: House) -> None:
    doctor, patient, asha = await _talk(house)
    asha.leave(CUT)
    (await house.exchange.ring_of(doctor.account)).refuse("unreachable")
    await patient.hears("dropped_patient", "consult_over")
    await _written(house, doctor)


async def test_both_cut(house: House) -> None:
    doctor, patient, asha = await _talk(house)
    asha.leave(CUT)
    ring = await house.exchange.ring_of(doctor.account)
    patient.leave(CUT)
    await _written(house, doctor)
    assert ring.stopped


# The doctor's wishes


async def test_signed_or_closed_while_talking_then_hung_up(house: House) -> None:
    doctor, patient, asha = await _talk(house)
    (consultation,) = await house.open_consultations()
    await close_case(house.clinic, doctor_id=doctor.id, consultation_id=consultation.id, reason="Advised")
    assert await house.state_of(doctor) is DoctorState.TALKING
    patient.leave(CUT)  # nothing is left to talk about: not redialled
    await asha.ends()
    await house.quiet()
    assert MOBILE not in house.exchange.rung
    assert (await house.token()).state is TokenState.CLOSED
    assert await house.state_of(doctor) is DoctorState.READY


async def test_closed_after_the_talk_the_next_patient_comes(house: House) -> None:
    doctor, patient, asha = await _talk(house)
    second = house.dial("+919876500001", HOLDS)
    await second.hears("hold_comfort")
    asha.leave()
    await patient.ends()
    await house.becomes(doctor, DoctorState.WRITING)
    (consultation,) = await house.open_consultations()
    await close_case(house.clinic, doctor_id=doctor.id, consultation_id=consultation.id, reason="Advised")
    asha = (await house.exchange.ring_of(doctor.account)).pick_up()
    await second.talks()
    asha.leave()
    await second.hears("consult_over")
    await house.quiet()


async def test_the_panel_hangs_up(house: House) -> None:
    doctor, patient, asha = await _talk(house)
    assert await hang_up(house.clinic, doctor.id)
    await asha.ends()
    await patient.hears("consult_over")
    await _written(house, doctor)


@pytest.mark.parametrize(("keys", "available"), [("*2", False), ("*1", True)])
async def test_the_keys_of_the_doctors_phone(house: House, keys: str, available: bool) -> None:
    doctor, patient, asha = await _talk(house)
    asha.press("5" + keys)
    asha.press("*0")
    await asha.ends()
    await patient.hears("consult_over")
    await _written(house, doctor)
    async with house.clinic.ledger.read() as books:
        assert (await books.staff.doctor(doctor.id)).available is available


async def test_the_patient_is_called_again(house: House) -> None:
    doctor, patient, asha = await _talk(house)
    asha.leave()
    await patient.ends()
    await _written(house, doctor)
    assert await call_again(house.clinic, doctor.id)
    leg = (await house.exchange.ring_of(MOBILE)).pick_up()
    await leg.hears("connecting")
    asha = (await house.exchange.ring_of(doctor.account)).pick_up()
    await leg.talks()
    asha.leave()
    await leg.hears("consult_over")
    await leg.ends()
    await _written(house, doctor)


@pytest.mark.parametrize("who", ["patient refuses", "patient leaves", "doctor refuses"])
async def test_calling_again_in_vain_changes_nothing(house: House, who: str) -> None:
    doctor, patient, asha = await _talk(house)
    asha.leave()
    await patient.ends()
    await _written(house, doctor)
    assert await call_again(house.clinic, doctor.id)
    ring = await house.exchange.ring_of(MOBILE)
    if who == "patient refuses":
        ring.refuse("timeout")
    else:
        leg = ring.pick_up()
        doctors = await house.exchange.ring_of(doctor.account)
        if who == "patient leaves":
            leg.leave()
        else:
            doctors.refuse("timeout")
    await _written(house, doctor)


async def test_signed_while_being_called_again(house: House) -> None:
    doctor, patient, asha = await _talk(house)
    asha.leave()
    await patient.ends()
    await _written(house, doctor)
    (consultation,) = await house.open_consultations()
    assert await call_again(house.clinic, doctor.id)
    (await house.exchange.ring_of(MOBILE)).pick_up()
    ring = await house.exchange.ring_of(doctor.account)
    await doctor_pause(house.clinic, doctor.id)
    await close_case(house.clinic, doctor_id=doctor.id, consultation_id=consultation.id, reason="Advised")
    asha = ring.pick_up()
    await asha.ends()
    await house.quiet()
    assert (await house.token()).state is TokenState.CLOSED


# What is lost and found


@pytest.mark.parametrize("moment", ["called", "talking", "writing"])
async def test_the_line_is_lost_in_between(house: House, moment: str) -> None:
    doctor = await house.doctor()
    patient = house.dial(answers=HOLDS)
    ring = await house.exchange.ring_of(doctor.account)
    if moment == "called":
        await house.lose_line()
    asha = ring.pick_up()
    await patient.talks()
    await house.becomes(doctor, DoctorState.TALKING)
    if moment == "talking":
        await house.lose_line()
    asha.leave()
    await patient.ends()
    await house.quiet()
    if moment == "writing":
        await house.lose_line()
    await _written(house, doctor)


async def test_a_match_that_is_given_twice_is_lived_once(house: House) -> None:
    """The line was rebuilt between a claim and its being written down: it claims the same again."""
    await _at_home(house)
    doctor = await house.doctor()
    await house.exchange.ring_of(MOBILE)
    (consultation,) = await house.open_consultations()
    assert await begin_consultation(house.clinic, match_of(consultation)) is None
    assert await house.open_consultations() == [consultation]
    assert await house.state_of(doctor) is DoctorState.RESERVED


async def test_giving_up_what_has_ended_changes_nothing(house: House) -> None:
    doctor, patient, asha = await _talk(house)
    (consultation,) = await house.open_consultations()
    await give_up_consultation(house.clinic, consultation, Outcome.CANCELLED, doctor_ready=True)
    assert await house.state_of(doctor) is DoctorState.TALKING
    assert (await house.token()).state is TokenState.TALKING
    asha.leave()
    await patient.ends()
    await _written(house, doctor)


@pytest.mark.parametrize("moment", ["rung at home", "answered", "doctor rung", "talking", "redialling", "called again"])
async def test_a_shutdown_at_any_moment_frees_both(house: House, moment: str) -> None:
    """What must hold is checked by the fixture, after everything was cancelled."""
    if moment in ("talking", "redialling", "called again"):
        doctor, patient, asha = await _talk(house)
        if moment == "redialling":
            patient.leave(CUT)
            await house.exchange.ring_of(MOBILE)
        elif moment == "called again":
            asha.leave()
            await _written(house, doctor)
            assert await call_again(house.clinic, doctor.id)
            await house.exchange.ring_of(MOBILE)
        return
    await _at_home(house)
    doctor = await house.doctor()
    ring = await house.exchange.ring_of(MOBILE)
    if moment != "rung at home":
        leg = ring.pick_up(COMES)
        await leg.hears("called_patient")
        if moment == "doctor rung":
            await house.exchange.ring_of(doctor.account)


async def test_a_lost_wake_up_is_swept(house: House) -> None:
    await _at_home(house)
    doctor = await house.doctor(ready=False)
    async with house.clinic.ledger.write() as books:
        await books.staff.save_doctor(replace(doctor, available=True))
    await rebuild_line(house.clinic)
    await sweep_line(house.clinic)
    await house.exchange.ring_of(MOBILE)


async def test_when_the_switch_dies_both_are_rung_again(house: House) -> None:
    """First the patient, then the doctor, under the same token (S18)."""
    doctor, patient, asha = await _talk(house)
    asha.leave(CUT)
    patient.leave(CUT)
    again = (await house.exchange.ring_of(MOBILE)).pick_up()
    asha_again = (await house.exchange.ring_of(doctor.account)).pick_up()
    await again.talks()
    assert again.heard == ["dropped_patient"]
    (consultation,) = await house.open_consultations()
    await house.legs_are(consultation.id, again, asha_again)
    asha_again.leave()
    await _written(house, doctor)


async def test_when_the_switch_dies_and_the_patient_cannot_be_reached_the_doctor_writes(house: House) -> None:
    doctor, patient, asha = await _talk(house)
    asha.leave(CUT)
    patient.leave(CUT)
    for _ in range(SWITCH_REDIALS):
        (await house.exchange.ring_of(MOBILE)).refuse()
    await _written(house, doctor)


async def test_when_we_and_the_switch_died_in_a_talk_both_are_rung_again(house: House) -> None:
    doctor = await _talk_that_died(house)
    await adopt(house.reception, house.router, [], {})
    again = (await house.exchange.ring_of(MOBILE)).pick_up()
    asha = (await house.exchange.ring_of(doctor.account)).pick_up()
    await again.talks()
    asha.leave()
    await _written(house, doctor)


async def test_after_a_power_cut_phones_are_rung_until_they_are_there_again(house: House) -> None:
    doctor = await _talk_that_died(house)
    await adopt(house.reception, house.router, [], {})
    (await house.exchange.ring_of(MOBILE)).refuse("busy")
    again = (await house.exchange.ring_of(MOBILE)).pick_up()
    (await house.exchange.ring_of(doctor.account)).refuse("unreachable")
    asha = (await house.exchange.ring_of(doctor.account)).pick_up()
    await again.talks()
    asha.leave()
    await _written(house, doctor)
