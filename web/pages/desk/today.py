"""The desk's first page: who is on the line, whom we owe a call, who works; one's own phone; and the outbox."""

from aiohttp import web

from core.clinic.desk.call_patient import call_patient, called_by_hand, seen_to
from core.clinic.desk.refused import Refused
from core.clinic.desk.today import read_outbox, today
from core.clinic.doctor_ready import operator_ready
from core.clinic.sign_in import actor
from core.rules.registration import Wrong
from core.rules.staff import DoctorState, Operator
from core.rules.story import is_private
from web.forms import field, number
from web.guard import Visit
from web.pages.desk import supervision
from web.pages.desk.show import LONGEST_CALL_ID, render_desk

HERE = "/operator"


async def page(visit: Visit[Operator]) -> web.StreamResponse:
    """How the clinic stands, and whom to call back."""
    return await _page(visit)


async def ready(visit: Visit[Operator]) -> web.StreamResponse:
    """Key 0 may ring this operator's phone."""
    await operator_ready(visit.clinic, visit.person.id, available=True)
    raise web.HTTPSeeOther(HERE)


async def pause(visit: Visit[Operator]) -> web.StreamResponse:
    """Not any more."""
    await operator_ready(visit.clinic, visit.person.id, available=False)
    raise web.HTTPSeeOther(HERE)


async def called_back(visit: Visit[Operator]) -> web.StreamResponse:
    """Somebody who was owed a call, or several, has been called by hand."""
    await called_by_hand(visit.clinic, actor(visit.session), number(visit.form, "call_back"))
    raise web.HTTPSeeOther(f"{HERE}#owed")


async def call_now(visit: Visit[Operator]) -> web.StreamResponse:
    """The machine is to call this number at once."""
    try:
        await call_patient(visit.clinic, actor(visit.session), field(visit.form, "mobile", longest=20))
    except LookupError as error:
        raise web.HTTPBadRequest from error
    except Refused as refused:
        return await _page(visit, refused.wrong, status=422)
    raise web.HTTPSeeOther(HERE)


async def gave_up_done(visit: Visit[Operator]) -> web.StreamResponse:
    """Somebody who gave up has been seen to."""
    try:
        await seen_to(visit.clinic, actor(visit.session), field(visit.form, "call", longest=LONGEST_CALL_ID))
    except LookupError as error:
        raise web.HTTPNotFound from error
    raise web.HTTPSeeOther(f"{HERE}#abandoned")


async def outbox(visit: Visit[Operator]) -> web.StreamResponse:
    """The latest SMS, out and in; of those for the patient's eyes only, that they went out."""
    post = await read_outbox(visit.clinic, actor(visit.session))
    return render_desk(visit, "outbox.html", post=post, is_private=is_private)


async def _page(visit: Visit[Operator], wrong: tuple[Wrong, ...] = (), status: int = 200) -> web.StreamResponse:
    shown = await today(visit.clinic, visit.person.id, actor(visit.session))
    return render_desk(
        visit, "today.html", status=status, desk=shown, states=list(DoctorState), wrong=wrong,
        **await supervision.shown(visit),
    )  # fmt: skip
