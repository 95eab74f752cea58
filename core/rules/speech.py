"""What is said to a caller: prompts as sounds for the telephone, and as words for transcripts.

A language is data (`config/prompts/<code>.toml`): its sentences, its hundred number words, its voice. The pieces of a
sentence are rendered ahead, each into one file. A **sound** names such a file below the folder of rendered sounds,
without ending (`hi/prompt/token_spoken.0`, `hi/number/14`, `tones/pause`), or is the absolute path of a recording.
Joining an absolute path to a folder leaves the path as it is, so `folder / sound` is right for both.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import PurePath

from core.rules.dose_unit import Unit
from core.rules.medicine_words import MedicineWords
from core.rules.sentence import Gap, Kind, Part, Text, spoken_groups

NUMBERS = 100
"""Every language has words for 0 to 99; a larger number wants a sentence of its own ("more than ...")."""
LARGEST_NUMBER = NUMBERS - 1

PAUSE = "tones/pause"
"""The short silence between groups of digits."""
RECORDED = "[recording]"
"""Stands in a transcript for a sound that has no words of ours."""

_WORD = re.compile(r"[^\s.,;:!?।]+")  # not \w+, which ends at every vowel sign of an Indic script

SPOKEN_LATER = ("reading", "pharmacy")
"""Tables of prompts that the quick voice renders at set-up and the natural one when there is time (docs/voices.md)."""
READING = "reading"
"""The table of what is read aloud: each of its prompts is also rendered slower."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something that has a sound and words of its own."""

    stem: str
    text: str


Param = int | str | PurePath | tuple[Spoken, ...]
"""What fills a gap: see `core.rules.sentence`; `digits` takes a number too, `recording` a sound or a wav file's path.

`words` takes things that are rendered ahead, in the order in which they are said.
"""


class SpeechError(Exception):
    """Prompt files that cannot be spoken, one problem a line; or a prompt asked for with the wrong parameters."""


@dataclass(frozen=True)
class Voice:
    """Who speaks a language, for each synthesiser. `kokoro` is empty where that voice does not know the language."""

    espeak: str
    kokoro: str = ""
    speed: float = 1.0
    """1.0 is the voice's own pace."""


