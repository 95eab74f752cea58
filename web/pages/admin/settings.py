"""Limits, names, numbers and languages that may be changed without editing files; what waits for a start says so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aiohttp import web

from core.clinic.admin.change_setting import change_setting, changes, knobs, languages, restore_setting
from core.clinic.policy import Group, KnownLanguage
from core.rules.changes import BadChange
from web.forms import field
from web.pages.admin.common import LONGEST, AdminVisit, by, page, tongue
from web.pages.admin.refused import why

LANGUAGES = "languages"
NAMED = 12
"""Names of what a language lacks that are shown: enough to see what kind they are."""


@dataclass(frozen=True, slots=True)
class Row:
    """A language, and what the list of those that are offered would be after each button."""

    language: KnownLanguage
    place: int
    """From 1; 0 for one that is not offered."""
    earlier: str
    """Empty where there is no such button."""
    without: str
    within: str


async def shown(visit: AdminVisit) -> web.StreamResponse:
    """Every setting that the panel shows."""
    return await _page(visit)


async def change(visit: AdminVisit) -> web.StreamResponse:
    """One of them."""
    key = await _changeable(visit)
    value = field(visit.form, "value", longest=LONGEST)
    try:
        await change_setting(visit.clinic, key, value, by(visit))
    except BadChange as bad:
        return await _page(visit, {key: _why(visit, key, bad)}, {key: value})
    raise web.HTTPSeeOther("/admin/settings?done=set")


async def restore(visit: AdminVisit) -> web.StreamResponse:
    """As the files say."""
    key = await _changeable(visit)
    try:
        await restore_setting(visit.clinic, key, by(visit))
    except BadChange as bad:
        return await _page(visit, {key: _why(visit, key, bad)})
    raise web.HTTPSeeOther("/admin/settings?done=restored")


def _why(visit: AdminVisit, key: str, bad: BadChange) -> str:
    """Where a text that was changed stands in the way, it is not at hand on this page."""
    return why(tongue(visit), BadChange(key, bad.why, "sms_too_long") if bad.key.startswith("sms.") else bad)


async def _changeable(visit: AdminVisit) -> str:
    key = field(visit.form, "key", longest=60)
    if key not in {knob.key for knob in await knobs(visit.clinic) if knob.changeable}:
        raise web.HTTPBadRequest
    return key


async def _page(
    visit: AdminVisit, problems: dict[str, str] | None = None, typed: dict[str, str] | None = None
) -> web.Response:
    changed = {each.key: each for each in await changes(visit.clinic)}
    every = await knobs(visit.clinic)
    files = {knob.key: knob.value for knob in every}
    offered = changed[LANGUAGES].value if LANGUAGES in changed else files.get(LANGUAGES, "")
    return page(
        visit, "settings", "settings", problems=problems, typed=typed or {}, changed=changed, named=NAMED,
        knobs={group: [knob for knob in every if knob.group is group] for group in Group},
        rows=list(_rows(languages(visit.clinic), [code.strip() for code in offered.split(",")])),
    )  # fmt: skip


def _rows(known: Sequence[KnownLanguage], offered: Sequence[str]) -> Iterator[Row]:
    """Those that are offered, in their order, then the others."""
    by_code = {language.code: language for language in known}
    for place, code in enumerate(offered):
        earlier = [*offered[: place - 1], code, offered[place - 1], *offered[place + 1 :]] if place else []
        without = [other for other in offered if other != code]
        yield Row(by_code.get(code, KnownLanguage(code, {})), place + 1, ",".join(earlier), ",".join(without), "")
    for language in known:
        if language.code not in offered:
            yield Row(language, 0, "", "", "" if language.lacks else ",".join([*offered, language.code]))
