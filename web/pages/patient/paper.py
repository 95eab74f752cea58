"""A prescription as a page that a patient reads: how often in pictures and simple words, the rest as it was written."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from core.clinic.patient_web.opened import OpenedPrescription
from core.rules.dose_unit import dosage_of, unit_of
from core.rules.dose_words import DoseWords, PartOfDay, course_words, dose_words, number_text, parts_of_day
from core.rules.place import place_of
from core.rules.prescription import Medicine, spaced_code
from web.deps import DEPS, clinic_of
from web.render import render
from web.words import Tongue

SOME = "✓"
"""Of a cream nobody counts how much."""


@dataclass(frozen=True, slots=True)
class ShownMedicine:
    """One medicine as the page tells it."""

    medicine: Medicine
    dose: str
    course: str
    times: Sequence[tuple[PartOfDay, str, str]]
    """Part of the day, its word, and how many then (empty: none); nothing where the doctor did not say when."""


def show_paper(
    request: web.Request, opened: OpenedPrescription, *, tongue: Tongue, pdf: str, back: str = ""
) -> web.Response:
    """`pdf`: where it can be downloaded; `back`: the list it belongs to, if there is one."""
    every = clinic_of(request).policy.dose_words
    words = every.get(tongue.language, every["en"])
    return render(
        request,
        "patient/paper.html",
        tongue=tongue,
        opened=opened,
        age=opened.patient.age_at(opened.prescription.signed_at.date()),
        place=place_of(opened.patient, request.app[DEPS].states, tongue.language),
        medicines=[_shown(medicine, words) for medicine in opened.prescription.content.medicines],
        code=spaced_code(opened.prescription.code),
        pdf=pdf,
        back=back,
    )


def _shown(medicine: Medicine, words: DoseWords) -> ShownMedicine:
    counted = words.units[unit_of(medicine)[0]].counts
    times = [
        (part, words.parts[part], (number_text(count) if counted else SOME) if count else "")
        for part, count in parts_of_day(dosage_of(medicine)).items()
    ]
    return ShownMedicine(medicine, dose_words(medicine, words), course_words(medicine, words), times)
