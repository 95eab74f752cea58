"""Served by SMS alone: words in, one answer out, a registration one question at a time, and what must never happen."""

import asyncio
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from core.clinic.by_sms.receive import ANSWERED_AN_HOUR, forget_sms_talks, receive_sms
from core.clinic.cancel_token import cancel_token
from core.clinic.register_patient import Registration, register_patient
from core.clinic.stand_in_line import waiter_of
from core.clinic.take_token import take_token
from core.ports import Server
from core.rules.patient import Gender, Patient, Relation
from core.rules.queue import lanes_of
from core.rules.sms import ReceivedSms, Sms
from core.rules.sms_talk import FORGOTTEN_AFTER, Question, SmsTalk
from core.rules.sms_template import BadSms
from core.rules.sms_words import is_name_like, readable
from core.rules.staff import DoctorState
from core.rules.token import TokenState
from tests.flows.house import MOBILE, NEW_PATIENT, OPDS, OTHER_MOBILE, House

WHO_THEY_ARE = ("हाँ", "सुनीता देवी", "३४ साल", "औरत", "302 001")
"""Answers of a new patient, from the notice to the PIN code."""


@dataclass
class Texter:
    """Somebody who writes SMS, and reads what comes back."""

    house: House
    mobile: str = MOBILE
    read: int = 0
    ids: "itertools.count[int]" = field(default_factory=itertools.count)

    async def sends(self, *texts: str) -> list[str]:
        """The templates of everything that was answered to these messages."""
        answered = []
        for text in texts:
            await receive_sms(
                self.house.clinic, gateway_id=f"{self.mobile}-{next(self.ids)}", mobile=self.mobile, text=text
            )
            answered += [sms.template for sms in await self.news()]
        return answered

    async def news(self) -> list[Sms]:
        """What came since we looked last."""
        mine = [sms for sms in await self.house.sms() if sms.mobile == self.mobile]
        new, self.read = mine[self.read :], len(mine)
        return new

    async def reads(self, text: str) -> str:
        """The one answer to this message, word by word."""
        await receive_sms(
            self.house.clinic, gateway_id=f"{self.mobile}-{next(self.ids)}", mobile=self.mobile, text=text
        )
        (sms,) = await self.news()
        return sms.text

    async def talk(self) -> SmsTalk | None:
        async with self.house.clinic.ledger.write() as books:
            return await books.sms_talks.of_mobile(self.mobile)

    async def received(self) -> list[ReceivedSms]:
        async with self.house.clinic.ledger.read() as books:
            everything = await books.outbox.latest_received(1000)
        return [sms for sms in reversed(everything) if sms.mobile == self.mobile]


@pytest.fixture
def texter(house: House) -> Texter:
    """A mobile of which nothing is known."""
    return Texter(house)


async def family(house: House, *names: str | None) -> list[Patient]:
    """Everybody of one house, registered on one mobile."""
    return [await house.patient()] + [
        await register_patient(
            house.clinic, Registration(MOBILE, Relation.FAMILY, Gender.WOMAN, 30, "302001", "hi", name=name)
        )
        for name in names
    ]


# A registration


async def test_a_stranger_gets_a_token_by_sms_alone(house: House, texter: Texter) -> None:
    asked = await texter.sends("टोकन", *WHO_THEY_ARE, "1")
    assert asked == ["ask_consent", "ask_name", "ask_age", "ask_gender", "ask_pin_code", "ask_opd", "token"]
    (patient,) = await house.patients()
    assert (patient.name, patient.age, patient.gender, patient.pin_code, patient.language, patient.relation) == (
        "सुनीता देवी", 34, Gender.WOMAN, "302001", "hi", Relation.SELF,
    )  # fmt: skip
    token = await house.token()
    assert (token.state, token.opd, token.patient_id) == (TokenState.WAITING, "general", patient.id)
    assert await texter.talk() is None
    async with house.clinic.ledger.read() as books:
        caller = await books.callers.get(MOBILE)
    assert caller is not None
    assert (caller.consent_call, caller.notice_version) == (f"sms:{(await texter.received())[1].id}", "1")


async def test_every_answer_names_the_message_that_caused_it(house: House, texter: Texter) -> None:
    await texter.sends("TOKEN", "yes")
    causes = [sms.cause for sms in await house.sms()]
    assert causes == [f"received:{received.id}" for received in await texter.received()]
    assert {sms.language for sms in await house.sms()} == {"en"}


