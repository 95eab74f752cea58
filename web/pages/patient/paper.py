"""A prescription as a page that a patient reads: how often in pictures and simple words, the rest as it was written."""

from aiohttp import web

from core.clinic.patient_web.opened import OpenedPrescription
from core.rules.dosage import read_dosage
from core.rules.place import place_of
from web.deps import DEPS
from web.render import render
from web.words import Tongue


def show_paper(
    request: web.Request, opened: OpenedPrescription, *, tongue: Tongue, pdf: str, back: str = ""
) -> web.Response:
    """`pdf`: where it can be downloaded; `back`: the list it belongs to, if there is one."""
    return render(
        request,
        "patient/paper.html",
        tongue=tongue,
        opened=opened,
        age=opened.patient.age_at(opened.prescription.signed_at.date()),
        place=place_of(opened.patient, request.app[DEPS].states, tongue.language),
        medicines=[(medicine, read_dosage(medicine.frequency)) for medicine in opened.prescription.content.medicines],
        pdf=pdf,
        back=back,
    )
