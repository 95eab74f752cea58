"""Who works here: the list, hiring, one person's page, and everything that is done to them."""

from collections.abc import Sequence
from typing import TypedDict

from aiohttp import web

from core.clinic.admin.change_person import change_doctor, change_operator
from core.clinic.admin.let_go import let_go
from core.clinic.admin.renew_access import Person, end_sessions, find_person, new_password, new_phone_password
from core.clinic.admin.verify_doctor import verify_doctor
from core.clinic.hire import add_doctor, add_operator
from core.clinic.roster import absent
from core.ports import Duplicate
from core.rules.pharmacy import Pharmacy
from core.rules.staff import Doctor, Operator, StaffKind, Verification
from core.rules.staff_fields import BadField
from web.departments import opd_name
from web.deps import DEPS
from web.forms import Form, field, one_of, whole
from web.pages.admin.common import LONGEST, AdminVisit, by, page, said, several, tongue

DOCTOR_TEXTS = ("name", "qualification", "registration_number", "council", "contact")
OUTSIDE = "outside_number"
DOCTOR_LISTS = ("opds", "languages", "states")
OTHERS = (StaffKind.OPERATOR, StaffKind.SUPERVISOR, StaffKind.ADMIN)


class DoctorValues(TypedDict):
    """The fields of a doctor's form."""

    name: str
    qualification: str
    registration_number: str
    council: str
    contact: str
    opds: Sequence[str]
    languages: Sequence[str]
    states: Sequence[str]
    outside_number: str


async def everybody(visit: AdminVisit) -> web.StreamResponse:
    """Who works here, what waits to be verified, who is rostered and absent."""
    async with visit.clinic.ledger.read() as books:
        doctors, operators = await books.staff.doctors(), await books.staff.operators()
        pharmacies = await books.pharmacies.all()
        left = [*await books.staff.left(), *await books.pharmacies.left()]
    unverified = [doctor for doctor in doctors if doctor.verification is Verification.UNVERIFIED]
    unverified_pharmacies = [shop for shop in pharmacies if shop.verification is Verification.UNVERIFIED]
    return page(
        visit, "staff", "staff", doctors=doctors, operators=operators, pharmacies=pharmacies, left=left,
        unverified=unverified, unverified_pharmacies=unverified_pharmacies, absent=await absent(visit.clinic),
    )  # fmt: skip


async def hiring(visit: AdminVisit) -> web.StreamResponse:
    """The empty form for a doctor or for somebody else."""
    kind = visit.request.match_info["kind"]
    policy = visit.clinic.policy
    values: dict[str, object] = dict.fromkeys((*DOCTOR_TEXTS, OUTSIDE, "login"), "")
    values |= {"opds": policy.staffed_opds, "languages": policy.languages, "states": (), "kind": StaffKind.OPERATOR}
    return _form(visit, kind, values, {})


async def hire(visit: AdminVisit) -> web.StreamResponse:
    """Take somebody on, and tell the passwords once. A doctor must be verified before they can work (T9)."""
    kind, form = visit.request.match_info["kind"], visit.form
    login = field(form, "login", longest=LONGEST).lower()
    try:
        if kind == "doctor":
            doctor = await add_doctor(visit.clinic, login=login, by=by(visit), verified=False, **_doctor_values(form))
            return _told(visit, doctor.doctor, password=doctor.password, sip_password=doctor.sip_password)
        chosen = StaffKind(one_of(form, "kind", *OTHERS))
        name = field(form, "name", longest=LONGEST)
        hired = await add_operator(visit.clinic, login=login, name=name, kind=chosen, by=by(visit))
        return _told(visit, hired.operator, password=hired.password, sip_password=hired.sip_password)
    except BadField as bad:
        return _form(visit, kind, _typed(form), said(visit, bad))
    except Duplicate:
        return _form(visit, kind, _typed(form), said(visit, BadField("login", "taken", f"{login!r} is taken")))


async def person(visit: AdminVisit) -> web.StreamResponse:
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
            await change_doctor(visit.clinic, found.id, by(visit), **_doctor_values(visit.form))
        else:
            kind = StaffKind(one_of(visit.form, "kind", *OTHERS))
            name = field(visit.form, "name", longest=LONGEST)
            await change_operator(visit.clinic, found.id, by(visit), name=name, kind=kind)
    except BadField as bad:
        return _page(visit, found, _typed(visit.form), said(visit, bad))
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
    return _told(visit, found, password=await new_password(visit.clinic, found.id, by(visit)))


async def phone(visit: AdminVisit) -> web.StreamResponse:
    """A new password for the softphone, told once."""
    found = await _of_staff(visit)
    return _told(visit, found, sip_password=await new_phone_password(visit.clinic, found.id, by(visit)))


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


def _doctor_values(form: Form) -> DoctorValues:
    return DoctorValues(
        name=field(form, "name", longest=LONGEST),
        qualification=field(form, "qualification", longest=LONGEST),
        registration_number=field(form, "registration_number", longest=LONGEST),
        council=field(form, "council", longest=LONGEST),
        contact=field(form, "contact", longest=LONGEST),
        opds=several(form, "opds"),
        languages=several(form, "languages"),
        states=several(form, "states"),
        outside_number=field(form, "outside_number", longest=LONGEST),
    )


def _typed(form: Form) -> dict[str, object]:
    """What was typed, to be shown again beside what is wrong with it."""
    texts: dict[str, object] = {name: form.get(name, "") for name in (*DOCTOR_TEXTS, OUTSIDE, "login", "kind")}
    return texts | {name: several(form, name) for name in DOCTOR_LISTS}


def _page(
    visit: AdminVisit, found: Person, values: dict[str, object] | None = None, problems: dict[str, str] | None = None
) -> web.Response:
    written = {name: getattr(found, name, "") or "" for name in (*DOCTOR_TEXTS, *DOCTOR_LISTS, OUTSIDE, "kind")}
    kind = "doctor" if isinstance(found, Doctor) else "operator"
    return page(
        visit, "person", "staff", problems=problems, person=found, doctor=kind == "doctor", values=values or written,
        **_choices(visit, found.opds if isinstance(found, Doctor) else ()),
    )  # fmt: skip


def _form(visit: AdminVisit, kind: str, values: dict[str, object], problems: dict[str, str]) -> web.Response:
    return page(
        visit, "hire", "staff", problems=problems, doctor=kind == "doctor", values=values, **_choices(visit)
    )  # fmt: skip


def _choices(visit: AdminVisit, theirs: Sequence[str] = ()) -> dict[str, object]:
    """`theirs`: a retired department stays to be seen, and can be left, while it is on their list."""
    policy, words = visit.clinic.policy, tongue(visit)
    opds = [(key, opd_name(policy, words, key)) for key in policy.staffed_opds]
    opds += [
        (key, words("opds.retired_of", opd=opd_name(policy, words, key))) for key in theirs if key not in dict(opds)
    ]
    return {
        "offered_opds": opds,
        "offered_languages": policy.languages,
        "states": visit.request.app[DEPS].states,
        "kinds": OTHERS,
        "verifications": list(Verification),
    }


def _told(visit: AdminVisit, found: Person, *, password: str = "", sip_password: str = "") -> web.Response:
    return page(visit, "told", "staff", person=found, password=password, sip_password=sip_password, pin="")
