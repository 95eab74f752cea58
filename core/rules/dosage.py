"""How often a medicine is taken, read from what the doctor wrote (T6): for the paper, the voice and the checks.

Doctors write `1-0-1`, `BD`, `SOS`; a patient needs "one in the morning, one at night". What is none of the usual
notations is not guessed at: it stays as it was written.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

_PART = r"(?:[0-9]{1,2}(?:/[2-9])?|½)"
_PARTS = re.compile(rf"{_PART}(?:-{_PART}){{2,3}}")
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

    @property
    def most_a_day(self) -> Fraction | None:
        """Units a day at most; None where it cannot be told."""
        match self.pattern:
            case Pattern.PARTS:
                return sum(self.parts, Fraction())
            case Pattern.TIMES_A_DAY:
                return Fraction(self.times)
            case Pattern.BEDTIME | Pattern.AT_ONCE | Pattern.WEEKLY:
                return Fraction(1)
            case _:
                return None


def read_dosage(frequency: str) -> Dosage:
    """What `Medicine.frequency` means."""
    written = frequency.strip().upper().replace(" ", "")
    if _PARTS.fullmatch(written):
        return Dosage(Pattern.PARTS, parts=tuple(Fraction(part) for part in written.replace("½", "1/2").split("-")))
    if written in _TIMES_A_DAY:
        return Dosage(Pattern.TIMES_A_DAY, times=_TIMES_A_DAY[written])
    named = {"SOS": Pattern.AS_NEEDED, "PRN": Pattern.AS_NEEDED, "HS": Pattern.BEDTIME, "STAT": Pattern.AT_ONCE}
    return Dosage({**named, "WEEKLY": Pattern.WEEKLY}.get(written, Pattern.FREE))
