"""The desk's use cases on a real database and a real line: who is found, what is changed, what the audit says."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.clinic.by_sms.receive import receive_sms
from core.clinic.desk.call_patient import call_patient, called_by_hand, seen_to
from core.clinic.desk.correct_patient import correct_patient
from core.clinic.desk.find_caller import MOST_FOUND, find_caller
from core.clinic.desk.move_token import cancel_by_operator, issue_token, rerank_token
from core.clinic.desk.present_caller import operator_answered, operator_free, operator_rung
from core.clinic.desk.refused import TWICE_WITHIN, Refused
from core.clinic.desk.register_caller import Details, NewPerson, record_consent, register_caller
from core.clinic.desk.see_caller import see_caller
from core.clinic.desk.send_again import send_link_sms, send_token_sms
from core.clinic.desk.tell_story import tell_story
from core.clinic.desk.today import today
from core.clinic.issue_prescription import issue_prescription
from core.clinic.know_caller import give_consent
from core.clinic.log_call import log_call_end, log_call_start
from core.clinic.note_call_back import note_call_back
from core.clinic.owe_call import owe_call
from core.clinic.take_token import take_token
from core.rules.patient import Gender, Patient, Relation, details_mark
from core.rules.prescription import Medicine, Prescription
from core.rules.records import AuditEntry, CallBackReason, CallEvent
from core.rules.rerank import Spot
from core.rules.token import Priority, TokenState
from tests.web.house import House

BY = "operator:2"
MOBILE, OTHER = "+919876543210", "+919812345678"
SUNITA = Details("Sunita Devi", Gender.WOMAN, "34", "305001", "")


def _person(mobile: str = MOBILE, details: Details = SUNITA, *, consent: bool = True) -> NewPerson:
    return NewPerson(mobile, Relation.SELF, "hi", details, consent)


async def _audit(house: House, subject: str) -> list[AuditEntry]:
    async with house.clinic.ledger.read() as books:
        return list(reversed(await books.audit_of(subject)))


async def _sms(house: House, mobile: str = MOBILE) -> list[str]:
    async with house.clinic.ledger.read() as books:
        return [sms.template for sms in reversed(await books.lookup.sms_of_mobile(mobile, 50))]


def _reasons(refused: pytest.ExceptionInfo[Refused]) -> dict[str, str]:
    return {wrong.field: wrong.reason for wrong in refused.value.wrong}


# Finding


async def test_a_number_an_id_a_token_and_a_name_find_the_same_person(house: House) -> None:
    patient = await register_caller(house.clinic, BY, _person())
    token = await take_token(house.clinic, patient, "general")
    for query in (MOBILE, "098765 43210", patient.code, token.number, "sunita", "A DEV"):
        found = await find_caller(house.clinic, BY, query)
        assert [(hit.mobile, hit.patient, hit.token) for hit in found.hits] == [(MOBILE, patient, token)], query
    assert [entry.detail for entry in await _audit(house, "callers")][:2] == [MOBILE, "098765 43210"]


@pytest.mark.parametrize("query", ["सुनीता 2", "2 सुनीता", "सुनीता २"])
async def test_a_name_with_a_number_is_looked_for_as_a_name(house: House, query: str) -> None:
    patient = await register_caller(house.clinic, BY, _person(details=replace(SUNITA, name="सुनीता देवी")))
    assert [hit.patient for hit in (await find_caller(house.clinic, BY, query)).hits] == [patient]


@pytest.mark.parametrize("query", ["", " ", "x", "%", "_%", "nobody", "12345 x", "0" * 10_000, "' OR 1=1 --", "²³"])
async def test_what_fits_nobody_finds_nobody(house: House, query: str) -> None:
    await register_caller(house.clinic, BY, _person())
    assert not (await find_caller(house.clinic, BY, query)).hits


async def test_an_unknown_mobile_is_a_hit_so_that_somebody_can_be_registered(house: House) -> None:
    (hit,) = (await find_caller(house.clinic, BY, OTHER)).hits
    assert (hit.mobile, hit.patient) == (OTHER, None)


async def test_too_many_of_a_name_are_cut(house: House) -> None:
    first = await house.patient()
    async with house.clinic.ledger.write() as books:
        for number in range(MOST_FOUND + 1):
            await books.patients.add(replace(first, id=0, code=f"x{number}", name="Ram"))
    found = await find_caller(house.clinic, BY, "ram")
    assert (len(found.hits), found.more) == (MOST_FOUND, True)


# Registering and correcting


async def test_consent_by_voice_is_kept_with_who_heard_it(house: House) -> None:
    patient = await register_caller(house.clinic, BY, _person())
    file = await see_caller(house.clinic, BY, MOBILE)
    assert file.known.caller is not None
    assert (file.known.caller.consent_call, file.known.caller.notice_version) == (BY, "1")
    assert file.person(patient.id).name == "Sunita Devi"
    assert [entry.action for entry in await _audit(house, f"caller:{MOBILE}")] == [
        "recorded consent by voice", "saw caller",
    ]  # fmt: skip
    assert [entry.action for entry in await _audit(house, f"patient:{patient.id}")] == ["registered", "saw details"]


async def test_without_a_yes_nothing_is_stored(house: House) -> None:
    with pytest.raises(Refused) as refused:
        await register_caller(house.clinic, BY, _person(consent=False))
    assert _reasons(refused) == {"consent": "needed"}
    bad = Details("", Gender.MAN, "200", "999999", "")
    with pytest.raises(Refused) as refused:
        await register_caller(house.clinic, BY, _person("+14155550100", bad))
    assert _reasons(refused) == {
        "name": "needed", "age": "not_an_age", "pin_code": "not_a_pin_code", "mobile": "not_a_mobile",
    }  # fmt: skip
    async with house.clinic.ledger.read() as books:
        assert not await books.patients.of_mobile(MOBILE)
        assert await books.callers.get(MOBILE) is None


async def test_a_full_family_keeps_its_consent_as_it_was(house: House) -> None:
    for _ in range(house.clinic.policy.family_limit):
        await house.patient()
    with pytest.raises(Refused) as refused:
        await register_caller(house.clinic, BY, _person())
    assert _reasons(refused) == {"mobile": "family_full"}
    async with house.clinic.ledger.read() as books:
        assert await books.callers.get(MOBILE) is None


async def test_the_same_details_are_the_same_person_for_a_minute(house: House) -> None:
    first = await register_caller(house.clinic, BY, _person())
    assert await register_caller(house.clinic, BY, _person()) == first
    other = await register_caller(house.clinic, BY, _person(details=replace(SUNITA, age="35")))
    house.clock.advance(TWICE_WITHIN + timedelta(seconds=1))
    namesake = await register_caller(house.clinic, BY, _person())
    assert len({first.id, other.id, namesake.id}) == 3


async def test_a_minor_needs_an_adult(house: House) -> None:
    child = replace(SUNITA, name="Mina", age="7")
    with pytest.raises(Refused) as refused:
        await register_caller(house.clinic, BY, _person(details=child))
    assert _reasons(refused) == {"guardian": "adult_needed"}
    patient = await register_caller(house.clinic, BY, _person(details=replace(child, guardian="Ram Lal")))
    assert (patient.age, patient.guardian_name) == (7, "Ram Lal")


async def test_a_correction_leaves_the_old_values_in_the_audit(house: House) -> None:
    patient = await register_caller(house.clinic, BY, _person())
    new = Details("Sunita Sharma", Gender.OTHER, "43", "110001", "")
    seen = details_mark(patient)
    assert await correct_patient(house.clinic, BY, MOBILE, patient.id, new, seen)
    assert not await correct_patient(house.clinic, BY, MOBILE, patient.id, new, seen)
    with pytest.raises(Refused) as refused:
        await correct_patient(house.clinic, BY, MOBILE, patient.id, replace(new, name="Sunita Devi"), seen)
    assert _reasons(refused) == {"seen": "changed_since"}
    async with house.clinic.ledger.read() as books:
        stored = await books.patients.get(patient.id)
    assert (stored.code, stored.name, stored.age, stored.state) == (patient.code, "Sunita Sharma", 43, "DL")
    assert (await _audit(house, f"patient:{patient.id}"))[-1].detail == (
        "name: Sunita Devi -> Sunita Sharma; gender: woman -> other; age: 34 -> 43; pin_code: 305001 -> 110001"
    )


async def test_nobody_is_corrected_through_another_number(house: House) -> None:
    patient = await house.patient()
    with pytest.raises(LookupError):
        await correct_patient(house.clinic, BY, OTHER, patient.id, SUNITA, details_mark(patient))
    with pytest.raises(LookupError):
        await correct_patient(house.clinic, BY, MOBILE, 99, SUNITA, details_mark(patient))


# Tokens


async def _agreed(house: House, mobile: str = MOBILE) -> Patient:
    patient = await house.patient(mobile)
    await give_consent(house.clinic, mobile, "hi", "call-1")
    return patient


async def test_a_token_is_given_once_and_cancelled(house: House) -> None:
    patient = await _agreed(house)
    token = await issue_token(house.clinic, BY, MOBILE, patient.id, "general")
    assert await issue_token(house.clinic, BY, MOBILE, patient.id, "general") == token
    assert await house.clinic.line.place(token.id) is not None
    assert await cancel_by_operator(house.clinic, BY, MOBILE, token.id)
    assert not await cancel_by_operator(house.clinic, BY, MOBILE, token.id)
    assert await house.clinic.line.place(token.id) is None
    assert await _sms(house) == ["token", "token_cancelled"]
    assert [entry.action for entry in await _audit(house, f"token:{token.id}")] == [
        "issued token", "showed token", "cancelled token",
    ]  # fmt: skip


async def test_a_token_needs_consent_an_open_department_and_its_own_number(house: House) -> None:
    patient = await house.patient()
    with pytest.raises(Refused) as refused:
        await issue_token(house.clinic, BY, MOBILE, patient.id, "general")
    assert _reasons(refused) == {"opd": "no_consent"}
    await record_consent(house.clinic, BY, MOBILE, "hi")
    with pytest.raises(Refused) as refused:
        await issue_token(house.clinic, BY, MOBILE, patient.id, "speciality")
    assert _reasons(refused) == {"opd": "closed"}
    token = await issue_token(house.clinic, BY, MOBILE, patient.id, "general")
    for deed in (
        issue_token(house.clinic, BY, OTHER, patient.id, "general"),
        cancel_by_operator(house.clinic, BY, OTHER, token.id),
        send_token_sms(house.clinic, BY, OTHER, token.id),
        rerank_token(house.clinic, BY, OTHER, token.id, priority=Priority.ROUTINE, spot=Spot.BACK, reason="x"),
    ):
        with pytest.raises(LookupError):
            await deed


async def test_the_front_is_served_first_and_the_back_last(house: House) -> None:
    tokens = []
    for number in range(3):
        patient = await _agreed(house, f"+91987654321{number}")
        tokens.append(await take_token(house.clinic, patient, "general"))
        house.clock.advance(timedelta(minutes=1))

    async def order() -> list[int]:
        places = [await house.clinic.line.place(token.id) for token in tokens]
        return [place.ahead for place in places if place is not None]

    assert await order() == [0, 1, 2]
    await rerank_token(
        house.clinic, BY, "+919876543212", tokens[2].id, priority=Priority.ROUTINE, spot=Spot.FRONT, reason="chest pain"
    )
    assert await order() == [1, 2, 0]
    await rerank_token(
        house.clinic, BY, "+919876543212", tokens[2].id, priority=Priority.ROUTINE, spot=Spot.BACK, reason="a mistake"
    )
    assert await order() == [0, 1, 2]
    details = [entry.detail for entry in await _audit(house, f"token:{tokens[2].id}")]
    assert details[0].endswith("routine, front: chest pain")


async def test_no_new_place_without_a_reason_or_when_it_is_too_late(house: House) -> None:
    consultation = await house.match(await house.patient())
    for reason, wrong in (("  ", {"reason": "needed"}), ("why", {"spot": "not_waiting"})):
        with pytest.raises(Refused) as refused:
            await rerank_token(
                house.clinic, BY, MOBILE, consultation.token_id,
                priority=Priority.EMERGENCY, spot=Spot.FRONT, reason=reason,
            )  # fmt: skip
        assert _reasons(refused) == wrong


# SMS again


async def test_sms_are_sent_again_once_a_minute(house: House) -> None:
    token = await take_token(house.clinic, await house.patient(), "general")
    for _ in range(3):
        await send_token_sms(house.clinic, BY, MOBILE, token.id)
    house.clock.advance(timedelta(minutes=1))
    await send_token_sms(house.clinic, BY, MOBILE, token.id)
    assert await _sms(house) == ["token", "token_again", "token_again"]


async def test_a_link_is_sent_again_until_it_expires(house: House) -> None:
    consultation = await house.after_talk()
    content = Prescription("Fever", "Viral fever", (Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 3),))
    signed = await issue_prescription(
        house.clinic, doctor_id=house.doctor.doctor.id, consultation_id=consultation.id, content=content
    )
    with pytest.raises(LookupError):
        await send_link_sms(house.clinic, BY, OTHER, signed.id)
    await send_link_sms(house.clinic, BY, MOBILE, signed.id)
    async with house.clinic.ledger.read() as books:
        again, *_, first = [
            sms for sms in await books.lookup.sms_of_mobile(MOBILE, 9) if sms.template == "prescription"
        ]
    assert (again.text, again.dlt_template_id) == (first.text, first.dlt_template_id)
    assert again.id != first.id
    house.clock.advance(timedelta(days=31))
    with pytest.raises(Refused) as refused:
        await send_link_sms(house.clinic, BY, MOBILE, signed.id)
    assert _reasons(refused) == {"prescription": "expired"}


# Calls


async def _gave_up(house: House, call_id: str = "leg-1", mobile: str = OTHER) -> None:
    await log_call_start(house.clinic, call_id, "patient", mobile)
    house.clock.advance(timedelta(seconds=20))
    await log_call_end(house.clinic, call_id, "hangup normal")


async def _abandoned(house: House) -> list[str]:
    return [call.mobile for call in (await today(house.clinic, house.operator.operator.id, BY)).abandoned]


async def test_who_gave_up_stands_on_the_list_until_seen_to(house: House) -> None:
    await house.patient()
    await take_token(house.clinic, await house.patient("+919700000009"), "general")
    await _gave_up(house)
    await _gave_up(house, "leg-2", "+919700000009")  # has a token: nothing is lost
    assert await _abandoned(house) == [OTHER]
    await seen_to(house.clinic, BY, "leg-1")
    assert await _abandoned(house) == []
    with pytest.raises(LookupError):
        await seen_to(house.clinic, BY, "leg-unknown")


async def test_who_rang_again_or_is_owed_a_call_is_not_on_it(house: House) -> None:
    await _gave_up(house)
    house.clock.advance(timedelta(minutes=1))
    await log_call_start(house.clinic, "leg-2", "patient", OTHER)
    assert await _abandoned(house) == []
    await _gave_up(house, "leg-3", MOBILE)
    await note_call_back(house.clinic, MOBILE, "hi")
    assert await _abandoned(house) == []


async def test_who_is_owed_two_calls_stands_on_the_list_once_and_one_call_settles_both(house: House) -> None:
    me = house.operator.operator.id
    await note_call_back(house.clinic, OTHER, "hi")
    first = house.clock.now()
    house.clock.advance(timedelta(minutes=3))
    await note_call_back(house.clinic, MOBILE, "en")
    await owe_call(house.clinic, OTHER, CallBackReason.MISSED_CALL)
    async with house.clinic.ledger.write() as books:
        await books.calls.claim_call_backs(house.clock.now() + timedelta(minutes=1), 5, timedelta(minutes=2))
    twice, once = (await today(house.clinic, me, BY)).owed
    assert (twice.mobile, once.mobile) == (OTHER, MOBILE)
    assert (twice.reasons, twice.since) == ([CallBackReason.OPERATOR, CallBackReason.MISSED_CALL], first)
    assert (twice.language, twice.attempts, twice.due_at is not None) == ("hi", 1, True)
    await called_by_hand(house.clinic, BY, twice.last_id)
    assert [each.mobile for each in (await today(house.clinic, me, BY)).owed] == [MOBILE]
    deeds = [entry.detail for entry in await _audit(house, f"caller:{OTHER}") if entry.action == "called back"]
    assert deeds == ["operator", "missed_call"]


async def test_what_was_asked_for_since_the_list_was_shown_stays_owed(house: House) -> None:
    me = house.operator.operator.id
    await note_call_back(house.clinic, OTHER, "hi")
    (shown,) = (await today(house.clinic, me, BY)).owed
    await owe_call(house.clinic, OTHER, CallBackReason.MISSED_CALL)
    for _ in range(2):
        await called_by_hand(house.clinic, BY, shown.last_id)
    (left,) = (await today(house.clinic, me, BY)).owed
    assert left.reasons == [CallBackReason.MISSED_CALL]


async def test_the_machine_calls_at_once_but_not_for_ever(house: House) -> None:
    await _gave_up(house)
    await call_patient(house.clinic, BY, OTHER)
    assert await _abandoned(house) == []
    async with house.clinic.ledger.write() as books:
        (owed,) = await books.calls.claim_call_backs(house.clock.now(), 5, timedelta(minutes=2))
    assert (owed.mobile, owed.reason) == (OTHER, CallBackReason.FOR_OPERATOR)
    with pytest.raises(Refused) as refused:
        await call_patient(house.clinic, BY, OTHER)
    assert _reasons(refused) == {"call": "already_calling"}
    for _ in range(3):
        await called_by_hand(house.clinic, BY, owed.id)
        async with house.clinic.ledger.write() as books:
            made = await books.calls.call_backs_since(house.clock.now() - timedelta(hours=1), OTHER)
        if made < house.clinic.policy.call_backs.per_hour:
            await call_patient(house.clinic, BY, OTHER)
            async with house.clinic.ledger.write() as books:
                (owed,) = await books.calls.claim_call_backs(house.clock.now(), 5, timedelta(minutes=2))
    with pytest.raises(Refused) as refused:
        await call_patient(house.clinic, BY, OTHER)
    assert _reasons(refused) == {"call": "too_often"}


async def test_a_call_that_is_owed_already_is_pulled_forward(house: House) -> None:
    await owe_call(house.clinic, OTHER, CallBackReason.APOLOGY)
    await call_patient(house.clinic, BY, OTHER)
    async with house.clinic.ledger.write() as books:
        (owed,) = await books.calls.claim_call_backs(house.clock.now(), 5, timedelta(minutes=2))
    assert owed.reason is CallBackReason.APOLOGY


@pytest.mark.parametrize("mobile", ["", "1", "+14155550100", "9876543210", "+91 98765 43210"])
async def test_only_indian_mobiles_are_called(house: House, mobile: str) -> None:
    with pytest.raises(LookupError):
        await call_patient(house.clinic, BY, mobile)
    with pytest.raises(LookupError):
        await see_caller(house.clinic, BY, mobile)


async def test_the_desk_shows_who_is_with_this_operator_only(house: House) -> None:
    operator = house.operator.operator.id
    patient = await house.patient()
    await log_call_start(house.clinic, "leg-1", "patient", MOBILE)
    async with house.clinic.ledger.write() as books:
        await books.calls.add_events([CallEvent("leg-1", house.clock.now(), "pressed", "0")])
    async with house.clinic.line.listen(f"operator:{operator}") as events:
        call = await operator_rung(house.clinic, operator, "leg-1", "09876543210")
        assert (await anext(events))[1]["kind"] == "caller"
        await operator_answered(house.clinic, call)
        shown = (await today(house.clinic, operator, BY)).caller
        assert shown is not None
        assert shown.known is not None
        assert (shown.call.mobile, shown.known.patients, shown.steps[0].detail) == (MOBILE, (patient,), "0")
        assert shown.call.answered_at is not None
        await operator_free(house.clinic, call)
        assert [(await anext(events))[1]["kind"] for _ in range(2)] == ["caller", "caller_left"]
    assert (await today(house.clinic, operator, BY)).caller is None
    assert [entry.action for entry in await _audit(house, "call:leg-1")] == ["saw caller"]


async def test_after_a_crash_nobody_is_with_the_operator_for_ever(house: House) -> None:
    operator = house.operator.operator.id
    await log_call_start(house.clinic, "leg-1", "patient", MOBILE)
    await operator_rung(house.clinic, operator, "leg-1", MOBILE)
    await log_call_end(house.clinic, "leg-1", "lost")
    assert (await today(house.clinic, operator, BY)).caller is None


async def test_a_story_has_the_keys_and_the_sms(house: House) -> None:
    await log_call_start(house.clinic, "leg-1", "patient", MOBILE)
    async with house.clinic.ledger.write() as books:
        await books.calls.add_events([
            CallEvent("leg-1", house.clock.now(), "said", "opd_choice_general: आम डॉक्टर के लिए 1 दबाएँ"),
            CallEvent("leg-1", house.clock.now(), "pressed", "1"),
        ])  # fmt: skip
    house.clock.advance(timedelta(seconds=5))
    await take_token(house.clinic, await house.patient(), "general")
    house.clock.advance(timedelta(seconds=5))
    await receive_sms(house.clinic, gateway_id="1", mobile=MOBILE, text="कब")
    await log_call_end(house.clinic, "leg-1", "done")
    story = await tell_story(house.clinic, BY, "leg-1")
    assert [step.kind for step in story.steps] == ["said", "pressed", "sms_sent", "sms_sent", "sms_received"]
    assert [step.detail for step in story.steps][:2] == ["आम डॉक्टर के लिए 1 दबाएँ", "1"]
    assert ("sms_received", "कब") in [(step.kind, step.detail) for step in story.steps]
    with pytest.raises(LookupError):
        await tell_story(house.clinic, BY, "leg-2")


# The file


async def test_cancelled_tokens_stay_on_the_file(house: House) -> None:
    patient = await _agreed(house)
    token = await issue_token(house.clinic, BY, MOBILE, patient.id, "general")
    await cancel_by_operator(house.clinic, BY, MOBILE, token.id)
    file = await see_caller(house.clinic, BY, MOBILE)
    assert [each.state for each in file.tokens] == [TokenState.CANCELLED]