@dataclass(frozen=True)
class Phrasebook:
    """All that can be said in one language."""

    code: str
    name: str
    voice: Voice
    prompts: Mapping[str, tuple[Part, ...]]
    numbers: tuple[str, ...]
    digits: tuple[str, ...]
    """Words for 0 to 9 where read-out digits sound different from numbers; else empty."""
    pronounce: Mapping[str, str]
    """Spelling for the synthesiser by spelling for the reader."""
    medicine_words: MedicineWords = field(default_factory=MedicineWords)
    later: frozenset[str] = frozenset()
    """Prompts of the tables `SPOKEN_LATER`."""
    read: frozenset[str] = frozenset()
    """Prompts of the table `READING`."""

    def segments(self, key: str, /, **params: Param) -> list[str]:
        """The sounds of a prompt, in order. Raises `SpeechError` for an unknown key or parameters that do not fit."""
        return [sound for part, stem in self._filled(key, params) for sound in self._sounds(part, stem, params)]

    def text(self, key: str, /, **params: Param) -> str:
        """The same prompt as words, for transcripts. Raises as `segments` does."""
        return " ".join(self._words(part, params) for part, _ in self._filled(key, params))

    def texts(self) -> dict[str, str]:
        """What must be rendered: the words of every stem of this language."""
        prompts = {stem: part.text for key in self.prompts for part, stem in self._stems(key) if isinstance(part, Text)}
        sounds = {n: self.number_stems(n) for n in range(NUMBERS)}
        numbers = {stem: self.numbers[n] for n, (stem, *more) in sounds.items() if not more}
        digits = {f"{self.code}/digit/{n}": word for n, word in enumerate(self.digits)}
        return prompts | numbers | digits | self.amount_texts()

    def amount_texts(self) -> dict[str, str]:
        """Likewise: the parts of a tablet alone, and the words for what is counted."""
        parts = {self._part(amount) for amount in self.medicine_words.amounts}
        counted = {self._counted(unit, word) for unit, words in self.medicine_words.doses.items() for word in words}
        return {spoken.stem: spoken.text for spoken in parts | counted}

    def stems_of(self, keys: frozenset[str]) -> frozenset[str]:
        """The stems of these prompts."""
        return frozenset(stem for key in keys for part, stem in self._stems(key) if isinstance(part, Text))

    def dose(self, unit: Unit, count: Fraction) -> tuple[Spoken, ...] | None:
        """So many of a unit: `2`, `tablets`; None where this language has no words for it."""
        one, *more = self.medicine_words.doses.get(unit, ("",))
        if not one:
            return None
        if count == Fraction(1, 2) and len(more) > 1:
            return (self._counted(unit, more[1]),)
        number = self._number_or_part(count)
        return (*number, self._counted(unit, more[0] if count > 1 else one)) if number else None

    def respelt(self, text: str) -> str:
        """A text as the synthesiser should get it: whole words replaced."""
        return _WORD.sub(lambda word: self.pronounce.get(word[0], word[0]), text)

    def gaps(self, key: str) -> set[str]:
        """The placeholders of a prompt, written as in the file."""
        return {str(part) for part in self.prompts[key] if isinstance(part, Gap)}

    def _stems(self, key: str) -> Iterator[tuple[Part, str]]:
        parts = self.prompts[key]
        for number, part in enumerate(parts):
            yield part, f"{self.code}/prompt/{key}" if len(parts) == 1 else f"{self.code}/prompt/{key}.{number}"

    def _filled(self, key: str, params: Mapping[str, Param]) -> list[tuple[Part, str]]:
        if key not in self.prompts:
            raise SpeechError(f"{self.code}: no prompt {key!r}")
        wanted = {part.name for part in self.prompts[key] if isinstance(part, Gap)}
        if wanted != params.keys():
            raise SpeechError(f"{self.code}: {key} takes {sorted(wanted)}, not {sorted(params)}")
        return list(self._stems(key))

    def _sounds(self, part: Part, stem: str, params: Mapping[str, Param]) -> list[str]:
        if isinstance(part, Text):
            return [stem]
        value = params[part.name]
        match part.kind:
            case Kind.NUMBER:
                return self.number_stems(_number(part, value))
            case Kind.DIGITS:
                return self._digit_sounds(_digits(part, value))
            case Kind.WORDS:
                return [spoken.stem for spoken in _spoken(part, value)]
            case Kind.RECORDING:
                return [str(value).removesuffix(".wav")]

    def _number_or_part(self, count: Fraction) -> tuple[Spoken, ...]:
        """Nothing where there is no word."""
        if count in self.medicine_words.amounts:
            return (self._part(count),)
        if count.denominator != 1 or not 0 <= count <= LARGEST_NUMBER:
            return ()
        return tuple(Spoken(stem, self.numbers[int(stem.rpartition("/")[2])]) for stem in self.number_stems(int(count)))

    def _part(self, amount: Fraction) -> Spoken:
        stem = f"{self.code}/amount/{amount.numerator}_{amount.denominator}"
        return Spoken(stem, self.medicine_words.amounts[amount])

    def _counted(self, unit: Unit, word: str) -> Spoken:
        return Spoken(f"{self.code}/dose/{unit}.{self.medicine_words.doses[unit].index(word)}", word)

    def number_stems(self, number: int) -> list[str]:
        """Its sound; or, for a word such as `twenty-five` whose parts are numbers too, the sounds of its parts."""
        parts = self.numbers[number].split("-")
        numbers = [self.numbers.index(part) for part in parts] if set(parts) <= set(self.numbers) else [number]
        return [f"{self.code}/number/{n}" for n in numbers]

    def _digit_sounds(self, digits: str) -> list[str]:
        folder = f"{self.code}/{'digit' if self.digits else 'number'}"
        groups = [[f"{folder}/{digit}" for digit in group] for group in spoken_groups(digits)]
        return [sound for group in groups for sound in (PAUSE, *group)][1:]

    def _words(self, part: Part, params: Mapping[str, Param]) -> str:
        if isinstance(part, Text):
            return part.text
        value = params[part.name]
        match part.kind:
            case Kind.NUMBER:
                return self.numbers[_number(part, value)]
            case Kind.DIGITS:
                return " ".join(_digits(part, value))
            case Kind.WORDS:
                return " ".join(spoken.text for spoken in _spoken(part, value))
            case Kind.RECORDING:
                return RECORDED


