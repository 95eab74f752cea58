"""The child that renders the natural voice of medicines: it does its work, ends with us, and is not started in vain."""

import asyncio
import logging
from pathlib import Path
from typing import Any, cast

import pytest

from config.settings import CHECKOUT, Settings, load_settings
from config.tables import load_formulary
from core.adapters.voice.sound import read_wav
from core.clinic.clinic import Clinic
from house.medicine_voice import give_medicines_natural_voice, speak_medicines

KOKORO = CHECKOUT / ".build" / "voice" / "kokoro"
LANGUAGE = """
language = {{ code = "aa", name = "aa", voice = {{ espeak = "gmw/en-US", kokoro = "af_heart" }} }}
numbers.words = [{numbers}]
[forms]
tablet = "tablet"
[prompts]
hello = "Hello there."
"""
NAME = "aa/generic/paracetamol.wav"


class ClinicOfOneMedicine:
    """What the child's owner wants to know of a clinic."""

    def __init__(self, settings: Settings) -> None:
        self.policy: Any = self
        self.formulary = load_formulary(settings.formulary)
        self.known_languages = settings.languages


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A deployment with one language and one medicine, given as the child will read it."""
    (tmp_path / "prompts").mkdir()
    numbers = ", ".join(f'"number {n}"' for n in range(100))
    (tmp_path / "prompts" / "aa.toml").write_text(LANGUAGE.format(numbers=numbers))
    (tmp_path / "formulary.csv").write_text("generic,list,form,strengths\nparacetamol,O,tablet,standard\n")
    given = {
        "build": tmp_path / "build", "prompts": tmp_path / "prompts", "voices": tmp_path / "voices",
        "formulary": tmp_path / "formulary.csv", "languages": "aa", "home": tmp_path / "home",
    }  # fmt: skip
    for key, value in given.items():
        monkeypatch.setenv(f"DURAVANI_{key.upper()}", str(value))
    return load_settings()


def clinic(settings: Settings) -> Clinic:
    return cast(Clinic, ClinicOfOneMedicine(settings))


def fetched(settings: Settings) -> None:
    """As if the natural voice was fetched here."""
    if not KOKORO.exists():
        pytest.skip("the natural voice has not been fetched (make setup)")
    (settings.build / "voice").mkdir(parents=True)
    (settings.build / "voice" / "kokoro").symlink_to(KOKORO)


def children() -> set[str]:
    """The ids of our child processes."""
    return {pid for path in Path("/proc/self/task").glob("*/children") for pid in path.read_text().split()}


async def test_espeak_speaks_at_once_and_the_natural_voice_later(settings: Settings) -> None:
    fetched(settings)
    await speak_medicines(settings, clinic(settings))
    name = settings.build / "prompts" / NAME
    quick, _ = read_wav(name)
    await give_medicines_natural_voice(settings, settings.languages)
    natural, _ = read_wav(name)
    assert len(natural) != len(quick)


async def test_the_child_ends_with_us(settings: Settings) -> None:
    fetched(settings)
    await speak_medicines(settings, clinic(settings))
    before = children()
    work = asyncio.create_task(give_medicines_natural_voice(settings, settings.languages))
    while not children() - before:  # noqa: ASYNC110 - the kernel tells nobody of a new child
        await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert children() <= before


async def test_without_a_natural_voice_no_child_is_started(settings: Settings) -> None:
    await speak_medicines(settings, clinic(settings))
    before = children()
    await give_medicines_natural_voice(settings, settings.languages)
    assert children() <= before
    assert not (settings.build / "voice").exists()


async def test_who_does_not_want_it_gets_no_child(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched(settings)
    await speak_medicines(settings, clinic(settings))
    name = settings.build / "prompts" / NAME
    quick = name.read_bytes()
    monkeypatch.setenv("DURAVANI_NATURAL_MEDICINES", "false")
    await give_medicines_natural_voice(load_settings(), settings.languages)
    assert name.read_bytes() == quick


async def test_sounds_that_cannot_be_written_stop_nothing(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.build.mkdir()
    (settings.build / "prompts").write_text("in the way")
    with caplog.at_level(logging.WARNING):
        await speak_medicines(settings, clinic(settings))
    assert "have no sound" in caplog.text
