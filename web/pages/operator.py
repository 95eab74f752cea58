"""The operator's pages: the desk with the calls that are owed, and the outbox."""

from aiohttp import web

from core.clinic.doctor_ready import operator_ready
from core.clinic.note_call_back import finish_call_back
from core.clinic.operator_desk import desk, read_outbox
from core.clinic.sign_in import actor
from core.rules.staff import DoctorState, Operator
from web.forms import number
from web.guard import Visit
from web.render import render


async def page(visit: Visit[Operator]) -> web.StreamResponse:
    """How the clinic stands, and whom to call back."""
    shown = await desk(visit.clinic, visit.person.id)
    return render(visit.request, "operator.html", desk=shown, states=list(DoctorState))


async def ready(visit: Visit[Operator]) -> web.StreamResponse:
    """Key 0 may ring this operator's phone."""
    await operator_ready(visit.clinic, visit.person.id, available=True)
    raise web.HTTPSeeOther("/operator")


async def pause(visit: Visit[Operator]) -> web.StreamResponse:
    """Not any more."""
    await operator_ready(visit.clinic, visit.person.id, available=False)
    raise web.HTTPSeeOther("/operator")


async def called_back(visit: Visit[Operator]) -> web.StreamResponse:
    """Somebody has been called."""
    await finish_call_back(visit.clinic, number(visit.form, "call_back"), actor(visit.session))
    raise web.HTTPSeeOther("/operator")


async def outbox(visit: Visit[Operator]) -> web.StreamResponse:
    """The latest SMS, out and in."""
    return render(visit.request, "outbox.html", post=await read_outbox(visit.clinic, visit.person.id))
