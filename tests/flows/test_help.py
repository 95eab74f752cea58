"""0 fetches a human and 9 is an emergency, at every menu and while holding (T10)."""

import asyncio

import pytest

from core.clinic.know_caller import give_consent
from core.clinic.take_token import take_token
from core.rules.records import CallBackReason
from core.rules.token import TokenState
from tests.flows.house import MOBILE, NEW_PATIENT, House
from tests.flows.telephone import SOON, Answers, ScriptedCall

EVERY_MENU = (
    "language_choice", "notice_consent", "notice_full", "for_whom", "gender", "opd_choice_general", "pregnant",
    "hold_or_callback", "which_patient", "token_menu", "cancel_confirm",
)  # fmt: skip
TO_EVERY_MENU: Answers = {
    **NEW_PATIENT, "gender": "1", "notice_consent": "2", "notice_full": "1", "hold_or_callback": "2",
}  # fmt: skip
FROM_A_TOKEN: Answers = {"which_patient": "1", "token_menu": ["3", ""], "cancel_confirm": "2"}


async def _call_that_presses(house: House, key: str, at: str) -> ScriptedCall:
    """A call that comes by this menu and presses the key there, once."""
    answers = dict(TO_EVERY_MENU)
    if at in FROM_A_TOKEN:
        patient = await house.patient(name="name-1")
        await take_token(house.clinic, patient, "general")
        answers = dict(FROM_A_TOKEN)
    then = answers[at]
    return house.dial(MOBILE, {**answers, at: [key, *([then] if isinstance(then, str) else then), ""]})


@pytest.mark.parametrize("menu", EVERY_MENU)
async def test_nine_at_every_menu(house: House, menu: str) -> None:
    call = await _call_that_presses(house, "9", menu)
    await call.hears(menu, "emergency_advice", menu)
    await house.quiet()
    assert (await house.token()).state is TokenState.WAITING


@pytest.mark.parametrize("menu", EVERY_MENU)
async def test_zero_at_every_menu(house: House, menu: str) -> None:
    operator = await house.operator()
    call = await _call_that_presses(house, "0", menu)
    ring = await house.exchange.ring_of(operator.account)
    assert ring.shown == MOBILE
    meena = ring.pick_up()
    await call.talks()
    meena.leave()
    await call.hears(menu, "operator_connecting", menu)
    await house.quiet()
    assert (await house.token()).state is TokenState.WAITING


async def test_help_is_not_a_failed_try(house: House) -> None:
    call = await house.whole_call({**NEW_PATIENT, "for_whom": ["9", "9", "9", "9", "1"], "hold_or_callback": "2"})
    assert call.heard.count("emergency_advice") == 4
    assert (await house.token()).state is TokenState.WAITING


async def test_the_caller_hangs_up_on_a_ringing_operator(house: House) -> None:
    operator = await house.operator()
    call = house.dial(answers={"language_choice": "0"})
    ring = await house.exchange.ring_of(operator.account)
    call.leave()
    await house.quiet()
    assert ring.stopped


async def test_the_caller_hangs_up_on_a_talking_operator(house: House) -> None:
    operator = await house.operator()
    call = house.dial(answers={"language_choice": "0"})
    meena = (await house.exchange.ring_of(operator.account)).pick_up()
    await call.talks()
    call.leave()
    await meena.ends()
    await house.quiet()


async def test_the_operator_hangs_up_in_the_first_moment(house: House) -> None:
    operator = await house.operator()
    call = house.dial(answers={"language_choice": ["0", "1"]})
    (await house.exchange.ring_of(operator.account)).pick_up().leave()
    await call.hears("language_choice", "operator_connecting", "language_choice", "welcome")
    call.leave()
    await house.quiet()


async def test_the_next_operator_is_rung(house: House) -> None:
    for login in ("meena", "rekha"):
        await house.operator(login)
    await house.operator("sita", available=False)
    call = house.dial(answers={"language_choice": ["0", ""]})
    for account in ("operator-meena", "operator-rekha"):
        (await house.exchange.ring_of(account)).refuse()
    await call.hears("operator_none")
    await house.quiet()
    assert house.exchange.rung == ["operator-meena", "operator-rekha"]
    assert len(await house.call_backs()) == 1


async def test_a_busy_operator_is_not_rung(house: House) -> None:
    operator = await house.operator()
    first = house.dial(answers={"language_choice": ["0", ""]})
    meena = (await house.exchange.ring_of(operator.account)).pick_up()
    await first.talks()
    second = house.dial("+919876500001", {"language_choice": ["0", ""]})
    await second.hears("operator_none")
    meena.leave()
    await house.quiet()
    assert house.exchange.rung == [operator.account]


async def test_nine_connects_to_the_ambulance_where_the_trunk_allows(house: House) -> None:
    house.with_ambulance("108")
    call = house.dial(answers={"language_choice": ["9", ""]})
    await call.hears("emergency_connecting")
    ambulance = (await house.exchange.ring_of("108")).pick_up()
    await call.talks()
    ambulance.leave()
    await call.hears("emergency_advice")
    await house.quiet()


