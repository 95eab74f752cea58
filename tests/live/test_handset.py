"""Real handsets call each other directly and through the village: signalling, keys, audio, endings."""

import asyncio
import sys
import wave
from pathlib import Path

import pytest

from pbx.handset import (
    CallOver,
    HandsetDied,
    HandsetError,
    Kind,
    NotAnswered,
    Reason,
    State,
    Village,
    parse_keys,
    place_call,
)
from pbx.handset.errors import reason_not_answered
from pbx.handset.keys import Pause, Press, Wait
from pbx.handset.line import q850_cause
from tests.live.audio import Heard, contains, longest_silence, rms_dbfs, tone_present, write_tone, write_voice
from tests.live.phone import connect, handset, pressed

pytestmark = pytest.mark.live

ASHA, RAVI = "+919876543210", "+919876500001"


async def test_each_hears_the_voice_of_the_other(tmp_path: Path) -> None:
    low, high = write_tone(tmp_path / "low.wav", 440), write_tone(tmp_path / "high.wav", 1100)
    heard = tmp_path / "ravi.wav", tmp_path / "asha.wav"
    async with (
        handset(caller=RAVI, speak=high, record=heard[0]) as ravi,
        handset(caller=ASHA, to=ravi, speak=low, record=heard[1]) as asha,
    ):
        rang = await connect(asha, ravi)
        assert rang.detail == {"number": ASHA, "name": "", "dialled": "104"}
        assert (asha.state, ravi.state) == (State.TALKING, State.TALKING)
        await asyncio.gather(asha.hears(), ravi.hears())
        await asha.stay(1.0)
        ours = await asha.hang_up()
        theirs = await ravi.gone()
        assert ours is not None
        assert (ours.by_us, theirs.by_us) == (True, False)
        assert (asha.state, ravi.recordings, asha.recordings) == (State.IDLE, [heard[0]], [heard[1]])
    assert tone_present(heard[0], 440)
    assert not tone_present(heard[0], 1100)
    assert tone_present(heard[1], 1100)
    assert not tone_present(heard[1], 440)
    assert -16 < rms_dbfs(heard[1]) < -10


async def test_keys_arrive_in_order_and_complete() -> None:
    async with handset() as callee, handset(to=callee) as caller:
        await connect(caller, callee)
        await caller.keys("1223334444*#0")
        await caller.keys("9")
        assert await pressed(callee, 14) == "1223334444*#09"
        with pytest.raises(ValueError, match="not keys"):
            await caller.keys("12a")


async def test_recording_tells_which_prompts_were_heard(tmp_path: Path) -> None:
    prompts = {name: write_voice(tmp_path / f"{name}.wav", seed) for seed, name in enumerate(["greet", "age", "pin"])}
    loud_16k = write_voice(tmp_path / "sixteen.wav", 7, rate=16000)
    async with (
        handset() as clinic,
        handset(to=clinic, record=tmp_path / "heard.wav") as caller,
    ):
        await connect(caller, clinic)
        for prompt in (prompts["pin"], prompts["greet"], loud_16k):
            await clinic.say(prompt)
        await clinic.hang_up()
        await caller.gone()
    heard = Heard(tmp_path / "heard.wav")
    assert [name for _, name in heard.transcript({**prompts, "sixteen": loud_16k})] == ["pin", "greet", "sixteen"]
    starts = [at for at, _ in heard.transcript(prompts)]
    assert starts[1] - starts[0] == pytest.approx(3.0, abs=0.2)
    assert contains(tmp_path / "heard.wav", prompts["greet"], first=1.0) == pytest.approx(starts[1], abs=0.05)
    with wave.open(str(tmp_path / "heard.wav")) as wav:
        assert (wav.getnchannels(), wav.getsampwidth(), wav.getframerate()) == (1, 2, 8000)
        assert wav.getnframes() == len(heard.samples)


async def test_pause_waits_for_the_end_of_speech(tmp_path: Path) -> None:
    voice = write_voice(tmp_path / "voice.wav", 1, seconds=1.0)
    async with handset() as clinic, handset(to=clinic) as caller:
        await connect(caller, clinic)
        waiting = asyncio.create_task(caller.pause(quiet=0.8))
        await clinic.say(voice)
        await clinic.stay(0.4)
        assert not waiting.done()
        await clinic.say(voice)
        await waiting
        sounds = [event.detail["on"] for event in caller.log if event.kind is Kind.SOUND]
        assert sounds == [True, False, True, False]


