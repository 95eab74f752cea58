"""Somebody who cannot read presses 3 and hears their medicines: again, slower, next, and by SMS once more (S7, T12)."""

from datetime import UTC, datetime

import pytest

from core.clinic.hear_prescription import NotTheirs, hear_prescription
from core.clinic.take_token import take_token
from core.rules.dosage import Food
from core.rules.prescription import Medicine
from core.rules.story import MASK
from tests.flows.house import MOBILE, OPDS, OTHER_MOBILE, House
from tests.flows.prescribed import CETIRIZINE, PARACETAMOL, prescribed, rendered, void

HEARS = {"which_patient": "1", "hear_medicines": "3"}
FIRST = ["medicine", "dose_morning", "dose_night", "food_after", "for_days"]
SECOND = ["medicine", "dose_each", "dose_bedtime", "for_one_day"]
ENDS = ["reading_ask", "reading_end"]


async def test_medicines_are_read_one_after_the_other(house: House) -> None:
    signed = await prescribed(house, await house.patient(name="name-1"))
    rendered(house, "paracetamol", "cetirizine")
    call = await house.whole_call({**HEARS, "reading_end": ""})
    start = call.heard.index("reading_today")
    told = ["reading_today", "reading_count", *FIRST, "reading_keys", *SECOND, *ENDS]
    assert call.heard[start : start + len(told)] == told
    assert call.heard[-1] == "goodbye"
    assert await house.call_backs() == []
    stems = [sound.removeprefix(f"{house.desk.prompts}/") for sound in call.sounds]
    name = stems.index("hi/generic/paracetamol")
    assert stems[name : name + 3] == ["hi/generic/paracetamol", "hi/form/tablet", "hi/strength/500-mg"]
    async with house.clinic.ledger.read() as books:
        audit = await books.audit_of(f"prescription:{signed.id}")
    assert [(entry.actor, entry.action, entry.detail) for entry in audit] == [(f"caller:{MOBILE}", "heard", call.id)]


async def test_the_story_tells_that_it_was_read_but_not_what(house: House) -> None:
    signed = await prescribed(house, await house.patient(name="name-1"))
    rendered(house, "paracetamol", "cetirizine")
    await house.whole_call({**HEARS, "reading_end": ""})
    told = [(event.kind, event.detail) for event in house.story.events]
    assert ("read_aloud", signed.number) in told
    assert ("said", f"medicine: {MASK}") in told
    assert not any("paracetamol" in detail or "पैरासिटामोल" in detail for _, detail in told)


async def test_again_slower_and_next(house: House) -> None:
    await prescribed(house, await house.patient(name="name-1"))
    rendered(house, "paracetamol", "cetirizine")
    call = house.dial(answers={"which_patient": "1", "hear_medicines": "3", "reading_keys": ["1", "2", "3"]})
    await call.hears("reading_keys", "medicine", "reading_keys", "medicine", "reading_keys", "medicine", "reading_end")
    call.leave()
    await house.quiet()
    names = [sound.removeprefix(f"{house.desk.prompts}/") for sound in call.sounds if "/generic/" in sound]
    usual = "hi/generic/paracetamol"
    assert names == [usual, usual, f"slow/{usual}", "slow/hi/generic/cetirizine"]
    assert f"{house.desk.prompts}/slow/hi/prompt/dose_bedtime" in call.sounds


async def test_help_is_there_while_medicines_are_read(house: House) -> None:
    await prescribed(house, await house.patient(name="name-1"))
    rendered(house, "paracetamol", "cetirizine")
    call = house.dial(answers={**HEARS, "reading_keys": ["9", "0", "5", ""]})
    await call.hears("medicine", "emergency_advice", "medicine", "operator_none", "medicine", "not_understood")
    await call.hears("medicine", "dose_each", "dose_bedtime")
    call.leave()
    await house.quiet()


async def test_who_is_not_understood_is_called_by_a_human(house: House) -> None:
    await prescribed(house, await house.patient(name="name-1"))
    call = await house.whole_call({**HEARS, "reading_keys": "5"})
    assert call.heard[-1] == "give_up"
    assert len(await house.call_backs()) == 1


async def test_all_again_and_an_sms_once(house: House) -> None:
    await prescribed(house, await house.patient(name="name-1"), tests=("CBC",))
    call = await house.whole_call({**HEARS, "reading_end": ["1", "2", "2", ""]})
    assert call.heard.count("reading_today") == 2
    assert call.heard.count("reading_paper") == 2
    assert call.heard.count("reading_sent") == 2
    (sms,) = await house.sms()
    assert "PARACETAMOL" in sms.text
    assert "CETIRIZINE" in sms.text
    assert "PARACETAMOL" in sms.text


async def test_a_doctor_after_the_medicines(house: House) -> None:
    await prescribed(house, await house.patient(name="name-1"))
    call = await house.whole_call(
        {**HEARS, "reading_end": "3", "opd_choice_general": ["", "1"], "hold_or_callback": "2"}
    )
    after = call.heard[call.heard.index("reading_end") :]
    assert "hear_medicines" not in after
    assert "token_spoken" in after


async def test_nobody_else_pays_for_it(house: House) -> None:
    await house.patient(name="name-1")
    call = await house.whole_call({"which_patient": "1", "opd_choice_general": "1", "hold_or_callback": "2"})
    assert "hear_medicines" not in call.heard


