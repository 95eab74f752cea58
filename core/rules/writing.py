"""What a doctor keeps while writing: the draft of the case before them, and sets of medicines of their own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from core.rules.prescription import Medicine, SignedPrescription

LONGEST_DRAFT = 60_000
"""Characters; more than the largest form that the panel takes."""
LONGEST_SET_NAME = 60
MOST_SETS = 100
"""Of one doctor."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been typed in a consultation, and not signed."""

    consultation_id: int
    doctor_id: int
    content: str
    """As the panel wrote it; nobody else reads it."""
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class MedicineSet:
    """Medicines and advice that a doctor gives together, under a name of theirs."""

    id: int
    doctor_id: int
    name: str
    medicines: tuple[Medicine, ...]
    advice: str


def set_name(name: str) -> str:
    """The name with single spaces. Raises `ValueError` when it is empty, too long or not printable."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_SET_NAME or not name.isprintable():
        raise ValueError("set_name")
    return name


def last_used(signed: Iterable[SignedPrescription]) -> tuple[Medicine, ...]:
    """What these prescriptions (newest first) hold, each form and strength once, as it was written last."""
    found: dict[tuple[str, str, str], Medicine] = {}
    for medicine in _medicines(signed):
        anybodys = replace(medicine, instructions="", acknowledged="", answers=(), route="")
        found.setdefault((medicine.generic, medicine.form, medicine.strength), anybodys)
    return tuple(found.values())


def _medicines(signed: Iterable[SignedPrescription]) -> Iterator[Medicine]:
    for prescription in signed:
        yield from prescription.content.medicines