async def test_an_ambulance_that_does_not_answer_leaves_the_advice(house: House) -> None:
    house.with_ambulance("108")
    call = house.dial(answers={"language_choice": ["9", ""]})
    (await house.exchange.ring_of("108")).refuse("busy")
    await call.hears("emergency_advice", "language_choice")
    await house.quiet()


async def test_nine_and_zero_while_holding(house: House) -> None:
    operator = await house.operator()
    call = house.dial(answers={**NEW_PATIENT, "hold_or_callback": "1"})
    await call.hears("hold_comfort")
    call.press("9")
    await call.hears("emergency_advice", "hold_comfort")
    call.press("0")
    meena = (await house.exchange.ring_of(operator.account)).pick_up()
    await call.talks()
    meena.leave()
    await call.hears("operator_connecting", "hold_comfort")
    call.wait_long()
    await call.hears("hold_comfort")
    call.leave()
    await house.quiet()
    assert (await house.token()).state is TokenState.WAITING


async def test_the_operators_desk_shows_who_rings_until_they_part(house: House) -> None:
    operator = await house.operator()
    call = house.dial(MOBILE, {"language_choice": ["0", "1", ""]})
    ring = await house.exchange.ring_of(operator.account)
    async with house.clinic.ledger.read() as books:
        ringing = await books.operator_calls.present(operator.id)
    assert ringing is not None
    assert (ringing.mobile, ringing.call_id, ringing.answered_at) == (MOBILE, call.id, None)
    meena = ring.pick_up()
    await call.talks()
    async with house.clinic.ledger.read() as books:
        talking = await books.operator_calls.present(operator.id)
    assert talking is not None
    assert talking.answered_at is not None
    meena.leave()
    await house.quiet()
    async with house.clinic.ledger.read() as books:
        assert await books.operator_calls.present(operator.id) is None


async def test_an_operator_who_does_not_pick_up_has_nobody(house: House) -> None:
    operator = await house.operator()
    house.dial(MOBILE, {"language_choice": ["0", "1", ""]})
    (await house.exchange.ring_of(operator.account)).refuse("busy")
    await house.quiet()
    async with house.clinic.ledger.read() as books:
        assert await books.operator_calls.present(operator.id) is None


async def register_and_give_token(house: House) -> None:
    """What an operator does while they talk."""
    await give_consent(house.clinic, MOBILE, "hi", "operator")
    await take_token(house.clinic, await house.patient(), "general")


@pytest.mark.parametrize("menu", ["language_choice", "notice_consent", "gender"])
async def test_what_the_operator_has_done_is_not_asked_again(house: House, menu: str) -> None:
    operator = await house.operator()
    after = {"which_patient_unnamed": "1", "token_menu": ["2", ""]}
    call = house.dial(MOBILE, {**NEW_PATIENT, menu: ["0", ""], **after})
    meena = (await house.exchange.ring_of(operator.account)).pick_up()
    await call.talks()
    before = len(call.heard)
    await register_and_give_token(house)
    meena.leave()
    await call.hears("welcome_back", "token_menu", "token_spoken")
    await house.quiet()
    assert not {"language_choice", "notice_consent", "age", "gender"} & set(call.heard[before:])
    assert len(await house.patients()) == 1
    assert (await house.token()).state is TokenState.WAITING
    assert call.heard[-1] == "will_call_you"  # silent from then on, and safe
    assert await house.call_backs() == []


async def test_who_holds_goes_on_holding_whatever_the_operator_does(house: House) -> None:
    operator = await house.operator()
    call = house.dial(MOBILE, {**NEW_PATIENT, "hold_or_callback": "1", "hold_comfort": "0"})
    meena = (await house.exchange.ring_of(operator.account)).pick_up()
    await call.talks()
    await take_token(house.clinic, await house.patient(name="name-9"), "general")
    meena.leave()
    await call.hears("hold_comfort", "operator_connecting", "hold_comfort")
    assert "welcome_back" not in call.heard
    call.leave()
    await house.quiet()


async def test_talking_with_an_operator_settles_the_call_that_an_operator_owed(house: House) -> None:
    await house.whole_call({"language_choice": ["0", "", "", ""]})
    (owed,) = await house.call_backs()
    assert owed.reason is CallBackReason.OPERATOR
    operator = await house.operator()
    async with asyncio.timeout(SOON), house.clinic.line.listen("clinic") as events:
        call = house.dial(MOBILE, {"language_choice": "0"})
        meena = (await house.exchange.ring_of(operator.account)).pick_up()
        await call.talks()
        while (await anext(aiter(events)))[1]["kind"] != "call_back":  # every desk looks again
            pass
    assert await house.call_backs() == []
    call.leave()
    await meena.ends()
    await house.quiet()
