"""The patient's prescription behind the link in the SMS: readable on an old phone, without a script."""

import re

from aiohttp import web

from core.clinic.open_prescription import OpenedPrescription, open_prescription
from core.rules.place import place_of
from web.address import address_of, may
from web.deps import DEPS, clinic_of
from web.render import pdf_response, render
from web.security import error_page
from web.words import WORDS

SECRET = re.compile(r"[A-Za-z0-9_-]{22,86}")
UNSEEN = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}
"""The address is the key: it must not travel in a Referer, nor be found in a search."""


async def page(request: web.Request) -> web.StreamResponse:
    """The prescription as a light page, in the patient's language."""
    opened = await _open(request)
    if isinstance(opened, web.Response):
        return opened
    tongue = request.app[WORDS].tongue(opened.patient.language)
    age = opened.patient.age_at(opened.prescription.signed_at.date())
    response = render(
        request,
        "prescription.html",
        tongue=tongue,
        opened=opened,
        age=age,
        place=place_of(opened.patient, request.app[DEPS].states, tongue.language),
        secret=request.match_info["secret"],
    )
    response.headers.update(UNSEEN)
    return response


async def pdf(request: web.Request) -> web.StreamResponse:
    """The same on paper."""
    opened = await _open(request)
    if isinstance(opened, web.Response):
        return opened
    response = pdf_response(opened.pdf, opened.prescription.number)
    response.headers.update(UNSEEN)
    return response


async def _open(request: web.Request) -> OpenedPrescription | web.Response:
    """What the link opens, or one and the same 404 for a link that is wrong, malformed or too old.

    Patients of a mobile network share addresses, so only wrong links are counted tightly: 20 in ten minutes.
    """
    if not await may(request, "link", limit=300, seconds=60):
        return _refused(request, 429)
    secret = request.match_info["secret"]
    opened = None
    if SECRET.fullmatch(secret):
        opened = await open_prescription(clinic_of(request), secret, visitor=address_of(request))
    if opened is not None:
        return opened
    return _refused(request, 404 if await may(request, "wrong-link", limit=20, seconds=600) else 429)


def _refused(request: web.Request, status: int) -> web.Response:
    response = error_page(request, status)
    response.headers.update(UNSEEN)
    return response
