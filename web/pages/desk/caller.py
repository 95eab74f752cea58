"""A caller's page: look, register, correct, record consent, have them called, write down a complaint."""

from aiohttp import web

from core.clinic.desk.call_patient import call_patient
from core.clinic.desk.correct_patient import correct_patient
from core.clinic.desk.hear_grievance import hear_grievance
from core.clinic.desk.register_caller import Details, NewPerson, record_consent, register_caller
from core.clinic.sign_in import actor
from core.rules.grievance import LONGEST, About
from core.rules.mobile import is_indian_mobile
from core.rules.patient import Gender, Relation
from core.rules.staff import Operator
from web.forms import Form, field, one_of, whole
from web.guard import Visit
from web.pages.desk.show import back_to_caller, mobile_of, on_callers_page, show_caller

LONGEST_TYPED = 200
"""Characters of a name as typed; the rule says how long it may be."""


async def page(visit: Visit[Operator]) -> web.StreamResponse:
    """Everything the desk knows of this number."""
    return await show_caller(visit)


@on_callers_page("register")
async def register(visit: Visit[Operator]) -> web.StreamResponse:
    """Somebody new on this number (S4, S7)."""
    form = visit.form
    person = NewPerson(
        mobile=_existing(visit),
        relation=Relation(one_of(form, "relation", *Relation)),
        language=one_of(form, "language", *visit.clinic.policy.languages),
        details=_details(form),
        consent=form.get("consent") == "yes",
    )
    patient = await register_caller(visit.clinic, actor(visit.session), person)
    back_to_caller(visit, "caller.registered", patient.code)


async def consent(visit: Visit[Operator]) -> web.StreamResponse:
    """They heard the notice and said yes (T1, T12)."""
    language = one_of(visit.form, "language", *visit.clinic.policy.languages)
    await record_consent(visit.clinic, actor(visit.session), _existing(visit), language)
    back_to_caller(visit, "caller.corrected")


@on_callers_page("correct-{person}")
async def correct(visit: Visit[Operator]) -> web.StreamResponse:
    """What is written of a person is mended (T12)."""
    person = whole(visit.request.match_info["person"])
    seen = field(visit.form, "seen", longest=64)
    changed = await correct_patient(
        visit.clinic, actor(visit.session), mobile_of(visit), person, _details(visit.form), seen
    )
    back_to_caller(visit, "caller.corrected" if changed else "caller.unchanged")


@on_callers_page("call")
async def call(visit: Visit[Operator]) -> web.StreamResponse:
    """The machine rings them now."""
    await call_patient(visit.clinic, actor(visit.session), mobile_of(visit))
    back_to_caller(visit, "caller.calling")


@on_callers_page("grievance")
async def complain(visit: Visit[Operator]) -> web.StreamResponse:
    """A grievance is written down for them (T9)."""
    about, text = About(one_of(visit.form, "about", *About)), field(visit.form, "text", longest=LONGEST)
    person = field(visit.form, "person", longest=16)
    patient_id = whole(person) if person else None
    grievance = await hear_grievance(visit.clinic, actor(visit.session), mobile_of(visit), about, text, patient_id)
    back_to_caller(visit, "grievance.noted", str(grievance.id))


def _existing(visit: Visit[Operator]) -> str:
    """The number in the address, if there can be such an Indian mobile; else 404."""
    mobile = mobile_of(visit)
    if not is_indian_mobile(mobile):
        raise web.HTTPNotFound
    return mobile


def _details(form: Form) -> Details:
    return Details(
        name=field(form, "name", longest=LONGEST_TYPED),
        gender=Gender(one_of(form, "gender", *Gender)),
        age=field(form, "age", longest=10),
        pin_code=field(form, "pin_code", longest=10),
        guardian=field(form, "guardian", longest=LONGEST_TYPED),
    )