async def test_silence_is_recorded_as_silence(tmp_path: Path) -> None:
    voice, heard = write_voice(tmp_path / "voice.wav", 1, seconds=1.0), tmp_path / "heard.wav"
    async with handset() as clinic, handset(to=clinic, record=heard) as caller:
        await connect(caller, clinic)
        await clinic.say(voice)
        await clinic.stay(2.0)
        await clinic.say(voice)
        await clinic.hang_up()
        await caller.gone()
    assert longest_silence(heard) == pytest.approx(2.0, abs=0.3)
    assert len(Heard(heard).find(voice)) == 2


async def test_each_call_of_a_phone_has_its_recording(tmp_path: Path) -> None:
    async with handset() as callee:
        first = tmp_path / "heard.wav"
        async with handset(to=callee, record=first) as caller:
            for _ in range(3):
                await connect(caller, callee)
                await callee.hang_up()
                await caller.gone()
            assert [path.name for path in caller.recordings] == ["heard.wav", "heard-2.wav", "heard-3.wav"]


async def test_phone_in_a_call_is_busy_and_a_declined_call_is_refused() -> None:
    async with (
        handset() as ravi,
        handset(to=ravi) as asha,
        handset(to=ravi) as meena,
    ):
        await connect(asha, ravi)
        with pytest.raises(NotAnswered) as busy:
            await meena.dial("104")
        assert (busy.value.reason, busy.value.ended.code) == (Reason.BUSY, 486)
        await asha.hang_up()
        await ravi.gone()
        dialling = asyncio.create_task(meena.dial("104"))
        assert (await ravi.ringing()).detail["dialled"] == "104"
        await ravi.reject(603)
        with pytest.raises(NotAnswered) as refused:
            await dialling
        assert refused.value.reason is Reason.REFUSED


async def test_who_gives_up_before_the_answer_stops_the_ringing() -> None:
    async with handset() as ravi, handset(to=ravi) as asha:
        dialling = asyncio.create_task(asha.dial("104"))
        await ravi.ringing()
        dialling.cancel()
        ended = await ravi.gone()
        await asyncio.wait([dialling])  # until asha has put down
        assert (ended.code, ended.by_us, ravi.state) == (487, False, State.IDLE)
        with pytest.raises(NotAnswered) as unanswered:
            await asha.dial("104", ring_seconds=0.1)
        assert unanswered.value.reason is Reason.NO_ANSWER
        assert await asha.hang_up() == unanswered.value.ended


async def test_nobody_there_is_unreachable() -> None:
    async with handset() as gone:
        port = gone.port
    report = await place_call("104", "1", port=port, tell=lambda line: None)
    assert (report.failure, report.exit_code, report.keys_unsent) == (Reason.UNREACHABLE, 13, 1)


async def test_village_rings_each_number_at_its_own_phone() -> None:
    async with (
        Village.open() as village,
        handset(caller=ASHA, to=village) as asha,
        handset(caller=RAVI, to=village) as ravi,
    ):
        village.connect(ASHA, asha.port)
        village.connect(RAVI, ravi.port)
        rang = await connect(asha, ravi, RAVI)
        assert (rang.detail["number"], rang.detail["dialled"]) == (ASHA, RAVI)
        await asha.hang_up()
        await ravi.gone()
        rang = await connect(ravi, asha, ASHA.removeprefix("+"))
        assert rang.detail["number"] == RAVI
        await ravi.hang_up()
        dialling = asyncio.create_task(asha.dial(RAVI))
        await ravi.ringing()
        dialling.cancel()
        assert (await ravi.gone()).code == 487
        village.disconnect(RAVI)
        codes = []
        for number in (RAVI, "+919999999999"):
            with pytest.raises(NotAnswered) as unanswered:
                await asha.dial(number)
            codes.append(unanswered.value.ended.code)
        assert codes == [480, 404]


