"""Opening hours by weekday, and days that differ: holidays, or a morning off (S2)."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta

from aiohttp import web

from core.clinic.admin.change_setting import change_setting, changes, restore_setting
from core.clinic.admin.set_hours import MOST_DAYS, set_hours, span
from core.rules.changes import BadChange
from core.rules.opd import ALL_DAY, DAYS, Opd
from web.departments import opd_name
from web.forms import field, one_of, optional
from web.pages.admin.common import AdminVisit, by, page, several, tongue

EVERY = "*"
"""Stands for all departments where the key of one can stand: no key looks so."""
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
    opd, day = _opd(visit), _near(visit, field(visit.form, "day", longest=40))
    if day is None:
        return await _page(visit, {f"opd.{opd}.day": tongue(visit)("hours.bad_day")})
    return await _set(visit, f"opd.{opd}.{day}")


async def change_days(visit: AdminVisit) -> web.StreamResponse:
    """A holiday, or other hours, for several departments and days at once; or back to what the files say."""
    chosen, offered = several(visit.form, "opds"), visit.clinic.policy.staffed_opds
    if not {*chosen} <= {EVERY, *offered}:
        raise web.HTTPBadRequest
    first = _near(visit, field(visit.form, "first", longest=40))
    until = optional(visit.form, "last", longest=40)
    last = _near(visit, until) if until else first
    back = one_of(visit.form, "do", "set", "restore") == "restore"
    if not chosen:
        return await _days_again(visit, "bad_opds")
    if first is None or last is None:
        return await _days_again(visit, "bad_day")
    try:
        days = span(first, last)
    except BadChange:
        return await _days_again(visit, "bad_span")
    try:
        opds = offered if EVERY in chosen else chosen
        await set_hours(visit.clinic, opds, days, None if back else _typed_hours(visit), by(visit))
    except BadChange:
        return await _days_again(visit, "not_restored" if back else "bad_hours")
    raise web.HTTPSeeOther(f"/admin/hours?done={'restored' if back else 'set'}")


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


def _near(visit: AdminVisit, text: str) -> date | None:
    """A day from today on, at most some 400 ahead; None for any other text."""
    today = visit.clinic.today()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if today <= day <= today + AHEAD else None


def _typed_hours(visit: AdminVisit) -> str:
    opens, closes = field(visit.form, "opens", longest=5), field(visit.form, "closes", longest=5)
    return f"{opens}-{closes}" if opens or closes else CLOSED


async def _days_again(visit: AdminVisit, why: str) -> web.Response:
    """The page with what was typed for several departments, and what is wrong with it."""
    typed = {name: optional(visit.form, name, longest=40) for name in ("first", "last", "opens", "closes")}
    said = tongue(visit)(f"hours.{why}", count=MOST_DAYS)
    return await _page(visit, {"days": said}, {**typed, "opds": several(visit.form, "opds")})


async def _set(visit: AdminVisit, key: str) -> web.StreamResponse:
    try:
        await change_setting(visit.clinic, key, _typed_hours(visit), by(visit))
    except BadChange:
        return await _page(visit, {_place(key): tongue(visit)("hours.bad_hours")})
    raise web.HTTPSeeOther("/admin/hours?done=set")


def _place(key: str) -> str:
    """Where the page says what is wrong with it: at the weekday, or at the form for single days."""
    return key if key.endswith(DAYS) else f"{key.rpartition('.')[0]}.day"


async def _page(
    visit: AdminVisit, problems: dict[str, str] | None = None, typed: Mapping[str, str | Sequence[str]] | None = None
) -> web.Response:
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
        visit, "hours", "hours", problems=problems, opds=opds, changed=changed, today=today, all_day=_hours(ALL_DAY),
        every=EVERY, typed=typed or {"first": str(today), "last": "", "opens": "", "closes": "", "opds": ()},
    )  # fmt: skip


def _exceptions(opd: Opd, today: date) -> list[tuple[date, str, str]]:
    """Coming days that differ, those of the files and those of the panel, in order."""
    days: dict[date, tuple[time, time] | None] = {**dict.fromkeys(opd.holidays), **opd.exceptions}
    return [(day, *_hours(hours)) for day, hours in sorted(days.items()) if day >= today]


def _hours(hours: tuple[time, time] | None) -> tuple[str, str]:
    """As a browser's fields for times hold them; the end of the day is 00:00, closed is empty."""
    return (f"{hours[0]:%H:%M}", f"{hours[1]:%H:%M}") if hours else ("", "")
