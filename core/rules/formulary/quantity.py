"""Amounts of a medicine as they are written: `500 mg`, `60000 IU`, and what one unit of `250 mg/5 ml` holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

_AMOUNT = re.compile(r"(\d{1,7}(?:\.\d{1,4})?) ?(mcg|mg|g|IU)")
_VOLUME = re.compile(r"(?:\d+(?:\.\d+)?)? ?ml")
_MILLIGRAMS = {"mcg": Fraction(1, 1000), "mg": Fraction(1), "g": Fraction(1000)}


@dataclass(frozen=True, slots=True, order=True)
class Quantity:
    """Milligrams, or international units, which cannot be compared with them."""

    unit: str
    amount: Fraction

    def __str__(self) -> str:
        """As it is printed: `4000 mg`, `0.5 mg`, `60000 IU`."""
        whole = self.amount.denominator == 1
        return f"{self.amount.numerator if whole else round(float(self.amount), 3)} {self.unit}"

    def times(self, number: Fraction) -> "Quantity":
        return Quantity(self.unit, self.amount * number)


def quantity(written: str) -> Quantity | None:
    """`500 mg`, `5 mcg`, `1 g`, `1000 IU`; None for whatever is no plain amount (`125 mg/5 ml`, `1 %`)."""
    found = _AMOUNT.fullmatch(written.strip())
    if found is None:
        return None
    factor = _MILLIGRAMS.get(found[2])
    return Quantity("IU", Fraction(found[1])) if factor is None else Quantity("mg", Fraction(found[1]) * factor)


def quantities(strength: str) -> Sequence[Quantity]:
    """In one unit, of each substance in the strength's order; empty where they cannot be told (`1 %`, `standard`).

    One of a liquid is what its strength is counted by: of `125 mg/5 ml` 5 ml.
    """
    top, slash, volume = strength.partition("/")
    if slash and not _VOLUME.fullmatch(volume.strip()):
        return ()
    found = [quantity(part) for part in top.split("+")]
    known = [one for one in found if one is not None]
    return known if len(known) == len(found) else ()
