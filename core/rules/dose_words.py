"""A medicine's dose in a patient's words: "1 गोली, दिन में दो बार, खाने के बाद" (T6), for paper, SMS, page and voice.

The words are data (`config/dosage.toml`), one `DoseWords` a language; here is only how they are put together.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

from core.rules.dosage import Dosage, Food, Pattern
from core.rules.dose_unit import Unit, dosage_of, unit_of
from core.rules.prescription import Medicine

_PIECES = frozenset({Unit.TABLET, Unit.CAPSULE, Unit.LOZENGE, Unit.SACHET, Unit.INJECTION, Unit.RESPULE, Unit.PATCH})
"""What a pharmacy counts out."""
_WRITTEN: Mapping[Fraction, str] = {Fraction(1, 4): "¼", Fraction(1, 2): "½", Fraction(3, 4): "¾"}


class PartOfDay(StrEnum):
    """When in the day."""

    MORNING = "morning"
    NOON = "noon"
    EVENING = "evening"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Counted:
    """A phrase with a number: `{n}` stands for it, `{ml}` for its millilitres."""

    one: str
    many: str
    half: str

    def of(self, count: Fraction, millilitres: Fraction = Fraction()) -> str:
        """The phrase for this many."""
        text = self.half if count == Fraction(1, 2) else self.one if count <= 1 else self.many
        return text.replace("{n}", number_text(count)).replace("{ml}", f"{float(millilitres):g}")

    @property
    def counts(self) -> bool:
        """Whether the number is said: one does not count cream."""
        return "{" in self.one


@dataclass(frozen=True, slots=True)
class DoseWords:
    """One language's words for doses."""

    units: Mapping[Unit, Counted]
    parts: Mapping[PartOfDay, str]
    at: str
    """How much at which part of the day: `{dose}` and `{part}` in this language's order."""
    times: tuple[str, ...]
    """Once a day, twice, three times, four times."""
    often: Counted
    """More often a day: five times."""
    every: Counted
    """Every hour, every six hours."""
    patterns: Mapping[Pattern, str]
    """For `AS_NEEDED`, `BEDTIME`, `AT_ONCE`, `WEEKLY`."""
    food: Mapping[Food, str]
    """For each but `ANY`."""
    days: Counted
    more: str
    """That the paper says more than an SMS has room for."""


def dose_words(medicine: Medicine, words: DoseWords) -> str:
    """How much, how often, and when as to meals: `1 tablet, twice a day, after food`.

    A frequency in the doctor's own words stays as it was written, and nothing is said about how much, only where to.
    """
    return _with_food(medicine, _how_much_and_often(medicine, words), words)


def written_words(medicine: Medicine, words: DoseWords) -> str:
    """The same with how often as the doctor wrote it, which is shorter; never without "not to be swallowed"."""
    return _with_food(medicine, _as_written(medicine, words), words)


def tells_unit(medicine: Medicine) -> bool:
    """Whether `dose_words` says what one of it is: a tablet, a spoon."""
    dosage = dosage_of(medicine)
    understood = any(dosage.parts) if dosage.pattern is Pattern.PARTS else dosage.pattern is not Pattern.FREE
    return understood and unit_of(medicine)[0] is not Unit.DOSE


def _with_food(medicine: Medicine, said: Iterable[str], words: DoseWords) -> str:
    return ", ".join([*said, *([words.food[medicine.food]] if medicine.food is not Food.ANY else [])])


def course_words(medicine: Medicine, words: DoseWords) -> str:
    """For how long: `5 days`."""
    return words.days.of(Fraction(medicine.days))


def quantity_words(medicine: Medicine, words: DoseWords) -> str:
    """What a pharmacy counts out for the course: `10 tablets`; nothing where it cannot be counted."""
    unit, _ = unit_of(medicine)
    unit = Unit.TABLET if unit is Unit.UNDER_TONGUE else unit
    dosage = dosage_of(medicine)
    if unit not in _PIECES or not dosage.most_a_day:
        return ""
    times = {Pattern.AT_ONCE: 1, Pattern.WEEKLY: ceil(medicine.days / 7)}.get(dosage.pattern, medicine.days)
    return words.units[unit].of(Fraction(ceil(dosage.most_a_day * times)))


def parts_of_day(dosage: Dosage) -> Mapping[PartOfDay, Fraction]:
    """How many units when; empty where the notation does not tell when.

    BD is read as morning and night, TDS and QID as the notation's usual times; once a day may be any time.
    """
    every = (PartOfDay.MORNING, PartOfDay.NOON, PartOfDay.EVENING, PartOfDay.NIGHT)
    three = (PartOfDay.MORNING, PartOfDay.NOON, PartOfDay.NIGHT)
    match dosage.pattern:
        case Pattern.PARTS:
            return dict(zip(three if len(dosage.parts) == 3 else every, dosage.parts, strict=True))
        case Pattern.TIMES_A_DAY if 1 < dosage.times <= len(every):
            usual = {2: (PartOfDay.MORNING, PartOfDay.NIGHT), 3: three}.get(dosage.times, every)
            return {part: dosage.units * (part in usual) for part in (three if dosage.times < 4 else every)}
        case Pattern.BEDTIME:
            return {part: dosage.units * (part is PartOfDay.NIGHT) for part in three}
        case _:
            return {}


def number_text(count: Fraction) -> str:
    """`2`, `½`, `1½`, `2/3`, `1 2/3`."""
    whole, rest = divmod(count, 1)
    if not rest:
        return str(whole)
    written = _WRITTEN.get(rest)
    return f"{whole or ''}{written}" if written else f"{whole or ''} {rest}".strip()


def _how_much_and_often(medicine: Medicine, words: DoseWords) -> Iterator[str]:
    dosage = dosage_of(medicine)
    match dosage.pattern:
        case Pattern.PARTS if any(dosage.parts):
            yield from _in_parts(medicine, parts_of_day(dosage), words)
        case Pattern.PARTS | Pattern.FREE:
            yield from _as_written(medicine, words)
        case _:
            yield _dose(medicine, dosage.units, words)
            yield _often(dosage, words)


def _often(dosage: Dosage, words: DoseWords) -> str:
    match dosage.pattern:
        case Pattern.TIMES_A_DAY if dosage.times <= len(words.times):
            return words.times[dosage.times - 1]
        case Pattern.TIMES_A_DAY:
            return words.often.of(Fraction(dosage.times))
        case Pattern.EVERY:
            return words.every.of(Fraction(dosage.hours))
        case pattern:
            return words.patterns[pattern]


def _as_written(medicine: Medicine, words: DoseWords) -> Iterator[str]:
    """In the doctor's words, never without the warning that it is not to be swallowed."""
    how = words.units[unit_of(medicine)[0]]
    if not how.counts:
        yield how.one
    yield medicine.frequency.strip()


def _in_parts(medicine: Medicine, parts: Mapping[PartOfDay, Fraction], words: DoseWords) -> Iterator[str]:
    taken = {part: count for part, count in parts.items() if count}
    counts = set(taken.values())
    if len(counts) == 1 or not words.units[unit_of(medicine)[0]].counts:
        yield _dose(medicine, counts.pop(), words)
        yield f"{words.times[len(taken) - 1]} ({', '.join(words.parts[part] for part in taken)})"
    else:
        for part, count in taken.items():
            yield words.at.format(dose=_dose(medicine, count, words), part=words.parts[part])


def _dose(medicine: Medicine, count: Fraction, words: DoseWords) -> str:
    unit, millilitres = unit_of(medicine)
    return words.units[unit].of(count, count * millilitres)
