"""A patient's complaints (T9, S24): write one, and see what became of the earlier ones. After the code, as ever."""

from datetime import datetime

from aiohttp import web

from core.clinic.desk.refused import Refused
from core.clinic.patient_web.complain import complain, own_complaints
from core.rules.grievance import LONGEST_BY_WEB, About, due_on
from web.address import address_of
from web.deps import clinic_of
from web.forms import field, one_of
from web.pages.patient.common import form_page, own_form, own_session
from web.pages.patient.enter import ask_mobile

HERE = "complaint"
"""Of `web.pages.patient.enter.ENTRANCES`."""


async def page(request: web.Request) -> web.StreamResponse:
    """The form and the earlier ones; who has not come in is asked for the mobile."""
    return await _page(request, noted=request.query.get("noted", ""))


async def submit(request: web.Request) -> web.StreamResponse:
    """Write it down; the page then says its number, and by when there is an answer."""
    form = await own_form(request)
    if form is None:
        return ask_mobile(request, "my.stale", status=403, to=HERE)
    about, text = About(one_of(form, "about", *About)), field(form, "text", longest=LONGEST_BY_WEB)
    try:
        complained = await complain(clinic_of(request), own_session(request), about, text, visitor=address_of(request))
    except Refused:
        return await _page(request, "complaint.empty", status=422, about=about)
    if complained is None:
        return ask_mobile(request, "complaint.closed", status=401, to=HERE)
    if complained.grievance is None:
        wait_until = complained.wait_until
        return await _page(request, "complaint.too_many", status=429, about=about, text=text, wait_until=wait_until)
    raise web.HTTPSeeOther(f"/my/complaint?noted={complained.grievance.id}")


async def _page(
    request: web.Request, problem: str = "", *, status: int = 200, noted: str = "",
    about: About | None = None, text: str = "", wait_until: datetime | None = None,
) -> web.Response:  # fmt: skip
    clinic = clinic_of(request)
    own = await own_complaints(clinic, own_session(request), visitor=address_of(request))
    if own is None:
        return ask_mobile(request, to=HERE)
    return form_page(
        request, "complaint", status=status, problem=problem, own=own, abouts=list(About), about=about, text=text,
        noted=next((each for each in own if str(each.id) == noted), None), wait_until=wait_until,
        today=clinic.today(), due_on=due_on(clinic.today(), clinic.policy.grievance_days), longest=LONGEST_BY_WEB,
    )  # fmt: skip
