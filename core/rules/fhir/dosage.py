"""Dosage: how a medicine is taken, as text always, and as data where the usual notations were written."""

from collections import defaultdict
from fractions import Fraction

from core.rules.dosage import Dosage, Food, Pattern, read_dosage
from core.rules.fhir.elements import filled, said
from core.rules.fhir.names import UCUM, Element
from core.rules.prescription import Medicine

TIMES = {3: ("MORN", "NOON", "NIGHT"), 4: ("MORN", "NOON", "EVE", "NIGHT")}
"""Codes of HL7's EventTiming, by the number of parts."""
FOODS = {Food.BEFORE: "before food", Food.AFTER: "after food", Food.WITH: "with food"}


def dosages(medicine: Medicine) -> list[Element]:
    """One, or several where the dose differs over the day; at least one."""
    dosage = read_dosage(medicine.frequency)
    common = filled({
        "text": dosage_text(medicine),
        "additionalInstruction": [said(FOODS[medicine.food])] if medicine.food in FOODS else [],
        "patientInstruction": medicine.instructions.strip(),
    })  # fmt: skip
    timed = [common | part for part in _parts(dosage, medicine)]
    return timed if len(timed) < 2 else [{"sequence": place, **part} for place, part in enumerate(timed, 1)]


def dosage_text(medicine: Medicine) -> str:
    """`1-0-1, after food, for 3 days; with water`."""
    days = f"for {medicine.days} day{'' if medicine.days == 1 else 's'}"
    how = ", ".join(part for part in (medicine.frequency.strip(), FOODS.get(medicine.food, ""), days) if part)
    return "; ".join(part for part in (how, medicine.instructions.strip()) if part)


def _parts(dosage: Dosage, medicine: Medicine) -> list[Element]:
    bounds = {"boundsDuration": {"value": medicine.days, "unit": "days", "system": UCUM, "code": "d"}}
    match dosage.pattern:
        case Pattern.PARTS if any(dosage.parts):
            return [_at(when, dose, medicine, bounds) for dose, when in _by_dose(dosage.parts).items()]
        case Pattern.TIMES_A_DAY:
            often = _repeat(bounds | {"frequency": dosage.times, "period": 1, "periodUnit": "d"})
            return [often | (_much(dosage.units, medicine) if dosage.units != 1 else {})]
        case Pattern.BEDTIME:
            return [_repeat(bounds | {"frequency": 1, "period": 1, "periodUnit": "d", "when": ["HS"]})]
        case Pattern.WEEKLY:
            return [_repeat(bounds | {"frequency": 1, "period": 1, "periodUnit": "wk"})]
        case Pattern.AT_ONCE:
            return [_repeat({"count": 1})]
        case Pattern.AS_NEEDED:
            return [_repeat(bounds) | {"asNeededBoolean": True}]
        case _:
            return [_repeat(bounds)]


def _by_dose(parts: tuple[Fraction, ...]) -> dict[Fraction, list[str]]:
    """When each dose is taken; nothing is not taken."""
    times: dict[Fraction, list[str]] = defaultdict(list)
    for when, dose in zip(TIMES[len(parts)], parts, strict=True):
        if dose:
            times[dose].append(when)
    return times


def _at(when: list[str], dose: Fraction, medicine: Medicine, bounds: Element) -> Element:
    taken = _repeat(bounds | {"frequency": len(when), "period": 1, "periodUnit": "d", "when": when})
    return taken | _much(dose, medicine)


def _much(dose: Fraction, medicine: Medicine) -> Element:
    value = int(dose) if dose.denominator == 1 else round(float(dose), 3)
    return {"doseAndRate": [{"doseQuantity": {"value": value, "unit": medicine.form}}]}


def _repeat(repeat: Element) -> Element:
    return {"timing": {"repeat": repeat}}
