"""The sounds on the disk: rendered ones, and above them this deployment's own, which people recorded or had spoken.

Its own lie in the home, since the rendered ones may be part of a read-only image: in `recorded` what a person says, in
`spoken` what a machine says of sentences that were typed while serving. Whoever plays a sound looks there first.
"""

import asyncio
import wave
from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from core.adapters.voice.render import speak_into
from core.adapters.voice.sound import VoiceError, for_telephone, read_wav, write_wav
from core.ports import BadSound, Prompt, PromptState
from core.ports.prompts import LARGEST_RECORDING, LONGEST_RECORDING
from core.rules.opd import choice_of
from core.rules.speech import Phrasebooks

RATES = range(8000, 48001)
WIDTHS = (1, 2, 4)
"""Bytes of a sample that can be read."""
RECORDED, SPOKEN = "recorded", "spoken"


def own_folders(own: Path) -> tuple[Path, Path]:
    """Where a deployment's own sounds lie, in the order in which they are looked for."""
    return own / RECORDED, own / SPOKEN


class SoundFiles:
    """See `core.ports.PromptLibrary`. Asterisk opens a file at each play, so a change is heard at once."""

    def __init__(self, books: Phrasebooks, folder: Path, of_files: Path, own: Path, kokoro: Path | None = None) -> None:
        """`folder` holds what was rendered, in part from the recordings `of_files`; `own` is what we may write.

        `kokoro` None: espeak-ng speaks.
        """
        self._books = books
        self._texts = {book.code: book.texts() for book in books}
        self._folder, self._of_files = folder, of_files
        self._recorded, self._spoken = own_folders(own)
        self._kokoro = kokoro

    async def listed(self, language: str, added: Mapping[str, str]) -> Sequence[Prompt]:
        return await asyncio.to_thread(self._listed, {**added, **self._texts.get(language, {})})

    async def sound(self, stem: str) -> bytes | None:
        path = self._path(stem) if self._known(stem) else None
        return await asyncio.to_thread(path.read_bytes) if path else None

    async def record(self, stem: str, wav: bytes) -> None:
        self._check_known(stem)
        _check(wav)
        await asyncio.to_thread(self._record, stem, wav)

    async def speak(self, stem: str, text: str) -> None:
        self._check_known(stem)
        book = self._books[stem.partition("/")[0]]
        speaking = (self._spoken / f"{stem}.wav", book.respelt(text), book.voice, self._kokoro)
        try:
            await asyncio.to_thread(speak_into, *speaking)
            (self._recorded / f"{stem}.wav").unlink(missing_ok=True)  # of words that have changed since
        except OSError as error:
            raise _read_only(error) from error
        except VoiceError as error:
            raise BadSound("no_voice", str(error)) from error

    async def unrecord(self, stem: str) -> None:
        self._check_known(stem)
        await asyncio.to_thread(self._unrecord, stem)

    def _known(self, stem: str) -> bool:
        """Only stems of our own texts, or of a department's choice: no path of anybody else's making is ever opened."""
        choice = choice_of(stem)
        return choice[0] in self._texts if choice else any(stem in texts for texts in self._texts.values())

    def _check_known(self, stem: str) -> None:
        if not self._known(stem):
            raise BadSound("no_such_prompt", f"there is no prompt {stem!r}")

    def _path(self, stem: str) -> Path | None:
        paths = (folder / f"{stem}.wav" for folder in (self._recorded, self._spoken, self._folder))
        return next((path for path in paths if path.is_file()), None)

    def _listed(self, texts: Mapping[str, str]) -> list[Prompt]:
        return [Prompt(stem, text, self._state(stem)) for stem, text in texts.items()]

    def _state(self, stem: str) -> PromptState:
        path = self._path(stem)
        if path is None:
            return PromptState.MISSING
        recorded = self._recorded in path.parents or (self._of_files / f"{stem}.wav").is_file()
        return PromptState.RECORDED if recorded else PromptState.RENDERED

    def _record(self, stem: str, wav: bytes) -> None:
        """First checked whole as a file of another name, then put in place."""
        recording = self._recorded / f"{stem}.wav"
        unfinished = recording.with_name(f".{recording.name}.new")
        try:
            recording.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(wav)
            write_wav(recording, for_telephone(*read_wav(unfinished)))
        except OSError as error:
            raise _read_only(error) from error
        except (VoiceError, ValueError) as error:
            raise BadSound("silent" if "silent" in str(error) else "not_wav", str(error)) from error
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)

    def _unrecord(self, stem: str) -> None:
        recording = self._recorded / f"{stem}.wav"
        if not recording.is_file():
            raise BadSound("no_other", f"nobody has recorded {stem} here")
        try:
            recording.unlink()
        except OSError as error:
            raise _read_only(error) from error


def _read_only(error: OSError) -> BadSound:
    return BadSound("read_only", f"{error.filename}: {error.strerror}")


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
