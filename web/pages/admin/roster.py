"""The duty roster (S27): a week's table, import with a report line by line, export."""

from datetime import date, timedelta

from aiohttp import web

from core.clinic.admin.plan_roster import add_duty, drop_duty, export_roster, import_roster, week
from core.rules.csv_text import read_text
from core.rules.roster_csv import HEADING, Report
from web.departments import every_opd_name
from web.forms import field, number
from web.pages.admin.common import AdminVisit, by, day_in, opd_namer, page, tongue
from web.pages.admin.csv_file import csv_response
from web.words import WORDS

LARGEST_ROSTER = 200_000
"""Bytes; 2000 lines have some 90,000."""
SHOWN_BAD = 200
"""Refused lines that are shown; nobody mends more at a time."""


async def calendar(visit: AdminVisit) -> web.StreamResponse:
    """One week; this one by default."""
    return await _week(visit, day_in(visit.request.query.get("week", ""), visit.clinic.today()))


async def check(visit: AdminVisit) -> web.StreamResponse:
    """A dry run: what would be taken, and what refused and why. Nothing is changed."""
    text = read_text(visit.file) or field(visit.form, "text", longest=LARGEST_ROSTER)
    report = await _import(visit, text, dry_run=True)
    return _report(visit, report, text, taken=False)


async def take(visit: AdminVisit) -> web.StreamResponse:
    """The good lines are taken; the bad ones are told once more."""
    report = await _import(visit, field(visit.form, "text", longest=LARGEST_ROSTER), dry_run=False)
    if not report.refused:
        raise web.HTTPSeeOther("/admin/roster?done=imported")
    return _report(visit, report, "", taken=True)


async def add(visit: AdminVisit) -> web.StreamResponse:
    """One turn, by the same rules as a line of the CSV."""
    values = [field(visit.form, name, longest=40) for name in HEADING]
    report = await add_duty(visit.clinic, values, by(visit))
    day = day_in(values[1], visit.clinic.today())
    if report.refused:
        refused = report.refused[0]
        problem = tongue(visit)(f"roster.bad_{refused.why}", detail=refused.detail)
        return await _week(visit, day, {"duty": problem}, dict(zip(HEADING, values, strict=True)))
    raise web.HTTPSeeOther(f"/admin/roster?week={day}&done=added")


async def drop(visit: AdminVisit) -> web.StreamResponse:
    """One turn less."""
    try:
        await drop_duty(visit.clinic, number(visit.form, "duty"), by(visit))
    except LookupError as error:
        raise web.HTTPNotFound from error
    day = day_in(field(visit.form, "week", longest=10), visit.clinic.today())
    raise web.HTTPSeeOther(f"/admin/roster?week={day}&done=dropped")


async def export(visit: AdminVisit) -> web.StreamResponse:
    """Four weeks from the one that is shown, as CSV."""
    day = day_in(visit.request.query.get("week", ""), visit.clinic.today())
    monday = day - timedelta(days=day.weekday())
    text = await export_roster(visit.clinic, monday, monday + timedelta(days=27))
    return csv_response(text, f"roster-{monday}.csv")


async def _import(visit: AdminVisit, text: str, *, dry_run: bool) -> Report:
    names = every_opd_name(visit.clinic.policy, visit.request.app[WORDS])
    return await import_roster(visit.clinic, text, by(visit), dry_run=dry_run, names=names)


async def _week(
    visit: AdminVisit, day: date, problems: dict[str, str] | None = None, typed: dict[str, str] | None = None
) -> web.Response:
    shown = await week(visit.clinic, day)
    async with visit.clinic.ledger.read() as books:
        doctors = await books.staff.doctors()
    seven = timedelta(days=7)
    return page(
        visit, "roster", "roster", problems=problems, week=shown, doctors=doctors,
        opds=visit.clinic.policy.staffed_opds, opd_name=opd_namer(visit),
        before=shown.days[0] - seven, after=shown.days[0] + seven, today=visit.clinic.today(),
        typed=typed or {"login": "", "date": "", "from": "", "to": "", "opd": ""},
        zone=visit.clinic.policy.time_zone, heading=",".join(HEADING),
    )  # fmt: skip


def _report(visit: AdminVisit, report: Report, text: str, *, taken: bool) -> web.Response:
    return page(
        visit, "report", "roster", good=len(report.duties), bad=len(report.refused), text=text, taken=taken,
        refused=report.refused[:SHOWN_BAD],
    )  # fmt: skip
