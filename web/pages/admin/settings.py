"""Limits and names that may be changed without editing files; what needs a restart says so."""

from aiohttp import web

from core.clinic.admin.change_setting import change_setting, changes, knobs, restore_setting
from core.rules.changes import BadChange
from web.forms import field
from web.pages.admin.common import LONGEST, AdminVisit, by, page


async def shown(visit: AdminVisit) -> web.StreamResponse:
    """Every setting that the panel shows."""
    return await _page(visit)


async def change(visit: AdminVisit) -> web.StreamResponse:
    """One of them."""
    key = _changeable(visit)
    value = field(visit.form, "value", longest=LONGEST)
    try:
        await change_setting(visit.clinic, key, value, by(visit))
    except BadChange as bad:
        return await _page(visit, {key: bad.why}, {key: value})
    raise web.HTTPSeeOther("/admin/settings?done=set")


async def restore(visit: AdminVisit) -> web.StreamResponse:
    """As the files say."""
    key = _changeable(visit)
    try:
        await restore_setting(visit.clinic, key, by(visit))
    except BadChange as bad:
        return await _page(visit, {key: bad.why})
    raise web.HTTPSeeOther("/admin/settings?done=restored")


def _changeable(visit: AdminVisit) -> str:
    key = field(visit.form, "key", longest=60)
    if key not in {knob.key for knob in knobs(visit.clinic) if knob.changeable}:
        raise web.HTTPBadRequest
    return key


async def _page(
    visit: AdminVisit, problems: dict[str, str] | None = None, typed: dict[str, str] | None = None
) -> web.Response:
    changed = {each.key: each for each in await changes(visit.clinic)}
    return page(
        visit, "settings", "settings", problems=problems, typed=typed or {}, knobs=knobs(visit.clinic), changed=changed
    )  # fmt: skip
