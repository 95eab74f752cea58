"""Come in (S3): a mobile's number, a code that comes by SMS, and what is registered on it is open."""

from datetime import datetime

from aiohttp import web

from core.clinic.patient_web.enter_by_code import NotIndian, enter, send_code
from core.clinic.patient_web.sessions import close_patient_session
from web.address import address_of
from web.deps import clinic_of
from web.forms import Form, field, one_of
from web.pages.patient.common import form_page, keep_session, own_form, own_session, session_name

ENTRANCES = {"my": "/my", "complaint": "/my/complaint"}
"""Pages that a code opens, by the part of the words that speaks of each; the forms say which one was wanted."""
LONGEST_MOBILE = 24
LONGEST_CODE = 24


def ask_mobile(
    request: web.Request, problem: str = "", *, status: int = 200, mobile: str = "", to: str = "my"
) -> web.Response:
    """The form that asks which mobile, on the way to one of `ENTRANCES`."""
    left = "left" in request.query
    return form_page(request, "mobile", status=status, problem=problem, mobile=mobile, to=to, left=left)


async def code(request: web.Request) -> web.StreamResponse:
    """Send a code. The answer is the same whether anybody is registered on this mobile or not."""
    form = await own_form(request)
    if form is None:
        return ask_mobile(request, "my.stale", status=403)
    typed, to = field(form, "mobile", longest=LONGEST_MOBILE), _entrance(form)
    try:
        asked = await send_code(clinic_of(request), typed, visitor=address_of(request))
    except NotIndian:
        return ask_mobile(request, "my.not_indian", status=400, mobile=typed, to=to)
    status = 200 if asked.wait_until is None else 429
    return _ask_code(request, asked.mobile, to, status=status, wait_until=asked.wait_until)


async def submit(request: web.Request) -> web.StreamResponse:
    """Check the code; a wrong one, an old one and one of a stranger's mobile look alike."""
    form = await own_form(request)
    if form is None:
        return ask_mobile(request, "my.stale", status=403)
    mobile, typed = field(form, "mobile", longest=LONGEST_MOBILE), field(form, "code", longest=LONGEST_CODE)
    to = _entrance(form)
    entered = await enter(clinic_of(request), mobile, typed, visitor=address_of(request))
    if entered.session is None:
        problem, status = ("my.wrong", 401) if entered.wait_until is None else ("my.slow", 429)
        return _ask_code(request, mobile, to, problem, status=status, wait_until=entered.wait_until)
    # An old session of this browser ends: the cookie is never carried over.
    await close_patient_session(clinic_of(request), own_session(request))
    response = web.HTTPSeeOther(ENTRANCES[to])
    keep_session(request, response, entered.session)
    raise response


async def leave(request: web.Request) -> web.StreamResponse:
    """End the session: the phone may be handed on."""
    if await own_form(request) is None:
        return ask_mobile(request, "my.stale", status=403)
    await close_patient_session(clinic_of(request), own_session(request))
    response = web.HTTPSeeOther("/my?left=1")
    response.del_cookie(session_name(request, whole_site=True), path="/")
    raise response


def _entrance(form: Form) -> str:
    return one_of(form, "to", *ENTRANCES) if "to" in form else "my"


def _ask_code(
    request: web.Request, mobile: str, to: str, problem: str = "", *, status: int, wait_until: datetime | None
) -> web.Response:
    back = ENTRANCES[to]
    return form_page(
        request, "code", status=status, problem=problem, mobile=mobile, to=to, back=back, wait_until=wait_until
    )