async def test_only_the_last_valid_prescription_is_read(house: House) -> None:
    patient = await house.patient(name="name-1")
    await prescribed(house, patient, [CETIRIZINE], days_ago=7)
    await void(house, await prescribed(house, patient, days_ago=1))
    rendered(house, "paracetamol", "cetirizine")
    call = await house.whole_call({**HEARS, "reading_end": ""})
    assert "reading_days" in call.heard
    assert [sound for sound in call.sounds if "/generic/" in sound] == [f"{house.desk.prompts}/hi/generic/cetirizine"]


async def test_a_void_one_is_not_offered(house: House) -> None:
    patient = await house.patient(name="name-1")
    await void(house, await prescribed(house, patient))
    call = await house.whole_call({"which_patient": "1", "opd_choice_general": "1", "hold_or_callback": "2"})
    assert "hear_medicines" not in call.heard


async def test_one_without_medicines_does_not_bring_back_an_older_one(house: House) -> None:
    patient = await house.patient(name="name-1")
    await prescribed(house, patient, days_ago=1)
    await prescribed(house, patient, [], advice="Rest")
    call = await house.whole_call({"which_patient": "1", "opd_choice_general": "1", "hold_or_callback": "2"})
    assert "hear_medicines" not in call.heard


async def test_an_old_one_warns(house: House) -> None:
    await prescribed(house, await house.patient(name="name-1"), days_ago=100)
    call = await house.whole_call({**HEARS, "reading_end": ""})
    assert "reading_old" in call.heard


async def test_the_family_chooses_whose(house: House) -> None:
    await prescribed(house, await house.patient(name="name-1"), [PARACETAMOL])
    await prescribed(house, await house.patient(name="name-2", age=7), [CETIRIZINE])
    rendered(house, "paracetamol", "cetirizine")
    call = await house.whole_call({**HEARS, "which_patient": "2", "reading_end": ""})
    assert [sound for sound in call.sounds if "/generic/" in sound] == [f"{house.desk.prompts}/hi/generic/cetirizine"]


async def test_a_token_that_waits_does_not_hide_it(house: House) -> None:
    patient = await house.patient(name="name-1")
    await prescribed(house, patient)
    await take_token(house.clinic, patient, "general")
    call = house.dial(answers={"which_patient": "1", "token_menu": ["", ""], "hear_medicines": "4", "reading_end": "3"})
    await call.hears("token_menu", "token_menu", "hear_medicines", "reading_today", "reading_end", "token_menu")
    call.leave()
    await house.quiet()


async def test_one_department_offers_it_too(house: House) -> None:
    house.with_policy(opds={"general": OPDS["general"]})
    await prescribed(house, await house.patient(name="name-1"))
    call = await house.whole_call({**HEARS, "reading_end": "3", "hold_or_callback": "2"})
    assert call.heard.count("see_doctor") == 1
    assert "token_spoken" in call.heard


# At night


async def test_medicines_are_heard_when_all_is_closed(house: House) -> None:
    await prescribed(house, await house.patient(name="name-1"), [PARACETAMOL])
    await house.patient(name="name-2")
    await prescribed(house, await house.patient(name="name-3"), [CETIRIZINE])
    rendered(house, "paracetamol", "cetirizine")
    house.with_policy(opds={"speciality": OPDS["speciality"]})
    house.clock.at = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    call = await house.whole_call({"hear_medicines": "3", "which_patient": "2", "reading_end": "3"})
    assert call.heard[0] == "closed_now"
    assert "someone_new" not in call.heard
    assert [sound for sound in call.sounds if "/generic/" in sound] == [f"{house.desk.prompts}/hi/generic/cetirizine"]
    assert call.heard[-2:] == ["emergency_advice", "goodbye"]  # a doctor is there when it opens


async def test_who_does_not_want_to_hear_them_at_night_is_not_called(house: House) -> None:
    await prescribed(house, await house.patient(name="name-1"))
    house.with_policy(opds={"speciality": OPDS["speciality"]})
    house.clock.at = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    call = await house.whole_call({})
    assert call.heard[-2:] == ["hear_medicines", "goodbye"]
    assert await house.call_backs() == []


async def test_who_must_agree_anew_hears_nothing_before(house: House) -> None:
    await prescribed(house, await house.patient(name="name-1"))
    house.with_policy(notice_version="2", opds={"speciality": OPDS["speciality"]})
    house.clock.at = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    call = await house.whole_call({})
    assert "hear_medicines" not in call.heard


# Whose it is


async def test_a_withheld_number_hears_nothing(house: House) -> None:
    await prescribed(house, await house.patient(name="name-1"))
    call = await house.whole_call({"language_choice": "1"}, caller="")
    assert "hear_medicines" not in call.heard


async def test_another_telephone_hears_nothing(house: House) -> None:
    patient = await house.patient(name="name-1")
    signed = await prescribed(house, patient)
    with pytest.raises(NotTheirs):
        await hear_prescription(house.clinic, patient, OTHER_MOBILE, "leg-0")
    async with house.clinic.ledger.read() as books:
        assert await books.audit_of(f"prescription:{signed.id}") == []


# What cannot be said


async def test_what_was_never_rendered_is_on_the_paper(house: House) -> None:
    strange = Medicine("noname", "tablet", "7 zz", "once in 3 days", 5, instructions="With milk", food=Food.WITH)
    await prescribed(house, await house.patient(name="name-1"), [strange])
    call = await house.whole_call({**HEARS, "reading_end": ""})
    start = call.heard.index("reading_one")
    assert call.heard[start + 1 : start + 6] == [
        "medicine_written", "dose_written", "food_with", "for_days", "note_written",
    ]  # fmt: skip
