"""Somebody calls again: two keys to a token; the family told apart by name; an active token kept, heard, cancelled."""

from datetime import UTC, datetime

from core.clinic.take_token import take_token
from core.rules.opd import Opd
from core.rules.patient import Gender, Relation
from core.rules.token import TokenState
from tests.flows.house import MOBILE, NEW_PATIENT, OPDS, House

AGAIN = {"which_patient": "1", "which_patient_unnamed": "1", "opd_choice_general": "1", "hold_or_callback": "2"}


async def test_two_keys_to_a_spoken_token(house: House) -> None:
    await house.patient(name="name-1")
    call = house.dial(answers=AGAIN)
    await call.hears("token_spoken")
    assert call.keys_read == 2
    assert call.heard[0] == "welcome_back"
    assert call.languages == {"hi"}
    await house.quiet()


async def test_a_local_number_is_the_same_caller(house: House) -> None:
    await house.patient()
    call = await house.whole_call(AGAIN, caller="09876543210")
    assert call.heard[0] == "welcome_back"
    assert (await house.token()).state is TokenState.WAITING


async def test_the_family_is_told_apart_by_recorded_names(house: House) -> None:
    await house.patient(name="name-1")
    son = await house.patient(name="name-2", age=7)
    call = await house.whole_call({**AGAIN, "which_patient": "2"})

    assert (await house.token()).patient_id == son.id
    names = [sound for sound in call.sounds if sound.startswith(f"{house.desk.recordings}/name-")]
    assert names == [f"{house.desk.recordings}/name-1", f"{house.desk.recordings}/name-2"]


async def test_who_has_no_recorded_name_is_a_number(house: House) -> None:
    await house.patient(name=None)
    call = await house.whole_call(AGAIN)
    assert "which_patient_unnamed" in call.heard
    assert (await house.token()).state is TokenState.WAITING


async def test_another_of_the_family_is_registered(house: House) -> None:
    await house.patient(name="name-1")
    await house.whole_call({**NEW_PATIENT, **AGAIN, "which_patient": "2", "for_whom": "2"})
    assert [patient.relation for patient in await house.patients()] == [Relation.SELF, Relation.FAMILY]


async def test_a_full_family_is_not_asked(house: House) -> None:
    house.with_policy(family_limit=1)
    await house.patient(name="name-1")
    call = await house.whole_call(AGAIN)
    assert "someone_new" not in call.heard


async def test_a_family_that_fills_up_meanwhile(house: House) -> None:
    house.with_policy(family_limit=2)
    await house.patient(name="name-1")
    both = [house.dial(answers={**NEW_PATIENT, "which_patient": "2", "hold_or_callback": "2"}) for _ in range(2)]
    await house.quiet()
    assert sorted(call.heard[-2] for call in both) == ["family_full", "will_call_you"]
    assert len(await house.patients()) == 2


async def test_patient_numbers_are_read_out(house: House) -> None:
    patient = await house.patient(name="name-1")
    call = await house.whole_call({**AGAIN, "which_patient": ["", "8", "1"]})
    assert call.heard[1:5] == ["which_patient", "someone_new", "which_patient", "someone_new"]
    assert call.heard[5:7] == ["hear_patient_numbers", "patient_id_spoken"]  # offered to who hesitates
    said = next(event.detail for event in house.story.events if event.detail.startswith("patient_id_spoken"))
    assert " ".join(patient.code) in said


async def test_a_newer_notice_is_agreed_to_anew(house: House) -> None:
    await house.patient(name="name-1")
    house.with_policy(notice_version="2")
    call = await house.whole_call({**AGAIN, "notice_consent": "1"})
    assert call.heard[:2] == ["welcome", "notice_consent"]
    async with house.clinic.ledger.read() as books:
        caller = await books.callers.get(MOBILE)
    assert caller is not None
    assert caller.notice_version == "2"


async def test_an_active_token_is_heard_and_kept(house: House) -> None:
    patient = await house.patient(name="name-1")
    token = await take_token(house.clinic, patient, "general")
    call = await house.whole_call({**AGAIN, "token_menu": ["2", ""]})

    assert call.heard.count("token_spoken") == 1
    assert await house.token() == token
    assert call.heard[-1] == "will_call_you"  # they did not say what they wanted next, and need not
    assert await house.sms_templates() == ["token", "token_again"]


