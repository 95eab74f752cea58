"""Who may call: the trunk its numbers, an account its own lines, a stranger nothing, not even to know who exists."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from pbx.config import Trunk
from pbx.names import PULSE
from pbx.phones import ha1
from pbx.pulse import answers
from pbx.switchboard import open_switchboard
from tests.live.asterisk_fixture import CALLER, PASSWORD, Bench, make_config
from tests.live.sip import Account, Message, Phone, Refused

pytest_plugins = ("tests.live.asterisk_fixture",)

TRUNK_ADDRESS = "127.0.0.9"
STRANGER_ADDRESS = "127.0.0.1"


async def refusal(phone: Phone, method: str) -> tuple[int, str, list[str], str]:
    """What a request of this phone is refused with, without what differs from one request to the next."""
    with pytest.raises(Refused) as refused:
        await (phone.register() if method == "REGISTER" else phone.call("104"))
    message: Message = refused.value.message
    challenge = message.header("www-authenticate")
    fixed = [part.split("=")[0] if "nonce" in part or "opaque" in part else part for part in challenge.split(",")]
    return refused.value.status, message.start, [name for name, _ in message.headers], ",".join(fixed)


@pytest.mark.parametrize("method", ["REGISTER", "INVITE"])
async def test_a_stranger_cannot_tell_who_exists(tmp_path: Path, method: str) -> None:
    config = make_config(tmp_path, bind="0.0.0.0", trunk=Trunk(hosts=(TRUNK_ADDRESS,)))
    async with open_switchboard(config) as board, AsyncExitStack() as stack, asyncio.timeout(30):
        bench = Bench(board, stack)
        await board.phones.provision("dr-rao", ha1("dr-rao", PASSWORD), "Dr Rao")
        answers = []
        for account in ("dr-rao", "dr-nobody", "trunk", "1001", CALLER):
            for password in ("", "guess"):
                phone = await stack.enter_async_context(
                    Phone(bench.server, Account(account, password), STRANGER_ADDRESS)
                )
                answers.append(await refusal(phone, method))
        assert {answer[0] for answer in answers} == {401}
        assert answers == [answers[0]] * len(answers)
        assert await board.exchange.counts() == (0, 0)


async def test_the_trunk_is_known_by_its_address_only(tmp_path: Path) -> None:
    config = make_config(tmp_path, bind="0.0.0.0", trunk=Trunk(hosts=(TRUNK_ADDRESS,)))
    async with open_switchboard(config) as board, AsyncExitStack() as stack, asyncio.timeout(30):
        bench = Bench(board, stack)
        bench.serve(lambda arrival: arrival.call.answer())
        dialog = await (await bench.caller(address=TRUNK_ADDRESS)).call("104")
        await dialog.gone.wait()
        with pytest.raises(Refused) as refused:
            await (await bench.caller(address=STRANGER_ADDRESS)).call("104")
        assert refused.value.status == 401


@pytest.mark.parametrize("account", ["dr-rao", "dr-nobody", "trunk"])
@pytest.mark.parametrize("method", ["REGISTER", "INVITE"])
async def test_on_loopback_too_an_account_needs_its_password(bench: Bench, account: str, method: str) -> None:
    await bench.board.phones.provision("dr-rao", ha1("dr-rao", PASSWORD), "Dr Rao")
    phone = await bench.caller(account)
    if method == "REGISTER" or account == "dr-rao":
        assert (await refusal(phone, method))[0] == 401


async def test_on_loopback_nobody_else_is_heard(bench: Bench) -> None:
    await bench.board.phones.provision("dr-rao", ha1("dr-rao", PASSWORD), "Dr Rao")
    answers = [
        await refusal(await bench.caller(user, "127.0.0.2"), method)
        for user in ("dr-rao", "dr-nobody", CALLER)
        for method in ("REGISTER", "INVITE")
    ]
    assert answers == [answers[0]] * len(answers)
    assert answers[0][0] == 403


async def test_an_account_reaches_its_own_line_and_nothing_else(bench: Bench) -> None:
    doctor = await bench.doctor()
    ended = bench.serve(lambda arrival: arrival.call.answer())
    dialog = await doctor.call("100")
    arrival = await ended
    assert (arrival.kind, arrival.account, arrival.call.dialled) == ("doctor", "dr-rao", "100")
    await dialog.gone.wait()
    for number in ("104", CALLER, "00911234567890", "dr-rao", "100x"):
        with pytest.raises(Refused) as refused:
            await doctor.call(number)
        assert refused.value.status == 404
    await bench.nothing_left()


@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 404), ("127.0.0.3", 401)])
async def test_under_the_name_of_our_own_question_nobody_gets_in(tmp_path: Path, address: str, status: int) -> None:
    config = make_config(tmp_path, bind="0.0.0.0", trunk=Trunk(hosts=(TRUNK_ADDRESS,)))
    async with open_switchboard(config) as board, AsyncExitStack() as stack, asyncio.timeout(30):
        phone = await Bench(board, stack).caller(PULSE, address)
        for number in ("104", "100", CALLER):
            with pytest.raises(Refused) as refused:
                await phone.call(number)
            assert refused.value.status == status
        with pytest.raises(Refused):
            await phone.register()


async def test_refused_attempts_are_reported(bench: Bench) -> None:
    await bench.board.phones.provision("dr-rao", ha1("dr-rao", PASSWORD), "Dr Rao")
    stack = AsyncExitStack()
    async with stack:
        phone = await stack.enter_async_context(Phone(bench.server, Account("dr-rao", "guess")))
        assert await answers(bench.config, 10)  # our own asking is no attack
        with pytest.raises(Refused):
            await phone.register()
        async for event in bench.board.security:
            assert (event.kind, event.account, event.address) == ("ChallengeResponseFailed", "dr-rao", "127.0.0.1")
            break
