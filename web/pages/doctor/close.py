"""Ending a case without a prescription (S18)."""

from aiohttp import web

from core.clinic.close_case import close_case
from core.clinic.steer import open_consultation
from core.rules.after_call import BadPlan
from core.rules.staff import Doctor
from core.rules.token import NotAllowed
from web.forms import field, number, one_of, optional
from web.guard import Visit
from web.pages.doctor.page import CLOSING_REASONS, LONGEST_NOTE, Posted, Said, show, show_over, tongue_of
from web.pages.doctor.prescribe import GONE, plan_said
from web.prescription_form import OTHERS, Draft


async def close(visit: Visit[Doctor]) -> web.StreamResponse:
    """With a reason, and with what is to happen afterwards. HTTP 409 for a case that is not the open one."""
    reason = one_of(visit.form, "reason", *CLOSING_REASONS)
    note = field(visit.form, "note", longest=LONGEST_NOTE)
    consultation_id = number(visit.form, "consultation")
    wishes = {name: optional(visit.form, name, longest=longest) for name, longest in OTHERS.items()}
    present = await open_consultation(visit.clinic, visit.person.id)
    try:
        await close_case(
            visit.clinic,
            doctor_id=visit.person.id,
            consultation_id=consultation_id,
            reason=f"{reason}: {note}" if note else reason,
            plan=Draft(others=wishes).plan(),
        )
    except BadPlan as refused:
        return await show(visit, Posted(consultation_id), Said(plan_said(visit, refused)), status=422)
    except NotAllowed:
        said = Said({"consultation": tongue_of(visit)("form.too_early")})
        return await show(visit, Posted(consultation_id), said, status=409)
    except GONE:
        return await show_over(visit)
    if present is None or present.id != consultation_id:  # it was closed before: the line is told again, no more
        return await show_over(visit)
    raise web.HTTPSeeOther("/doctor?closed=1")
