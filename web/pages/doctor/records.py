"""The health records that the doctor's patient has sent (S11): the list beside the card, each page, asking for more."""

from aiohttp import web

from core.clinic.ask_for_records import ask_for_records
from core.clinic.see_record import present_records, see_record
from core.rules.staff import Doctor
from web.forms import number, whole
from web.guard import Visit
from web.render import jpeg_response, render

ASKED = {"asked": "records.asked", "not_asked": "records.not_asked"}
"""What the address says of the last press -> its words."""


async def listed(visit: Visit[Doctor]) -> web.StreamResponse:
    """Only the list: what the page's script asks for when one has come."""
    found = await present_records(visit.clinic, visit.person.id)
    if found is None:
        raise web.HTTPNotFound
    records, case = found
    return render(visit.request, "_records.html", records=records, case=case, records_note=note(visit.request))


async def ask(visit: Visit[Doctor]) -> web.StreamResponse:
    """An SMS with a link to the patient."""
    sent = await ask_for_records(visit.clinic, visit.person.id, number(visit.form, "consultation"))
    raise web.HTTPSeeOther(f"/doctor?{'asked' if sent else 'not_asked'}=1")


async def picture(visit: Visit[Doctor]) -> web.StreamResponse:
    """One page, for the doctor who has the patient."""
    record, which = (whole(visit.request.match_info[name]) for name in ("id", "number"))
    page = await see_record(visit.clinic, visit.person.id, record, which)
    if page is None:
        raise web.HTTPNotFound
    return jpeg_response(page)


def note(request: web.Request) -> str:
    """The key of what the list says of the last press; empty: nothing."""
    return next((words for name, words in ASKED.items() if name in request.query), "")
