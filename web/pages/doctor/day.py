"""A doctor's own day: whom they served, how long they talked, and the papers."""

from aiohttp import web

from core.clinic.own_day import own_day
from core.rules.staff import Doctor
from web.departments import opd_name
from web.guard import Visit
from web.pages.doctor.frame import frame
from web.pages.doctor.page import tongue_of
from web.render import local_clock, render

DONE = ("corrected", "voided")
"""What the page can say has been done to a prescription (`web/pages/doctor/correct.py`)."""


async def page(visit: Visit[Doctor]) -> web.StreamResponse:
    """Today's cases by token and Patient ID, newest first."""
    return render(
        visit.request,
        "doctor_day.html",
        own_day=await own_day(visit.clinic, visit.person.id),
        opd_name=lambda opd: opd_name(visit.clinic.policy, tongue_of(visit), opd),
        clock=lambda moment: local_clock(visit.request, moment),
        done=next((key for key in DONE if key == visit.request.query.get("done")), ""),
        **await frame(visit),
    )
