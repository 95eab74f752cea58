"""The draft, kept every few seconds by the page's script, and seen as the paper it would become."""

from aiohttp import web

from core.clinic.issue_prescription import CannotSign
from core.clinic.preview_prescription import preview_paper
from core.clinic.steer import open_consultation
from core.rules.staff import Doctor
from web.forms import number
from web.guard import Visit
from web.pages.doctor.page import keep, kept
from web.prescription_form import read_draft
from web.render import local_clock, pdf_response


async def save(visit: Visit[Doctor]) -> web.StreamResponse:
    """What is in the form now: answered by when it was kept. HTTP 409 when the case is over or another doctor's."""
    draft = read_draft(visit.form)
    if not await keep(visit, number(visit.form, "consultation"), draft):
        raise web.HTTPConflict
    return web.json_response({"kept": local_clock(visit.request, visit.clinic.clock.now())})


async def preview(visit: Visit[Doctor]) -> web.StreamResponse:
    """The kept draft of the open case on paper, marked as a draft; back to the page when it cannot be signed so."""
    case = await open_consultation(visit.clinic, visit.person.id)
    if case is None:
        raise web.HTTPNotFound
    content = (await kept(visit, case.id)).prescription()
    try:
        paper = await preview_paper(visit.clinic, doctor_id=visit.person.id, consultation_id=case.id, content=content)
    except CannotSign as refused:
        raise web.HTTPSeeOther("/doctor") from refused
    return pdf_response(paper, "draft")
