"""Registered pharmacies: taking one in, its page, its verification (T9) and its PIN. The rest is as for the staff."""

from aiohttp import web

from core.clinic.admin.register_pharmacy import change_pharmacy, new_pin, register_pharmacy
from core.clinic.admin.verify_pharmacy import verify_pharmacy
from core.rules.pharmacy import Pharmacy
from core.rules.staff import Verification
from core.rules.staff_fields import BadField
from web.forms import field, one_of, whole
from web.pages.admin.common import LONGEST, AdminVisit, by, page, said

TEXTS = ("name", "licence_number", "authority", "phone")


async def registering(visit: AdminVisit) -> web.StreamResponse:
    """The empty form."""
    return _form(visit, dict.fromkeys((*TEXTS, "login"), ""), {})


async def register(visit: AdminVisit) -> web.StreamResponse:
    """Take it in, and tell password and PIN once. It must be verified before it can mark anything."""
    login = field(visit.form, "login", longest=LONGEST).lower()
    typed = {name: field(visit.form, name, longest=LONGEST) for name in TEXTS}
    try:
        new = await register_pharmacy(visit.clinic, login=login, by=by(visit), verified=False, **typed)
    except BadField as bad:
        return _form(visit, typed | {"login": login}, said(visit, bad))
    return page(visit, "told", "staff", person=new.pharmacy, password=new.password, sip_password="", pin=new.pin)


async def shown(visit: AdminVisit) -> web.StreamResponse:
    """One pharmacy's page."""
    found = await _found(visit)
    return _page(visit, found, {name: getattr(found, name) or "" for name in TEXTS})


async def change(visit: AdminVisit) -> web.StreamResponse:
    """What is written about it; another licence must be verified anew."""
    found = await _found(visit)
    typed = {name: field(visit.form, name, longest=LONGEST) for name in TEXTS}
    try:
        await change_pharmacy(visit.clinic, found.id, by(visit), **typed)
    except BadField as bad:
        return _page(visit, found, typed, said(visit, bad))
    raise web.HTTPSeeOther(f"/admin/pharmacies/{found.id}?done=changed")


async def verify(visit: AdminVisit) -> web.StreamResponse:
    """The licence has been looked up, or the pharmacy is stopped."""
    found = await _found(visit)
    state = Verification(one_of(visit.form, "state", *Verification))
    await verify_pharmacy(visit.clinic, found.id, by(visit), state, field(visit.form, "note", longest=LONGEST))
    raise web.HTTPSeeOther(f"/admin/pharmacies/{found.id}?done=verified")


async def pin(visit: AdminVisit) -> web.StreamResponse:
    """A new PIN, told once."""
    found = await _found(visit)
    told = await new_pin(visit.clinic, found.id, by(visit))
    return page(visit, "told", "staff", person=found, password="", sip_password="", pin=told)


async def _found(visit: AdminVisit) -> Pharmacy:
    """404 for none, and for one that has left."""
    async with visit.clinic.ledger.read() as books:
        try:
            found = await books.pharmacies.get(whole(visit.request.match_info["id"]))
        except LookupError as error:
            raise web.HTTPNotFound from error
    if found.left_at is not None:
        raise web.HTTPNotFound
    return found


def _form(visit: AdminVisit, values: dict[str, str], problems: dict[str, str]) -> web.Response:
    return page(visit, "register", "staff", problems=problems, values=values, texts=TEXTS)


def _page(
    visit: AdminVisit, found: Pharmacy, values: dict[str, str], problems: dict[str, str] | None = None
) -> web.Response:
    return page(visit, "pharmacy", "staff", problems=problems, person=found, values=values, texts=TEXTS)
