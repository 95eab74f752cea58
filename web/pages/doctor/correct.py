"""Correct a signed prescription, or take it back: the form filled with what was signed, for who has signed it."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from core.clinic.correct_prescription import (
    Barrier,
    CannotChange,
    barrier_of,
    correct_prescription,
    paper_to_change,
)
from core.clinic.issue_prescription import CannotSign, NotYours, SigningCase
from core.clinic.pharmacy.verify_prescription import was_given
from core.clinic.void_prescription import LONGEST_REASON, NoReason, barrier_to_void, void_prescription
from core.rules.dosage import Food
from core.rules.prescription import SignedPrescription
from core.rules.staff import Doctor
from web.forms import field, one_of, whole
from web.guard import Visit
from web.pages.doctor.frame import frame
from web.pages.doctor.judged import judge_rows, problems_said, refused_said, unread_said
from web.pages.doctor.page import tongue_of
from web.prescription_form import MORE_ROWS, TEXTS, Draft, frequencies, longest_typed, read_draft
from web.render import render


@dataclass(frozen=True, slots=True)
class Paper:
    """What is to be changed, and what forbids it: to correct it, to take it back."""

    case: SigningCase
    signed: SignedPrescription
    barrier: Barrier | None
    barrier_to_void: Barrier | None


async def form(visit: Visit[Doctor]) -> web.StreamResponse:
    """What was signed, to be changed."""
    paper = await _paper(visit)
    return await _show(visit, paper, _draft_of(paper.signed))


async def sign(visit: Visit[Doctor]) -> web.StreamResponse:
    """Sign the new version, or show two more rows."""
    paper, draft = await _paper(visit), read_draft(visit.form)
    if one_of(visit.form, "do", "sign", "more") == "more":
        return await _show(visit, paper, draft, more=MORE_ROWS)
    try:
        await correct_prescription(
            visit.clinic,
            doctor_id=visit.person.id,
            prescription_id=paper.signed.id,
            content=draft.prescription(visit.clinic.policy.formulary),
        )
    except CannotSign as refused:
        return await _show(visit, paper, draft, problems_said(visit, refused.problems))
    except CannotChange:
        return await _show(visit, await _paper(visit), draft, status=409)
    raise web.HTTPSeeOther("/doctor/day?done=corrected")


async def void(visit: Visit[Doctor]) -> web.StreamResponse:
    """Take it back without a new one."""
    paper = await _paper(visit)
    draft = _draft_of(paper.signed)
    reason = field(visit.form, "reason", longest=2 * LONGEST_REASON)
    try:
        await void_prescription(visit.clinic, doctor_id=visit.person.id, prescription_id=paper.signed.id, reason=reason)
    except NoReason:
        return await _show(visit, paper, draft, {"reason": tongue_of(visit)("correct.no_reason")})
    except CannotChange:
        return await _show(visit, await _paper(visit), draft, status=409)
    raise web.HTTPSeeOther("/doctor/day?done=voided")


async def _paper(visit: Visit[Doctor]) -> Paper:
    """404 for what does not exist, and for another doctor's."""
    try:
        case, signed = await paper_to_change(visit.clinic, visit.person.id, whole(visit.request.match_info["id"]))
    except (NotYours, LookupError) as error:
        raise web.HTTPNotFound from error
    return Paper(case, signed, barrier_of(visit.clinic, signed), barrier_to_void(visit.clinic, signed))


def _draft_of(signed: SignedPrescription) -> Draft:
    """The form as it was when it was signed; reasons against warnings must be given anew."""
    content = signed.content
    texts = {name: str(getattr(content, name)) for name in TEXTS if name != "tests"}
    return Draft({**texts, "tests": "\n".join(content.tests)}).with_medicines(content.medicines)


async def _show(
    visit: Visit[Doctor],
    paper: Paper,
    draft: Draft,
    problems: Mapping[str, str] | None = None,
    *,
    more: int = 0,
    status: int = 200,
) -> web.Response:
    formulary = visit.clinic.policy.formulary.values()
    return render(
        visit.request,
        "doctor_correct.html",
        status=422 if problems else status,
        paper=paper,
        age=paper.case.patient.age_at(visit.clinic.today()),
        draft=draft,
        rows=draft.rows(more),
        problems=problems or {},
        texts=tuple(TEXTS),
        judged=judge_rows(visit, draft, paper.case, paper.signed.mode),
        unread=unread_said(visit, draft),
        refused=refused_said(visit, draft),
        foods=tuple(Food),
        longest=longest_typed(),
        longest_reason=LONGEST_REASON,
        given=await was_given(visit.clinic, paper.signed),
        drugs=formulary,
        forms=sorted({form for drug in formulary for form in drug.forms}),
        frequencies=frequencies(),
        **await frame(visit),
    )
