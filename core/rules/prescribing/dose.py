"""How much a prescription gives of each substance, held against the formulary's maxima: all its rows together (T8)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from core.rules.dosage import Dosage, Pattern
from core.rules.dose_unit import Unit, dosage_of, unit_of
from core.rules.formulary.drug import Drug, Formulary, Maximum, Product
from core.rules.formulary.quantity import Quantity, quantities
from core.rules.prescribing.finding import Finding, Reason
from core.rules.prescribing.paper import frequency_problems
from core.rules.prescription import Medicine

MOST_AT_ONCE = 6
"""Tablets, spoons and the like: more at a time is hardly meant."""
MOST_INJECTIONS = 2
"""At a time. What is counted in units has a strength that says so."""
SMALL = frozenset({
    Unit.ML, Unit.DROP, Unit.EYE_DROP, Unit.EAR_DROP, Unit.NOSE_DROP, Unit.NOSE_SPRAY, Unit.SPRAY, Unit.PUFF, Unit.IU,
    Unit.APPLY, Unit.OUTSIDE, Unit.MOUTH_APPLY, Unit.EYE_APPLY, Unit.GARGLE,
})  # fmt: skip
"""Of these many are usual."""
UNWEIGHED = SMALL - {Unit.ML, Unit.PUFF}
"""One of these is not what the strength is counted by: a drop is no millilitre."""


@dataclass(frozen=True, slots=True)
class Row:
    """One medicine of a prescription, understood."""

    medicine: Medicine
    drug: Drug
    product: Product
    dosage: Dosage
    unit: Unit

    @property
    def weekly(self) -> bool:
        return self.dosage.pattern is Pattern.WEEKLY

    @property
    def given(self) -> Mapping[str, Quantity]:
        """Of each substance, in a day (what is taken weekly: in that week); empty where it cannot be told."""
        times = self.dosage.most_a_day
        held = quantities(self.medicine.strength) if self.unit not in UNWEIGHED else ()
        names = _in_order(self.drug, len(held))
        return {} if times is None else {name: one.times(times) for name, one in zip(names, held, strict=False)}

    @property
    def at_once(self) -> Fraction:
        """Units at a time at most; 0 where it cannot be told."""
        meant = self.dosage.meant or self.dosage
        if meant.pattern is not Pattern.FREE:
            return max((meant.units, *meant.parts))
        numbers = map(Fraction, re.findall(r"\d+", self.medicine.frequency)) if meant.counted else ()
        return max(numbers, default=Fraction())  # five times a day and more: 9-9-9-9-9


def read_row(medicine: Medicine, formulary: Formulary) -> Row | None:
    """None for what the formulary does not have in this form."""
    drug = formulary.get(medicine.generic)
    product = drug.product(medicine.form) if drug else None
    if drug is None or product is None:
        return None
    routed = replace(medicine, route=product.route)
    dosage = dosage_of(routed)
    if dosage.pattern is Pattern.PARTS:
        dosage = replace(dosage, units=Fraction())
    return Row(medicine, drug, product, dosage, unit_of(routed)[0])


def dose_findings(place: int, medicines: Sequence[Medicine], formulary: Formulary) -> Iterator[Finding]:
    """Of the medicine at this place, with those above it. What cannot be counted is said, not passed over."""
    here = read_row(medicines[place], formulary)
    if here is None:
        return
    maximum, product = here.product.daily_maximum, here.product
    if maximum and uncounted(here) and not any(frequency_problems(here.medicine.frequency)):
        yield Finding(Reason.DOSE_UNCOUNTED, {"most": str(maximum.most), "source": maximum.source})
    most = MOST_INJECTIONS if here.unit is Unit.INJECTION else MOST_AT_ONCE
    if here.unit not in SMALL and here.at_once > most:
        yield Finding(Reason.MANY_AT_ONCE, {"most": str(most)})
    if product.longest and here.medicine.days > product.longest:
        yield Finding(Reason.TOO_MANY_DAYS, {"most": str(product.longest), "source": product.source})
    above = [row for row in (read_row(one, formulary) for one in medicines[:place]) if row]
    for name, given in here.given.items():
        yield from _against_maximum(name, given, here, above, formulary)


def uncounted(row: Row) -> bool:
    """Whether how often was written so that no day's dose can be counted; SOS alone has none to count, `2 SOS` has.

    `10 caps TDS` of a tablet counts nothing either: what is meant by one of them nobody knows.
    """
    if not row.medicine.frequency.strip():
        return False
    if row.dosage.pattern is Pattern.AS_NEEDED:
        return row.dosage.units > 1
    return row.dosage.pattern is Pattern.FREE and row.dosage.most_a_day is None


def _against_maximum(
    name: str, given: Quantity, here: Row, above: Sequence[Row], formulary: Formulary
) -> Iterator[Finding]:
    """What is taken weekly is held against a week's maximum only: no day's dose can be made of it."""
    maximum = _maximum_of(name, here, formulary)
    if maximum is None or given.amount == 0 or given.unit != maximum.most.unit:
        return
    others = [row for row in above if row.product.route == here.product.route and row.weekly is here.weekly]
    also = [row.given[name] for row in others if name in row.given and row.given[name].unit == given.unit]
    together = Quantity(given.unit, given.amount + sum((one.amount for one in also), Fraction()))
    if together > maximum.most:
        reason = Reason.ABOVE_WEEKLY_MAXIMUM if here.weekly else Reason.ABOVE_DAILY_MAXIMUM
        named = here.drug.generic == name and all(row.drug.generic == name for row in others if name in row.given)
        said = str(together) if named else f"{together} {name}"
        yield Finding(reason, {"given": said, "most": str(maximum.most), "source": maximum.source})


def _maximum_of(name: str, row: Row, formulary: Formulary) -> Maximum | None:
    """Of this line, or of the substance by the same way in: what a tablet's label says holds for a syrup."""
    alone = formulary.get(name)
    lines = [row.product] if row.drug.generic == name else []
    lines += [one for one in alone.products if one.route == row.product.route] if alone else []
    found = [one.weekly_maximum if row.weekly else one.daily_maximum for one in lines]
    return next((one for one in found if one is not None), None)


def _in_order(drug: Drug, number: int) -> Sequence[str]:
    """The substances that so many strengths are of; of a salt, as it is called."""
    called = drug.generic.split("+")
    return next((names for names in (called, drug.parts) if len(names) == number), ())
