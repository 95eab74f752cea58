"""Whoever speaks a language best: Kokoro where it is at hand and knows the language, else espeak-ng."""

from functools import cache
from pathlib import Path

from core.adapters.voice import kokoro, sound
from core.adapters.voice.espeak import Espeak
from core.adapters.voice.kokoro import Kokoro
from core.rules.speech import Voice


class Speaker:
    """The synthesisers of one process."""

    def __init__(self, kokoro_folder: Path | None) -> None:
        self._espeak = Espeak()
        self._kokoro = Kokoro(kokoro_folder, self._espeak) if kokoro_folder else None

    def speak(self, text: str, voice: Voice) -> sound.Samples:
        """The text ready for the telephone. Raises `VoiceError`."""
        if self._kokoro and voice.kokoro:
            spoken = self._kokoro.speak(text, voice.kokoro, voice.espeak, voice.speed)
            return sound.for_telephone(spoken, kokoro.RATE)
        return sound.for_telephone(self._espeak.speak(text, voice.espeak, voice.speed), self._espeak.rate)


@cache
def speaker(kokoro_folder: Path | None) -> Speaker:
    """The speaker of this process: loading takes half a second, and espeak-ng allows only one."""
    return Speaker(kokoro_folder)
