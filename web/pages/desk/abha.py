"""A patient's ABHA number at the desk: linked with their yes, taken back at their wish (S9, T12)."""

from aiohttp import web

from core.clinic.desk.link_abha import link_abha, withdraw_abha
from core.clinic.desk.refused import refuse
from core.clinic.sign_in import actor
from core.rules.staff import Operator
from web.forms import field, whole
from web.guard import Visit
from web.pages.desk.show import back_to_caller, mobile_of, on_callers_page

LONGEST_TYPED = 40


@on_callers_page("abha-{person}")
async def link(visit: Visit[Operator]) -> web.StreamResponse:
    """The notice was read to them, and they said yes."""
    person, typed = whole(visit.request.match_info["person"]), field(visit.form, "abha", longest=LONGEST_TYPED)
    if visit.form.get("agreed") != "yes":
        raise refuse("agreed", "abha_not_agreed")
    await link_abha(visit.clinic, visit.person.id, actor(visit.session), mobile_of(visit), person, typed)
    back_to_caller(visit, "abha.done")


@on_callers_page("abha-{person}")
async def withdraw(visit: Visit[Operator]) -> web.StreamResponse:
    """From now on nobody reads anything under it."""
    person = whole(visit.request.match_info["person"])
    await withdraw_abha(visit.clinic, actor(visit.session), mobile_of(visit), person)
    back_to_caller(visit, "abha.withdrawn")
