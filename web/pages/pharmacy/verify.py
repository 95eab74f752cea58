"""Is this prescription genuine? For anybody who has its code, its QR code or its PDF; without login or script."""

from aiohttp import web

from core.clinic.pharmacy.attempts import TooManyAttempts
from core.clinic.pharmacy.check_paper import CheckedPaper, check_paper
from core.clinic.pharmacy.verify_prescription import verify_prescription
from core.clinic.sign_in import session_of
from core.rules.paper import LARGEST_PAPER, Verdict
from core.rules.pharmacy import Channel
from core.rules.prescription import is_verification_code
from core.rules.staff import StaffKind
from web.address import address_of, may_again
from web.deps import clinic_of
from web.guard import session_cookie
from web.pages.pharmacy.shown import CODE_DIGITS, LONGEST_TYPED, UNSEEN, said, tongue_for, typed_code
from web.render import render
from web.uploads import read_upload

HERE = "/v"
PAPERS = 30
"""So many an address may send in ten minutes."""


async def form(request: web.Request) -> web.StreamResponse:
    """Key the code, or choose the PDF."""
    typed = request.query.get("code", "")
    if not typed:
        return _page(request)
    code = typed_code(typed)
    if not code:
        return _page(request, "slip", status=422, typed=typed[:LONGEST_TYPED])
    raise web.HTTPSeeOther(f"{HERE}/{code}")


async def page(request: web.Request) -> web.StreamResponse:
    """What stands behind the code in the address. A pharmacy that has signed in goes on to where it dispenses."""
    code = typed_code(request.match_info["code"])
    if not is_verification_code(code):
        return _page(request, "slip", status=422, typed=code)
    if await _is_pharmacy(request):
        raise web.HTTPSeeOther(f"/pharmacy/{code}")
    try:
        found = await verify_prescription(clinic_of(request), code, by=_visitor(request), channel=Channel.WEB)
    except TooManyAttempts:
        return _page(request, "too_many", status=429)
    if found is None:
        return _page(request, "unknown", status=404, typed=code)
    return _page(request, shown=said(found, tongue_for(request)), code=code)


async def paper(request: web.Request) -> web.StreamResponse:
    """Compare an uploaded PDF with what was signed. It changes nothing, so it needs no token, and is not kept."""
    if request.method == "GET":
        raise web.HTTPSeeOther(HERE)
    if not await may_again(request, "paper", limit=PAPERS, seconds=600):  # before megabytes of it are read
        return _page(request, "too_many", status=429)
    _, pdf = await read_upload(request, LARGEST_PAPER)
    if not pdf:
        return _page(request, "no_paper", status=422)
    try:
        checked = await check_paper(clinic_of(request), pdf, by=_visitor(request))
    except TooManyAttempts:
        return _page(request, "too_many", status=429)
    return _checked(request, checked)


def _checked(request: web.Request, checked: CheckedPaper) -> web.Response:
    if checked.verdict is not Verdict.GENUINE or checked.found is None:
        return _page(request, f"paper_{checked.verdict}", number=checked.number)
    shown = said(checked.found, tongue_for(request))
    return _page(request, shown=shown, code=checked.found.prescription.code, note="paper_genuine")


async def _is_pharmacy(request: web.Request) -> bool:
    secret = request.cookies.get(session_cookie(request), "")
    entered = await session_of(clinic_of(request), secret) if secret else None
    return entered is not None and entered.session.kind is StaffKind.PHARMACY


def _visitor(request: web.Request) -> str:
    return f"visitor:{address_of(request)}"


def _page(request: web.Request, problem: str = "", *, status: int = 200, **context: object) -> web.Response:
    tongue = tongue_for(request)
    defaults: dict[str, object] = {"shown": None, "code": "", "note": "", "typed": "", "number": ""}
    response = render(
        request,
        "pharmacy/verify.html",
        tongue=tongue,
        status=status,
        problem=problem,
        address=request.path if request.method == "GET" else HERE,
        code_digits=CODE_DIGITS,
        longest=LONGEST_TYPED,
        **(defaults | context),
    )
    response.headers.update(UNSEEN)
    return response
