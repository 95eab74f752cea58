"""The audit log: searched, a page at a time, and exported."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from aiohttp import web

from core.clinic.admin.read_audit import A_PAGE, export_audit, read_audit
from core.ports import AuditSearch
from core.rules.audit_action import AUDIT_ACTIONS
from core.rules.local_day import day_begins
from core.rules.records import AuditEntry
from core.rules.staff import StaffKind
from web.forms import is_text, whole
from web.pages.admin.common import AdminVisit, by, day_in, opd_namer, page, tongue
from web.pages.admin.csv_file import UTF_8_MARK, csv_headers
from web.words import Tongue

FIELDS = ("who", "what", "subject", "from", "to")
LONGEST = 80
_OF_OPD = re.compile(r"setting:opd\.([a-z_]+)\.")


async def shown(visit: AdminVisit) -> web.StreamResponse:
    """A page of what was asked for, newest first."""
    asked = _asked(visit)
    before = visit.request.query.get("before", "")
    lines = await read_audit(visit.clinic, _search(visit, asked), by(visit), before=whole(before) if before else None)
    older = lines[A_PAGE - 1].id if len(lines) > A_PAGE else 0
    words = tongue(visit)
    return page(
        visit, "audit", "audit", lines=lines[:A_PAGE], older=older, asked=asked, names=await _names(visit),
        deed=partial(_deed, words), deeds=[_deed(words, action) for action in AUDIT_ACTIONS],
        department=_department(visit), detail=_detail(visit),
    )  # fmt: skip


async def export(visit: AdminVisit) -> web.StreamResponse:
    """All of it as CSV, sent as it is read. Should that fail on the way, the browser sees that the file is broken."""
    pieces = export_audit(visit.clinic, _search(visit, _asked(visit)), by(visit))
    first = await anext(pieces)
    response = web.StreamResponse(headers=csv_headers(f"audit-{visit.clinic.today()}.csv"))
    response.enable_compression()
    await response.prepare(visit.request)
    try:
        await response.write(f"{UTF_8_MARK}{first}".encode())
        async for piece in pieces:
            await response.write(piece.encode())
        await response.write_eof()
    except Exception as error:  # an error's page in the middle of a file would be taken for a part of it
        raise ConnectionError("the export has broken off") from error
    return response


def _deed(words: Tongue, action: str) -> str:
    """What somebody has done, in these words; an action of before that has none is said as it is."""
    return words.texts.get(f"deed.{action}", action)


def _department(visit: AdminVisit) -> Callable[[str], str]:
    """The name of the department that a setting belongs to; nothing for other subjects."""
    name = opd_namer(visit)

    def named(subject: str) -> str:
        found = _OF_OPD.match(subject)
        return name(found[1]) if found else ""

    return named


def _detail(visit: AdminVisit) -> Callable[[AuditEntry], str]:
    """With departments by their names, where they stand by their keys."""
    name, known = opd_namer(visit), visit.clinic.policy.known_opds
    key = re.compile(rf"\b({'|'.join(map(re.escape, known))})\b")

    def told(entry: AuditEntry) -> str:
        by_key = entry.detail.startswith("opds: ") or entry.action == "dropped duty"
        return key.sub(lambda found: name(found[0]), entry.detail) if by_key else entry.detail

    return told


async def _names(visit: AdminVisit) -> Mapping[str, str]:
    """Who is meant by `doctor:3`; whoever was an operator then may be a supervisor now."""
    async with visit.clinic.ledger.read() as books:
        staff = books.staff
        people = [*await staff.doctors(), *await staff.operators(), *await staff.left(), *await books.pharmacies.all()]
    return {f"{kind}:{person.id}": person.name for person in people for kind in StaffKind}


def _asked(visit: AdminVisit) -> Mapping[str, str]:
    asked = {name: visit.request.query.get(name, "").strip() for name in FIELDS}
    if any(len(text) > LONGEST or not is_text(text) for text in asked.values()):
        raise web.HTTPBadRequest
    return asked


def _search(visit: AdminVisit, asked: Mapping[str, str]) -> AuditSearch:
    """Days are the clinic's; the last one is included. What was done is meant in the page's words, or as written."""
    zone, today = visit.clinic.policy.time_zone, visit.clinic.today()
    first, last = day_in(asked["from"], today), day_in(asked["to"], today)
    words, what = tongue(visit), asked["what"]
    return AuditSearch(
        actor=asked["who"],
        action=what,
        actions=tuple(action for action in AUDIT_ACTIONS if what.casefold() in _deed(words, action).casefold()),
        subject=asked["subject"],
        begins=day_begins(first, zone) if asked["from"] else None,
        ends=day_begins(last + timedelta(days=1), zone) if asked["to"] else None,
    )