async def test_what_cannot_be_an_answer_is_asked_again(house: House, texter: Texter) -> None:
    assert await texter.sends("token", "what?", "yes") == ["ask_consent", "ask_consent", "ask_name"]
    assert await texter.sends("34", "yes", "😀", "Ravi") == ["ask_name_again"] * 3 + ["ask_age"]
    assert await texter.sends("old", "999", "8 or 9", "8") == ["ask_age_again"] * 3 + ["ask_guardian"]
    assert await texter.sends("?", "Sita Devi") == ["ask_guardian_again", "ask_gender"]
    assert await texter.sends("ravi", "m") == ["ask_gender_again", "ask_pin_code"]
    assert await texter.sends("12345", "000000", "302001") == ["ask_pin_code_again"] * 2 + ["ask_opd"]
    assert await texter.sends("3", "specialist") == ["ask_opd_again", "token"]
    (patient,) = await house.patients()
    assert (patient.age, patient.guardian_name, (await house.token()).opd) == (8, "Sita Devi", "speciality")


async def test_a_no_to_the_notice_leaves_nothing(house: House, texter: Texter) -> None:
    assert await texter.sends("TOKEN", "no") == ["ask_consent", "nothing_kept"]
    await _nothing_is_left(house, texter)


async def test_cancelled_in_the_middle_leaves_nothing(house: House, texter: Texter) -> None:
    await texter.sends("TOKEN", "yes", "Sunita Devi", "34")
    assert await texter.sends("cancel") == ["nothing_kept"]
    await _nothing_is_left(house, texter)
    assert await texter.sends("TOKEN") == ["ask_consent"]


async def test_half_a_registration_is_forgotten_after_a_day(house: House, texter: Texter) -> None:
    await texter.sends("TOKEN", "yes", "Sunita Devi")
    house.clock.at += FORGOTTEN_AFTER - timedelta(seconds=1)
    assert await forget_sms_talks(house.clinic) == 0
    house.clock.at += timedelta(seconds=1)
    assert await forget_sms_talks(house.clinic) == 1
    await _nothing_is_left(house, texter)


async def test_an_answer_that_comes_a_day_late_is_no_answer(house: House, texter: Texter) -> None:
    await texter.sends("TOKEN", "yes", "Sunita Devi")
    house.clock.at += FORGOTTEN_AFTER
    assert await texter.sends("34") == ["sms_help"]
    assert [sms.text for sms in await texter.received()] == ["", "", "", "34"]
    assert await texter.talk() is None


async def _nothing_is_left(house: House, texter: Texter) -> None:
    assert await texter.talk() is None
    assert await house.patients() == []
    assert {sms.text for sms in await texter.received()} == {""}
    async with house.clinic.ledger.read() as books:
        assert await books.callers.get(MOBILE) is None
    assert not any("Sunita" in sms.text for sms in await house.sms())


async def test_registered_by_telephone_in_between(house: House, texter: Texter) -> None:
    await texter.sends("टोकन", "हाँ", "सुनीता")
    await house.whole_call({**NEW_PATIENT, "hold_or_callback": "2"})
    assert await texter.sends("34") == ["token", "token_again"]
    assert len(await house.patients()) == 1
    assert await texter.talk() is None


async def test_agreed_by_telephone_in_between(house: House, texter: Texter) -> None:
    await texter.sends("टोकन")
    call = house.dial(answers={"language_choice": "1", "notice_consent": "1"})
    await call.hears("for_whom")
    call.leave()
    await house.quiet()
    assert await texter.sends("क्या?") == ["ask_name"]


async def test_the_department_is_asked_only_when_several_are_open(house: House, texter: Texter) -> None:
    house.clock.at = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)  # 20:00: the specialists have gone home
    assert (await texter.sends("टोकन", *WHO_THEY_ARE))[-2:] == ["ask_pin_code", "token"]
    assert (await house.token()).opd == "general"


async def test_a_department_that_closes_while_it_is_asked_for(house: House, texter: Texter) -> None:
    await texter.sends("टोकन", *WHO_THEY_ARE)
    house.clock.at = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
    assert await texter.sends("2", "1") == ["ask_opd_again", "token"]


async def test_outside_opening_hours_it_says_when_it_opens(house: House, texter: Texter) -> None:
    house.with_policy(opds={"speciality": OPDS["speciality"]})
    house.clock.at = datetime(2026, 11, 28, 14, 30, tzinfo=UTC)  # Saturday evening; Sunday is closed
    answer = await texter.reads("TOKEN")
    assert "30-11-2026" in answer
    assert "09:00" in answer
    assert await texter.talk() is None


