"""How often a medicine is taken, read from what the doctor wrote (T6): for the paper, the voice and the checks.

Doctors write `1-0-1`, `BD`, `SOS`; a patient needs "one in the morning, one at night". What is none of the usual
notations is not guessed at: it stays as it was written.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

_PART = r"(?:[0-9]{1,2} [1-9]/[2-9]|[0-9]{1,2}(?:/[2-9])?|(?:[0-9]{1,2} ?)?½)"
"""`1`, `1/2`, `1 1/2`, `½`, `1½`."""
_PARTS = re.compile(rf"{_PART}(?:-{_PART}){{2,3}}")
_MORE_PARTS = re.compile(rf"{_PART}(?:-{_PART}){{4,}}")
_AMOUNT = re.compile(rf"({_PART}) ?(?:((?:TAB(?:LET)?|CAP(?:SULE)?)S?)\.?)? ?X? ?([A-Z].*|(?<= )[0-9].*)")
"""How many each time, and how often: `2 TDS`, `2 TABS TDS`, `2 TAB 6 HOURLY`."""
_EVERY = re.compile(r"(?:Q ?|EVERY )([0-9]{1,2}) ?H(?:RS?|OURS?|(?:OU)?RLY)?|([0-9]{1,2})[ -]?H(?:OU)?RLY")
_TIMES_A_DAY = {"OD": 1, "BD": 2, "BID": 2, "TDS": 3, "TID": 3, "QID": 4, "QDS": 4}


class Pattern(StrEnum):
    """The usual ways to say how often."""

    PARTS = "parts"
    """So much in the morning, at noon and at night (or morning, noon, evening, night)."""
    TIMES_A_DAY = "times_a_day"
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


@dataclass(frozen=True, slots=True)
class Dosage:
    """One frequency, understood."""

    pattern: Pattern
    parts: tuple[Fraction, ...] = ()
    """Of `PARTS`: units (tablets, or measures of the form) in the morning, at noon, [in the evening,] at night."""
    times: int = 0
    """Of `TIMES_A_DAY`."""
    units: Fraction = Fraction(1)
    """Of `TIMES_A_DAY`: so many each time."""
    counted: Fraction | None = None
    """Of `FREE`: units a day, where they can be counted though nothing else is understood."""

    @property
    def most_a_day(self) -> Fraction | None:
        """Units a day at most; None where it cannot be told."""
        match self.pattern:
            case Pattern.PARTS:
                return sum(self.parts, Fraction())
            case Pattern.TIMES_A_DAY:
                return self.units * self.times
            case Pattern.BEDTIME | Pattern.AT_ONCE | Pattern.WEEKLY:
                return Fraction(1)
            case _:
                return self.counted


def read_dosage(frequency: str) -> Dosage:
    """What `Medicine.frequency` means."""
    spaced = " ".join(frequency.upper().split())
    written = spaced.replace(" ", "")
    parts = spaced.replace(" -", "-").replace("- ", "-")  # other blanks stay: `1 1/2` is not eleven halves
    if _PARTS.fullmatch(parts):
        return Dosage(Pattern.PARTS, parts=tuple(map(_count, parts.split("-"))))
    if _MORE_PARTS.fullmatch(parts):
        return Dosage(Pattern.FREE, counted=sum(map(_count, parts.split("-")), Fraction()))
    if written in _TIMES_A_DAY:
        return Dosage(Pattern.TIMES_A_DAY, times=_TIMES_A_DAY[written])
    if times := _by_the_clock(spaced):
        return Dosage(Pattern.FREE, counted=times)
    if found := _AMOUNT.fullmatch(spaced):
        return _so_many(_count(found[1]), found[3], named=bool(found[2]))
    named = {"SOS": Pattern.AS_NEEDED, "PRN": Pattern.AS_NEEDED, "HS": Pattern.BEDTIME, "STAT": Pattern.AT_ONCE}
    return Dosage({**named, "WEEKLY": Pattern.WEEKLY}.get(written, Pattern.FREE))


def _so_many(units: Fraction, often: str, *, named: bool) -> Dosage:
    """`2 TDS` is understood; what names its own unit is counted only: the form may be another (`2 tabs` of a syrup)."""
    times = _TIMES_A_DAY.get(often)
    if times and not named:
        return Dosage(Pattern.TIMES_A_DAY, times=times, units=units)
    every = Fraction(times) if times else Fraction(1) if often in ("HS", "STAT") else _by_the_clock(often)
    return Dosage(Pattern.FREE, counted=None if every is None else units * every)


def _by_the_clock(often: str) -> Fraction | None:
    """Times a day of `6 HOURLY`, `Q6H`, `EVERY 6 HOURS`, rounded up; None for anything else."""
    found = _EVERY.fullmatch(often)
    hours = int(found[1] or found[2]) if found else 0
    return Fraction(ceil(Fraction(24, hours))) if 0 < hours <= 24 else None


def _count(part: str) -> Fraction:
    return sum(map(Fraction, part.replace("½", " 1/2").split()), Fraction())
