"""Complaints: the list by urgency, who works on each, and an answer (T9, S24)."""

from collections.abc import Awaitable, Mapping

from aiohttp import web

from core.clinic.desk.answer_grievance import answer_grievance
from core.clinic.desk.read_grievances import read_grievances
from core.clinic.desk.refused import Refused
from core.clinic.desk.share_grievances import give_grievance, put_back_grievance, take_grievance
from core.clinic.sign_in import actor
from core.rules.grievance import LONGEST
from core.rules.staff import Operator
from web.access import ALLOWED, Right
from web.forms import field, whole
from web.guard import Visit
from web.pages.desk.show import NOTHING, Failed, render_desk

HERE = "/operator/grievances"


async def page(visit: Visit[Operator]) -> web.StreamResponse:
    """Who waits for an answer, and the last answers."""
    return await _page(visit)


async def answer(visit: Visit[Operator]) -> web.StreamResponse:
    """Answer one, which closes it."""
    grievance, text = _id(visit), field(visit.form, "answer", longest=LONGEST)
    try:
        await answer_grievance(visit.clinic, actor(visit.session), grievance, text)
    except LookupError as error:
        raise web.HTTPNotFound from error
    except Refused as refused:
        return await _page(visit, Failed.of(visit, f"answer-{grievance}", refused))
    raise web.HTTPSeeOther(f"{HERE}?done=grievance.answer_sent")


async def take(visit: Visit[Operator]) -> web.StreamResponse:
    """One works on it oneself."""
    return await _share(visit, take_grievance(visit.clinic, visit.person, _id(visit)), "grievance.taken_by_you")


async def put_back(visit: Visit[Operator]) -> web.StreamResponse:
    """One does not work on it any more."""
    return await _share(visit, put_back_grievance(visit.clinic, visit.person, _id(visit)), "grievance.is_put_back")


async def give(visit: Visit[Operator]) -> web.StreamResponse:
    """A supervisor says who works on it."""
    typed = field(visit.form, "worker", longest=16)
    worker = whole(typed) if typed else None
    return await _share(visit, give_grievance(visit.clinic, visit.person, _id(visit), worker), "grievance.given")


async def _share(visit: Visit[Operator], sharing: Awaitable[None], done: str) -> web.StreamResponse:
    """Back to it on the list, with what was done; or why it was not."""
    try:
        await sharing
    except LookupError as error:
        raise web.HTTPNotFound from error
    except Refused as refused:
        return await _page(visit, Failed.of(visit, f"share-{_id(visit)}", refused))
    raise web.HTTPSeeOther(f"{HERE}?done={done}#grievance-{_id(visit)}")


def _id(visit: Visit[Operator]) -> int:
    return whole(visit.request.match_info["id"])


async def _page(visit: Visit[Operator], failed: Failed = NOTHING) -> web.StreamResponse:
    book = await read_grievances(visit.clinic, visit.person)
    return render_desk(
        visit, "grievances.html", status=422 if failed.form else 200, book=book, failed=failed,
        today=visit.clinic.today(), may_give=visit.person.kind in ALLOWED[Right.SUPERVISE],
        name_of=lambda who: _name(book.names, who),
    )  # fmt: skip


def _name(names: Mapping[int, str], who: str) -> str:
    """Of `operator:3`; as it stands when nobody of the desk is meant."""
    number = who.rpartition(":")[2]
    return names.get(int(number), who) if number.isdecimal() else who