async def test_an_active_token_waits_on_the_line(house: House) -> None:
    patient = await house.patient(name="name-1")
    await take_token(house.clinic, patient, "general")
    call = house.dial(answers={**AGAIN, "token_menu": "1"})
    await call.hears("no_doctors", "hold_comfort")
    call.leave()
    await house.quiet()


async def test_an_active_token_is_cancelled(house: House) -> None:
    patient = await house.patient(name="name-1")
    await take_token(house.clinic, patient, "general")
    call = await house.whole_call({**AGAIN, "token_menu": "3", "cancel_confirm": "1"})

    assert call.heard[-2:] == ["cancelled", "goodbye"]
    assert (await house.token()).state is TokenState.CANCELLED
    assert await house.sms_templates() == ["token", "token_cancelled"]


async def test_a_second_thought_keeps_the_token(house: House) -> None:
    patient = await house.patient(name="name-1")
    await take_token(house.clinic, patient, "general")
    await house.whole_call({**AGAIN, "token_menu": ["3", ""], "cancel_confirm": "2"})
    assert (await house.token()).state is TokenState.WAITING


# When nobody serves, or nobody is known


async def test_a_closed_department_says_when_it_opens(house: House) -> None:
    house.clock.at = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # 17:30: the specialists have gone home
    call = await house.whole_call({**NEW_PATIENT, "opd_choice_general": ["2", "1"], "hold_or_callback": "2"})
    start = call.heard.index("closed_now")
    assert call.heard[start : start + 5] == [
        "closed_now",
        "opens",
        "opens_tomorrow",
        "hour_morning",
        "opd_choice_general",
    ]
    assert (await house.token()).opd == "general"


async def test_when_all_is_closed_a_caller_hears_when_it_opens(house: House) -> None:
    house.with_policy(opds={"speciality": OPDS["speciality"]})
    house.clock.at = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)  # Saturday night; Sunday is closed
    call = await house.whole_call({"language_choice": "1"})
    assert call.heard[1:] == ["closed_now", "opens", "opens_monday", "hour_morning", "emergency_advice", "goodbye"]
    assert await house.patients() == []


async def test_a_holiday_is_called_one(house: House) -> None:
    opd = OPDS["speciality"]
    house.with_policy(opds={"speciality": Opd(opd.key, opd.hours, frozenset({house.clinic.today()}))})
    call = await house.whole_call({"language_choice": "2"})
    assert call.heard[1:4] == ["closed_holiday", "opens", "opens_tomorrow"]


async def test_one_department_is_not_asked_for(house: House) -> None:
    house.with_policy(opds={"general": OPDS["general"]})
    call = await house.whole_call({**NEW_PATIENT, "hold_or_callback": "2"})
    assert "opd_choice_general" not in call.heard
    assert (await house.token()).opd == "general"


async def test_no_doctors_is_said_honestly(house: House) -> None:
    await house.doctor(ready=False)
    call = await house.whole_call({**NEW_PATIENT, "hold_or_callback": "2"})
    assert "no_doctors" in call.heard
    assert (await house.token()).state is TokenState.WAITING


async def test_hidden_numbers_and_landlines_are_only_given_a_human(house: House) -> None:
    for caller in ("", "anonymous", "01412345678", "+14155550100", "1234567890"):
        call = await house.whole_call({"language_choice": "1"}, caller=caller)
        assert call.heard[-3:] == ["number_withheld", "operator_none_hidden", "goodbye"], caller
    assert await house.call_backs() == []
    assert await house.sms() == []


async def test_a_hidden_number_reaches_an_operator(house: House) -> None:
    operator = await house.operator()
    call = house.dial("", {"language_choice": "1"})
    meena = (await house.exchange.ring_of(operator.account)).pick_up()
    await call.talks()
    meena.leave()
    await call.hears("goodbye")
    await house.quiet()


async def test_nobody_is_promised_a_call_at_a_hidden_number(house: House) -> None:
    call = await house.whole_call({}, caller="")
    assert call.heard[-1] == "give_up_hidden"


async def test_a_woman_who_calls_again_may_be_pregnant_now(house: House) -> None:
    await house.patient(name="name-1", gender=Gender.WOMAN, age=28)
    call = await house.whole_call({**AGAIN, "pregnant": "1"})
    assert "pregnant" in call.heard
    assert (await house.token()).priority == "pregnant"
