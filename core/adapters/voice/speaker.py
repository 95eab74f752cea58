"""Whoever speaks a language best: Kokoro where it is at hand and knows the language, else espeak-ng."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.adapters.voice import sound
from core.adapters.voice.espeak import Espeak
from core.rules.speech import Voice

if TYPE_CHECKING:  # what runs its model is loaded by those who have the model
    from core.adapters.voice.kokoro import Kokoro


class Speaker:
    """The synthesisers of one process."""

    def __init__(self, kokoro_folder: Path | None) -> None:
        self._espeak = Espeak()
        self._kokoro = _kokoro(kokoro_folder, self._espeak) if kokoro_folder else None

    def speak(self, text: str, voice: Voice) -> sound.Samples:
        """The text ready for the telephone. Raises `VoiceError`."""
        if self._kokoro and voice.kokoro:
            spoken = self._kokoro.speak(text, voice.kokoro, voice.espeak, voice.speed)
            return sound.for_telephone(spoken, self._kokoro.rate)
        return sound.for_telephone(self._espeak.speak(text, voice.espeak, voice.speed), self._espeak.rate)


def _kokoro(folder: Path, espeak: Espeak) -> "Kokoro":
    from core.adapters.voice.kokoro import Kokoro

    return Kokoro(folder, espeak)


@cache
def speaker(kokoro_folder: Path | None) -> Speaker:
    """The speaker of this process: loading takes half a second, and espeak-ng allows only one."""
    return Speaker(kokoro_folder)
