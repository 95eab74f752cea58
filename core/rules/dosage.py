"""How often a medicine is taken, read from what the doctor wrote (T6): for the paper, the voice and the checks.

Doctors write `1-0-1`, `BD`, `SOS`; a patient needs "one in the morning, one at night". What is none of the usual
notations is not guessed at: it stays as it was written.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from math import ceil

_PART = r"(?:[0-9]{1,2} [1-9]/[2-9]|[0-9]{1,2}(?:/[2-9])?|(?:[0-9]{1,2} ?)?½)"
"""`1`, `1/2`, `1 1/2`, `½`, `1½`."""
_PARTS = re.compile(rf"{_PART}(?:-{_PART}){{2,3}}")
_MORE_PARTS = re.compile(rf"{_PART}(?:-{_PART}){{4,}}")
_UNIT = r"(TAB|CAP|DROP|PUFF|UNIT|IU)(?:LET|SULE)?S?\.?(?![A-Z])"
_AMOUNT = re.compile(rf"({_PART}) ?(?:{_UNIT})? ?X? ?([A-Z].*|(?<= )[0-9].*)")
"""How many each time, and how often: `2 TDS`, `2 TABS TDS`, `2 TAB 6 HOURLY`, `10 UNITS BD`."""
_PARTS_OF_UNIT = re.compile(rf"(.*[0-9½]) ?{_UNIT}")
"""`10-0-8 UNITS`."""
_EVERY = re.compile(r"(?:Q ?|EVERY )([0-9]{1,2}) ?H(?:RS?|OURS?|(?:OU)?RLY)?|([0-9]{1,2})[ -]?H(?:OU)?RLY")
_TIMES = re.compile(r"(?:(ONCE|TWICE|THRICE)|([1-9]) ?(?:TIMES?|X))(?: ?(?:A|PER|/) ?DAY| DAILY)")
_DOTS = re.compile(r"(?<=\b[A-Z])\.(?=[A-Z]\b|$)")
"""Of `B.D.` and `T.D.S.`."""
_WEEKLY = re.compile(r"\b(?:ONCE (?:A |PER |IN A )?WEEK(?:LY)?|WEEKLY ONCE)\b")
_WORDS = {"ONCE": 1, "TWICE": 2, "THRICE": 3}
_TIMES_A_DAY = {"OD": 1, "BD": 2, "BID": 2, "TDS": 3, "TID": 3, "QID": 4, "QDS": 4}


class Pattern(StrEnum):
    """The usual ways to say how often."""

    PARTS = "parts"
    """So much in the morning, at noon and at night (or morning, noon, evening, night)."""
    TIMES_A_DAY = "times_a_day"
    EVERY = "every"
    """Every so many hours."""
    AS_NEEDED = "as_needed"
    BEDTIME = "bedtime"
    AT_ONCE = "at_once"
    """Once, now."""
    WEEKLY = "weekly"
    FREE = "free"
    """In the doctor's own words."""


class Food(StrEnum):
    """When, as to meals."""

    ANY = "any"
    BEFORE = "before"
    AFTER = "after"
    WITH = "with"


_PATTERNS = {
    "SOS": Pattern.AS_NEEDED,
    "PRN": Pattern.AS_NEEDED,
    "HS": Pattern.BEDTIME,
    "STAT": Pattern.AT_ONCE,
    "WEEKLY": Pattern.WEEKLY,
}


class Named(StrEnum):
    """A unit that the doctor wrote with the number."""

    TABLET = "TAB"
    CAPSULE = "CAP"
    DROP = "DROP"
    PUFF = "PUFF"
    UNITS = "UNIT"
    """International units, of insulin."""


@dataclass(frozen=True, slots=True)
class Dosage:
    """One frequency, understood."""

    pattern: Pattern
    parts: tuple[Fraction, ...] = ()
    """Of `PARTS`: units (tablets, or measures of the form) in the morning, at noon, [in the evening,] at night."""
    times: int = 0
    """Of `TIMES_A_DAY`."""
    hours: int = 0
    """Of `EVERY`."""
    units: Fraction = Fraction(1)
    """So many each time, of all but `PARTS` and `FREE`."""
    counted: Fraction | None = None
    """Of `FREE`: units a day, where they can be counted though nothing else is understood."""
    meant: "Dosage | None" = None
    """Of `FREE`: what it means where one of the medicine is a `named`; `2 SOS` too, which no check can count."""
    named: Named | None = None

    @property
    def most_a_day(self) -> Fraction | None:
        """Units a day at most; None where it cannot be told."""
        match self.pattern:
            case Pattern.PARTS:
                return sum(self.parts, Fraction())
            case Pattern.TIMES_A_DAY:
                return self.units * self.times
            case Pattern.EVERY:
                return self.units * ceil(Fraction(24, self.hours))
            case Pattern.BEDTIME | Pattern.AT_ONCE | Pattern.WEEKLY:
                return self.units
            case _:
                return self.counted


def read_dosage(frequency: str) -> Dosage:
    """What `Medicine.frequency` means. What names its own unit is counted only: the form may be another."""
    spaced = _WEEKLY.sub("WEEKLY", _DOTS.sub("", " ".join(frequency.upper().split())))
    if understood := _in_parts(spaced) or _how_often(spaced):
        return understood
    if found := _PARTS_OF_UNIT.fullmatch(spaced):
        return _if_named(_in_parts(found[1]), found[2])
    if (found := _AMOUNT.fullmatch(spaced)) and (often := _how_often(found[3])):
        each_time = replace(often, units=_count(found[1]))
        needed = often.pattern is Pattern.AS_NEEDED
        return _if_named(each_time, found[2]) if found[2] or needed else each_time
    return Dosage(Pattern.FREE)


def _in_parts(spaced: str) -> Dosage | None:
    parts = re.sub(r" ?[-+] ?", "-", spaced)  # other blanks stay: `1 1/2` is not eleven halves
    if _PARTS.fullmatch(parts):
        return Dosage(Pattern.PARTS, parts=tuple(map(_count, parts.split("-"))))
    if _MORE_PARTS.fullmatch(parts):
        return Dosage(Pattern.FREE, counted=sum(map(_count, parts.split("-")), Fraction()))
    return None


def _how_often(spaced: str) -> Dosage | None:
    """One each time, so often."""
    written = spaced.replace(" ", "")
    if written in _TIMES_A_DAY:
        return Dosage(Pattern.TIMES_A_DAY, times=_TIMES_A_DAY[written])
    if found := _TIMES.fullmatch(spaced):
        return Dosage(Pattern.TIMES_A_DAY, times=_WORDS[found[1]] if found[1] else int(found[2]))
    if (found := _EVERY.fullmatch(spaced)) and 0 < (hours := int(found[1] or found[2])) <= 24:
        return Dosage(Pattern.EVERY, hours=hours)
    return Dosage(_PATTERNS[written]) if written in _PATTERNS else None


def _if_named(meant: Dosage | None, unit: str | None) -> Dosage:
    if meant is None:
        return Dosage(Pattern.FREE)
    named = Named.UNITS if unit == "IU" else Named(unit) if unit else None
    return Dosage(Pattern.FREE, counted=meant.most_a_day, meant=meant, named=named)


def _count(part: str) -> Fraction:
    return sum(map(Fraction, part.replace("½", " 1/2").split()), Fraction())
