"""Medicines in the texts of a prescription: prescribed where no rule would look at them (T3, T6), and printed.

A medicine with its dose is a prescription, a name alone is a mention. What may never be prescribed is not even named in
the doctor's own words, unless they say that it is not prescribed; in what was told it is named without dose and time.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from core.rules.formulary.drug import Formulary
from core.rules.formulary.forbidden import Forbidden, plain
from core.rules.prescribing.dose_like import dosed, timed
from core.rules.prescribing.finding import Problem, Reason
from core.rules.prescribing.not_prescribed import prescribed
from core.rules.prescription import Prescription

OWN_WORDS = ("findings", "diagnosis", "advice", "last_period")
RECORDED = ("findings", "diagnosis")
"""Where it also stands what a patient is on, or what a medicine has done: `RA on methotrexate`."""
AS_TOLD = ("complaint", "history", "allergies", "current_medicines")
MEASURED = ("findings",)
"""Where what a laboratory found stands as a bare number: `urea 40`."""
_ON = re.compile(r"(?<!put )(?<!start )(?<!started )\b(?:on|took|taken|taking|takes|positive for)(?: tab| inj)?\.? ?$")
_DONE = re.compile(r"[ -]?(?:induced|use|positive|de-?addiction)\b")
_LABORATORY = re.compile(r"\bsr?\.|\b(?:serum|urine|blood|plasma|levels?|screen|toxicology|assay|tdm)\b")
"""A test for a medicine: `S. lithium`, `urine drug screen (morphine)`."""
_STOPPED = re.compile(r"\b(?:stop(?:ped)?|avoid|discontinued?|never|not?)(?: (?:take|give|tab|the|any|more))* ?$")
_AT_MOST = re.compile(r" ?(?:not|never|no) more than\b")
"""Of a lawful medicine these are no prescription: `stop aspirin 75 mg`, `paracetamol not more than 4 times a day`."""


def free_text_problems(prescription: Prescription, formulary: Formulary) -> Iterator[Problem]:
    """Every text in which a medicine is prescribed, at its field: refused."""
    forms = {form for drug in formulary.values() for form in drug.forms}
    every = {name for name in formulary.substances | formulary.brands if name.rstrip("s") not in forms}
    names, anything = _written(formulary.substances | formulary.brands - formulary.everyday), _written(frozenset(every))
    forbidden = formulary.forbidden
    for field, text in _own_words(prescription):
        looked_for = field.startswith("tests.") and _LABORATORY.search(plain(text))
        if looked_for and (never := _told_to_be_taken(text, forbidden)):
            yield Problem(field, Reason.PROHIBITED_WITH_DOSE, {"told": never})
        elif not looked_for and (never := _named_to_prescribe(text, forbidden, field)):
            yield Problem(field, Reason.PROHIBITED_IN_TEXT, {"told": never})
        elif name := _with_dose(text, names, field):
            yield Problem(field, Reason.MEDICINE_IN_TEXT, {"told": name})
    for field, text in _as_told(prescription):
        if never := _told_to_be_taken(text, forbidden):
            yield Problem(field, Reason.PROHIBITED_WITH_DOSE, {"told": never})
    for place, medicine in enumerate(prescription.medicines):
        if medicine.generic not in formulary and (never := forbidden.named(medicine.generic)):
            yield Problem(f"medicines.{place}.generic", Reason.PROHIBITED_IN_TEXT, {"told": never})
        if told := forbidden.named(medicine.frequency) or _first(anything, medicine.frequency):
            yield Problem(f"medicines.{place}.frequency", Reason.MEDICINE_IN_FREQUENCY, {"told": told})


def _own_words(prescription: Prescription) -> Iterator[tuple[str, str]]:
    yield from ((field, getattr(prescription, field)) for field in OWN_WORDS)
    yield from ((f"tests.{place}", test) for place, test in enumerate(prescription.tests))
    for place, medicine in enumerate(prescription.medicines):
        yield f"medicines.{place}.instructions", medicine.instructions


def _as_told(prescription: Prescription) -> Iterator[tuple[str, str]]:
    """A reason for a warning among them: it goes to other systems."""
    yield from ((field, getattr(prescription, field)) for field in AS_TOLD)
    for place, medicine in enumerate(prescription.medicines):
        yield f"medicines.{place}.acknowledged", medicine.acknowledged


@lru_cache(maxsize=4)
def _written(names: frozenset[str]) -> re.Pattern[str]:
    """Any of these names in a text, the longest first: made once for each formulary."""
    written = sorted(filter(None, map(plain, names)), key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, written))})(?![^\W\d_])" if written else r"(?!)")


def _first(names: re.Pattern[str], text: str) -> str:
    found = names.search(plain(text))
    return found[0] if found else ""


def _with_dose(text: str, names: re.Pattern[str], field: str) -> str:
    """The first name that has a dose, and is not stopped or only recorded; empty when none has."""
    read = plain(text)
    for one in names.finditer(read):
        before, after = read[: one.start()], read[one.end() :]
        told = _STOPPED.search(before) or _AT_MOST.match(after) or (field in RECORDED and _ON.search(before))
        if not told and dosed(before, after, bare=field not in MEASURED):
            return one[0]
    return ""


def _named_to_prescribe(text: str, forbidden: Forbidden, field: str) -> str:
    read, bare = plain(text), field not in MEASURED
    for one in prescribed(read, list(forbidden.find(read)), bare=bare):
        before, after = read[: one.start], read[one.end :]
        recorded = field in RECORDED and (_ON.search(before) or _DONE.match(after))
        if not recorded or dosed(before, after, bare=bare) or timed("", after):
            return one.name
    return ""


def _told_to_be_taken(text: str, forbidden: Forbidden) -> str:
    read = plain(text)
    around = ((one.name, read[: one.start], read[one.end :]) for one in forbidden.find(read))
    return next((name for name, before, after in around if dosed(before, after) or timed(before, after)), "")
