"""What was changed about departments and states is heard in the next call (S10)."""

from dataclasses import replace
from pathlib import Path

from core.clinic.by_sms.receive import receive_sms
from tests.flows.house import MOBILE, NEW_PATIENT, OPDS, House
from tests.flows.test_known_caller import AGAIN

SKIN = replace(OPDS["general"], key="skin", spoken={"hi": "चमड़ी के डॉक्टर के लिए", "en": "For skin press"})


async def test_an_added_department_is_chosen_by_its_own_sound(house: House, tmp_path: Path) -> None:
    own = tmp_path / "sounds"
    (own / "hi" / "opd").mkdir(parents=True)
    (own / "hi" / "opd" / "skin.wav").touch()
    house.desk = house.reception.desk = replace(house.desk, own_sounds=(own,))
    house.with_policy(opds={**OPDS, "skin": SKIN})
    await house.patient()
    call = await house.whole_call({**AGAIN, "opd_choice_general": "3"})
    assert (await house.token()).opd == "skin"
    assert f"{own}/hi/opd/skin" in call.sounds


async def test_a_recording_of_ones_own_is_played_in_place_of_the_rendered_sound(house: House, tmp_path: Path) -> None:
    own = tmp_path / "sounds"
    (own / "hi" / "prompt").mkdir(parents=True)
    house.desk = house.reception.desk = replace(house.desk, own_sounds=(own,))
    await house.patient()
    before = await house.whole_call({})
    (own / "hi" / "prompt" / "welcome_back.wav").touch()
    after = await house.whole_call({})
    assert before.sounds[0] == f"{house.desk.prompts}/hi/prompt/welcome_back"
    assert after.sounds[0] == f"{own}/hi/prompt/welcome_back"


async def test_a_retired_department_is_not_offered_and_who_waits_in_it_is_served(house: House) -> None:
    await house.patient()
    await house.whole_call({**AGAIN, "opd_choice_general": "2"})
    assert (await house.token()).opd == "speciality"
    retired = replace(OPDS["speciality"], retired=True)
    house.with_policy(opds={"general": OPDS["general"]}, every_opd={**OPDS, "speciality": retired})
    doctor = await house.doctor(opds=("general", "speciality"))
    waiting = house.dial(answers={**AGAIN, "token_menu": "1"})
    asha = (await house.exchange.ring_of(doctor.account)).pick_up()
    await waiting.talks()
    asha.leave()
    await house.quiet()
    assert "opd_choice_speciality" not in waiting.heard


async def test_nobody_of_a_state_that_is_not_covered_is_registered(house: House) -> None:
    house.with_policy(served_states=frozenset({"KA"}))
    call = await house.whole_call(NEW_PATIENT)
    assert call.heard[-2:] == ["state_not_served", "goodbye"]
    assert await house.patients() == []
    assert house.names() == []


async def test_who_was_registered_before_hears_that_their_state_is_not_covered(house: House) -> None:
    await house.patient()
    house.with_policy(served_states=frozenset({"KA"}))
    call = await house.whole_call(AGAIN)
    assert "state_not_served" in call.heard
    assert await house.tokens() == []
    await receive_sms(house.clinic, gateway_id="1", mobile=MOBILE, text="token")
    assert await house.sms_templates() == ["state_not_served"]
    house.with_policy(served_states=frozenset({"RJ"}))
    await house.whole_call(AGAIN)
    assert len(await house.tokens()) == 1
