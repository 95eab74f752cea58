"""A medicine's dose in a patient's words: "1 गोली, दिन में दो बार, खाने के बाद" (T6), for paper, SMS, page and voice.

The words are data (`config/dosage.toml`), one `DoseWords` a language; here is only how they are put together.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from core.rules.dosage import Dosage, Food, Pattern, read_dosage
from core.rules.prescription import Medicine

_VOLUME = re.compile(r"/\s*(\d+(?:\.\d+)?)?\s*ml$", re.IGNORECASE)
"""What a liquid's strength is counted by: `125 mg/5 ml`, `100 mg/ml`."""
_SPOON = Fraction(5)
"""Millilitres in a spoon, as medicine is measured in India."""
_WRITTEN: Mapping[Fraction, str] = {Fraction(1, 4): "¼", Fraction(1, 2): "½", Fraction(3, 4): "¾"}


class PartOfDay(StrEnum):
    """When in the day."""

    MORNING = "morning"
    NOON = "noon"
    EVENING = "evening"
    NIGHT = "night"


class Unit(StrEnum):
    """What one of a form is: keys of `config/dosage.toml`."""

    TABLET = "tablet"
    CAPSULE = "capsule"
    UNDER_TONGUE = "under_tongue"
    LOZENGE = "lozenge"
    SPOON = "spoon"
    ML = "ml"
    DROP = "drop"
    EYE_DROP = "eye_drop"
    EAR_DROP = "ear_drop"
    NOSE_DROP = "nose_drop"
    NOSE_SPRAY = "nose_spray"
    SPRAY = "spray"
    PUFF = "puff"
    SACHET = "sachet"
    INJECTION = "injection"
    PATCH = "patch"
    APPLY = "apply"
    EYE_APPLY = "eye_apply"
    GARGLE = "gargle"
    VAGINAL = "vaginal"
    RECTAL = "rectal"
    DOSE = "dose"
    """Of a form that we have no word for."""


_UNITS: tuple[tuple[str, Unit], ...] = (
    # What says where it goes comes first: a vaginal tablet is not to be swallowed.
    (r"vaginal|pessar", Unit.VAGINAL),
    (r"rectal|suppositor|enema", Unit.RECTAL),
    (r"(eye|ophthalmic).*(ointment|gel)", Unit.EYE_APPLY),
    (r"(eye|ophthalmic).*drop", Unit.EYE_DROP),
    (r"(ear|otic).*drop", Unit.EAR_DROP),
    (r"(nasal|nose).*drop", Unit.NOSE_DROP),
    (r"(nasal|nose).*spray", Unit.NOSE_SPRAY),
    (r"gargle|mouth ?wash", Unit.GARGLE),
    (r"sublingual", Unit.UNDER_TONGUE),
    (r"lozenge", Unit.LOZENGE),
    (r"nebuli|respul|respirator|oral gel", Unit.DOSE),
    (r"inhal|rotacap", Unit.PUFF),
    (r"cream|ointment|gel$|lotion|shampoo|soap|paint|liniment|dusting|topical|scalp|scrub", Unit.APPLY),
    (r"tablet", Unit.TABLET),
    (r"capsule", Unit.CAPSULE),
    (r"sachet|granules", Unit.SACHET),
    (r"injection|infusion|vial|syringe|pen$", Unit.INJECTION),
    (r"patch", Unit.PATCH),
    (r"drop", Unit.DROP),
    (r"syrup|suspension|elixir|linctus|oral (liquid|solution)", Unit.ML),
    (r"spray", Unit.SPRAY),
)


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
    patterns: Mapping[Pattern, str]
    """For `AS_NEEDED`, `BEDTIME`, `AT_ONCE`, `WEEKLY`."""
    food: Mapping[Food, str]
    """For each but `ANY`."""
    days: Counted


def dose_words(medicine: Medicine, words: DoseWords) -> str:
    """How much, how often, and when as to meals: `1 tablet, twice a day, after food`.

    A frequency in the doctor's own words stays as it was written, and nothing is said about how much.
    """
    said = [*_how_much_and_often(medicine, words)]
    if medicine.food is not Food.ANY:
        said.append(words.food[medicine.food])
    return ", ".join(said)


def course_words(medicine: Medicine, words: DoseWords) -> str:
    """For how long: `5 days`."""
    return words.days.of(Fraction(medicine.days))


def parts_of_day(dosage: Dosage) -> Mapping[PartOfDay, Fraction]:
    """How many units when; empty where the notation does not tell when.

    BD is read as morning and night, TDS and QID as the notation's usual times; once a day may be any time.
    """
    every = (PartOfDay.MORNING, PartOfDay.NOON, PartOfDay.EVENING, PartOfDay.NIGHT)
    three = (PartOfDay.MORNING, PartOfDay.NOON, PartOfDay.NIGHT)
    match dosage.pattern:
        case Pattern.PARTS:
            return dict(zip(three if len(dosage.parts) == 3 else every, dosage.parts, strict=True))
        case Pattern.TIMES_A_DAY if dosage.times > 1:
            usual = {2: (PartOfDay.MORNING, PartOfDay.NIGHT), 3: three}.get(dosage.times, every)
            return {part: dosage.units * (part in usual) for part in (three if dosage.times < 4 else every)}
        case Pattern.BEDTIME:
            return {part: Fraction(part is PartOfDay.NIGHT) for part in three}
        case _:
            return {}


def unit_of(medicine: Medicine) -> tuple[Unit, Fraction]:
    """What one of this medicine is, and its millilitres (0 where it is not measured by them).

    A liquid's unit is what its strength is counted by: one of `125 mg/5 ml` is a spoon of 5 ml.
    """
    form = medicine.form.lower()
    unit = next((unit for pattern, unit in _UNITS if re.search(pattern, form)), Unit.DOSE)
    if unit is not Unit.ML:
        return unit, Fraction()
    volume = _VOLUME.search(medicine.strength.strip())
    if volume is None:
        return Unit.DOSE, Fraction()
    millilitres = Fraction(volume[1] or 1)
    return (Unit.SPOON if millilitres == _SPOON else Unit.ML), millilitres


def number_text(count: Fraction) -> str:
    """`2`, `½`, `1½`, `2/3`, `1 2/3`."""
    whole, rest = divmod(count, 1)
    if not rest:
        return str(whole)
    written = _WRITTEN.get(rest)
    return f"{whole or ''}{written}" if written else f"{whole or ''} {rest}".strip()


def _how_much_and_often(medicine: Medicine, words: DoseWords) -> Iterator[str]:
    dosage = read_dosage(medicine.frequency)
    match dosage.pattern:
        case Pattern.PARTS if any(dosage.parts):
            yield from _in_parts(medicine, parts_of_day(dosage), words)
        case Pattern.TIMES_A_DAY:
            yield _dose(medicine, dosage.units, words)
            yield words.times[dosage.times - 1]
        case Pattern.PARTS | Pattern.FREE:
            yield medicine.frequency.strip()
        case pattern:
            yield _dose(medicine, Fraction(1), words)
            yield words.patterns[pattern]


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
