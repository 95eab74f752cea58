"""Which of a medicine's forms is offered first, by who takes it: an adult's tablet, an infant's drops.

The order of a list while a doctor types, no more: whatever is chosen is judged by the rules (T8).
"""

from collections.abc import Mapping
from enum import IntEnum

from core.rules.formulary.drug import Drug, Product


class Taker(IntEnum):
    """Who takes it, by age; the value is the column of the table below."""

    INFANT = 0
    """Swallows no tablet."""
    CHILD = 1
    ADULT = 2


CHILD_FROM, ADULT_FROM = 2, 12
"""Completed years."""
USUAL, POSSIBLE, RARE, UNUSUAL, NEVER = range(5)
"""Places in the list."""
_ORAL: Mapping[str, tuple[int, int, int]] = {
    "drops": (USUAL, RARE, UNUSUAL),
    "syrup": (POSSIBLE, USUAL, POSSIBLE),
    "suspension": (POSSIBLE, USUAL, POSSIBLE),
    "sachet": (POSSIBLE, POSSIBLE, USUAL),
    "powder": (POSSIBLE, POSSIBLE, USUAL),
    "dispersible tablet": (RARE, POSSIBLE, USUAL),
    "chewable tablet": (UNUSUAL, POSSIBLE, USUAL),
}
_WHOLE = (UNUSUAL, RARE, USUAL)
"""Of any other form that is swallowed: tablets, capsules."""


def taker_of(age: int) -> Taker:
    """By completed years."""
    return Taker.INFANT if age < CHILD_FROM else Taker.CHILD if age < ADULT_FROM else Taker.ADULT


def place_offered(drug: Drug, product: Product, age: int) -> int:
    """Where this form stands for somebody of this age, in completed years; smaller is first.

    What is put on the skin or in an eye is the same at every age; an injection is nobody's at home.
    """
    if drug.prohibited:
        return NEVER
    if product.from_age > age or product.route == "injection":
        return UNUSUAL
    if product.route != "oral":
        return POSSIBLE
    return _ORAL.get(product.form, _WHOLE)[taker_of(age)]
