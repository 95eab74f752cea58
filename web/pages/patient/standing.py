"""Where a token stands (S13): for whoever knows it and the mobile, and nothing else of anybody."""

from aiohttp import web

from core.clinic.patient_web.see_standing import Standing, see_standing
from web.address import address_of
from web.deps import clinic_of
from web.forms import field
from web.pages.patient.common import form_page, own_form
from web.pages.patient.enter import LONGEST_MOBILE

LONGEST_TOKEN = 12


async def page(request: web.Request) -> web.StreamResponse:
    """The form that asks for both."""
    return _page(request)


async def look(request: web.Request) -> web.StreamResponse:
    """The place in the queue, and the same form to look again."""
    form = await own_form(request)
    if form is None:
        return _page(request, "my.stale", status=403)
    mobile, token = field(form, "mobile", longest=LONGEST_MOBILE), field(form, "token", longest=LONGEST_TOKEN)
    standing = await see_standing(clinic_of(request), mobile, token, visitor=address_of(request))
    if standing.wait_until is not None:
        return _page(request, "my.slow", status=429, standing=standing, mobile=mobile, token=token)
    if standing.token is None:
        return _page(request, "token_place.wrong", status=404, standing=standing, mobile=mobile, token=token)
    return _page(request, standing=standing, mobile=mobile, token=token)


def _page(
    request: web.Request, problem: str = "", *, status: int = 200,
    standing: Standing | None = None, mobile: str = "", token: str = "",
) -> web.Response:  # fmt: skip
    return form_page(
        request, "standing", status=status, problem=problem,
        standing=standing or Standing(), mobile=mobile, number=token,
    )  # fmt: skip
