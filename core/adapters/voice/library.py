"""The sounds on the disk: what callers hear lies in `folder`, what people recorded in `recordings`."""

import asyncio
import wave
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from core.adapters.voice.render import place_recording
from core.adapters.voice.sound import VoiceError, for_telephone, read_wav
from core.ports import BadSound, Prompt, PromptState
from core.ports.prompts import LARGEST_RECORDING, LONGEST_RECORDING
from core.rules.speech import Phrasebooks

RATES = range(8000, 48001)
WIDTHS = (1, 2, 4)
"""Bytes of a sample that can be read."""
REPLACED = ".replaced"
"""A folder beside the sounds: what a recording took the place of."""


class SoundFiles:
    """See `core.ports.PromptLibrary`. Asterisk opens a file at each play, so a change is heard at once."""

    def __init__(self, books: Phrasebooks, folder: Path, recordings: Path) -> None:
        self._texts = {book.code: book.texts() for book in books}
        self._folder = folder
        self._recordings = recordings

    async def listed(self, language: str) -> Sequence[Prompt]:
        return await asyncio.to_thread(self._listed, language)

    async def sound(self, stem: str) -> bytes | None:
        path = self._folder / f"{stem}.wav"
        return await asyncio.to_thread(path.read_bytes) if self._known(stem) and path.is_file() else None

    async def record(self, stem: str, wav: bytes) -> None:
        if not self._known(stem):
            raise BadSound("no_such_prompt", f"there is no prompt {stem!r}")
        _check(wav)
        await asyncio.to_thread(self._record, stem, wav)

    async def unrecord(self, stem: str) -> None:
        if not self._known(stem):
            raise BadSound("no_such_prompt", f"there is no prompt {stem!r}")
        await asyncio.to_thread(self._unrecord, stem)

    def _known(self, stem: str) -> bool:
        """Only stems of our own texts: no path of anybody else's making is ever opened."""
        return any(stem in texts for texts in self._texts.values())

    def _listed(self, language: str) -> list[Prompt]:
        return [Prompt(stem, text, self._state(stem)) for stem, text in self._texts.get(language, {}).items()]

    def _state(self, stem: str) -> PromptState:
        if not (self._folder / f"{stem}.wav").is_file():
            return PromptState.MISSING
        return PromptState.RECORDED if (self._recordings / f"{stem}.wav").is_file() else PromptState.RENDERED

    def _record(self, stem: str, wav: bytes) -> None:
        """First checked whole as a file of another name, then put in place."""
        recording, sound = self._recordings / f"{stem}.wav", self._folder / f"{stem}.wav"
        unfinished = recording.with_name(f".{recording.name}.new")
        try:
            recording.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(wav)
            for_telephone(*read_wav(unfinished))
            if self._state(stem) is PromptState.RENDERED:
                kept = self._folder / REPLACED / f"{stem}.wav"
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(sound.read_bytes())
            unfinished.replace(recording)
            place_recording(self._folder, stem, recording)
        except OSError as error:
            raise BadSound("read_only", f"{error.filename}: {error.strerror}") from error
        except (VoiceError, ValueError) as error:
            raise BadSound("silent" if "silent" in str(error) else "not_wav", str(error)) from error
        finally:
            if unfinished.exists():
                unfinished.unlink()

    def _unrecord(self, stem: str) -> None:
        kept = self._folder / REPLACED / f"{stem}.wav"
        if not kept.is_file() or self._state(stem) is not PromptState.RECORDED:
            raise BadSound("no_other", "no synthesised voice is kept: run `duravani prompts render`")
        try:
            kept.replace(self._folder / f"{stem}.wav")
            (self._recordings / f"{stem}.wav").unlink()
        except OSError as error:
            raise BadSound("read_only", f"{error.filename}: {error.strerror}") from error


def _check(wav: bytes) -> None:
    """The header says PCM of a size and rate that we can read, and the sound is as long as it says."""
    if len(wav) > LARGEST_RECORDING:
        raise BadSound("too_large", f"{len(wav)} bytes; at most {LARGEST_RECORDING}")
    try:
        with wave.open(BytesIO(wav)) as file:
            channels, width, rate, frames = file.getparams()[:4]
            whole = len(file.readframes(frames)) == frames * width * channels
    except (wave.Error, EOFError, ValueError, RuntimeError) as error:
        raise BadSound("not_wav", f"not a PCM wav file ({error})") from error
    if rate not in RATES:
        raise BadSound("rate", f"{rate} samples a second; 8000 to 48000 are wanted")
    if width not in WIDTHS or channels not in (1, 2):
        raise BadSound("bits", f"{8 * width} bits, {channels} channels; wanted 8, 16 or 32 bits, one or two channels")
    if not 0 < frames <= LONGEST_RECORDING * rate:
        raise BadSound("too_long", f"{frames / rate:.0f} seconds; up to {LONGEST_RECORDING:.0f} are wanted")
    if not whole:
        raise BadSound("not_wav", "the file was cut off")
