"""The small parts: keys, spoken or silent, numbers of callers, processes, the library under AMI."""

import asyncio
import sys
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from ivr.call import Hangup
from pbx.ami import _Client
from pbx.beep import write_beep
from pbx.call import endpoint_of
from pbx.causes import reason
from pbx.install import InstallError, _debian_mirrors, asterisk_command
from pbx.keys import Keys
from pbx.process import Process, find_process
from pbx.spoken import is_spoken


def test_the_beep_is_heard(tmp_path: Path) -> None:
    write_beep(tmp_path / "beep.wav")
    with wave.open(str(tmp_path / "beep.wav"), "rb") as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2") / 32768
        loudest = int(np.argmax(np.abs(np.fft.rfft(samples)))) * sound.getframerate() / len(samples)
    assert loudest == pytest.approx(1000, abs=5)
    assert np.sqrt(np.mean(samples**2)) > 0.1


def write_level(path: Path, level: float, milliseconds: int) -> Path:
    """Half a second of near silence in which a sound of this RMS lasts so long."""
    samples = np.full(4000, 5.0)
    samples[1000 : 1000 + milliseconds * 8] = level
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(samples.astype("<i2").tobytes())
    return path


@pytest.mark.parametrize(("level", "milliseconds", "spoken"), [(1000, 200, True), (1000, 60, False), (150, 400, False)])
def test_a_word_is_told_from_a_click_and_a_quiet_line(
    tmp_path: Path, level: float, milliseconds: int, spoken: bool
) -> None:
    assert is_spoken(write_level(tmp_path / "x.wav", level, milliseconds)) is spoken


def test_a_recording_that_was_never_begun_says_nothing(tmp_path: Path) -> None:
    assert not is_spoken(tmp_path / "stopped-during-the-beep.wav")


async def test_keys_wait_in_order_and_end_with_the_call() -> None:
    keys = Keys()
    for key in "12#":
        keys.press(key)
    keys.take_back()
    assert [keys.take(), keys.take(), bool(keys)] == ["1", "2", False]
    waiting = asyncio.ensure_future(keys.pressed())
    await asyncio.sleep(0)
    keys.press("3")
    assert await waiting == "3"
    keys.clear()
    assert not keys
    waiting = asyncio.ensure_future(keys.pressed())
    await asyncio.sleep(0)
    keys.close(Hangup(17))
    for late in (waiting, keys.pressed()):
        with pytest.raises(Hangup):
            await late


@pytest.mark.parametrize(
    ("channel", "account"),
    [("PJSIP/dr-rao-00000012", "dr-rao"), ("PJSIP/trunk-00000001", ""), ("PJSIP/x1-0000000a", "x1")],
)
def test_the_account_is_in_the_channels_name(channel: str, account: str) -> None:
    assert endpoint_of(channel) == account


def test_every_cause_has_a_reason() -> None:
    assert {reason(cause) for cause in range(128)} == {"busy", "timeout", "refused", "unreachable"}


def test_only_crlf_ends_a_line_of_ami() -> None:
    event = "Event: X\r\nName: a\u2028Forged: 1\x0bForged: 2\nForged: 3\r\nLast: b"
    text = _Client()._decode_pack(event.encode())
    assert text.splitlines() == ["Event: X", "Name: a Forged: 1 Forged: 2 Forged: 3", "Last: b"]


DEB822 = """Types: deb
URIs: http://c.example/debian
Suites: bookworm

Types: deb
URIs: http://c.example/debian-security
"""


@pytest.mark.parametrize(
    ("sources", "mirrors"),
    [
        ("deb http://a.example/debian bookworm main", ["http://a.example/debian"]),
        (
            "# deb http://no/debian x\ndeb [arch=amd64 signed-by=/k] http://b.example/debian/ x",
            ["http://b.example/debian/"],
        ),
        (DEB822, ["http://c.example/debian"]),
        ("deb https://packages.example/apt cloud main", []),
    ],
)
def test_the_mirror_is_the_machines_own(sources: str, mirrors: list[str]) -> None:
    assert list(_debian_mirrors(sources)) == mirrors


def test_an_absent_install_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match=r"run `python3 pbx/install\.py"):
        asterisk_command(tmp_path)


@asynccontextmanager
async def child(code: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python process that has begun to run `code`, which prints a line first."""
    started = await asyncio.create_subprocess_exec(sys.executable, "-c", code, "mark", stdin=-1, stdout=-1)
    assert started.stdout is not None
    await started.stdout.readline()
    yield started
    await started.wait()


async def test_a_process_is_found_watched_and_stopped(tmp_path: Path) -> None:
    async with child("import sys; print(1, flush=True); sys.stdin.read()") as other:
        (tmp_path / "pid").write_text(f"{other.pid}\n")
        assert find_process(tmp_path / "pid", "another mark") is None
        process = find_process(tmp_path / "pid", "mark")
        assert process is not None
        assert process.running
        await process.stop(grace=5.0)
        assert not process.running
        process.close()
        process.close()
    assert find_process(tmp_path / "pid", "mark") is None


async def test_a_process_that_does_not_listen_is_killed() -> None:
    deaf = "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); sys.stdin.read()"
    async with child(deaf) as other:
        process = Process(other.pid)
        await process.stop(grace=0.05)
        assert not process.running
        process.close()
