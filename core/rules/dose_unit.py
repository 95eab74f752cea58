"""What one of a medicine is, by its form, route and strength: a tablet, a spoon, a unit of insulin, or nothing counted.

With it the notations that name a unit themselves are understood.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction

from core.rules.dosage import Dosage, Named, Pattern, read_dosage
from core.rules.prescription import Medicine

_VOLUME = re.compile(r"/\s*(\d+(?:\.\d+)?)?\s*ml$", re.IGNORECASE)
"""What a liquid's strength is counted by: `125 mg/5 ml`, `100 mg/ml`."""
_INTERNATIONAL = re.compile(r"\bIU ?/ ?(?:\d+ ?)?ml$", re.IGNORECASE)
"""`40 IU/ml`: one counts the units of such an injection, not the injections."""
_SPOON = Fraction(5)
"""Millilitres in a spoon, as medicine is measured in India."""


class Unit(StrEnum):
    """What one of a form is: keys of `config/dosage.toml`."""

    TABLET = "tablet"
    CAPSULE = "capsule"
    UNDER_TONGUE = "under_tongue"
    LOZENGE = "lozenge"
    SPOON = "spoon"
    ML = "ml"
    DROP = "drop"
    EYE_DROP = "eye_drop"
    EAR_DROP = "ear_drop"
    NOSE_DROP = "nose_drop"
    NOSE_SPRAY = "nose_spray"
    SPRAY = "spray"
    PUFF = "puff"
    SACHET = "sachet"
    INJECTION = "injection"
    IU = "iu"
    """Of insulin: an international unit."""
    RESPULE = "respule"
    PATCH = "patch"
    APPLY = "apply"
    OUTSIDE = "outside"
    """For the skin, and looks as if one could drink it or eat it."""
    MOUTH_APPLY = "mouth_apply"
    EYE_APPLY = "eye_apply"
    GARGLE = "gargle"
    VAGINAL = "vaginal"
    RECTAL = "rectal"
    DOSE = "dose"
    """Of a form that we have no word for."""


_UNITS: tuple[tuple[str, Unit], ...] = (
    # What says where it goes comes first: a vaginal tablet is not to be swallowed.
    (r"vaginal|pessar", Unit.VAGINAL),
    (r"rectal|suppositor|enema", Unit.RECTAL),
    (r"(eye|ophthalmic).*(ointment|gel)", Unit.EYE_APPLY),
    (r"(eye|ophthalmic).*drop", Unit.EYE_DROP),
    (r"(ear|otic).*drop", Unit.EAR_DROP),
    (r"(nasal|nose).*drop", Unit.NOSE_DROP),
    (r"(nasal|nose).*spray", Unit.NOSE_SPRAY),
    (r"gargle|mouth ?wash", Unit.GARGLE),
    (r"(oral|mouth).*(gel|paste|paint|ointment)", Unit.MOUTH_APPLY),
    (r"sublingual", Unit.UNDER_TONGUE),
    (r"lozenge", Unit.LOZENGE),
    (r"nebuli|respul|respirator", Unit.RESPULE),
    (r"inhal|rotacap", Unit.PUFF),
    (r"cream|ointment|gel$", Unit.APPLY),
    (r"lotion|shampoo|soap|paint|liniment|dusting|topical|scalp|scrub|balm|lacquer|crystal", Unit.OUTSIDE),
    (r"tablet", Unit.TABLET),
    (r"capsule", Unit.CAPSULE),
    (r"sachet|granules", Unit.SACHET),
    (r"injection|infusion|vial|syringe|pen$", Unit.INJECTION),
    (r"patch", Unit.PATCH),
    (r"drop", Unit.DROP),
    (r"syrup|suspension|elixir|linctus|solution|oral liquid", Unit.ML),
    (r"spray", Unit.SPRAY),
)
_BY_ROUTE: Mapping[str, Mapping[Unit, Unit]] = {
    "eye": {Unit.DROP: Unit.EYE_DROP, Unit.APPLY: Unit.EYE_APPLY},
    "ear": {Unit.DROP: Unit.EAR_DROP},
    "nasal": {Unit.DROP: Unit.NOSE_DROP, Unit.SPRAY: Unit.NOSE_SPRAY},
    "oral": {Unit.APPLY: Unit.DOSE, Unit.OUTSIDE: Unit.DOSE},
    "inhaled": {Unit.ML: Unit.RESPULE, Unit.CAPSULE: Unit.PUFF},
}
"""What the form's name leaves open."""
_BY_ROUTE_ALONE: Mapping[str, tuple[Unit, frozenset[Unit]]] = {
    "topical": (Unit.OUTSIDE, frozenset({Unit.APPLY, Unit.SPRAY, Unit.PATCH})),
    "mouth": (Unit.MOUTH_APPLY, frozenset({Unit.GARGLE, Unit.SPRAY})),
    "vaginal": (Unit.VAGINAL, frozenset()),
    "rectal": (Unit.RECTAL, frozenset()),
}
"""Whatever its form is called: what it is, except for these."""
_NAMED: Mapping[Named, str] = {
    Named.TABLET: r"tablet",
    Named.CAPSULE: r"capsule|rotacap",
    Named.DROP: r"drop",
    Named.PUFF: r"inhal|spray",
}
"""The forms whose one is called so."""


COUNTED_OUT = (Unit.IU, Unit.DROP)
"""Nobody takes one of these at a time: `BD` alone says how often, not how much."""


def dosage_of(medicine: Medicine) -> Dosage:
    """How often, understood with the form: `2 tab 6 hourly` is two tablets, of a syrup it is left as it was written."""
    dosage = read_dosage(medicine.frequency)
    if (
        dosage.pattern not in (Pattern.PARTS, Pattern.FREE)
        and dosage.units == 1
        and unit_of(medicine)[0] in COUNTED_OUT
    ):
        return Dosage(Pattern.FREE)
    if dosage.meant is None:
        return dosage
    if dosage.named is None or _is_named(medicine, dosage.named):
        return dosage.meant
    return Dosage(Pattern.FREE)


def _is_named(medicine: Medicine, named: Named) -> bool:
    if named is Named.UNITS:
        return unit_of(medicine)[0] is Unit.IU
    return re.search(_NAMED[named], medicine.form.lower()) is not None


def unit_of(medicine: Medicine) -> tuple[Unit, Fraction]:
    """What one of this medicine is, and its millilitres (0 where it is not measured by them).

    A liquid's unit is what its strength is counted by: one of `125 mg/5 ml` is a spoon of 5 ml.
    """
    unit = _unit(medicine)
    if unit is not Unit.ML:
        return unit, Fraction()
    volume = _VOLUME.search(medicine.strength.strip())
    if volume is None:
        return Unit.DOSE, Fraction()
    millilitres = Fraction(volume[1] or 1)
    return (Unit.SPOON if millilitres == _SPOON else Unit.ML), millilitres


def _unit(medicine: Medicine) -> Unit:
    """By the route where there is one; what has none and is measured in percent is for the skin, whatever it is."""
    form, strength, route = medicine.form.lower(), medicine.strength.strip(), medicine.route
    unit = next((unit for pattern, unit in _UNITS if re.search(pattern, form)), Unit.DOSE)
    if unit is Unit.INJECTION and _INTERNATIONAL.search(strength):
        return Unit.IU
    if not route and unit in (Unit.DOSE, Unit.ML) and strength.endswith("%"):
        return Unit.OUTSIDE
    unit = _BY_ROUTE.get(route, {}).get(unit, unit)
    instead, but = _BY_ROUTE_ALONE.get(route, (unit, frozenset()))
    return unit if unit in but else instead
