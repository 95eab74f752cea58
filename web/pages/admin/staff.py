"""Who works here: the list, and taking somebody on."""

from aiohttp import web

from core.clinic.hire import add_doctor, add_operator
from core.clinic.roster import absent
from core.ports import Duplicate
from core.rules.staff import StaffKind, Verification
from core.rules.staff_fields import BadField
from web.forms import field, one_of
from web.pages.admin.common import LONGEST, AdminVisit, by, opd_namer, page, said
from web.pages.admin.staff_form import DOCTOR_TEXTS, OTHERS, OUTSIDE, choices, doctor_values, told, typed


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
        opd_name=opd_namer(visit),
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
            doctor = await add_doctor(visit.clinic, login=login, by=by(visit), verified=False, **doctor_values(form))
            return told(visit, doctor.doctor, password=doctor.password, sip_password=doctor.sip_password)
        chosen = StaffKind(one_of(form, "kind", *OTHERS))
        name = field(form, "name", longest=LONGEST)
        hired = await add_operator(visit.clinic, login=login, name=name, kind=chosen, by=by(visit))
        return told(visit, hired.operator, password=hired.password, sip_password=hired.sip_password)
    except BadField as bad:
        return _form(visit, kind, typed(form), said(visit, bad))
    except Duplicate:
        return _form(visit, kind, typed(form), said(visit, BadField("login", "taken", f"{login!r} is taken")))


def _form(visit: AdminVisit, kind: str, values: dict[str, object], problems: dict[str, str]) -> web.Response:
    return page(
        visit, "hire", "staff", problems=problems, doctor=kind == "doctor", values=values, **choices(visit)
    )  # fmt: skip
