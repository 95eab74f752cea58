"""Tokens at the desk: given, cancelled, placed elsewhere; SMS sent again."""

from aiohttp import web

from core.clinic.desk.move_token import LONGEST_REASON, cancel_by_operator, issue_token, rerank_token
from core.clinic.desk.refused import Refused
from core.clinic.desk.send_again import send_link_sms, send_token_sms
from core.clinic.sign_in import actor
from core.rules.rerank import Spot
from core.rules.staff import Operator
from core.rules.token import Priority
from web.forms import field, number, one_of, whole
from web.guard import Visit
from web.pages.desk.show import Failed, back_to_caller, mobile_of, show_caller


async def issue(visit: Visit[Operator]) -> web.StreamResponse:
    """A token for somebody on this number."""
    person, opd = number(visit.form, "person"), one_of(visit.form, "opd", *visit.clinic.policy.opds)
    try:
        token = await issue_token(visit.clinic, actor(visit.session), mobile_of(visit), person, opd)
    except LookupError as error:
        raise web.HTTPNotFound from error
    except Refused as refused:
        return await show_caller(visit, Failed.of(visit, "issue", refused))
    back_to_caller(visit, "caller.issued", token.number)


async def cancel(visit: Visit[Operator]) -> web.StreamResponse:
    """At the patient's wish (S15)."""
    try:
        done = await cancel_by_operator(visit.clinic, actor(visit.session), mobile_of(visit), _id(visit, "token"))
    except LookupError as error:
        raise web.HTTPNotFound from error
    back_to_caller(visit, "caller.cancelled" if done else "caller.too_late")


async def place(visit: Visit[Operator]) -> web.StreamResponse:
    """Another class, or the front or back of its lane, with a reason."""
    token = _id(visit, "token")
    priority, spot = Priority(one_of(visit.form, "priority", *Priority)), Spot(one_of(visit.form, "spot", *Spot))
    reason = field(visit.form, "reason", longest=LONGEST_REASON)
    try:
        await rerank_token(
            visit.clinic, actor(visit.session), mobile_of(visit), token, priority=priority, spot=spot, reason=reason
        )
    except LookupError as error:
        raise web.HTTPNotFound from error
    except Refused as refused:
        return await show_caller(visit, Failed.of(visit, f"place-{token}", refused))
    back_to_caller(visit, "caller.placed")


async def send_token(visit: Visit[Operator]) -> web.StreamResponse:
    """Token and Patient ID by SMS, once more (S14)."""
    try:
        await send_token_sms(visit.clinic, actor(visit.session), mobile_of(visit), _id(visit, "token"))
    except LookupError as error:
        raise web.HTTPNotFound from error
    back_to_caller(visit, "caller.sms_sent_again")


async def send_link(visit: Visit[Operator]) -> web.StreamResponse:
    """The link of a prescription by SMS, once more (S23)."""
    paper = _id(visit, "paper")
    try:
        await send_link_sms(visit.clinic, actor(visit.session), mobile_of(visit), paper)
    except LookupError as error:
        raise web.HTTPNotFound from error
    except Refused as refused:
        return await show_caller(visit, Failed.of(visit, f"paper-{paper}", refused))
    back_to_caller(visit, "caller.sms_sent_again")


def _id(visit: Visit[Operator], name: str) -> int:
    return whole(visit.request.match_info[name])
