"""Our own people's phones: accounts come and go without a restart, and everybody knows who is there."""

import asyncio

import pytest

from pbx.ami import AmiError
from pbx.phones import ContactChange, ha1
from tests.live.asterisk_fixture import PASSWORD, Bench
from tests.live.sip import Refused

pytest_plugins = ("tests.live.asterisk_fixture",)


async def test_a_phone_comes_and_goes(bench: Bench) -> None:
    changes = bench.board.phones.changes()
    phone = await bench.doctor()
    assert await anext(changes) == ContactChange("dr-rao", True)
    while (change := await anext(changes)).online:  # first registered, then found reachable
        if await bench.board.phones.online("dr-rao"):
            await phone.register(expires=0)
    assert change == ContactChange("dr-rao", False)
    assert not await bench.board.phones.online("dr-rao")


async def test_a_new_password_holds_at_once(bench: Bench) -> None:
    phone = await bench.doctor()
    await bench.board.phones.provision("dr-rao", ha1("dr-rao", "changed"), "Dr Rao")
    with pytest.raises(Refused) as refused:
        await phone.register()
    assert refused.value.status == 401


async def test_a_removed_account_is_a_stranger(bench: Bench) -> None:
    phone = await bench.doctor()
    await bench.board.phones.remove("dr-rao")
    await bench.board.phones.remove("dr-rao")
    with pytest.raises(Refused, match="401"):
        await phone.register()
    with pytest.raises(Refused, match="404"):  # on loopback a stranger is the public, which has no doctors' line
        await phone.call("100")
    assert not await bench.board.phones.online("dr-rao")


async def test_a_removed_account_departs_for_good_though_somebody_registers_anew(bench: Bench) -> None:
    await bench.doctor()
    phones = bench.board.phones
    before = phones.departures("dr-rao")
    forgotten = asyncio.ensure_future(phones.forgotten("dr-rao"))
    await phones.remove("dr-rao")
    await forgotten
    await bench.doctor()  # who looks only now finds a phone there, and knows that it is another one
    await phones.arrives("dr-rao")
    await phones.departs("dr-rao", before)


@pytest.mark.parametrize("account", ["1001", "trunk", "pulse", "Dr", "x", "a b", "a;b", "a" * 49, "dr\n"])
async def test_an_unusable_account_is_refused(bench: Bench, account: str) -> None:
    with pytest.raises(ValueError, match="account"):
        await bench.board.phones.provision(account, ha1(account, PASSWORD), "Dr")


async def test_a_display_name_cannot_forge_a_header(bench: Bench) -> None:
    await bench.board.phones.provision("dr-rao", ha1("dr-rao", PASSWORD), 'Rao" <sip:x>\r\nTo: "डॉ॰ राव')
    phone = await bench.doctor("dr-iyer")
    ringing = asyncio.ensure_future(bench.exchange.ring_account("dr-iyer", caller="104", timeout=10))
    (await phone.incoming.get()).refuse(486)
    with pytest.raises(Exception, match="busy"):
        await ringing


async def test_only_the_digest_of_a_password_is_in_asterisk(bench: Bench) -> None:
    await bench.doctor()
    fields = await bench.board.ari.get("asterisk", "config", "dynamic", "res_pjsip", "auth", "dr-rao")
    values = {field["attribute"]: field["value"] for field in fields}
    assert values["password"] == ""
    assert values["md5_cred"] == ha1("dr-rao", PASSWORD)


@pytest.mark.parametrize("value", ["a\r\nAction: Originate", "a\nb", "a\0b", "a\u2028b", "a\x0bb"])
async def test_ami_carries_no_line_break(bench: Bench, value: str) -> None:
    with pytest.raises(ValueError, match="cannot carry"):
        await bench.board.ami.action("DBDel", Family="missed", Key=value)


async def test_ami_has_no_right_to_place_calls(bench: Bench) -> None:
    with pytest.raises(AmiError, match=r"[Pp]ermission"):
        await bench.board.ami.action("Originate", Channel="PJSIP/trunk", Application="Echo")
