"""Tokens at the desk: given, cancelled, placed elsewhere; SMS sent again."""

from aiohttp import web

from core.clinic.desk.move_token import LONGEST_REASON, cancel_by_operator, issue_token, rerank_token
from core.clinic.desk.send_again import send_link_sms, send_record_link_sms, send_token_sms
from core.clinic.sign_in import actor
from core.rules.rerank import Spot
from core.rules.staff import Operator
from core.rules.token import Priority
from web.forms import field, number, one_of, whole
from web.guard import Visit
from web.pages.desk.show import back_to_caller, mobile_of, on_callers_page


@on_callers_page("issue")
async def issue(visit: Visit[Operator]) -> web.StreamResponse:
    """A token for somebody on this number."""
    person, opd = number(visit.form, "person"), one_of(visit.form, "opd", *visit.clinic.policy.opds)
    token = await issue_token(visit.clinic, actor(visit.session), mobile_of(visit), person, opd)
    back_to_caller(visit, "caller.issued", token.number)


@on_callers_page("token-{token}")
async def cancel(visit: Visit[Operator]) -> web.StreamResponse:
    """At the patient's wish (S15)."""
    done = await cancel_by_operator(visit.clinic, actor(visit.session), mobile_of(visit), _id(visit, "token"))
    back_to_caller(visit, "caller.cancelled" if done else "caller.too_late")


@on_callers_page("place-{token}")
async def place(visit: Visit[Operator]) -> web.StreamResponse:
    """Another class, or the front or back of its lane, with a reason."""
    token = _id(visit, "token")
    priority, spot = Priority(one_of(visit.form, "priority", *Priority)), Spot(one_of(visit.form, "spot", *Spot))
    reason = field(visit.form, "reason", longest=LONGEST_REASON)
    await rerank_token(
        visit.clinic, actor(visit.session), mobile_of(visit), token, priority=priority, spot=spot, reason=reason
    )
    back_to_caller(visit, "caller.placed")


@on_callers_page("token-{token}")
async def send_token(visit: Visit[Operator]) -> web.StreamResponse:
    """Token and Patient ID by SMS, once more (S14)."""
    await send_token_sms(visit.clinic, actor(visit.session), mobile_of(visit), _id(visit, "token"))
    back_to_caller(visit, "caller.sms_sent_again")


@on_callers_page("token-{token}")
async def ask_for_records(visit: Visit[Operator]) -> web.StreamResponse:
    """A link to send health records by (S11)."""
    sent = await send_record_link_sms(visit.clinic, actor(visit.session), mobile_of(visit), _id(visit, "token"))
    back_to_caller(visit, "caller.sms_sent_again" if sent else "records.not_asked")


@on_callers_page("paper-{paper}")
async def send_link(visit: Visit[Operator]) -> web.StreamResponse:
    """The link of a prescription by SMS, once more (S23)."""
    await send_link_sms(visit.clinic, actor(visit.session), mobile_of(visit), _id(visit, "paper"))
    back_to_caller(visit, "caller.sms_sent_again")


def _id(visit: Visit[Operator], name: str) -> int:
    return whole(visit.request.match_info[name])
