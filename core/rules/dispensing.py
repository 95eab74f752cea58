"""What a pharmacy may still give on a prescription, counted in days of supply.

A medicine of 5 days with 2 repeats is 15 days of supply, in three fills of 5. A fill may be given in parts; nothing is
given beyond the last one. What was given on an earlier version of the prescription counts for the same medicine of the
version that corrects it: a correction is no second prescription.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.rules.pharmacy import Channel
from core.rules.prescription import Medicine, SignedPrescription


class Standing(StrEnum):
    """What a prescription is worth at a pharmacy's counter."""

    GENUINE = "genuine"
    """Ours and valid; nothing was given on it yet."""
    PARTLY = "partly"
    """Ours and valid; something is left to give."""
    DISPENSED = "dispensed"
    """Everything was given, with all repeats."""
    EXPIRED = "expired"
    """It was valid; what is left may not be given any more."""
    VOID = "void"
    """The doctor has taken it back, or corrected it by a newer version."""


class Refusal(StrEnum):
    """Why something is not dispensed."""

    VOID = "void"
    EXPIRED = "expired"
    GIVEN = "given"
    """Everything of this medicine was given already."""
    TOO_MUCH = "too_much"
    """More than is left of this fill."""
    MEANWHILE = "meanwhile"
    """Somebody has given of this medicine since it was looked at: look again."""
    NO_SUCH_ITEM = "no_such_item"
    NOTHING = "nothing"
    """Nothing was chosen."""


@dataclass(frozen=True, slots=True)
class Dispensing:
    """What one pharmacy gave once of one medicine."""

    id: int
    prescription_id: int
    """The version it was given on."""
    consultation_id: int
    """Whose versions are counted together."""
    item: int
    """The medicine's place in that version, from 0."""
    medicine: str
    """See `named`: what is counted together."""
    already: int
    """Days of supply that had been given of it before: no two rows of a medicine have the same."""
    days: int
    """Days of supply given now."""
    prescribed: int
    """Days of supply in all, with every repeat."""
    pharmacy_id: int
    at: datetime
    channel: Channel


@dataclass(frozen=True, slots=True)
class Portion:
    """What a pharmacy wants to give of one medicine."""

    item: int
    """The medicine's place in the prescription, from 0."""
    days: int
    """Days of supply."""
    already: int
    """What had been given of it when they looked (`Item.given`): who looked before somebody else gave is refused."""


@dataclass(frozen=True, slots=True)
class Item:
    """One medicine of a prescription, and what is left of it."""

    place: int
    medicine: Medicine
    given: int
    """Days of supply given so far."""
    expires_at: datetime
    """Until when it may be given."""

    @property
    def prescribed(self) -> int:
        """Days of supply in all, with every repeat."""
        return self.medicine.days * (1 + self.medicine.repeats)

    @property
    def left(self) -> int:
        """Days of supply that are left in all."""
        return max(0, self.prescribed - self.given)

    @property
    def due(self) -> int:
        """Days of supply that are left of the present fill: the most that is given at once."""
        return min(self.left, self.medicine.days - self.given % self.medicine.days) if self.left else 0

    @property
    def repeats_left(self) -> int:
        """Whole fills that are left after the present one."""
        return (self.left - self.due) // self.medicine.days if self.left else 0

    @property
    def whole(self) -> Portion:
        """Everything that is due now."""
        return Portion(self.place, self.due, self.given)


def named(medicine: Medicine) -> str:
    """What is the same medicine: generic name, form, strength. A prescription has each once."""
    return f"{medicine.generic} {medicine.form} {medicine.strength}"


def items_of(prescription: SignedPrescription, given: Iterable[Dispensing], validity: timedelta) -> tuple[Item, ...]:
    """Its medicines and what is left of them; `given` on any version of it.

    It may be filled within `validity` of the signature, and each repeat adds the time that a fill lasts.
    """
    sums: dict[str, int] = {}
    for dispensing in given:
        sums[dispensing.medicine] = sums.get(dispensing.medicine, 0) + dispensing.days
    return tuple(
        Item(
            place,
            medicine,
            sums.get(named(medicine), 0),
            prescription.signed_at + validity + timedelta(days=medicine.days * medicine.repeats),
        )
        for place, medicine in enumerate(prescription.content.medicines)
    )


def expires_at(prescription: SignedPrescription, items: Sequence[Item], validity: timedelta) -> datetime:
    """When the last of it expires; one without medicines (tests, advice) is good as long as one without repeats."""
    return max((item.expires_at for item in items), default=prescription.signed_at + validity)


def standing_of(
    prescription: SignedPrescription, items: Sequence[Item], *, now: datetime, validity: timedelta
) -> Standing:
    """What it is worth now."""
    if prescription.voided_at is not None:
        return Standing.VOID
    left = [item for item in items if item.left]
    if items and not left:
        return Standing.DISPENSED
    if now >= expires_at(prescription, left, validity):
        return Standing.EXPIRED
    return Standing.PARTLY if any(item.given for item in items) else Standing.GENUINE


def refusal_of(prescription: SignedPrescription, item: Item | None, portion: Portion, now: datetime) -> Refusal | None:
    """Why this portion may not be given; None when it may. `item` is None for a place that the prescription lacks."""
    if prescription.voided_at is not None:
        return Refusal.VOID
    if item is None:
        return Refusal.NO_SUCH_ITEM
    if portion.days < 1:
        return Refusal.NOTHING
    if portion.already != item.given:
        return Refusal.MEANWHILE if item.left else Refusal.GIVEN
    if not item.left:
        return Refusal.GIVEN
    if now >= item.expires_at:
        return Refusal.EXPIRED
    return Refusal.TOO_MUCH if portion.days > item.due else None
