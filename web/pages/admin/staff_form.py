"""The form that hires somebody and the one on their page: their fields, what may be chosen, passwords told once."""

from collections.abc import Sequence
from typing import TypedDict

from aiohttp import web

from core.clinic.admin.renew_access import Person
from core.rules.staff import StaffKind, Verification
from web.departments import opd_name
from web.deps import DEPS
from web.forms import Form, field
from web.pages.admin.common import LONGEST, AdminVisit, page, several, tongue

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


def doctor_values(form: Form) -> DoctorValues:
    """As a browser sent them; the use case says what is wrong with them."""
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


def typed(form: Form) -> dict[str, object]:
    """What was typed, to be shown again beside what is wrong with it."""
    texts: dict[str, object] = {name: form.get(name, "") for name in (*DOCTOR_TEXTS, OUTSIDE, "login", "kind")}
    return texts | {name: several(form, name) for name in DOCTOR_LISTS}


def choices(visit: AdminVisit, theirs: Sequence[str] = ()) -> dict[str, object]:
    """`theirs`: a retired department stays to be seen, and can be left, while it is on their list."""
    policy, words = visit.clinic.policy, tongue(visit)
    opds = [(key, opd_name(policy, words, key)) for key in policy.staffed_opds]
    opds += [
        (key, words("opds.retired_of", opd=opd_name(policy, words, key))) for key in theirs if key not in dict(opds)
    ]
    return {
        "offered_opds": opds,
        "offered_languages": policy.known_languages,
        "states": visit.request.app[DEPS].states,
        "kinds": OTHERS,
        "verifications": list(Verification),
    }


def told(visit: AdminVisit, found: Person, *, password: str = "", sip_password: str = "") -> web.Response:
    """The page that tells passwords, once."""
    return page(visit, "told", "staff", person=found, password=password, sip_password=sip_password, pin="")
