"""A doctor who has seen all that the rules say, and gives one reason against everything, refusals included."""

from collections.abc import Iterable
from dataclasses import replace

from core.rules.prescribing.finding import Problem
from core.rules.prescription import Prescription


def answered(content: Prescription, reason: str, shown: Iterable[Problem]) -> Prescription:
    """With this reason at each medicine that was spoken of in what was `shown`."""
    keys: dict[int | None, tuple[str, ...]] = {}
    for one in shown:
        keys[one.place] = (*keys.get(one.place, ()), one.key)
    medicines = (
        replace(medicine, acknowledged=reason, answers=keys[place]) if place in keys else medicine
        for place, medicine in enumerate(content.medicines)
    )
    return replace(content, medicines=tuple(medicines))