def spoken_hour(hour: int) -> tuple[str, int]:
    """An hour of the day (0 to 23) as people say it: the prompt that names the part of the day, and 1 to 12."""
    part = "night" if hour < 4 or hour >= 20 else "morning" if hour < 12 else "afternoon" if hour < 16 else "evening"
    return f"hour_{part}", (hour + 11) % 12 + 1


def _number(gap: Gap, value: Param) -> int:
    if isinstance(value, int) and 0 <= value <= LARGEST_NUMBER:
        return value
    raise SpeechError(f"{gap} takes 0 to {LARGEST_NUMBER}, not {value!r}")


def _digits(gap: Gap, value: Param) -> str:
    digits = str(value)
    if digits.isascii() and digits.isdigit():
        return digits
    raise SpeechError(f"{gap} takes digits, not {value!r}")


def _spoken(gap: Gap, value: Param) -> tuple[Spoken, ...]:
    if isinstance(value, tuple):
        return value
    raise SpeechError(f"{gap} takes things that are rendered ahead, not {value!r}")


class Phrasebooks:
    """The languages of a deployment, in the order in which callers are offered them."""

    def __init__(self, books: Sequence[Phrasebook]) -> None:
        """Raises `SpeechError` unless every language can say all that the first one says."""
        problems = [problem for book in books[1:] for problem in _differences(book, books[0])]
        if not books or problems:
            raise SpeechError("\n".join(problems) or "no language")
        self._books = {book.code: book for book in books}
        self._texts = {stem: text for book in books for stem, text in book.texts().items()}

    @property
    def codes(self) -> tuple[str, ...]:
        """Language codes, first the one that is offered first."""
        return tuple(self._books)

    def __iter__(self) -> Iterator[Phrasebook]:
        return iter(self._books.values())

    def __getitem__(self, code: str) -> Phrasebook:
        """The phrasebook of a language; `SpeechError` for one that is not spoken here."""
        if code not in self._books:
            raise SpeechError(f"{code!r} is not one of {', '.join(self._books)}")
        return self._books[code]

    def words(self, sounds: Sequence[str]) -> str:
        """What a caller heard, for a transcript: the words of stems, or of the absolute paths of their files."""
        heard = (self._texts.get(_stem(sound), RECORDED) for sound in sounds if not sound.endswith(PAUSE))
        return " ".join(heard)


def _stem(sound: str) -> str:
    """The stem in a path: its last three names."""
    return "/".join(PurePath(sound.removesuffix(".wav")).parts[-3:])


def _differences(book: Phrasebook, reference: Phrasebook) -> Iterator[str]:
    for key in sorted(book.prompts.keys() | reference.prompts.keys()):
        if key not in book.prompts:
            yield f"{book.code}.toml: {key}: missing, {reference.code}.toml has it"
        elif key not in reference.prompts:
            yield f"{book.code}.toml: {key}: unknown to {reference.code}.toml"
        else:
            yield from (f"{book.code}.toml: {key}: lacks {gap}" for gap in reference.gaps(key) - book.gaps(key))
            yield from (f"{book.code}.toml: {key}: unexpected {gap}" for gap in book.gaps(key) - reference.gaps(key))
