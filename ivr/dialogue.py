"""Talking to one person: say, ask, menu, record. Retries, time-outs, help and barge-in live here, never in a flow.

Every prompt is interrupted by any key. Silence never lasts three seconds (docs/ivr.md, "The caller's clock"): who does
not press hears the question again. 0 fetches a human and 9 is an emergency at every menu; where digits are asked both
follow a star (T10).
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from core.ports import Timeline
from core.rules.read_aloud import SLOW
from core.rules.speech import Param, Phrasebook, Phrasebooks, Spoken
from core.rules.story import MASK
from ivr.call import Call
from ivr.pace import Pace

T = TypeVar("T")

TRIES = 3
"""Questions that were not answered, or not understood, before we give up kindly. Help does not count."""
HUMAN, EMERGENCY, STAR, HASH = "0", "9", "*", "#"

Help = Callable[["Dialogue"], Awaitable[None]]
Line = str | tuple[str, Mapping[str, Param]]
"""A prompt's key, or the key and its values."""


class GaveUp(Exception):
    """The person could not be understood, or did not answer, `TRIES` times in a row."""


@dataclass(slots=True)
class Dialogue:
    """One person, one call, one language. `on_human` and `on_emergency` return when the question may go on."""

    call: Call
    phrasebooks: Phrasebooks
    prompts: Path
    """The folder of rendered sounds."""
    timeline: Timeline
    pace: Pace
    language: str
    on_human: Help
    on_emergency: Help
    own_sounds: Sequence[Path] = ()
    """Folders of sounds that take the place of the rendered ones, the first first."""

    @property
    def phrasebook(self) -> Phrasebook:
        """What can be said in this language."""
        return self.phrasebooks[self.language]

    async def say(self, key: str, **values: Param) -> None:
        """Speak one prompt; a key interrupts it and stays unread."""
        await self.speak([(key, values)])

    async def speak(self, lines: Sequence[Line], *, slowly: bool = False) -> None:
        """Speak several prompts in one breath; `slowly`, as far as a slower sound of them was made."""
        await self._speak(((self.language, line) for line in lines), slowly=slowly)

    async def tell(self, *lines: Line) -> None:
        """Speak what must be heard: keys typed ahead were meant for something else, and are forgotten."""
        self.call.forget_keys()
        await self.speak(lines)

    async def menu(self, lines: Sequence[Line] | Line, choices: Mapping[str, T], *, rarely: Sequence[Line] = ()) -> T:
        """Speak the menu until one of `choices` is pressed. Raises `GaveUp`.

        `rarely`: what few people want, offered to those who let the menu be repeated.
        """
        spoken = [lines] if isinstance(lines, str | tuple) else list(lines)
        failures = 0
        while failures < TRIES:
            await self.speak([*spoken, *rarely] if failures else spoken)
            key = await self._key()
            if key is None:
                failures += 1
            elif key in choices:
                return choices[key]
            elif not await self.help_with(key):
                failures += 1
                await self.tell("not_understood")
        raise GaveUp

    async def choose(self, lines: Sequence[Line], choices: Mapping[str, T], *, slowly: bool = False) -> T | None:
        """Speak, and take a key if one of `choices` is pressed; None when nothing is: who listens need not press.

        Raises `GaveUp` when what is pressed is not understood.
        """
        failures = 0
        while failures < TRIES:
            await self.speak(lines, slowly=slowly)
            key = await self._key()
            if key is None or key in choices:
                return None if key is None else choices[key]
            if not await self.help_with(key):
                failures += 1
                await self.tell("not_understood")
        raise GaveUp

    async def choose_language(self, languages: Sequence[str]) -> str:
        """Every language offers itself in its own words; the choice becomes this dialogue's language.

        Where there is one only, nothing is asked.
        """
        if len(languages) == 1:
            self.language = languages[0]
            return self.language
        choices = {str(number): language for number, language in enumerate(languages, start=1)}
        failures = 0
        while failures < TRIES:
            await self._speak((own, ("language_choice", {"key": key})) for key, own in choices.items())
            pressed = await self._key()
            if pressed in choices:
                self.language = choices[pressed]
                return self.language
            if pressed is None or not await self.help_with(pressed):
                failures += 1
                self.call.forget_keys()  # or who types ahead what we do not know is given up on before a word is said
        raise GaveUp

    async def ask(
        self,
        prompt: str,
        digits: int,
        accept: Callable[[str], T | None],
        *,
        refused: str = "not_understood",
        secret: bool = False,
    ) -> T:
        """Ask for `digits` digits until `accept` returns something; what it refuses is answered by `refused`.

        `#` ends a shorter entry, `*` starts over, `*0` and `*9` call help. Of a `secret` entry the story is told that
        something was pressed, and it ends with `#` or a pause. Raises `GaveUp`.
        """
        for _ in range(TRIES):
            typed = await self._digits(prompt, digits, secret=secret)
            if typed is None:
                continue
            accepted = accept(typed)
            if accepted is not None:
                return accepted
            await self.tell(refused)
        raise GaveUp

    async def record(self, prompt: str, name: str) -> Path | None:
        """Ask for a spoken name; the recording, or None when nothing was said."""
        await self.say(prompt)
        self.call.forget_keys()
        recording = await self.call.record(name, max_seconds=self.pace.name, silence_seconds=self.pace.name_silence)
        self.timeline.note(self.call.id, "recorded", name if recording else "")
        return recording

    async def listen(self, seconds: float, *, secret: bool = False) -> str | None:
        """Wait for one key, for at most this long."""
        key = await self.call.key(seconds)
        if key is not None:
            self.timeline.note(self.call.id, "pressed", MASK if secret else key)
        return key

    def sounds_of(self, line: Line) -> list[str]:
        """The files that say this line, for who plays them otherwise than by `play`; it counts as said."""
        return self._sounds(self.language, line, slowly=False)

    def has(self, spoken: Spoken) -> bool:
        """Whether this was rendered: of a formulary that has just changed not everything may be."""
        return (self.prompts / f"{spoken.stem}.wav").is_file()

    async def help_with(self, key: str) -> bool:
        """Answer 0 and 9; whether the key was one of them."""
        if key == HUMAN:
            await self.on_human(self)
        elif key == EMERGENCY:
            await self.on_emergency(self)
        else:
            return False
        return True

    async def _key(self, *, secret: bool = False) -> str | None:
        return await self.listen(self.pace.patience, secret=secret)

    async def _speak(self, lines: Iterable[tuple[str, Line]], *, slowly: bool = False) -> None:
        """Speak lines, each in its language; nothing when a key is waiting already."""
        if not self.call.keys_waiting():
            await self.call.play([sound for language, line in lines for sound in self._sounds(language, line, slowly)])

    async def _digits(self, prompt: str, count: int, *, secret: bool) -> str | None:
        """Ask, and read `count` digits; None when nothing, or not enough, came in time."""
        await self.say(prompt)
        typed, pauses, starred = "", 0, False
        while len(typed) < count + secret:  # the hash that ends a full entry must not stay behind
            key = await self._key(secret=secret)
            if key is None and len(typed) == count:
                return typed
            if key is None:
                pauses += 1
                if not typed or pauses >= TRIES:
                    return None
                await self.say("go_on")
            elif key == STAR or (starred and await self.help_with(key)):
                typed = ""
                await self.say(prompt)
            elif key == HASH and typed:
                return typed
            elif key.isdecimal():
                typed += key
            # Only what interrupts the question is help: who hears it to its end may well begin with 0 or 9.
            starred = key == STAR and self.call.keys_waiting()
        return typed

    def _sounds(self, language: str, line: Line, slowly: bool) -> list[str]:
        key, values = (line, {}) if isinstance(line, str) else line
        book = self.phrasebooks[language]
        self.timeline.note(self.call.id, "said", f"{key}: {_told(book, key, values)}")
        return [self._file(sound, slowly) for sound in book.segments(key, **values)]

    def _file(self, sound: str, slowly: bool) -> str:
        """Looked up at each play: what was recorded a moment ago is heard."""
        folders = [*([self.prompts / SLOW] if slowly else []), *self.own_sounds]
        found = (folder / sound for folder in folders if (folder / f"{sound}.wav").is_file())
        return str(next(found, self.prompts / sound))


def _told(book: Phrasebook, key: str, values: Mapping[str, Param]) -> str:
    """What the story is told of a prompt: not what a doctor prescribed, nor to whom."""
    return MASK if key in book.later and values else book.text(key, **values)