async def test_call_by_script_listens_presses_and_reports(tmp_path: Path) -> None:
    prompt, told = write_voice(tmp_path / "prompt.wav", 3, seconds=1.0), list[str]()
    async with handset() as clinic:
        script = "p 12,3p #"
        calling = asyncio.create_task(
            place_call("104", script, tmp_path / "heard.wav", port=clinic.port, seconds=1, tell=told.append)
        )
        await clinic.ringing()
        await clinic.pick_up()
        await clinic.say(prompt)
        assert await pressed(clinic, 3) == "123"
        await clinic.say(prompt)
        assert await pressed(clinic, 4) == "123#"
        report = await calling
    assert (report.failure, report.keys_sent, report.keys_unsent, report.exit_code) == (None, "123#", 0, 0)
    assert report.ended.by_us
    assert report.recording is not None
    assert len(Heard(report.recording).find(prompt)) == 2
    said = [line.partition(" s  ")[2].split(" (")[0] for line in told]
    assert [line for line in said if not line.startswith("heard")] == [
        f"dialling sip:104@127.0.0.1:{clinic.port}",
        "ringing",
        "answered",
        *(f"sent {key}" for key in "123#"),
        "hung up by us",
    ]


async def test_other_side_hanging_up_ends_the_script_and_every_wait() -> None:
    async with handset() as clinic:
        calling = asyncio.create_task(place_call("104", "p123", port=clinic.port, tell=lambda line: None))
        await clinic.ringing()
        await clinic.pick_up()
        await clinic.hang_up()
        report = await calling
        assert (report.failure, report.keys_unsent, report.exit_code) == (None, 3, 14)
        async with handset(to=clinic) as caller:
            await connect(caller, clinic)
            waits = [asyncio.create_task(wait) for wait in (caller.hears(), caller.keys("123456"), caller.stay(60))]
            await clinic.hang_up()
            assert all(isinstance(end, CallOver) for end in await asyncio.gather(*waits, return_exceptions=True))


async def test_number_that_cannot_be_dialled_is_an_error_and_the_phone_lives_on() -> None:
    async with handset() as callee, handset(to=callee) as caller:
        with pytest.raises(HandsetError, match=r"(?i)uri"):
            await caller.dial("1 <4>")
        assert (caller.state, await caller.hang_up()) == (State.IDLE, None)
        await connect(caller, callee)
        await asyncio.gather(caller.hang_up(), callee.hang_up())
        assert (caller.state, callee.state) == (State.IDLE, State.IDLE)


async def test_dead_process_is_told_to_who_waits() -> None:
    async with handset() as phone:
        waiting = asyncio.create_task(phone.ringing())
        await asyncio.sleep(0)
        phone.kill()
        with pytest.raises(HandsetDied, match="status -9"):
            await waiting
        with pytest.raises(HandsetError):
            await phone.dial("104")


ORPHANS_PARENT = """
import asyncio, sys
from pbx.handset import Handset
async def main():
    async with Handset.start(registrar=sys.argv[1]) as phone:
        await phone.dial("104")
        await phone.gone()
asyncio.run(main())
"""


async def test_phone_whose_parent_is_killed_hangs_up() -> None:
    async with handset() as callee:
        parent = await asyncio.create_subprocess_exec(sys.executable, "-c", ORPHANS_PARENT, f"127.0.0.1:{callee.port}")
        try:
            await callee.ringing()
            await callee.pick_up()
        finally:
            parent.kill()
            await parent.wait()
        assert not (await callee.gone()).by_us


def test_keys_script() -> None:
    assert parse_keys("p 1,#") == [Pause(), Press("1"), Wait(), Press("#")]
    with pytest.raises(ValueError, match="'x' at place 3"):
        parse_keys("12x")


@pytest.mark.parametrize(
    ("code", "reached", "reason"),
    [
        (486, True, Reason.BUSY),
        (408, False, Reason.UNREACHABLE),
        (408, True, Reason.NO_ANSWER),
        (480, True, Reason.NO_ANSWER),
        (503, True, Reason.UNREACHABLE),
        (404, True, Reason.REFUSED),
        (603, True, Reason.REFUSED),
    ],
)
def test_why_a_call_did_not_come_up(code: int, reached: bool, reason: Reason) -> None:
    assert reason_not_answered(code, reached=reached) is reason


def test_q850_cause_is_read_from_the_reason_header() -> None:
    assert q850_cause('BYE sip:a@b SIP/2.0\r\nReason: Q.850;cause=38;text="x"\r\n\r\n') == 38
    assert q850_cause("BYE sip:a@b SIP/2.0\r\nReason: SIP;cause=200\r\n\r\n") is None
