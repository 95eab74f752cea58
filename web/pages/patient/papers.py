"""The prescriptions of everybody on a mobile, newest first, to read and to download."""

from aiohttp import web

from core.clinic.patient_web.opened import OpenedPrescription
from core.clinic.patient_web.own_papers import own_paper, own_papers
from web.address import address_of
from web.deps import clinic_of
from web.forms import whole
from web.pages.patient.common import UNFOUND, form_page, own_session
from web.pages.patient.enter import ask_mobile
from web.pages.patient.paper import show_paper
from web.render import pdf_response
from web.words import WORDS


async def page(request: web.Request) -> web.StreamResponse:
    """The list; who has not come in is asked for the mobile."""
    papers = await own_papers(clinic_of(request), own_session(request), visitor=address_of(request))
    return ask_mobile(request) if papers is None else form_page(request, "papers", own=papers)


async def paper(request: web.Request) -> web.StreamResponse:
    """One of them."""
    opened, number = await _opened(request), request.match_info["id"]
    response = show_paper(
        request, opened, tongue=request.app[WORDS].tongue_of(request), pdf=f"/my/prescriptions/{number}.pdf", back="/my"
    )
    response.headers.update(UNFOUND)
    return response


async def pdf(request: web.Request) -> web.StreamResponse:
    """The same on paper."""
    opened = await _opened(request, with_pdf=True)
    response = pdf_response(opened.pdf, opened.prescription.number)
    response.headers.update(UNFOUND)
    return response


async def _opened(request: web.Request, *, with_pdf: bool = False) -> OpenedPrescription:
    """Another number's is as one that does not exist; whose session is over is asked for the mobile again."""
    number, visitor = whole(request.match_info["id"]), address_of(request)
    try:
        opened = await own_paper(clinic_of(request), own_session(request), number, visitor=visitor, with_pdf=with_pdf)
    except LookupError as error:
        raise web.HTTPNotFound from error
    if opened is None:
        raise web.HTTPSeeOther("/my")
    return opened
