"""What survives what: our program killed, Asterisk killed, the event stream lost, two of us at once."""

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from ivr.call import Hangup, NoAnswer
from pbx.config import SwitchConfig, Trunk
from pbx.exchange import Adopted, Arrival
from pbx.names import APP
from pbx.phones import ha1
from pbx.pulse import TRIES, answers
from pbx.render_config import Folders
from pbx.switch import Switch, SwitchError
from pbx.switchboard import Switchboard, open_switchboard
from tests.live.asterisk_fixture import APOLOGY_HZ, CALLER, CHECKOUT, PASSWORD, Bench, make_config, none_left_behind
from tests.live.audio import tone_seconds
from tests.live.sip import Account, Phone, Refused

pytest_plugins = ("tests.live.asterisk_fixture",)

VICTIM = """
import asyncio, sys
from pathlib import Path
from tests.live.asterisk_fixture import make_config
from pbx.config import Trunk
from pbx.switchboard import open_switchboard

async def main():
    config = make_config(Path(sys.argv[1]), sip_port=int(sys.argv[2]), trunk=Trunk())
    async with open_switchboard(config) as board:
        async def conversation(arrival):
            await arrival.call.answer()
            room = await board.exchange.open_room("consultation-7")
            await room.admit(arrival.call)
            ringing = asyncio.ensure_future(board.exchange.ring_account("dr-rao", caller="104", timeout=60))
            print("talking", flush=True)
            await arrival.call.wait_gone()
        board.exchange.serve(conversation)
        print("ready", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""
"""Another process of ours, to be killed without warning."""


async def start_victim(config: SwitchConfig) -> asyncio.subprocess.Process:
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-c", VICTIM, str(config.home), str(config.sip_port), stdout=-1, cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )  # fmt: skip
    assert victim.stdout is not None
    assert await victim.stdout.readline() == b"ready\n"
    return victim


async def test_a_call_outlives_our_process_and_is_adopted(tmp_path: Path) -> None:
    config = make_config(tmp_path, trunk=Trunk())
    async with none_left_behind(config), AsyncExitStack() as stack, asyncio.timeout(60):
        victim = await start_victim(config)
        phone = await stack.enter_async_context(Phone(("127.0.0.1", config.sip_port), Account(CALLER)))
        dialog = await phone.call("104")
        assert victim.stdout is not None
        assert await victim.stdout.readline() == b"talking\n"
        victim.send_signal(signal.SIGKILL)
        await victim.wait()

        board = await stack.enter_async_context(open_switchboard(config))
        assert board.switch.adopted
        adopted = await board.exchange.adopt()
        assert [(each.kind, each.call.caller, each.call.dialled) for each in adopted.arrivals] == [
            ("patient", CALLER, "104")
        ]
        call = adopted.arrivals[0].call
        assert adopted.rooms == {"consultation-7": [call.id]}
        assert not dialog.gone.is_set()
        assert await board.exchange.adopt() == Adopted()

        async def goes_on() -> None:
            await (await board.exchange.open_room("consultation-7")).close()
            assert await call.key(10.0) == "4"

        talk = board.exchange.converse(call, goes_on())
        await dialog.press("4")
        await talk
        await dialog.gone.wait()
        await Bench(board, stack).nothing_left()


async def test_while_we_are_away_callers_hear_the_apology_and_are_noted(tmp_path: Path) -> None:
    config = make_config(tmp_path)
    async with none_left_behind(config), AsyncExitStack() as stack, asyncio.timeout(60):
        async with open_switchboard(config) as board:
            await board.phones.provision("dr-rao", ha1("dr-rao", PASSWORD), "Dr Rao")
            board.switch.keep = True
        await nobody_listens(board)
        server = ("127.0.0.1", config.sip_port)
        phone = await stack.enter_async_context(Phone(server, Account(CALLER)))
        dialog = await phone.call("104")
        await dialog.gone.wait()
        assert tone_seconds(dialog.voice.save(tmp_path / "heard.wav"), APOLOGY_HZ) >= 0.4
        for number, status in (("1055", 486), ("100", 503)):
            caller = phone if number == "1055" else Phone(server, Account("dr-rao", PASSWORD))
            if caller is not phone:
                await stack.enter_async_context(caller)
            with pytest.raises(Refused) as refused:
                await caller.call(number)
            assert refused.value.status == status

        board = await stack.enter_async_context(open_switchboard(config))
        assert board.switch.adopted
        missed = await board.missed.list()
        assert [(each.caller, each.dialled, each.kind) for each in missed] == [
            (CALLER, "104", "patient"),
            (CALLER, "1055", "missed"),
        ]
        for each in missed:
            await board.missed.forget(each.key)
        assert await board.missed.list() == []


async def nobody_listens(board: Switchboard) -> None:
    """Returns when Asterisk has noticed that we are away; who calls in between rings on, and is adopted later."""
    async with board.ari as ari:
        while "duravani" in [each["name"] for each in await ari.get("applications")]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def kill_asterisk(board: Switchboard, how: signal.Signals = signal.SIGKILL) -> None:
    """Kill it, and return when the next one runs and we are connected to it."""
    starts, pid = board.switch.starts, board.switch.pid
    assert pid is not None
    os.kill(pid, how)
    while board.switch.starts == starts or not board.alive():  # noqa: ASYNC110  # several parts, each comes back alone
        await asyncio.sleep(0.01)


async def test_after_asterisk_dies_calls_end_and_phones_are_known_again(bench: Bench) -> None:
    doctor = await bench.doctor()
    begun = asyncio.Event()

    async def conversation(arrival: Arrival) -> None:
        await arrival.call.answer()
        begun.set()
        await arrival.call.play([bench.sound(60.0)])

    ended = bench.serve(conversation)
    await (await bench.caller()).call("104")
    await begun.wait()
    ringing = asyncio.ensure_future(bench.exchange.ring_account("dr-rao", caller="104", timeout=30))
    await doctor.incoming.get()
    await kill_asterisk(bench.board)
    with pytest.raises(Hangup):
        await ended
    with pytest.raises(NoAnswer, match="unreachable"):
        await ringing
    await doctor.register()
    ringing = asyncio.ensure_future(bench.exchange.ring_account("dr-rao", caller="104", timeout=10))
    dialog = await doctor.incoming.get()
    await dialog.accept()
    await (await ringing).hangup()
    await bench.board.ami.reload("res_musiconhold.so")


async def test_an_asterisk_that_hangs_is_started_anew_and_one_that_answers_is_not(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack, asyncio.timeout(60):
        board = await stack.enter_async_context(open_switchboard(make_config(tmp_path, silence=1.0)))
        bench = Bench(board, stack)
        for _ in range(2 * TRIES):
            assert await answers(board.config, 10)
        assert (board.switch.starts, board.alive()) == (1, True)
        await kill_asterisk(board, signal.SIGSTOP)
        bench.serve(lambda arrival: arrival.call.answer())
        await (await bench.caller()).call("104")


async def test_a_lost_event_stream_loses_no_call_and_no_wait(bench: Bench) -> None:
    begun = asyncio.Event()

    async def conversation(arrival: Arrival) -> None:
        await arrival.call.answer()
        begun.set()
        await arrival.call.play([bench.sound(1.0)])
        await arrival.call.key(10.0)

    ended = bench.serve(conversation)
    dialog = await (await bench.caller()).call("104")
    await begun.wait()
    access = bench.board.switch.access
    async with aiohttp.ClientSession() as thief:  # another program with our name: Asterisk drops our event stream
        auth = aiohttp.encode_basic_auth(APP, access.ari_secret)
        url = f"http://127.0.0.1:{access.http_port}/ari/events?app={APP}"
        async with thief.ws_connect(url, headers={"Authorization": auth}):
            await dialog.voice.hears(1)
    await bench.board.ari.wait_connected()
    keys = asyncio.ensure_future(press_until(dialog.gone, lambda: dialog.press("1")))
    await ended
    await dialog.gone.wait()
    await keys
    await bench.nothing_left()


async def press_until(over: asyncio.Event, press: object) -> None:
    while not over.is_set():
        await press()  # type: ignore[operator]
        await asyncio.sleep(0.05)


async def test_a_second_owner_and_a_taken_port_are_refused(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(SwitchError, match="another Duravani"):
        await Switch(bench.config).__aenter__()
    with pytest.raises(SwitchError, match=f"SIP port {bench.config.sip_port}"):
        await Switch(make_config(tmp_path / "other", sip_port=bench.config.sip_port)).__aenter__()


async def test_two_run_side_by_side(bench: Bench, tmp_path: Path) -> None:
    async with open_switchboard(make_config(tmp_path / "other")) as other, AsyncExitStack() as stack:
        served = [bench.serve(lambda arrival: arrival.call.answer())]
        beside = Bench(other, stack)
        served.append(beside.serve(lambda arrival: arrival.call.answer()))
        for each in (bench, beside):
            await (await each.caller()).call("104")
        first, second = await asyncio.gather(*served)
        assert first.call.id != second.call.id


async def test_new_settings_start_a_new_asterisk(tmp_path: Path) -> None:
    config = make_config(tmp_path)
    async with none_left_behind(config):
        async with Switch(config) as switch:
            switch.keep = True
            before = switch.pid
        async with Switch(make_config(tmp_path, sip_port=config.sip_port, lines={"105": "patient"})) as switch:
            assert not switch.adopted
            assert switch.pid != before


async def test_without_music_nothing_starts(tmp_path: Path) -> None:
    config = make_config(tmp_path)
    (config.music_dir / "music.wav").unlink()
    with pytest.raises(SwitchError, match="render the prompts"):
        await Switch(config).__aenter__()


async def test_a_home_of_a_long_path_has_its_socket_elsewhere_and_nobody_elses_folder_is_taken(tmp_path: Path) -> None:
    config = make_config(tmp_path / ("long" * 25))
    run = Folders(config.home / "asterisk").run
    assert not run.is_relative_to(config.home)
    run.mkdir(mode=0o755)
    try:
        with pytest.raises(SwitchError, match="not a folder of ours alone"):
            await Switch(config).__aenter__()
    finally:
        run.rmdir()
    async with none_left_behind(config), Switch(config):
        assert (run / "asterisk.ctl").is_socket()
    assert not run.exists()
