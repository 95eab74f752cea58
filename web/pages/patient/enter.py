"""All earlier prescriptions (S3): a mobile's number, a code that comes by SMS, and what is registered on it is open."""

from datetime import datetime

from aiohttp import web

from core.clinic.patient_web.enter_by_code import NotIndian, enter, send_code
from core.clinic.patient_web.sessions import close_patient_session
from web.address import address_of
from web.deps import clinic_of
from web.forms import field
from web.pages.patient.common import form_page, keep_session, own_form, session_name

LONGEST_MOBILE = 24
LONGEST_CODE = 24


def ask_mobile(request: web.Request, problem: str = "", *, status: int = 200, mobile: str = "") -> web.Response:
    """The form that asks which mobile."""
    return form_page(request, "mobile", status=status, problem=problem, mobile=mobile, left="left" in request.query)


async def code(request: web.Request) -> web.StreamResponse:
    """Send a code. The answer is the same whether anybody is registered on this mobile or not."""
    form = await own_form(request)
    if form is None:
        return ask_mobile(request, "my.stale", status=403)
    typed = field(form, "mobile", longest=LONGEST_MOBILE)
    try:
        asked = await send_code(clinic_of(request), typed, visitor=address_of(request))
    except NotIndian:
        return ask_mobile(request, "my.not_indian", status=400, mobile=typed)
    status = 200 if asked.wait_until is None else 429
    return _ask_code(request, asked.mobile, status=status, wait_until=asked.wait_until)


async def submit(request: web.Request) -> web.StreamResponse:
    """Check the code; a wrong one, an old one and one of a stranger's mobile look alike."""
    form = await own_form(request)
    if form is None:
        return ask_mobile(request, "my.stale", status=403)
    mobile, typed = field(form, "mobile", longest=LONGEST_MOBILE), field(form, "code", longest=LONGEST_CODE)
    entered = await enter(clinic_of(request), mobile, typed, visitor=address_of(request))
    if entered.session is None:
        problem, status = ("my.wrong", 401) if entered.wait_until is None else ("my.slow", 429)
        return _ask_code(request, mobile, problem, status=status, wait_until=entered.wait_until)
    # An old session of this browser ends: the cookie is never carried over.
    await close_patient_session(clinic_of(request), request.cookies.get(session_name(request, whole_site=True), ""))
    response = web.HTTPSeeOther("/my")
    keep_session(request, response, entered.session)
    raise response


async def leave(request: web.Request) -> web.StreamResponse:
    """End the session: the phone may be handed on."""
    if await own_form(request) is None:
        return ask_mobile(request, "my.stale", status=403)
    name = session_name(request, whole_site=True)
    await close_patient_session(clinic_of(request), request.cookies.get(name, ""))
    response = web.HTTPSeeOther("/my?left=1")
    response.del_cookie(name, path="/")
    raise response


def _ask_code(
    request: web.Request, mobile: str, problem: str = "", *, status: int = 200, wait_until: datetime | None = None
) -> web.Response:
    return form_page(request, "code", status=status, problem=problem, mobile=mobile, wait_until=wait_until)
