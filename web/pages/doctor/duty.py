"""Ready, paused, the pace between patients, and the talk itself, from the panel's buttons."""

from aiohttp import web

from core.clinic.doctor_ready import doctor_pause, doctor_ready
from core.clinic.steer import call_again, hang_up
from core.clinic.wrap_up import set_wrap_up
from core.rules.staff import Doctor
from web.forms import one_of
from web.guard import Visit
from web.pages.doctor.page import WRAP_UPS


async def ready(visit: Visit[Doctor]) -> web.StreamResponse:
    """The doctor wants patients, or the next one now. Who cannot have any is told why."""
    if await doctor_ready(visit.clinic, visit.person.id):
        raise web.HTTPSeeOther("/doctor")
    hindrance = "offline" if visit.person.may_practise else visit.person.verification
    raise web.HTTPSeeOther(f"/doctor?told=not_ready_{hindrance}")


async def pause(visit: Visit[Doctor]) -> web.StreamResponse:
    """No more patients, from now or after the present one."""
    await doctor_pause(visit.clinic, visit.person.id)
    raise web.HTTPSeeOther("/doctor")


async def wrap_up(visit: Visit[Doctor]) -> web.StreamResponse:
    """How long after a patient the next one comes."""
    chosen = one_of(visit.form, "wrap_up", *WRAP_UPS)
    await set_wrap_up(visit.clinic, visit.person.id, None if chosen == "ask" else int(chosen))
    raise web.HTTPSeeOther("/doctor")


async def stop_talk(visit: Visit[Doctor]) -> web.StreamResponse:
    """Hang up."""
    await hang_up(visit.clinic, visit.person.id)
    raise web.HTTPSeeOther("/doctor")


async def redial(visit: Visit[Doctor]) -> web.StreamResponse:
    """Ring the same patient again."""
    await call_again(visit.clinic, visit.person.id)
    raise web.HTTPSeeOther("/doctor")
