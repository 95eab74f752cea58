"""A doctor's own sets of medicines: what is in them, rename, delete. They are made and used in the form."""

from collections.abc import Mapping

from aiohttp import web

from core.clinic.medicine_sets import drop_set, own_sets, rename_set
from core.rules.staff import Doctor
from core.rules.writing import LONGEST_SET_NAME
from web.forms import field, number
from web.guard import Visit
from web.pages.doctor.frame import frame
from web.pages.doctor.page import tongue_of
from web.render import render


async def page(visit: Visit[Doctor]) -> web.StreamResponse:
    """All of them, by name."""
    return await _page(visit, {})


async def rename(visit: Visit[Doctor]) -> web.StreamResponse:
    """Under another name. HTTP 404 when it is not theirs."""
    set_id, name = number(visit.form, "set"), field(visit.form, "set_name", longest=2 * LONGEST_SET_NAME)
    try:
        found = await rename_set(visit.clinic, visit.person.id, set_id, name)
    except ValueError:
        return await _page(visit, {set_id: tongue_of(visit)("sets.bad_name")}, status=422)
    return _back(found)


async def drop(visit: Visit[Doctor]) -> web.StreamResponse:
    """For good. HTTP 404 when it is not theirs."""
    return _back(await drop_set(visit.clinic, visit.person.id, number(visit.form, "set")))


def _back(found: bool) -> web.StreamResponse:
    if not found:
        raise web.HTTPNotFound
    raise web.HTTPSeeOther("/doctor/sets")


async def _page(visit: Visit[Doctor], problems: Mapping[int, str], *, status: int = 200) -> web.Response:
    return render(
        visit.request,
        "doctor_sets.html",
        status=status,
        sets=await own_sets(visit.clinic, visit.person.id),
        problems=problems,
        longest_set_name=LONGEST_SET_NAME,
        **await frame(visit),
    )
