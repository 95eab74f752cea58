"""A call that comes in: who calls, what is heard, keys, recordings, music, and every way it can end."""

import asyncio
import os
from pathlib import Path

import pytest

from ivr.call import Hangup
from pbx.exchange import Arrival
from tests.live.asterisk_fixture import CALLER, MUSIC_HZ, SOUND_HZ, Bench
from tests.live.audio import tone_seconds, write_tone, write_voice
from tests.live.sip import Refused

pytest_plugins = ("tests.live.asterisk_fixture",)


@pytest.mark.parametrize(
    ("user", "extra", "expected"),
    [
        (CALLER, [], CALLER),
        ("anonymous", [], ""),
        ("anonymous", [("P-Asserted-Identity", f"<sip:{CALLER}@trunk>")], CALLER),
        ("anonymous", [("P-Asserted-Identity", f"<sip:{CALLER}@trunk>"), ("Privacy", "id")], ""),
    ],
)
async def test_arrival_tells_line_caller_and_dialled(
    bench: Bench, user: str, extra: list[tuple[str, str]], expected: str
) -> None:
    async def conversation(arrival: Arrival) -> None:
        await arrival.call.answer()

    ended = bench.serve(conversation)
    phone = await bench.caller(user)
    dialog = await phone.call("104", extra)
    arrival = await ended
    assert (arrival.kind, arrival.account, arrival.call.caller, arrival.call.dialled) == (
        "patient",
        "",
        expected,
        "104",
    )
    await dialog.gone.wait()
    await bench.nothing_left()


async def test_unknown_number_is_not_found(bench: Bench) -> None:
    phone = await bench.caller()
    with pytest.raises(Refused) as refused:
        await phone.call("999")
    assert refused.value.status == 404


