"""A doctor's own day: whom they served, how long they talked, and the papers."""

from aiohttp import web

from core.clinic.own_day import own_day
from core.clinic.steer import open_consultation
from core.rules.staff import Doctor
from web.departments import opd_name
from web.guard import Visit
from web.pages.doctor.bar import bar
from web.pages.doctor.page import TOLD, tongue_of
from web.render import local_clock, render

DONE = ("corrected", "voided")
"""What the page can say has been done to a prescription (`web/pages/doctor/correct.py`)."""


async def page(visit: Visit[Doctor]) -> web.StreamResponse:
    """Today's cases by token and Patient ID, newest first."""
    case = await open_consultation(visit.clinic, visit.person.id)
    return render(
        visit.request,
        "doctor_day.html",
        now=await bar(visit),
        case=case.id if case else 0,
        own_day=await own_day(visit.clinic, visit.person.id),
        opd_name=lambda opd: opd_name(visit.clinic.policy, tongue_of(visit), opd),
        clock=lambda moment: local_clock(visit.request, moment),
        done=next((key for key in DONE if key == visit.request.query.get("done")), ""),
        told=[],
        tellable=TOLD,
    )
