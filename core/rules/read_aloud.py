"""A prescription's medicines as they are read aloud, and everything that must be rendered ahead to do so.

What a language has no word for is never left out in silence: the caller hears that it stands on the prescription.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from core.rules.dosage import Dosage, Food, Pattern
from core.rules.dose_unit import Unit, dosage_of, unit_of
from core.rules.medicine_words import STANDARD
from core.rules.prescription import Medicine
from core.rules.speech import LARGEST_NUMBER, NUMBERS, Param, Phrasebook, Spoken, Voice

SLOW = "slow"
"""The folder of the slower sounds, below that of all sounds: the same stems once more."""
SLOWER = 0.72
"""Of the voice's own pace: slow enough for an old ear, not so slow that words fall apart."""

_PARTS_OF_DAY = {3: ("morning", "noon", "night"), 4: ("morning", "noon", "evening", "night")}
_NAMED = {
    Pattern.AS_NEEDED: "dose_as_needed",
    Pattern.BEDTIME: "dose_bedtime",
    Pattern.AT_ONCE: "dose_at_once",
    Pattern.WEEKLY: "dose_weekly",
}

UNCOUNTED = frozenset({Unit.APPLY, Unit.OUTSIDE, Unit.EYE_APPLY, Unit.MOUTH_APPLY, Unit.GARGLE})
"""Nobody counts cream."""

Said = tuple[str, Mapping[str, Param]]
"""A prompt's key and its values."""


