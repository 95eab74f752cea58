"""The draft, kept and judged every few seconds for the page's scripts, and seen as the paper it would become."""

from aiohttp import web

from core.clinic.issue_prescription import CannotSign, CaseEnded, NotYours, case_to_sign
from core.clinic.preview_prescription import preview_paper
from core.clinic.steer import open_consultation
from core.rules.staff import Doctor
from web.forms import number
from web.guard import Visit
from web.pages.doctor.judged import for_script, judge_rows, refused_said, unread_said
from web.pages.doctor.page import keep, kept
from web.prescription_form import Draft, read_draft
from web.render import local_clock, pdf_response


async def save(visit: Visit[Doctor]) -> web.StreamResponse:
    """What is in the form now: answered by when it was kept, and what the rules say of its medicines and texts.

    HTTP 409 when the case is over or another doctor's.
    """
    draft, consultation_id = read_draft(visit.form), number(visit.form, "consultation")
    if not await keep(visit, consultation_id, draft):
        raise web.HTTPConflict
    try:
        case, _ = await case_to_sign(visit.clinic, visit.person.id, consultation_id)
    except (NotYours, CaseEnded) as error:
        raise web.HTTPConflict from error
    judged = for_script(judge_rows(visit, draft, case))
    said = {"kept": local_clock(visit.request, visit.clinic.clock.now()), "judged": judged}
    notes = {"unread": unread_said(visit, draft), "refused": refused_said(visit, draft)}
    return web.json_response(said | {name: lines for name, lines in notes.items() if lines})


async def preview(visit: Visit[Doctor]) -> web.StreamResponse:
    """The kept draft of the open case on paper, marked as a draft; back to the page when it cannot be signed so."""
    case = await open_consultation(visit.clinic, visit.person.id)
    if case is None:
        raise web.HTTPNotFound
    draft = await kept(visit, case.id) or Draft()
    content = draft.prescription(visit.clinic.policy.formulary)
    try:
        paper = await preview_paper(
            visit.clinic, doctor_id=visit.person.id, consultation_id=case.id, content=content,
            mode=draft.mode, visit=draft.visit,
        )  # fmt: skip
    except CannotSign as refused:
        raise web.HTTPSeeOther("/doctor") from refused
    return pdf_response(paper, "draft")
