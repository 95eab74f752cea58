"""Somebody calls for the first time: language, consent, registration, token, and what an unfinished call leaves."""

from itertools import count

import pytest

from core.rules.patient import Gender, Relation
from core.rules.token import Priority, TokenState
from tests.flows.house import MOBILE, NEW_PATIENT, House
from tests.flows.telephone import Answers, ScriptedCall

CALL_ME: Answers = {**NEW_PATIENT, "hold_or_callback": "2"}


async def test_registers_in_hindi_and_gets_a_token(house: House) -> None:
    call = await house.whole_call(CALL_ME)

    (patient,) = await house.patients()
    assert (patient.relation, patient.gender, patient.age) == (Relation.SELF, Gender.MAN, 34)
    assert (patient.pin_code, patient.state, patient.district, patient.language) == ("302001", "RJ", "Jaipur", "hi")
    assert [name.stem for name in house.names()] == [patient.name_recording]
    token = await house.token()
    assert (token.opd, token.state_code, token.language) == ("general", "RJ", "hi")
    assert (token.state, token.priority) == (TokenState.WAITING, Priority.ROUTINE)
    assert call.languages == {"hi", "en"}  # English only offers itself
    assert call.heard[-5:] == ["sms_sent", "no_doctors", "hold_or_callback", "will_call_you", "goodbye"]


async def test_registers_in_english_for_the_family(house: House) -> None:
    call = await house.whole_call({**CALL_ME, "language_choice": "2", "for_whom": "2", "gender": "3"})

    (patient,) = await house.patients()
    assert (patient.relation, patient.gender, patient.language) == (Relation.FAMILY, Gender.OTHER, "en")
    assert house.desk.phrasebooks.words(call.sounds[-1:]) == "Goodbye."


async def test_where_one_language_is_offered_nobody_is_asked_which(house: House) -> None:
    house.with_policy(languages=("en",))
    call = await house.whole_call(CALL_ME)

    (patient,) = await house.patients()
    assert patient.language == "en"
    assert call.languages == {"en"}
    assert call.heard[0] == "welcome"


async def test_consent_is_recorded_with_its_call(house: House) -> None:
    call = await house.whole_call(CALL_ME)

    async with house.clinic.ledger.read() as books:
        caller = await books.callers.get(MOBILE)
    assert caller is not None
    assert (caller.language, caller.notice_version, caller.consent_call) == ("hi", "1", call.id)


async def test_the_token_is_stored_before_it_is_spoken(house: House) -> None:
    call = house.dial(answers=NEW_PATIENT)
    await call.hears("token_spoken")
    call.leave()  # in the middle of the sentence

    await house.quiet()
    assert (await house.token()).state is TokenState.WAITING
    assert await house.sms_templates() == ["token"]


async def test_the_token_is_spoken_twice_and_sent_once(house: House) -> None:
    call = await house.whole_call(CALL_ME)

    token, (sms,) = await house.token(), await house.sms()
    digits = [f"hi/number/{digit}" for digit in token.number]
    spoken = [sound.removeprefix(f"{house.desk.prompts}/") for sound in call.sounds]
    assert sum(spoken[start : start + 4] == digits for start in range(len(spoken))) == 2
    assert (sms.mobile, sms.cause) == (MOBILE, f"token:{token.id}")
    assert token.number in sms.text
    assert (await house.patients())[0].code in sms.text


async def test_at_most_twelve_keys_beyond_age_and_pin_code(house: House) -> None:
    call = house.dial(answers={**CALL_ME, "gender": "1"})  # a woman of 34 is asked most
    await call.hears("token_spoken")
    assert call.keys_read - len("34") - len("302001") <= 12
    await house.quiet()


async def test_the_long_notice_can_be_declined(house: House) -> None:
    call = await house.whole_call({"language_choice": "1", "notice_consent": "2", "notice_full": "3"})

    assert call.heard[-2:] == ["consent_declined", "goodbye"]
    async with house.clinic.ledger.read() as books:
        assert await books.callers.get(MOBILE) is None


async def test_the_long_notice_can_be_agreed_to(house: House) -> None:
    await house.whole_call({**CALL_ME, "notice_consent": "2", "notice_full": "1"})
    assert (await house.token()).state is TokenState.WAITING


@pytest.mark.parametrize(
    ("age", "gender", "pregnant", "priority"),
    [
        ("00", "2", "2", Priority.INFANT),
        ("01", "1", "2", Priority.ROUTINE),
        ("60", "2", "2", Priority.ELDERLY),
        ("59", "1", "2", Priority.ROUTINE),
        ("30", "1", "1", Priority.PREGNANT),
        ("30", "1", "2", Priority.ROUTINE),
    ],
)
async def test_who_is_served_sooner(house: House, age: str, gender: str, pregnant: str, priority: Priority) -> None:
    call = await house.whole_call({**CALL_ME, "age": age, "gender": gender, "pregnant": pregnant})

    assert (await house.token()).priority is priority
    assert ("pregnant" in call.heard) == (gender == "1" and age == "30")


async def test_a_minor_needs_an_adult(house: House) -> None:
    call = await house.whole_call({**CALL_ME, "for_whom": "2", "age": "09"})

    (patient,) = await house.patients()
    assert patient.guardian_recording is not None
    assert len(house.names()) == 2
    assert "say_guardian_name" in call.heard