def _voices(bench: Bench) -> list[str]:
    """The addresses, in proc_net(5)'s hex digits, at which Asterisk listens to voices."""
    links = {os.readlink(each) for each in Path(f"/proc/{bench.board.switch.pid}/fd").iterdir() if each.is_symlink()}
    rows = [row.split() for table in ("udp", "udp6") for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
    ours = [row[1].split(":") for row in rows if f"socket:[{row[9]}]" in links]
    return [address for address, port in ours if bench.config.rtp_first <= int(port, 16) <= bench.config.rtp_last]


async def test_voices_come_to_the_bound_address_or_each_call_would_ask_a_name_server(bench: Bench) -> None:
    voices: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()

    async def conversation(arrival: Arrival) -> None:
        await arrival.call.answer()
        await bench.exchange.ring_account("dr-rao", caller="104", timeout=10)
        voices.set_result(_voices(bench))

    bench.serve(conversation)
    doctor, phone = await bench.doctor(), await bench.caller()
    calling = asyncio.ensure_future(phone.call("104"))
    await (await doctor.incoming.get()).accept()
    await calling
    assert await voices == ["0100007F"] * 4  # RTP and RTCP of a number of the trunk and of an account


async def test_sounds_are_played_in_full_and_a_missing_one_is_skipped(bench: Bench, tmp_path: Path) -> None:
    async def conversation(arrival: Arrival) -> None:
        await arrival.call.answer()
        await arrival.call.play([bench.sound(0.5), "/nowhere/missing", bench.sound(0.5, 900.0)])
        await arrival.call.play(["/nowhere/missing"])

    ended = bench.serve(conversation)
    dialog = await (await bench.caller()).call("104")
    await ended
    heard = dialog.voice.save(tmp_path / "heard.wav")
    assert tone_seconds(heard, SOUND_HZ) >= 0.3
    assert tone_seconds(heard, 900.0) >= 0.3


async def test_a_key_stops_the_sound_and_stays_unread(bench: Bench) -> None:
    read: list[str | None] = []

    async def conversation(arrival: Arrival) -> None:
        await arrival.call.answer()
        await arrival.call.play([bench.sound(30.0)])
        assert arrival.call.keys_waiting()
        await arrival.call.play([bench.sound(30.0)])  # not even begun: a key is waiting
        read.append(await arrival.call.key(1.0))
        await arrival.call.play([bench.sound(0.2)])

    ended = bench.serve(conversation)
    dialog = await (await bench.caller()).call("104")
    await dialog.voice.hears()
    await dialog.press("7")
    await ended
    assert read == ["7"]


async def test_keys_typed_ahead_are_kept_in_order_or_forgotten(bench: Bench) -> None:
    read: list[str | None] = []
    typed = asyncio.Queue[None]()

    async def conversation(arrival: Arrival) -> None:
        await arrival.call.answer()
        await typed.get()
        read.extend([await arrival.call.key(5.0) for _ in range(4)])
        read.append(await arrival.call.key(0.0))
        await typed.get()
        read.append(await arrival.call.key(5.0))
        await arrival.call.play([bench.sound(30.0)])  # until the second key is there
        arrival.call.forget_keys()
        read.append(await arrival.call.key(0.0))

    ended = bench.serve(conversation)
    dialog = await (await bench.caller()).call("104")
    await dialog.press("1*0#")
    typed.put_nowait(None)
    await dialog.press("12")
    typed.put_nowait(None)
    await ended
    assert read == ["1", "*", "0", "#", None, "1", None]


async def test_keys_dialled_very_fast_count_once_each(bench: Bench) -> None:
    read: list[str | None] = []

    async def conversation(arrival: Arrival) -> None:
        await arrival.call.answer()
        while (key := await arrival.call.key(10.0)) != "#":
            read.append(key)

    ended = bench.serve(conversation)
    dialog = await (await bench.caller()).call("104")
    await dialog.press("9988776655443322110*#", gap=0.04)
    await ended
    assert "".join(key or "-" for key in read) == "9988776655443322110*"


async def test_a_spoken_name_is_recorded_and_the_hash_answers_nothing(bench: Bench, tmp_path: Path) -> None:
    kept: list[Path | None] = []
    read: list[str | None] = []

    async def conversation(arrival: Arrival) -> None:
        await arrival.call.answer()
        kept.append(await arrival.call.record("names/7", max_seconds=10, silence_seconds=9))
        read.append(await arrival.call.key(0.0))

    ended = bench.serve(conversation)
    dialog = await (await bench.caller()).call("104")
    await dialog.voice.hears(5)  # the beep
    dialog.voice.say(write_voice(tmp_path / "name.wav", seed=3, seconds=0.8))
    await dialog.voice.said()
    await dialog.press("#")
    await ended
    assert kept == [bench.config.recordings / "names" / "7.wav"]
    assert (bench.config.recordings / "names" / "7.wav").stat().st_size > 8000
    assert read == [None]


async def test_nothing_said_is_no_recording(bench: Bench) -> None:
    kept: list[Path | None] = []

    async def conversation(arrival: Arrival) -> None:
        await arrival.call.answer()
        kept.append(await arrival.call.record("names/8", max_seconds=10, silence_seconds=1))

    ended = bench.serve(conversation)
    await (await bench.caller()).call("104")
    await ended
    assert kept == [None]
    assert not list((bench.config.home / "asterisk" / "spool" / "recording").iterdir())
    with pytest.raises(ValueError, match=r"\.\./x"):
        await (await ended).call.record("../x", max_seconds=1, silence_seconds=1)


async def test_music_plays_pauses_for_a_sound_and_goes_on(bench: Bench, tmp_path: Path) -> None:
    spoken = asyncio.Event()

    async def conversation(arrival: Arrival) -> None:
        await arrival.call.answer()
        async with arrival.call.music():
            await arrival.call.key(5.0)
            await arrival.call.play([bench.sound(0.5)])
            spoken.set()
            await arrival.call.key(5.0)
        await arrival.call.key(5.0)

    ended = bench.serve(conversation)
    dialog = await (await bench.caller()).call("104")
    await dialog.voice.hears(30)
    await dialog.press("1")
    await spoken.wait()
    dialog.voice.save(tmp_path / "before.wav")
    dialog.voice.heard.clear()
    await dialog.voice.hears(30)
    dialog.voice.save(tmp_path / "after.wav")
    await dialog.press("23")
    await ended
    assert tone_seconds(tmp_path / "before.wav", MUSIC_HZ) >= 0.4
    assert tone_seconds(tmp_path / "before.wav", SOUND_HZ) >= 0.3
    assert tone_seconds(tmp_path / "after.wav", MUSIC_HZ) >= 0.4


@pytest.mark.parametrize("doing", ["key", "play", "record", "music", "wait"])
async def test_whatever_a_conversation_does_a_hangup_ends_it(bench: Bench, doing: str) -> None:
    begun = asyncio.Event()

    async def conversation(arrival: Arrival) -> None:
        call = arrival.call
        await call.answer()
        begun.set()
        match doing:
            case "key":
                await call.key(60.0)
            case "play":
                await call.play([bench.sound(60.0)])
            case "record":
                await call.record("x", max_seconds=60, silence_seconds=60)
            case "music":
                async with call.music():
                    await call.key(60.0)
            case _:
                raise await call.wait_gone()

    ended = bench.serve(conversation)
    dialog = await (await bench.caller()).call("104")
    await begun.wait()
    if doing in ("play", "record", "music"):
        await dialog.voice.hears(3)
    await dialog.bye()
    with pytest.raises(Hangup) as hangup:
        await ended
    assert hangup.value.cause == 16
    await bench.nothing_left()


async def test_a_leg_that_is_gone_says_so_at_once_and_can_be_hung_up_again(bench: Bench) -> None:
    async def conversation(arrival: Arrival) -> None:
        await arrival.call.answer()
        await arrival.call.hangup()
        await arrival.call.wait_gone()
        await arrival.call.hangup()
        for _ in range(2):
            with pytest.raises(Hangup):
                await arrival.call.play([bench.sound(1.0)])
        with pytest.raises(Hangup):
            await arrival.call.key(1.0)

    ended = bench.serve(conversation)
    dialog = await (await bench.caller()).call("104")
    arrival = await ended
    await dialog.gone.wait()
    assert bench.exchange.find(arrival.call.id) is None


async def test_a_conversation_that_fails_ends_its_call(bench: Bench) -> None:
    async def conversation(arrival: Arrival) -> None:
        await arrival.call.answer()
        raise RuntimeError("a fault of ours")

    ended = bench.serve(conversation)
    dialog = await (await bench.caller()).call("104")
    with pytest.raises(RuntimeError):
        await ended
    await dialog.gone.wait()
    await bench.nothing_left()


async def test_a_missed_call_line_is_refused_unanswered(bench: Bench) -> None:
    async def conversation(arrival: Arrival) -> None:
        assert arrival.kind == "missed"

    ended = bench.serve(conversation)
    with pytest.raises(Refused):
        await (await bench.caller()).call("1055")
    assert (await ended).call.caller == CALLER


def test_tone_is_told_from_tone(tmp_path: Path) -> None:
    """The instrument: what the tests above rely on."""
    assert tone_seconds(write_tone(tmp_path / "a.wav", SOUND_HZ, 1.0), MUSIC_HZ) == 0