async def test_closed_while_they_answered(house: House, texter: Texter) -> None:
    house.with_policy(opds={"speciality": OPDS["speciality"]})
    await texter.sends("टोकन", *WHO_THEY_ARE[:-1])
    house.clock.at = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
    assert await texter.sends("302001") == ["closed"]
    assert len(await house.patients()) == 1
    assert await house.tokens() == []


async def test_closed_for_weeks(house: House, texter: Texter) -> None:
    house.with_policy(opds={})
    assert await texter.sends("TOKEN") == ["closed_long"]


# Who is known


async def test_who_is_known_gets_a_token_and_hears_it_again(house: House, texter: Texter) -> None:
    await house.patient()
    assert await texter.sends("TOKEN", "1", "टोकन") == ["ask_opd", "token", "token_again"]
    assert {sms.language for sms in await house.sms()} == {"hi"}  # the language of the last call
    assert len(await house.tokens()) == 1


async def test_status_tells_place_and_honest_wait(house: House, texter: Texter) -> None:
    doctor, first = await house.doctor(ready=False), await house.patient(OTHER_MOBILE, language="en")
    await take_token(house.clinic, first, "general")
    house.clock.pass_by(seconds=1)
    token = await take_token(house.clinic, await house.patient(language="en"), "general")
    await texter.news()
    assert await texter.sends("kab aayega doctor?") == ["place_no_doctor"]
    server = Server(doctor.id, lanes_of(["RJ"], doctor.opds, doctor.languages), DoctorState.TALKING, 999)
    await house.clinic.line.rebuild([waiter_of(token) for token in await house.tokens()], [server])
    text = await texter.reads("STATUS")
    assert f"token {token.number} keeps its place: 1 before you, about 12 minutes" in text
    await house.lose_line()


async def test_status_when_the_turn_has_come(house: House, texter: Texter) -> None:
    token = await take_token(house.clinic, await house.patient(), "general")
    await texter.news()
    async with house.clinic.ledger.write() as books:
        called = await books.tokens.move(token, TokenState.CALLED)
    assert await texter.sends("status") == ["turn_now"]
    async with house.clinic.ledger.write() as books:
        talking = await books.tokens.move(called, TokenState.TALKING)
    assert await texter.sends("status", "cancel") == ["with_doctor", "cancel_too_late"]
    async with house.clinic.ledger.write() as books:
        await books.tokens.move(talking, TokenState.CLOSED)
    await house.lose_line()


async def test_nothing_to_tell(house: House, texter: Texter) -> None:
    assert await texter.sends("status", "cancel", "id") == ["no_token", "no_token", "no_patient"]


async def test_cancel(house: House, texter: Texter) -> None:
    token = await take_token(house.clinic, await house.patient(), "general")
    await texter.news()
    assert await texter.sends("टोकन रद्द करो", "रद्द") == ["token_cancelled", "no_token"]
    assert (await house.token()).state is TokenState.CANCELLED
    assert await house.clinic.line.place(token.id) is None


async def test_ids_of_the_whole_family(house: House, texter: Texter) -> None:
    patients = await family(house, "सुनीता देवी", "Ravi " * 16, "राम")
    assert await texter.sends("मरीज़ आईडी") == ["people_3", "people_1"]
    told = " ".join(sms.text for sms in (await house.sms()))
    assert all(patient.code in told for patient in patients)
    assert all(name in told for name in ("सुनीता देवी", "Ravi Ravi", "राम"))


@pytest.mark.parametrize("who", ["सुनीता", "सुनिता देवी", "2", "code"])
async def test_of_several_on_one_mobile_it_is_asked_who(house: House, texter: Texter, who: str) -> None:
    _, sunita, _ = await family(house, "सुनिता देवी" if who.startswith("सुनि") else "सुनीता देवी", "राम")
    assert await texter.sends("टोकन") == ["people_3", "ask_who"]
    assert await texter.sends("श्याम") == ["ask_who_again"]
    assert await texter.sends(sunita.code[-4:] if who == "code" else who) == ["ask_opd"]
    assert await texter.sends("आम") == ["token"]
    assert (await house.token()).patient_id == sunita.id


async def test_two_of_the_same_name_are_told_apart_by_digits(house: House, texter: Texter) -> None:
    await family(house, "Sita", "Sita")
    await texter.sends("token")
    assert await texter.sends("Sita", "3", "1") == ["ask_who_again", "ask_opd", "token"]
    assert (await house.token()).patient_id == (await house.patients())[2].id