class Prescribable(Protocol):
    """What a formulary knows of a medicine, as far as it is spoken."""

    @property
    def generic(self) -> str: ...
    @property
    def forms(self) -> tuple[str, ...]: ...
    @property
    def strengths(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sound that is rendered when there is time: its file's stem, and what is said how."""

    stem: str
    text: str
    voice: Voice


# What is said


def age_of(signed: date, today: date) -> Said:
    """How old the prescription is: who takes medicines by it must not take an old one for the new."""
    days = (today - signed).days
    if days > LARGEST_NUMBER:
        return "reading_old", {}
    return ("reading_days", {"days": days}) if days > 1 else ("reading_yesterday" if days == 1 else "reading_today", {})


def medicine_lines(book: Phrasebook, place: int, medicine: Medicine, ready: Callable[[Spoken], bool]) -> list[Said]:
    """One medicine, the `place`-th from 1. `ready` says whether something is rendered."""
    return [
        *name_lines(book, place, medicine, ready),
        *dose_lines(book, medicine),
        *_food_lines(medicine.food),
        *_days_lines(medicine),
        *([("note_written", {})] if medicine.instructions.strip() else []),
    ]


def name_lines(book: Phrasebook, place: int, medicine: Medicine, ready: Callable[[Spoken], bool]) -> Iterator[Said]:
    """Which medicine it is: name, form and strength."""
    name = _named(book, medicine.generic)
    if not ready(name):
        yield "medicine_written", {"place": place}
        return
    form, strength = _form(book, medicine.form), _strength(book, medicine.strength)
    drug = tuple(part for part in (name, form, strength) if part is not None and ready(part))
    yield "medicine", {"place": place, "drug": drug}
    if strength not in drug and medicine.strength != STANDARD:
        yield "strength_written", {}


def dose_lines(book: Phrasebook, medicine: Medicine) -> Iterator[Said]:
    """How much of it, how often. What is not counted is told how to use it, and never without."""
    dosage, (unit, millilitres) = dosage_of(medicine), unit_of(medicine)
    if unit in UNCOUNTED:
        yield f"use_{unit}", {}
        yield _often(_spread(dosage))
        return
    counts = dosage.parts if dosage.pattern is Pattern.PARTS else (dosage.units,)
    doses = [book.dose(unit, count * (millilitres if unit is Unit.ML else 1)) for count in counts]
    if dosage.pattern is Pattern.FREE or not all(doses) or not any(counts):
        yield "dose_written", {}
    elif dosage.pattern is Pattern.PARTS:
        for part, count, dose in zip(_PARTS_OF_DAY[len(counts)], counts, doses, strict=True):
            if count and dose:
                yield f"dose_{part}", {"dose": dose}
    elif dose := doses[0]:
        yield "dose_each", {"dose": dose}
        yield _often(dosage)


def _spread(dosage: Dosage) -> Dosage:
    """1-0-1 of a cream is twice a day."""
    times = sum(1 for much in dosage.parts if much)
    return Dosage(Pattern.TIMES_A_DAY, times=times) if times else dosage


def _often(dosage: Dosage) -> Said:
    match dosage.pattern:
        case Pattern.TIMES_A_DAY:
            return ("dose_once", {}) if dosage.times == 1 else ("dose_times", {"times": dosage.times})
        case Pattern.EVERY:
            return ("dose_hourly", {}) if dosage.hours == 1 else ("dose_every", {"hours": dosage.hours})
        case pattern:
            return _NAMED.get(pattern, "dose_written"), {}


def _food_lines(food: Food) -> Iterator[Said]:
    if food is not Food.ANY:
        yield f"food_{food}", {}


def _days_lines(medicine: Medicine) -> Iterator[Said]:
    if dosage_of(medicine).pattern is not Pattern.AT_ONCE:
        yield ("for_one_day", {}) if medicine.days == 1 else ("for_days", {"days": medicine.days})


# What must be rendered


def read_later(book: Phrasebook, formulary: Iterable[Prescribable]) -> Iterator[Utterance]:
    """All that the natural voice says when there is time: what is read aloud, at both paces, the usual pace first."""
    texts = book.texts()
    later = dict.fromkeys(sorted(book.stems_of(book.later))) | book.amount_texts()
    letters = (letter(book, each) for each in book.medicine_words.letters)
    spelt = {spoken.stem: spoken.text for spoken in letters if spoken is not None}
    words = {spoken.stem: spoken.text for spoken in _vocabulary(book, formulary)}
    yield from (Utterance(stem, book.respelt(texts[stem]), book.voice) for stem in later)
    yield from (Utterance(stem, book.respelt(text), book.voice) for stem, text in (words | spelt).items())
    if not book.read:
        return
    slowly = {stem: texts[stem] for stem in sorted(book.stems_of(book.read))} | book.amount_texts() | words
    slowly |= {stem: texts[stem] for number in range(NUMBERS) for stem in book.number_stems(number)}
    slow = Voice(book.voice.espeak, book.voice.kokoro, book.voice.speed * SLOWER)
    yield from (Utterance(f"{SLOW}/{stem}", book.respelt(text), slow) for stem, text in slowly.items())


def _vocabulary(book: Phrasebook, formulary: Iterable[Prescribable]) -> Iterator[Spoken]:
    """Each name, form and strength of the formulary that this language can say."""
    for drug in formulary:
        yield _named(book, drug.generic)
        found = (*(_form(book, form) for form in drug.forms), *(_strength(book, each) for each in drug.strengths))
        yield from (spoken for spoken in found if spoken is not None)


def letter(book: Phrasebook, name: str) -> Spoken | None:
    """A capital Latin letter as it is called in this language."""
    word = book.medicine_words.letters.get(name)
    return Spoken(f"{book.code}/letter/{name.lower()}", word) if word else None


def _named(book: Phrasebook, generic: str) -> Spoken:
    substances = [substance.strip() for substance in generic.split("+")]
    return Spoken(f"{book.code}/generic/{_file_name(generic)}", book.medicine_words.joined(substances) or generic)


def _form(book: Phrasebook, form: str) -> Spoken | None:
    word = book.medicine_words.forms.get(form)
    return Spoken(f"{book.code}/form/{_file_name(form)}", word) if word else None


def _strength(book: Phrasebook, strength: str) -> Spoken | None:
    words = None if strength == STANDARD else book.medicine_words.strength(strength)
    return Spoken(f"{book.code}/strength/{_file_name(strength)}", words) if words else None


def _file_name(text: str) -> str:
    """One name for one text: what is no letter or digit is written as its number, so that no two share a sound."""
    return "".join(char if char.isascii() and char.isalnum() else _escaped(char) for char in text.lower())


def _escaped(char: str) -> str:
    return "-" if char == " " else f"_{ord(char):x}"
