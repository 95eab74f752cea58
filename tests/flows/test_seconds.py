"""The caller's clock (docs/ivr.md): the seconds of speech between answer and the end of the spoken token."""

import wave
from collections.abc import Sequence
from pathlib import Path

import pytest

from config.settings import load_settings
from core.rules.patient import Gender
from tests.flows.house import NEW_PATIENT, House
from tests.flows.telephone import Answers, ScriptedCall

NEW_SECONDS, RETURNING_SECONDS = 60.0, 15.0
A_NAME = 1.0
"""Seconds of a spoken name."""
AGAIN: Answers = {"which_patient": "1", "which_patient_unnamed": "1", "opd_choice_general": "1", "pregnant": "2"}


@pytest.fixture(scope="module")
def rendered() -> Path:
    """The folder of rendered prompts."""
    folder = load_settings().build / "prompts"
    if not (folder / "rendered.txt").exists():
        pytest.skip("prompts are not rendered (make setup)")
    return folder


def _seconds(sounds: Sequence[str], rendered: Path, house: House) -> float:
    return sum(_duration(sound, rendered, house) for sound in sounds)


def _duration(sound: str, rendered: Path, house: House) -> float:
    if not sound.startswith(str(house.desk.prompts)):
        return A_NAME
    with wave.open(f"{rendered / sound.removeprefix(f'{house.desk.prompts}/')}.wav") as file:
        return float(file.getnframes() / file.getframerate())


async def _to_the_token(house: House, call: ScriptedCall) -> list[str]:
    """Every sound up to the token, all heard to their end."""
    await call.hears("token_spoken")
    await house.quiet()
    token = (await house.token()).number
    spoken = [sound for sound in call.sounds if "/prompt/" in sound]
    first = next(sound for sound in spoken if Path(sound).name.startswith("token_spoken"))
    return call.sounds[: call.sounds.index(first) + 1 + len(token)]


@pytest.mark.parametrize("language", ["1", "2"])
async def test_a_new_patient_has_a_token_within_a_minute(house: House, rendered: Path, language: str) -> None:
    answers = {**NEW_PATIENT, "language_choice": language, "gender": "1", "hold_or_callback": "2"}
    sounds = await _to_the_token(house, house.dial(answers=answers))
    assert _seconds(sounds, rendered, house) <= NEW_SECONDS


@pytest.mark.parametrize("language", ["hi", "en"])
@pytest.mark.parametrize("gender", [Gender.MAN, Gender.WOMAN])
async def test_a_returning_patient_has_a_token_within_fifteen_seconds(
    house: House, rendered: Path, gender: Gender, language: str
) -> None:
    await house.patient(name="name-1", gender=gender, language=language)
    sounds = await _to_the_token(house, house.dial(answers={**AGAIN, "hold_or_callback": "2"}))
    assert _seconds(sounds, rendered, house) <= RETURNING_SECONDS
