"""Complaints: the list, and an answer (T9, S24)."""

from aiohttp import web

from core.clinic.desk.hear_grievance import answer_grievance, read_grievances
from core.clinic.desk.refused import Refused
from core.clinic.sign_in import actor
from core.rules.grievance import LONGEST
from core.rules.staff import Operator
from web.forms import field, whole
from web.guard import Visit
from web.pages.desk.show import NOTHING, Failed, render_desk


async def page(visit: Visit[Operator]) -> web.StreamResponse:
    """Who waits for an answer, and the last answers."""
    return await _page(visit)


async def answer(visit: Visit[Operator]) -> web.StreamResponse:
    """Answer one, which closes it."""
    grievance, text = whole(visit.request.match_info["id"]), field(visit.form, "answer", longest=LONGEST)
    try:
        await answer_grievance(visit.clinic, actor(visit.session), grievance, text)
    except LookupError as error:
        raise web.HTTPNotFound from error
    except Refused as refused:
        return await _page(visit, Failed.of(visit, f"answer-{grievance}", refused))
    raise web.HTTPSeeOther("/operator/grievances?done=grievance.answer_sent")


async def _page(visit: Visit[Operator], failed: Failed = NOTHING) -> web.StreamResponse:
    book = await read_grievances(visit.clinic, actor(visit.session))
    return render_desk(visit, "grievances.html", status=422 if failed.form else 200, book=book, failed=failed)
