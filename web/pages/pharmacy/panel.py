"""A registered pharmacy's pages: key or scan a code, see what is left, mark what is given, and today's list."""

from collections.abc import Sequence

from aiohttp import web

from core.clinic.pharmacy.attempts import TooManyAttempts
from core.clinic.pharmacy.dispense import CannotDispense, NotRegistered, UnknownCode, dispense
from core.clinic.pharmacy.given_today import given_today
from core.clinic.pharmacy.verify_prescription import Verified, verify_prescription
from core.clinic.sign_in import actor
from core.rules.dispensing import Portion
from core.rules.pharmacy import Channel, Pharmacy
from core.rules.prescription import MAX_MEDICINES, is_verification_code
from web.forms import Form, optional
from web.guard import Visit
from web.pages.pharmacy.shown import CODE_DIGITS, LONGEST_TYPED, said, typed_code
from web.render import local_clock, render
from web.words import WORDS

NO_TRACE = {"X-Robots-Tag": "noindex, nofollow, noarchive"}
PharmacyVisit = Visit[Pharmacy]


async def page(visit: PharmacyVisit) -> web.StreamResponse:
    """The field for a code, and what was given today."""
    typed = visit.request.query.get("code", "")
    if not typed:
        return await _home(visit)
    code = typed_code(typed)
    if not is_verification_code(code):
        return await _home(visit, "slip", status=422, typed=typed[:LONGEST_TYPED])
    raise web.HTTPSeeOther(f"/pharmacy/{code}")


async def prescription(visit: PharmacyVisit) -> web.StreamResponse:
    """One prescription, and the form to mark what is given."""
    code = typed_code(visit.request.match_info["code"])
    try:
        found = await verify_prescription(visit.clinic, code, by=actor(visit.session), channel=Channel.WEB)
    except TooManyAttempts:
        return await _home(visit, "too_many", status=429)
    if found is None:
        problem = "unknown" if is_verification_code(code) else "slip"
        return await _home(visit, problem, status=404, typed=code)
    return _paper(visit, code, found, done="done" in visit.request.query)


async def give(visit: PharmacyVisit) -> web.StreamResponse:
    """Mark what was given: all of it, or nothing and why."""
    code = typed_code(visit.request.match_info["code"])
    portions = _portions(visit.form)
    try:
        await dispense(visit.clinic, visit.person, code, portions, channel=Channel.WEB)
    except CannotDispense as refused:
        return _paper(visit, code, refused.found, refused=refused)
    except NotRegistered:
        return await _home(visit, "not_registered", status=409)
    except UnknownCode:
        return await _home(visit, "unknown", status=404, typed=code)
    except TooManyAttempts:
        return await _home(visit, "too_many", status=429)
    raise web.HTTPSeeOther(f"/pharmacy/{code}?done=1")


def _portions(form: Form) -> Sequence[Portion]:
    """One for each medicine of which something is to be given. Raises HTTP 400 for what our form cannot send."""
    found = []
    for place in range(MAX_MEDICINES):
        days = _whole(optional(form, f"days.{place}", longest=4))
        if days:
            found.append(Portion(place, days, _whole(optional(form, f"already.{place}", longest=6))))
    return found


def _whole(text: str) -> int:
    """Nothing is 0."""
    if text and not (text.isascii() and text.isdecimal()):
        raise web.HTTPBadRequest
    return int(text or "0")


def _paper(
    visit: PharmacyVisit, code: str, found: Verified, *, done: bool = False, refused: CannotDispense | None = None
) -> web.Response:
    response = render(
        visit.request,
        "pharmacy/prescription.html",
        status=409 if refused else 200,
        shown=said(found, visit.request.app[WORDS].tongue_of(visit.request)),
        code=code,
        due={item.place for item in found.due},
        done=done,
        refused=refused,
    )
    response.headers.update(NO_TRACE)
    return response


async def _home(visit: PharmacyVisit, problem: str = "", *, status: int = 200, typed: str = "") -> web.Response:
    response = render(
        visit.request,
        "pharmacy/panel.html",
        status=status,
        problem=problem,
        typed=typed,
        code_digits=CODE_DIGITS,
        longest=LONGEST_TYPED,
        given=await given_today(visit.clinic, visit.person),
        clock=lambda moment: local_clock(visit.request, moment),
    )
    response.headers.update(NO_TRACE)
    return response