async def test_a_minor_without_an_adult_is_left_to_a_human(house: House) -> None:
    call = house.dial(answers={**CALL_ME, "age": "09"})
    call.says_nothing_at = {"say_guardian_name"}
    await house.quiet()

    assert call.heard[-1] == "give_up"
    assert await house.patients() == []
    assert house.names() == []
    assert len(await house.call_backs()) == 1


async def test_who_says_no_name_is_registered_without(house: House) -> None:
    call = house.dial(answers=CALL_ME)
    call.says_nothing_at = {"say_name"}
    await house.quiet()

    assert call.heard.count("say_name") == 2
    assert (await house.patients())[0].name_recording is None


async def test_a_wrong_pin_code_is_asked_again(house: House) -> None:
    call = await house.whole_call({**CALL_ME, "pin_code": ["999999", "302001"]})

    assert call.heard.count("pin_code_unknown") == 1
    assert (await house.patients())[0].pin_code == "302001"


async def test_a_key_too_many_does_not_answer_the_question_after(house: House) -> None:
    call = await house.whole_call({**CALL_ME, "pin_code": ["9999991", "302001"]})
    assert call.heard.count("pin_code_unknown") == 1
    assert (await house.token()).opd == "general"


async def test_star_starts_over(house: House) -> None:
    await house.whole_call({**CALL_ME, "age": ["7*", "34"], "pin_code": ["30*", "302001"]})

    (patient,) = await house.patients()
    assert (patient.age, patient.pin_code) == (34, "302001")


async def test_hash_ends_a_short_age(house: House) -> None:
    await house.whole_call({**CALL_ME, "age": "5#"})
    assert (await house.patients())[0].age == 5


async def test_who_stops_typing_is_told_to_go_on(house: House) -> None:
    call = await house.whole_call({**CALL_ME, "age": "3", "go_on": "4"})

    assert "go_on" in call.heard
    assert (await house.patients())[0].age == 34


@pytest.mark.parametrize("where", ["age", "pin_code"])
async def test_star_nine_is_an_emergency_where_digits_are_asked(house: House, where: str) -> None:
    call = await house.whole_call({**CALL_ME, where: ["*9", "", str(CALL_ME[where])]})

    assert call.heard.count("emergency_advice") == 1
    assert (await house.token()).state is TokenState.WAITING


@pytest.mark.parametrize("where", ["age", "pin_code"])
async def test_star_zero_is_a_human_where_digits_are_asked(house: House, where: str) -> None:
    call = await house.whole_call({**CALL_ME, where: ["*0", "", str(CALL_ME[where])]})

    assert call.heard.count("operator_none") == 1
    assert (await house.token()).state is TokenState.WAITING


async def test_an_age_may_begin_with_zero_after_a_star(house: House) -> None:
    """Who hears the question to its end means the digit."""
    call = house.dial(answers={**CALL_ME, "age": ["1*", "", ""], "go_on": ""})
    await call.hears("age", "age")
    call.press("09")
    await house.quiet()
    assert (await house.patients())[0].age == 9


async def test_typing_ahead_skips_the_questions(house: House) -> None:
    call = house.dial(answers={"say_name": "#", "age": "34" + "2" + "302001" + "1", "hold_or_callback": "2"})
    call.press("111")  # language, consent, for whom
    await house.quiet()

    assert call.heard[0] == "say_name"
    assert (await house.token()).opd == "general"


@pytest.mark.parametrize("keys", ["5", "77", "8#4", "***", "#" * 5, "3", "6" * 20])
async def test_random_keys_end_kindly(house: House, keys: str) -> None:
    questions = ("language_choice", "notice_consent", "for_whom", "gender", "opd_choice_general")
    call = await house.whole_call(dict.fromkeys(questions, keys))

    assert call.heard[-1] == "give_up"
    (call_back,) = await house.call_backs()
    assert call_back.mobile == MOBILE


async def test_no_key_at_all_ends_kindly(house: House) -> None:
    call = await house.whole_call({})

    assert call.heard == ["language_choice"] * 3 + ["give_up"]
    assert len(await house.call_backs()) == 1
    assert await house.sms_templates() == ["call_back_noted"]


async def test_a_call_back_is_owed_once(house: House) -> None:
    await house.whole_call({})
    await house.whole_call({})
    assert len(await house.call_backs()) == 1
    assert await house.sms_templates() == ["call_back_noted"]


async def test_hanging_up_at_any_step_leaves_nothing_half_done(house: House) -> None:
    """Nobody half registered, no recording of nobody, no token without its SMS, no spot on the line."""
    kept: set[str | None] = set()
    for step in count(1):
        call = house.dial(f"+9198765{step:05}", {**NEW_PATIENT, "hold_or_callback": "2"})
        call.hang_up_at = step
        await house.quiet()
        kept |= {patient.name_recording for patient in await house.patients(call.caller)}
        assert {path.stem for path in house.names()} == kept
        await _consistent(house, call)
        if call.steps < step:
            break
    assert step > 30
    await house.check()


async def _consistent(house: House, call: ScriptedCall) -> None:
    patients = await house.patients(call.caller)
    tokens = [token for token in await house.tokens() if token.patient_id in {patient.id for patient in patients}]
    messages = [sms.template for sms in await house.sms() if sms.mobile == call.caller]
    assert len(tokens) <= len(patients) <= 1
    assert messages == ["token"] * len(tokens)
    assert len(house.desk.waiting) == 0
