"""Opening hours by weekday, and days that differ: holidays, or a morning off (S2)."""

import re
from datetime import date, time, timedelta

from aiohttp import web

from core.clinic.admin.change_setting import change_setting, changes, restore_setting
from core.rules.changes import BadChange
from core.rules.opd import ALL_DAY, Opd
from web.departments import opd_name
from web.forms import field, one_of
from web.pages.admin.common import AdminVisit, by, page, tongue

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED = "closed"
AHEAD = timedelta(days=400)
_KEY = re.compile(r"opd\.([a-z_]+)\.([a-z]{3}|[0-9]{4}-[0-9]{2}-[0-9]{2})")


async def shown(visit: AdminVisit) -> web.StreamResponse:
    """Every department's week and its coming exceptions."""
    return await _page(visit)


async def change_weekday(visit: AdminVisit) -> web.StreamResponse:
    """The hours of a weekday from now on."""
    opd, weekday = _opd(visit), one_of(visit.form, "day", *DAYS)
    return await _set(visit, f"opd.{opd}.{weekday}")


async def change_day(visit: AdminVisit) -> web.StreamResponse:
    """One day differs: closed, or open at other hours."""
    opd, day = _opd(visit), field(visit.form, "day", longest=40)
    today = visit.clinic.today()
    try:
        near = today <= date.fromisoformat(day) <= today + AHEAD
    except ValueError:
        near = False
    if not near:
        return await _page(visit, {f"opd.{opd}.day": tongue(visit)("hours.bad_day")})
    return await _set(visit, f"opd.{opd}.{date.fromisoformat(day)}")


async def restore(visit: AdminVisit) -> web.StreamResponse:
    """As the files say."""
    key = field(visit.form, "key", longest=60)
    found = _KEY.fullmatch(key)
    if found is None or found[1] not in visit.clinic.policy.known_opds:
        raise web.HTTPBadRequest
    try:
        await restore_setting(visit.clinic, key, by(visit))
    except BadChange:
        return await _page(visit, {_place(key): tongue(visit)("hours.not_restored")})
    raise web.HTTPSeeOther("/admin/hours?done=restored")


def _opd(visit: AdminVisit) -> str:
    return one_of(visit.form, "opd", *visit.clinic.policy.staffed_opds)


async def _set(visit: AdminVisit, key: str) -> web.StreamResponse:
    opens, closes = field(visit.form, "opens", longest=5), field(visit.form, "closes", longest=5)
    value = f"{opens}-{closes}" if opens or closes else CLOSED
    try:
        await change_setting(visit.clinic, key, value, by(visit))
    except BadChange:
        return await _page(visit, {_place(key): tongue(visit)("hours.bad_hours")})
    raise web.HTTPSeeOther("/admin/hours?done=set")


def _place(key: str) -> str:
    """Where the page says what is wrong with it: at the weekday, or at the form for single days."""
    return key if key.endswith(DAYS) else f"{key.rpartition('.')[0]}.day"


async def _page(visit: AdminVisit, problems: dict[str, str] | None = None) -> web.Response:
    changed = {each.key for each in await changes(visit.clinic)}
    today, now = visit.clinic.today(), visit.clinic.local_now()
    opds = [
        {
            "key": opd.key,
            "name": opd_name(visit.clinic.policy, tongue(visit), opd.key),
            "open": opd.is_open(now),
            "week": [(day, *_hours(opd.hours.get(place))) for place, day in enumerate(DAYS)],
            "days": _exceptions(opd, today),
        }
        for opd in visit.clinic.policy.known_opds.values()
        if not opd.retired
    ]
    return page(
        visit, "hours", "hours", problems=problems, opds=opds, changed=changed, today=today, all_day=_hours(ALL_DAY)
    )


def _exceptions(opd: Opd, today: date) -> list[tuple[date, str, str]]:
    """Coming days that differ, those of the files and those of the panel, in order."""
    days: dict[date, tuple[time, time] | None] = {**dict.fromkeys(opd.holidays), **opd.exceptions}
    return [(day, *_hours(hours)) for day, hours in sorted(days.items()) if day >= today]


def _hours(hours: tuple[time, time] | None) -> tuple[str, str]:
    """As a browser's fields for times hold them; the end of the day is 00:00, closed is empty."""
    return (f"{hours[0]:%H:%M}", f"{hours[1]:%H:%M}") if hours else ("", "")
