"""The audit log: searched, a page at a time, and exported."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from aiohttp import web

from core.clinic.admin.read_audit import A_PAGE, export_audit, read_audit
from core.ports import AuditSearch
from core.rules.staff import StaffKind
from web.forms import is_text, whole
from web.pages.admin.common import AdminVisit, by, day_in, page
from web.pages.admin.roster import csv_response

FIELDS = ("who", "what", "subject", "from", "to")
LONGEST = 80


async def shown(visit: AdminVisit) -> web.StreamResponse:
    """A page of what was asked for, newest first."""
    asked = _asked(visit)
    before = visit.request.query.get("before", "")
    lines = await read_audit(visit.clinic, _search(visit, asked), by(visit), before=whole(before) if before else None)
    older = lines[A_PAGE - 1].id if len(lines) > A_PAGE else 0
    names = await _names(visit)
    return page(visit, "audit", "audit", lines=lines[:A_PAGE], older=older, asked=asked, names=names)


async def export(visit: AdminVisit) -> web.StreamResponse:
    """All of it as CSV."""
    text = await export_audit(visit.clinic, _search(visit, _asked(visit)), by(visit))
    return csv_response(text, f"audit-{visit.clinic.today()}.csv")


async def _names(visit: AdminVisit) -> Mapping[str, str]:
    """Who is meant by `doctor:3`; whoever was an operator then may be a supervisor now."""
    async with visit.clinic.ledger.read() as books:
        staff = books.staff
        people = [*await staff.doctors(), *await staff.operators(), *await staff.left()]
    return {f"{kind}:{person.id}": person.name for person in people for kind in StaffKind}


def _asked(visit: AdminVisit) -> Mapping[str, str]:
    asked = {name: visit.request.query.get(name, "").strip() for name in FIELDS}
    if any(len(text) > LONGEST or not is_text(text) for text in asked.values()):
        raise web.HTTPBadRequest
    return asked


def _search(visit: AdminVisit, asked: Mapping[str, str]) -> AuditSearch:
    """Days are the clinic's; the last one is included."""
    zone, today = visit.clinic.policy.time_zone, visit.clinic.today()
    begins = datetime.combine(day_in(asked["from"], today), time(0), zone).astimezone(UTC)
    ends = datetime.combine(day_in(asked["to"], today) + timedelta(days=1), time(0), zone).astimezone(UTC)
    return AuditSearch(
        asked["who"], asked["what"], asked["subject"],
        begins if asked["from"] else None, ends if asked["to"] else None,
    )  # fmt: skip
