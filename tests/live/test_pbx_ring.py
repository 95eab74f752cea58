"""Ringing people and joining them: answers, refusals, second thoughts, rooms."""

import asyncio
from pathlib import Path

import pytest

from ivr.call import Hangup, NoAnswer
from pbx.exchange import Arrival
from tests.live.asterisk_fixture import CALLER, SOUND_HZ, Bench
from tests.live.audio import tone_seconds, write_tone

pytest_plugins = ("tests.live.asterisk_fixture",)


async def test_an_account_is_rung_and_answers(bench: Bench) -> None:
    doctor = await bench.doctor()
    ringing = asyncio.ensure_future(bench.exchange.ring_account("dr-rao", caller="104", timeout=10))
    dialog = await doctor.incoming.get()
    assert "<sip:104@" in dialog.invite.header("from")
    dialog.ring()
    await dialog.accept()
    leg = await ringing
    assert (leg.account, leg.dialled, bench.exchange.find(leg.id)) == ("dr-rao", "dr-rao", leg)
    await leg.hangup()
    await dialog.gone.wait()
    await bench.nothing_left()


async def test_a_number_is_rung_through_the_trunk(bench: Bench) -> None:
    far_end = await bench.subscriber()
    ringing = asyncio.ensure_future(bench.exchange.ring_number(CALLER, caller="104", timeout=10))
    dialog = await far_end.incoming.get()
    assert dialog.invite.start.startswith(f"INVITE sip:{CALLER}@127.0.0.1:")
    assert "<sip:104@" in dialog.invite.header("from")
    await dialog.accept()
    leg = await ringing
    assert (leg.account, leg.dialled) == ("", CALLER)
    await dialog.bye()
    assert (await leg.wait_gone()).cause == 16
    with pytest.raises(ValueError, match="no number"):
        await bench.exchange.ring_number("104@elsewhere", caller="104", timeout=1)


@pytest.mark.parametrize(
    ("status", "reason"), [(486, "busy"), (603, "refused"), (480, "timeout"), (404, "unreachable")]
)
async def test_a_refusal_has_a_reason(bench: Bench, status: int, reason: str) -> None:
    doctor = await bench.doctor()
    ringing = asyncio.ensure_future(bench.exchange.ring_account("dr-rao", caller="104", timeout=10))
    (await doctor.incoming.get()).refuse(status)
    with pytest.raises(NoAnswer, match=reason):
        await ringing
    await bench.nothing_left()


async def test_a_phone_that_is_not_there_is_unreachable(bench: Bench) -> None:
    await bench.board.phones.provision("dr-away", "0" * 32, "Away")
    for account in ("dr-away", "nobody"):
        with pytest.raises(NoAnswer, match="unreachable"):
            await bench.exchange.ring_account(account, caller="104", timeout=10)
    await bench.nothing_left()


async def test_ringing_ends_after_its_time(bench: Bench) -> None:
    doctor = await bench.doctor()
    ringing = asyncio.ensure_future(bench.exchange.ring_account("dr-rao", caller="104", timeout=0.3))
    dialog = await doctor.incoming.get()
    dialog.ring()
    with pytest.raises(NoAnswer, match="timeout"):
        await ringing
    await dialog.gone.wait()
    await bench.nothing_left()


async def test_second_thoughts_stop_the_ringing(bench: Bench) -> None:
    doctor = await bench.doctor()
    ringing = asyncio.ensure_future(bench.exchange.ring_account("dr-rao", caller="104", timeout=10))
    dialog = await doctor.incoming.get()
    dialog.ring()
    ringing.cancel()
    await dialog.gone.wait()
    assert dialog.last is not None
    assert dialog.last.method == "CANCEL"
    await bench.nothing_left()


async def test_second_thoughts_before_the_phone_rings_leave_nothing(bench: Bench) -> None:
    await bench.doctor()
    ringing = asyncio.ensure_future(bench.exchange.ring_account("dr-rao", caller="104", timeout=10))
    await asyncio.sleep(0)  # the request is on its way, the answer is not
    ringing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ringing
    await bench.nothing_left()


async def test_an_answer_in_the_moment_of_second_thoughts_leaves_nothing(bench: Bench) -> None:
    doctor = await bench.doctor()
    ringing = asyncio.ensure_future(bench.exchange.ring_account("dr-rao", caller="104", timeout=10))
    dialog = await doctor.incoming.get()
    await dialog.accept()
    ringing.cancel()
    await dialog.gone.wait()
    await bench.nothing_left()


async def test_both_hear_each_other_in_a_room_and_one_can_leave(bench: Bench, tmp_path: Path) -> None:
    doctor = await bench.doctor()
    left = asyncio.Event()

    async def conversation(arrival: Arrival) -> None:
        patient = arrival.call
        await patient.answer()
        leg = await bench.exchange.ring_account("dr-rao", caller="104", timeout=10)
        room = await bench.exchange.open_room("consultation-7")
        assert (await bench.exchange.open_room("consultation-7")).id == room.id
        await room.admit(leg)
        await room.admit(patient)
        assert (await leg.wait_gone()).cause == 16
        left.set()
        with pytest.raises(Hangup):
            await room.admit(leg)
        await room.dismiss(leg)
        assert await patient.key(10.0) == "5"  # still up, and heard, alone in the room
        await room.dismiss(patient)
        await patient.play([bench.sound(0.2)])
        await room.close()
        await room.close()

    ended, caller = bench.serve(conversation), await bench.caller()
    calling = asyncio.ensure_future(caller.call("104"))
    at_doctor = await doctor.incoming.get()
    await at_doctor.accept()
    at_patient = await calling
    for dialog, hz in ((at_patient, 500.0), (at_doctor, 800.0)):
        dialog.voice.say(write_tone(tmp_path / f"{hz}.wav", hz, 3.0))
    await asyncio.gather(at_patient.voice.hears(50), at_doctor.voice.hears(50))
    assert tone_seconds(at_doctor.voice.save(tmp_path / "doctor.wav"), 500.0) >= 0.5
    assert tone_seconds(at_patient.voice.save(tmp_path / "patient.wav"), 800.0) >= 0.5
    await at_doctor.bye()
    await left.wait()
    await at_patient.press("5")
    await ended
    await at_patient.gone.wait()
    assert caller.asked == [], "the telephone network is told who the doctor is"
    await bench.nothing_left()


async def test_music_ends_when_the_room_opens(bench: Bench, tmp_path: Path) -> None:
    admitted = asyncio.Event()

    async def conversation(arrival: Arrival) -> None:
        await arrival.call.answer()
        async with arrival.call.music():
            await arrival.call.key(10.0)
            room = await bench.exchange.open_room("quiet")
            await room.admit(arrival.call)
            admitted.set()
        await arrival.call.key(10.0)
        await room.close()

    ended = bench.serve(conversation)
    dialog = await (await bench.caller()).call("104")
    await dialog.voice.hears(20)
    await dialog.press("1")
    await admitted.wait()
    dialog.voice.heard.clear()
    await dialog.press("2")
    await ended
    await dialog.gone.wait()
    assert tone_seconds(dialog.voice.save(tmp_path / "heard.wav"), SOUND_HZ) == 0
    await bench.nothing_left()
