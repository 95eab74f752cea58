"""A whole prescription: what the rules find in it, and what keeps it from being signed (T2-T4, T6, T8)."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.rules.formulary.drug import Formulary
from core.rules.prescribing.dose import dose_findings
from core.rules.prescribing.duplicates import duplicate_findings, the_same
from core.rules.prescribing.encounter import Encounter
from core.rules.prescribing.finding import IN_WORDS, Decision, Problem, Reason
from core.rules.prescribing.free_text import free_text_problems
from core.rules.prescribing.judge import judge, story_of
from core.rules.prescribing.paper import medicine_problems, plain_halves, text_problems
from core.rules.prescription import Medicine, Prescription

LEAST_REASON = 4
"""Letters, vowel signs included, that a reason for a warning has at least."""


def problems(prescription: Prescription, formulary: Formulary, encounter: Encounter) -> Iterator[Problem]:
    """Everything that keeps this prescription from being signed; nothing when it may be.

    A warning is none once the doctor, who saw it, has written a reason at its medicine.
    """
    yield from text_problems(prescription)
    yield from free_text_problems(prescription, formulary)
    for place, medicine in enumerate(prescription.medicines):
        for field, reason in medicine_problems(medicine, formulary.get(medicine.generic)):
            yield Problem(f"medicines.{place}.{field}", reason)
    for found in findings(prescription, formulary, encounter):
        if not is_answered(prescription, found):
            yield found
    yield from _listed_twice(prescription.medicines)


def refused_in_words(prescription: Prescription, formulary: Formulary) -> Iterator[Problem]:
    """What no further word makes good: said while one types, unlike what is still missing."""
    for found in (*text_problems(prescription), *free_text_problems(prescription, formulary)):
        if found.reason in IN_WORDS or found.reason in (Reason.TOO_LONG, Reason.UNPRINTABLE):
            yield found


def findings(prescription: Prescription, formulary: Formulary, encounter: Encounter) -> Iterator[Problem]:
    """What the rules say of each medicine that the formulary has, warnings that were answered included."""
    story = story_of(encounter, formulary)
    for place, medicine in enumerate(prescription.medicines):
        drug = formulary.get(medicine.generic)
        if drug is None:
            continue
        found = [*judge(drug, encounter, story, form=medicine.form)]
        found += duplicate_findings(place, prescription.medicines, formulary)
        found += dose_findings(place, prescription.medicines, formulary)
        for one in found:
            field = "acknowledged" if one.reason.decision is Decision.WARNED else "generic"
            yield Problem(f"medicines.{place}.{field}", one.reason, one.about)


def acknowledged_where_warned(prescription: Prescription, formulary: Formulary, encounter: Encounter) -> Prescription:
    """As it is stored: a reason stays only at a medicine that there was a warning about, and with those warnings."""
    warned: dict[int | None, list[str]] = {}
    for one in findings(prescription, formulary, encounter):
        if one.reason.decision is Decision.WARNED:
            warned.setdefault(one.place, []).append(one.key)
    plain = (replace(medicine, frequency=plain_halves(medicine.frequency)) for medicine in prescription.medicines)
    medicines = (
        replace(medicine, acknowledged=medicine.acknowledged.strip(), answers=tuple(warned[place]))
        if place in warned else replace(medicine, acknowledged="", answers=())
        for place, medicine in enumerate(plain)
    )  # fmt: skip
    return replace(prescription, medicines=tuple(medicines))


def is_answered(prescription: Prescription, found: Problem) -> bool:
    """Whether this is a warning, and a reason (a full stop is none) was written with it in sight.

    Nothing answers what is refused.
    """
    if found.reason.decision is not Decision.WARNED or found.place is None:
        return False
    medicine = prescription.medicines[found.place]
    letters = sum(unicodedata.category(char)[0] in "LM" for char in medicine.acknowledged)
    return letters >= LEAST_REASON and found.key in medicine.answers


def _listed_twice(medicines: Sequence[Medicine]) -> Iterator[Problem]:
    for place, medicine in enumerate(medicines):
        if any(the_same(medicine, earlier) for earlier in medicines[:place]):
            yield Problem(f"medicines.{place}.generic", Reason.LISTED_TWICE)
