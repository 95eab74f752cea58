"""Dosage: how a medicine is taken, as text always, and as data where the usual notations were written."""

from collections import defaultdict
from fractions import Fraction

from core.rules.dosage import Dosage, Food, Pattern
from core.rules.dose_unit import Unit, dosage_of, unit_of
from core.rules.fhir.elements import filled, said
from core.rules.fhir.names import UCUM, Element
from core.rules.prescription import Medicine

TIMES = {3: ("MORN", "NOON", "NIGHT"), 4: ("MORN", "NOON", "EVE", "NIGHT")}
"""Codes of HL7's EventTiming, by the number of parts."""
METHODS = {
    Unit.APPLY: "apply",
    Unit.OUTSIDE: "apply, do not swallow",
    Unit.EYE_APPLY: "apply in the eye",
    Unit.MOUTH_APPLY: "apply in the mouth",
    Unit.GARGLE: "gargle, do not swallow",
}
"""What is not taken by number."""
UNITS = {"[iU]": "IU", "mL": "ml"}
"""By their code in UCUM; tablets and the like have none."""
FOODS = {Food.BEFORE: "before food", Food.AFTER: "after food", Food.WITH: "with food"}


def dosages(medicine: Medicine) -> list[Element]:
    """One, or several where the dose differs over the day; at least one."""
    dosage, method = dosage_of(medicine), METHODS.get(unit_of(medicine)[0], "")
    common = filled({
        "text": dosage_text(medicine),
        "additionalInstruction": [said(FOODS[medicine.food])] if medicine.food in FOODS else [],
        "patientInstruction": medicine.instructions.strip(),
        "route": said(medicine.route) if medicine.route else {},
        "method": said(method) if method else {},
    })  # fmt: skip
    timed = [common | part for part in _parts(dosage, medicine)]
    return timed if len(timed) < 2 else [{"sequence": place, **part} for place, part in enumerate(timed, 1)]


def dosage_text(medicine: Medicine) -> str:
    """`1-0-1, after food, for 3 days; with water`."""
    days = f"for {medicine.days} day{'' if medicine.days == 1 else 's'}"
    unit, often = unit_of(medicine)[0], medicine.frequency.strip()
    often = f"{often} (in IU)" if unit is Unit.IU else often
    how = ", ".join(part for part in (METHODS.get(unit, ""), often, FOODS.get(medicine.food, ""), days) if part)
    return "; ".join(part for part in (how, medicine.instructions.strip()) if part)


def _parts(dosage: Dosage, medicine: Medicine) -> list[Element]:
    bounds = {"boundsDuration": {"value": medicine.days, "unit": "days", "system": UCUM, "code": "d"}}
    much = _much(dosage.units, medicine) if dosage.units != 1 or unit_of(medicine)[0] is Unit.IU else {}
    match dosage.pattern:
        case Pattern.PARTS if any(dosage.parts):
            return [_at(when, dose, medicine, bounds) for dose, when in _by_dose(dosage.parts).items()]
        case Pattern.TIMES_A_DAY:
            often = _repeat(bounds | {"frequency": dosage.times, "period": 1, "periodUnit": "d"})
            return [often | much]
        case Pattern.EVERY:
            return [_repeat(bounds | {"frequency": 1, "period": dosage.hours, "periodUnit": "h"}) | much]
        case Pattern.BEDTIME:
            return [_repeat(bounds | {"frequency": 1, "period": 1, "periodUnit": "d", "when": ["HS"]}) | much]
        case Pattern.WEEKLY:
            return [_repeat(bounds | {"frequency": 1, "period": 1, "periodUnit": "wk"}) | much]
        case Pattern.AT_ONCE:
            return [_repeat({"count": 1}) | much]
        case Pattern.AS_NEEDED:
            return [_repeat(bounds) | {"asNeededBoolean": True} | much]
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
    unit, millilitres = unit_of(medicine)
    if unit in METHODS:
        return {}
    dose *= millilitres or 1
    value = int(dose) if dose.denominator == 1 else round(float(dose), 3)
    code = "[iU]" if unit is Unit.IU else "mL" if millilitres else ""
    units: Element = {"unit": UNITS[code], "system": UCUM, "code": code} if code else {"unit": medicine.form}
    return {"doseAndRate": [{"doseQuantity": {"value": value, **units}}]}


def _repeat(repeat: Element) -> Element:
    return {"timing": {"repeat": repeat}}
