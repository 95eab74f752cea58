"""A supervisor's buttons on the desk, the notice on the doctor's page, and who may press."""

from collections.abc import AsyncIterator

import pytest

from core.clinic.hire import HiredOperator, add_operator
from core.clinic.steer import TOPIC
from core.clinic.supervise import be_with_talk, leave, ringing_begins, ringing_ends
from core.clinic.talk import end_talk
from core.rules.consultation import Outcome
from core.rules.staff import StaffKind
from core.rules.supervision import NO_ANSWER, PURPOSES, Manner
from tests.web.house import Browser, House, browser, press, sign_in
from web.pages.desk.supervision import REFUSED
from web.words import FOLDER, load_words

EVERY = tuple(sorted(path.name for path in FOLDER.iterdir()))
LEG = "supervisor's leg"


@pytest.fixture
async def kavita(house: House) -> HiredOperator:
    return await add_operator(house.clinic, login="kavita", name="Kavita Rao", kind=StaffKind.SUPERVISOR)


@pytest.fixture
async def desk(house: House, kavita: HiredOperator) -> AsyncIterator[Browser]:
    async with browser(house.deps()) as client:
        assert (await sign_in(client, "kavita", kavita.password)).status == 303
        yield client


async def page(client: Browser, address: str) -> str:
    async with client.get(address) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_the_desk_lists_talks_and_only_a_supervisor_has_buttons(
    house: House, desk: Browser, operator: Browser
) -> None:
    assert "Talking now" not in await page(desk, "/operator")
    consultation = await house.talk()
    for client, buttons in ((desk, True), (operator, False)):
        text = await page(client, "/operator")
        assert "Talking now" in text
        assert "Dr. Asha Verma" in text
        assert (f"/operator/talks/{consultation.id}/listen" in text) is buttons
    async with operator.post(f"/operator/talks/{consultation.id}/listen") as answer:
        assert answer.status == 403
    await end_talk(house.clinic, consultation)
    assert "Talking now" not in await page(desk, "/operator")


@pytest.mark.parametrize("manner", Manner)
async def test_a_button_asks_the_switch(house: House, desk: Browser, kavita: HiredOperator, manner: Manner) -> None:
    consultation = await house.talk()
    async with house.clinic.line.listen(TOPIC) as asked:
        answer = await press(desk, f"/operator/talks/{consultation.id}/{manner}")
        assert (answer.status, answer.headers["Location"]) == (303, "/operator")
        _, event = await anext(asked)
    assert event == {
        "kind": "supervise", "token": consultation.token_id, "consultation": consultation.id,
        "supervisor": kavita.operator.id, "manner": manner,
    }  # fmt: skip


async def test_the_doctor_sees_who_is_there_also_after_a_reload_and_when_signed(
    house: House, doctor: Browser, desk: Browser, kavita: HiredOperator
) -> None:
    consultation = await house.talk()
    assert "data-supervised" not in await page(doctor, "/doctor")
    for manner, said in (
        (Manner.LISTEN, "Supervisor Kavita Rao is listening to this talk."),
        (Manner.WHISPER, "Supervisor Kavita Rao hears this talk and can speak to you."),
        (Manner.JOIN, "Supervisor Kavita Rao has joined."),
    ):
        await be_with_talk(house.clinic, LEG, kavita.operator, consultation, manner)
        for address in ("/doctor", "/doctor/now"):
            text = await page(doctor, address)
            assert f'data-supervised="{manner}"' in text
            assert said in text
        assert 'aria-pressed="true"' in await page(desk, "/operator")
    async with house.clinic.ledger.write() as books:  # the case is over, they still talk
        await books.consultations.end(consultation, Outcome.CLOSED, house.clock.now())
    assert 'data-supervised="join"' in await page(doctor, "/doctor/now")
    await leave(house.clinic, LEG, kavita.operator, consultation)
    assert "data-supervised" not in await page(doctor, "/doctor/now")


async def test_another_doctor_sees_nothing_of_it(house: House, kavita: HiredOperator) -> None:
    vikram = await house.second_doctor()
    consultation = await house.talk()
    await be_with_talk(house.clinic, LEG, kavita.operator, consultation, Manner.LISTEN)
    async with browser(house.deps()) as client:
        await sign_in(client, "vikram", vikram.password)
        assert "data-supervised" not in await page(client, "/doctor/now")


async def test_while_the_own_phone_rings_and_when_it_is_not_picked_up(
    house: House, desk: Browser, kavita: HiredOperator, doctor: Browser
) -> None:
    consultation = await house.talk()
    name = await ringing_begins(house.clinic, kavita.operator, consultation)
    text = await page(desk, "/operator")
    assert "Your phone is ringing" in text
    assert f"/operator/talks/{consultation.id}/leave" in text
    assert "data-supervised" not in await page(doctor, "/doctor/now")  # nobody hears them
    await ringing_ends(house.clinic, name, NO_ANSWER)
    assert "was not picked up" in await page(desk, "/operator")


async def test_what_cannot_be_is_refused_in_plain_words(house: House, desk: Browser, kavita: HiredOperator) -> None:
    for address in ("/operator/talks/99/listen", "/operator/talks/99/join"):
        answer = await press(desk, address)
        assert answer.headers["Location"] == "/operator?talk=over"
    assert "This talk is over." in await page(desk, "/operator?talk=over")
    assert "alert" not in await page(desk, "/operator?talk=%3Cscript%3E")
    for nonsense in ("0", "-1", "x", "9" * 30, "1%2F2"):
        assert (await press(desk, f"/operator/talks/{nonsense}/listen")).status in (400, 404)
    assert (await press(desk, "/operator/talks/1/leave")).status == 303  # with none: nothing happens

    consultation = await house.talk()
    await be_with_talk(house.clinic, LEG, kavita.operator, consultation, Manner.LISTEN)
    async with house.clinic.ledger.write() as books:  # another talk, as far as the ledger goes
        await books.calls.update(LEG, token_id=None)
    answer = await press(desk, f"/operator/talks/{consultation.id}/listen")
    assert answer.headers["Location"] == "/operator?talk=another"


async def test_without_the_csrf_token_nothing_is_asked(house: House, desk: Browser) -> None:
    consultation = await house.talk()
    async with desk.post(f"/operator/talks/{consultation.id}/listen", data={"csrf": "x"}) as answer:
        assert answer.status == 403


def test_everything_that_is_shown_by_its_name_has_a_text() -> None:
    for tongue in load_words(EVERY).tongues.values():
        named = {f"supervision.{kind}{manner}" for kind in ("", "you_", "here_", "doctor_") for manner in Manner}
        named |= {f"supervision.refused_{reason}" for reason in REFUSED} | {f"leg.{purpose}" for purpose in PURPOSES}
        assert named <= tongue.texts.keys()