async def test_somebody_new_of_the_family(house: House, texter: Texter) -> None:
    await house.patient()
    asked = await texter.sends("नया", "राम", "70", "2", "302001", "1")
    assert asked == ["ask_name", "ask_age", "ask_gender", "ask_pin_code", "ask_opd", "token"]
    assert [patient.relation for patient in await house.patients()] == [Relation.SELF, Relation.FAMILY]


async def test_somebody_new_where_several_are(house: House, texter: Texter) -> None:
    await family(house, "सुनीता")
    assert await texter.sends("टोकन", "नया") == ["people_2", "ask_who", "ask_name"]


async def test_a_full_family_is_told_so(house: House, texter: Texter) -> None:
    house.with_policy(family_limit=1)
    await house.patient()
    assert await texter.sends("new") == ["family_full"]
    assert await texter.talk() is None


async def test_a_full_family_of_several(house: House, texter: Texter) -> None:
    await family(house, "सुनीता")
    house.with_policy(family_limit=2)
    assert (await texter.sends("टोकन", "नया"))[-1] == "family_full"
    assert await texter.talk() is None


async def test_of_several_tokens_one_is_cancelled(house: House, texter: Texter) -> None:
    first, sunita, ram = await family(house, "सुनीता", "राम")
    for patient in (sunita, ram):
        await take_token(house.clinic, patient, "general")
    await texter.news()
    assert await texter.sends("cancel") == ["people_2", "ask_who_cancel"]
    assert await texter.sends("1") == ["ask_who_again"]  # who has no token
    assert await texter.sends("3") == ["token_cancelled"]
    states = {token.patient_id: token.state for token in await house.tokens()}
    assert states == {sunita.id: TokenState.WAITING, ram.id: TokenState.CANCELLED}
    assert first.id not in states


async def test_whose_token_to_cancel_when_all_have_ended_meanwhile(house: House, texter: Texter) -> None:
    for patient in await family(house, "सुनीता"):
        await take_token(house.clinic, patient, "general")
    await texter.news()
    await texter.sends("cancel")
    async with house.clinic.ledger.write() as books:
        for token in await books.tokens.active_of_mobile(MOBILE):
            await books.tokens.move(token, TokenState.EXPIRED)
    for token in await house.tokens():
        await house.clinic.line.leave(token.id)
    assert await texter.sends("1") == ["no_token"]


async def test_a_question_whom_to_cancel_for_cancels_nobody_by_itself(house: House, texter: Texter) -> None:
    first, second = await family(house, "सुनीता")
    for patient in (first, second):
        await take_token(house.clinic, patient, "general")
    await texter.news()
    await texter.sends("cancel")
    assert await cancel_token(house.clinic, (await house.tokens())[0], first)
    await texter.news()
    assert await texter.sends("help", "hello") == ["ask_who_cancel", "ask_who_again"]
    assert (await house.tokens())[1].state is TokenState.WAITING


async def test_who_is_registered_stays_when_only_the_token_is_cancelled(house: House, texter: Texter) -> None:
    await texter.sends("टोकन", *WHO_THEY_ARE)
    assert await texter.sends("रद्द") == ["sms_help"]
    assert len(await house.patients()) == 1
    assert await texter.sends("टोकन") == ["ask_opd"]


# Languages, consent withdrawn, help


async def test_another_language_at_any_time(house: House, texter: Texter) -> None:
    assert await texter.sends("TOKEN", "HINDI") == ["ask_consent", "ask_consent"]
    assert [sms.language for sms in await house.sms()] == ["en", "hi"]
    await texter.sends("haan", "Sunita", "34", "1", "302001", "1")
    assert await texter.sends("English", "status") == ["sms_help", "place_no_doctor"]
    assert {sms.language for sms in (await house.sms())[-2:]} == {"en"}


async def test_stop_withdraws_the_consent_and_the_next_token_asks_again(house: House, texter: Texter) -> None:
    await house.patient()
    assert await texter.sends("STOP", "TOKEN") == ["consent_withdrawn", "ask_consent"]
    assert {sms.language for sms in await house.sms()} == {"hi"}
    assert await texter.sends("हाँ", "1") == ["ask_opd", "token"]
    assert await texter.sends("stop") == ["consent_withdrawn"]
    assert (await house.token()).state is TokenState.WAITING


async def test_stop_ends_a_registration(house: House, texter: Texter) -> None:
    await texter.sends("TOKEN", "yes", "Sunita")
    assert await texter.sends("STOP") == ["consent_withdrawn"]
    await _nothing_is_left(house, texter)


async def test_help_in_the_middle_repeats_the_question(house: House, texter: Texter) -> None:
    await texter.sends("TOKEN", "yes")
    assert await texter.sends("HELP", "status", "TOKEN", "id") == ["ask_name"] * 4


