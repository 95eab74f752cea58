"""A patient's ABHA number at the desk: linked with their yes, taken back at their wish (S9, T12)."""

from aiohttp import web

from core.clinic.desk.link_abha import link_abha, withdraw_abha
from core.clinic.desk.refused import Refused, refuse
from core.clinic.sign_in import actor
from core.rules.staff import Operator
from web.forms import field, whole
from web.guard import Visit
from web.pages.desk.show import Failed, back_to_caller, mobile_of, show_caller

LONGEST_TYPED = 40


async def link(visit: Visit[Operator]) -> web.StreamResponse:
    """The notice was read to them, and they said yes."""
    person, typed = whole(visit.request.match_info["person"]), field(visit.form, "abha", longest=LONGEST_TYPED)
    try:
        if visit.form.get("agreed") != "yes":
            raise refuse("agreed", "abha_not_agreed")
        await link_abha(visit.clinic, visit.person.id, actor(visit.session), mobile_of(visit), person, typed)
    except LookupError as error:
        raise web.HTTPNotFound from error
    except Refused as refused:
        return await show_caller(visit, Failed.of(visit, f"abha-{person}", refused))
    back_to_caller(visit, "abha.done")


async def withdraw(visit: Visit[Operator]) -> web.StreamResponse:
    """From now on nobody reads anything under it."""
    person = whole(visit.request.match_info["person"])
    try:
        await withdraw_abha(visit.clinic, actor(visit.session), mobile_of(visit), person)
    except LookupError as error:
        raise web.HTTPNotFound from error
    back_to_caller(visit, "abha.withdrawn")
