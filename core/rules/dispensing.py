"""What a pharmacy may still give on a prescription, counted in days of supply.

A medicine of 5 days with 2 repeats is 15 days of supply, in three fills of 5. A fill may be given in parts; nothing is
given beyond the last one, and a repeat only when most of what was given before must have been taken: three times five
days at one counter would be fifteen days in one hand. What was given on an earlier version of the prescription counts
for the same medicine of the version that corrects it: a correction is no second prescription.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.rules.pharmacy import Channel
from core.rules.prescription import Medicine, SignedPrescription

TAKEN = 3 / 4
"""So much of a fill must have been taken before its repeat is given: nobody holds more than 1 1/4 fills."""


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
    TOO_EARLY = "too_early"
    """This would be a repeat, and the fill before it is not taken yet: see `Item.due_from`."""
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
    due_from: datetime | None = None
    """From when on the next repeat may be given; None while the present fill may be given at once."""

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

    def is_early(self, now: datetime) -> bool:
        """Whether nothing is due only because what was given before must be taken first."""
        return bool(self.left) and self.due_from is not None and now < self.due_from

    @property
    def whole(self) -> Portion:
        """Everything that is due now."""
        return Portion(self.place, self.due, self.given)


def named(medicine: Medicine) -> str:
    """What is the same medicine: generic name, form, strength. A prescription has each once."""
    return f"{medicine.generic} {medicine.form} {medicine.strength}"


def items_of(prescription: SignedPrescription, given: Iterable[Dispensing], validity: timedelta) -> tuple[Item, ...]:
    """Its medicines and what is left of them; `given` on any version of it, in that order.

    It may be filled within `validity` of the signature, and each repeat adds the time that a fill lasts.
    """
    by_medicine: dict[str, list[Dispensing]] = {}
    for dispensing in given:
        by_medicine.setdefault(dispensing.medicine, []).append(dispensing)
    return tuple(
        Item(
            place,
            medicine,
            sum(dispensing.days for dispensing in by_medicine.get(named(medicine), ())),
            prescription.signed_at + validity + timedelta(days=medicine.days * medicine.repeats),
            _due_from(medicine, by_medicine.get(named(medicine), ())),
        )
        for place, medicine in enumerate(prescription.content.medicines)
    )


def _due_from(medicine: Medicine, given: Sequence[Dispensing]) -> datetime | None:
    """When most of the last whole fill must have been taken; None in the midst of a fill, whose rest is due at once."""
    so_far = sum(dispensing.days for dispensing in given)
    if not so_far or so_far % medicine.days:
        return None
    lasts_until = given[0].at
    for dispensing in given:
        lasts_until = max(lasts_until, dispensing.at) + timedelta(days=dispensing.days)
    return lasts_until - timedelta(days=medicine.days) * (1 - TAKEN)


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
    if item.is_early(now):
        return Refusal.TOO_EARLY
    return Refusal.TOO_MUCH if portion.days > item.due else None
