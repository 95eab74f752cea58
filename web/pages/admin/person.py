"""One person of the staff: their page, and everything that is done to them."""

from aiohttp import web

from core.clinic.admin.change_person import change_doctor, change_operator
from core.clinic.admin.let_go import let_go
from core.clinic.admin.renew_access import Person, end_sessions, find_person, new_password, new_phone_password
from core.clinic.admin.verify_doctor import verify_doctor
from core.rules.pharmacy import Pharmacy
from core.rules.staff import Doctor, Operator, StaffKind, Verification
from core.rules.staff_fields import BadField
from web.forms import field, one_of, whole
from web.pages.admin.common import LONGEST, AdminVisit, by, page, said
from web.pages.admin.staff_form import DOCTOR_LISTS, DOCTOR_TEXTS, OTHERS, OUTSIDE, choices, doctor_values, told, typed


async def shown(visit: AdminVisit) -> web.StreamResponse:
    """One person's page; a pharmacy has one of its own kind."""
    found = await _found(visit)
    if isinstance(found, Pharmacy):
        raise web.HTTPSeeOther(f"/admin/pharmacies/{found.id}?{visit.request.query_string}".rstrip("?"))
    return _page(visit, found)


async def change(visit: AdminVisit) -> web.StreamResponse:
    """What is written about them."""
    found = await _of_staff(visit)
    try:
        if isinstance(found, Doctor):
            await change_doctor(visit.clinic, found.id, by(visit), **doctor_values(visit.form))
        else:
            kind = StaffKind(one_of(visit.form, "kind", *OTHERS))
            name = field(visit.form, "name", longest=LONGEST)
            await change_operator(visit.clinic, found.id, by(visit), name=name, kind=kind)
    except BadField as bad:
        return _page(visit, found, typed(visit.form), said(visit, bad))
    raise web.HTTPSeeOther(f"/admin/staff/{found.id}?done=changed")


async def verify(visit: AdminVisit) -> web.StreamResponse:
    """A doctor's registration has been looked up, or they are stopped (T9)."""
    found = await _found(visit)
    if not isinstance(found, Doctor):
        raise web.HTTPNotFound
    state = Verification(one_of(visit.form, "state", *Verification))
    await verify_doctor(visit.clinic, found.id, by(visit), state, field(visit.form, "note", longest=LONGEST))
    raise web.HTTPSeeOther(f"/admin/staff/{found.id}?done=verified")


async def password(visit: AdminVisit) -> web.StreamResponse:
    """A new password for the panel, told once."""
    found = await _found(visit)
    return told(visit, found, password=await new_password(visit.clinic, found.id, by(visit)))


async def phone(visit: AdminVisit) -> web.StreamResponse:
    """A new password for the softphone, told once."""
    found = await _of_staff(visit)
    return told(visit, found, sip_password=await new_phone_password(visit.clinic, found.id, by(visit)))


async def sessions(visit: AdminVisit) -> web.StreamResponse:
    """They must sign in again, wherever they are."""
    found = await _found(visit)
    await end_sessions(visit.clinic, found.id, by(visit))
    raise web.HTTPSeeOther(f"/admin/staff/{found.id}?done=sessions")


async def leave(visit: AdminVisit) -> web.StreamResponse:
    """They work here no more."""
    found = await _found(visit)
    try:
        await let_go(visit.clinic, found.id, by(visit))
    except BadField as bad:
        return _page(visit, found, problems=said(visit, BadField("leave", bad.reason, "")))
    raise web.HTTPSeeOther("/admin?done=left")


async def _of_staff(visit: AdminVisit) -> Doctor | Operator:
    """404 also for a pharmacy."""
    found = await _found(visit)
    if isinstance(found, Pharmacy):
        raise web.HTTPNotFound
    return found


async def _found(visit: AdminVisit) -> Person:
    """404 for nobody, and for who has left."""
    person_id = whole(visit.request.match_info["id"])
    async with visit.clinic.ledger.read() as books:
        try:
            return await find_person(books, person_id)
        except LookupError as error:
            raise web.HTTPNotFound from error


def _page(
    visit: AdminVisit, found: Person, values: dict[str, object] | None = None, problems: dict[str, str] | None = None
) -> web.Response:
    written = {name: getattr(found, name, "") or "" for name in (*DOCTOR_TEXTS, *DOCTOR_LISTS, OUTSIDE, "kind")}
    kind = "doctor" if isinstance(found, Doctor) else "operator"
    return page(
        visit, "person", "staff", problems=problems, person=found, doctor=kind == "doctor", values=values or written,
        **choices(visit, found.opds if isinstance(found, Doctor) else ()),
    )  # fmt: skip
