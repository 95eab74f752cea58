"""Recordings in place of the synthesised voice: heard at once, taken back, and refused when they are none."""

import pytest

from core.adapters.voice.sound import read_wav
from tests.web.administration import audited, submit, tone
from tests.web.house import Browser, House, press


async def test_a_recording_is_heard_at_once_and_can_be_taken_back(house: House, admin: Browser) -> None:
    rendered = (house.home / "build" / "prompts" / "en" / "prompt" / "welcome.wav").read_bytes()
    sound = house.home / "sounds" / "recorded" / "en" / "prompt" / "welcome.wav"
    page = await (await admin.get("/admin/prompts?language=en")).text()
    assert "en/prompt/welcome" in page
    answer = await submit(
        admin, "/admin/prompts/record", {"stem": "en/prompt/welcome"}, ("file", tone(2, 44100, channels=2))
    )
    assert answer.status == 303
    samples, rate = read_wav(sound)
    assert rate == 8000
    assert len(samples) > 1.5 * 8000
    heard = await admin.get("/admin/prompts/sound.wav?stem=en/prompt/welcome")
    assert await heard.read() == sound.read_bytes() != rendered
    assert heard.headers["Content-Type"] == "audio/wav"
    assert "recorded" in [action for action, _ in await audited(house, "prompt:en/prompt/welcome")]
    await press(admin, "/admin/prompts/unrecord", {"stem": "en/prompt/welcome"})
    back = await admin.get("/admin/prompts/sound.wav?stem=en/prompt/welcome")
    assert await back.read() == rendered
    assert not list((house.home / "sounds").rglob("*.wav"))


@pytest.mark.parametrize(
    ("wav", "says"),
    [
        (b"", "not a wav file"),
        (b"RIFF\xff\xff\xff\xffWAVEfmt ", "not a wav file"),
        (b"\x7fELF" + b"\0" * 5000, "not a wav file"),
        (tone(1, 8000)[:60], "not a wav file"),
        (tone(1, 96000), "samples a second"),
        (tone(0.5, 8000, channels=3), "16 bits"),
        (tone(61, 8000, width=1), "60 seconds"),
        (tone(1, 8000, loud=0), "Nothing can be heard"),
    ],
)
async def test_what_is_no_recording_is_refused(house: House, admin: Browser, wav: bytes, says: str) -> None:
    sound = house.home / "build" / "prompts" / "en" / "prompt" / "welcome.wav"
    before = sound.read_bytes()
    answer = await submit(admin, "/admin/prompts/record", {"stem": "en/prompt/welcome"}, ("file", wav))
    assert answer.status == 422
    assert says in await answer.text()
    assert sound.read_bytes() == before
    assert not [path for path in (house.home / "sounds").rglob("*") if path.is_file()]


@pytest.mark.parametrize("stem", ["../../clinic", "en/prompt/../../../clinic", "/etc/passwd", "en/prompt/none", ""])
async def test_only_prompts_can_be_reached(house: House, admin: Browser, stem: str) -> None:
    assert (await admin.get("/admin/prompts/sound.wav", params={"stem": stem})).status == 404
    answer = await submit(admin, "/admin/prompts/record", {"stem": stem}, ("file", tone(1, 8000)))
    assert answer.status == 422


async def test_a_huge_recording_is_not_read_to_its_end(house: House, admin: Browser) -> None:
    answer = await submit(admin, "/admin/prompts/record", {"stem": "en/prompt/welcome"}, ("file", b"\0" * 5_000_000))
    assert answer.status == 413