STRANGE = [
    "", "   ", "\n\r\t", "धन्यवाद", "hello", "😀😀", "x" * 10_000, "टोकन " * 2_000, "\x00\x1b[2J", "\u202eNEKOT\u202c",
    "\ud800", "مرحبا", "'; DROP TABLE patients; --", "{cause} %s <b>", "\u200b\u200d\ufeff", "०" * 500,
    "cancel mat karo",
]  # fmt: skip


@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
async def test_strange_messages_change_nothing_and_get_help(house: House, texter: Texter, text: str) -> None:
    patient = await house.patient()
    token = await take_token(house.clinic, patient, "general")
    await texter.news()
    assert await texter.sends(text) == ["sms_help"]
    assert (await house.tokens(), await house.patients()) == ([token], [patient])
    (received,) = await texter.received()
    assert len(received.text) <= 1600
    assert received.text.isprintable() or "\u200d" in received.text


@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
async def test_strange_answers_register_nobody(house: House, texter: Texter, text: str) -> None:
    for answer in ("TOKEN", *WHO_THEY_ARE):
        await texter.sends(answer)
        talk = await texter.talk()
        assert talk is not None
        if talk.question is Question.NAME and is_name_like(readable(text)):
            continue  # whose name is nobody's business
        await texter.sends(text)
        after = await texter.talk()
        assert after is not None
        assert after.question is talk.question
    assert await house.tokens() == []


# Twice, too often, from elsewhere


async def test_a_message_is_stored_with_its_answer_or_not_at_all(house: House, texter: Texter) -> None:
    house.with_policy(languages=("ta",))  # for which there are no texts
    with pytest.raises(BadSms):
        await texter.sends("TOKEN")
    assert await texter.received() == []
    assert await texter.talk() is None


async def test_the_same_message_twice_is_answered_once(house: House, texter: Texter) -> None:
    for _ in range(2):
        await receive_sms(house.clinic, gateway_id="SM1", mobile=MOBILE, text="TOKEN")
    assert await house.sms_templates() == ["ask_consent"]


async def test_the_same_message_at_the_same_moment(house: House, texter: Texter) -> None:
    await house.patient()
    house.with_policy(opds={"general": OPDS["general"]})
    sent = [receive_sms(house.clinic, gateway_id=f"SM{number % 3}", mobile=MOBILE, text="टोकन") for number in range(9)]
    stored = await asyncio.gather(*sent)
    assert len([one for one in stored if one is not None]) == 3
    assert sorted(await house.sms_templates()) == ["token", "token_again", "token_again"]
    assert len(await house.tokens()) == 1


async def test_two_machines_never_answer_each_other(house: House, texter: Texter) -> None:
    answers = await texter.sends(*["OK"] * (ANSWERED_AN_HOUR + 5))
    assert answers == ["sms_help"] * ANSWERED_AN_HOUR
    await house.patient()
    assert await texter.sends("TOKEN") == []
    assert len(await texter.received()) == ANSWERED_AN_HOUR + 6
    house.clock.pass_by(hours=1)
    assert await texter.sends("TOKEN", "1") == ["ask_opd", "token"]


@pytest.mark.parametrize("sender", ["VM-HDFCBK", "56767", "+14155552671", "+911412345678", "", "\x00", "x" * 500])
async def test_only_indian_mobiles_are_answered(house: House, sender: str) -> None:
    received = await receive_sms(house.clinic, gateway_id="SM1", mobile=sender, text="TOKEN")
    assert received is not None
    assert len(received.mobile) <= 32
    assert await house.sms() == []


async def test_a_number_however_the_gateway_writes_it(house: House) -> None:
    for number, sender in enumerate(("919876543210", "09876543210", MOBILE)):
        await receive_sms(house.clinic, gateway_id=f"SM{number}", mobile=sender, text="help")
    assert {sms.mobile for sms in await house.sms()} == {MOBILE}


async def test_a_token_by_sms_is_served(house: House, texter: Texter) -> None:
    await house.patient()
    await house.doctor(ready=False)
    house.with_policy(opds={"general": OPDS["general"]})
    await texter.sends("TOKEN")
    assert await house.clinic.line.place((await house.token()).id) is not None


async def test_status_while_the_line_is_lost_still_answers(house: House, texter: Texter) -> None:
    await take_token(house.clinic, await house.patient(), "general")
    await texter.news()
    await house.forget_line()
    assert await texter.sends("STATUS") == ["token_again"]
    await house.lose_line()
