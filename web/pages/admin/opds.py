"""Departments and states: add, rename, retire, open again; which states' patients get tokens (S10)."""

from collections.abc import Mapping

from aiohttp import web

from core.clinic.admin.change_opd import add_opd, known, rename_opd, reopen_opd, retire_opd, speak_opd
from core.clinic.admin.change_setting import change_setting
from core.rules.changes import BadChange
from core.rules.opd import Opd, choice_sound
from web.departments import opd_name
from web.deps import DEPS
from web.forms import field, one_of
from web.pages.admin.common import LONGEST, AdminVisit, by, page, several, tongue
from web.pages.admin.refused import why
from web.words import WORDS

PAGE = "/admin/opds"
ADD = "add"
"""Stands for the new department where others are named by their keys."""


async def shown(visit: AdminVisit) -> web.StreamResponse:
    """Every department, what it lacks, and the states."""
    return _page(visit)


async def add(visit: AdminVisit) -> web.StreamResponse:
    """A new one, which the machine says at once; seconds."""
    opd = field(visit.form, "opd", longest=LONGEST).lower()
    hours = f"{field(visit.form, 'opens', longest=5)}-{field(visit.form, 'closes', longest=5)}"
    try:
        await add_opd(visit.clinic, opd, _words(visit, "name"), _words(visit, "spoken"), hours, by(visit))
    except BadChange as bad:
        return _page(visit, {ADD: why(tongue(visit), bad)}, dict(visit.form))
    raise web.HTTPSeeOther(f"{PAGE}?done=set")


async def rename(visit: AdminVisit) -> web.StreamResponse:
    """Its names, and the words that offer it."""
    opd = _opd(visit)
    try:
        spoken = _words(visit, "spoken") if opd.spoken is not None else {}
        await rename_opd(visit.clinic, opd.key, _words(visit, "name"), spoken, by(visit))
    except BadChange as bad:
        return _page(visit, {opd.key: why(tongue(visit), bad)})
    raise web.HTTPSeeOther(f"{PAGE}?done=set")


async def speak(visit: AdminVisit) -> web.StreamResponse:
    """The machine says what has no sound yet."""
    opd = _opd(visit)
    if await speak_opd(visit.clinic, opd.key, by(visit)):
        return _page(visit, {opd.key: tongue(visit)("opds.bad_voice")})
    raise web.HTTPSeeOther(f"{PAGE}?done=set")


async def retire(visit: AdminVisit) -> web.StreamResponse:
    """It takes no new tokens."""
    opd = _opd(visit)
    try:
        await retire_opd(visit.clinic, opd.key, by(visit))
    except BadChange:
        return _page(visit, {opd.key: tongue(visit)("opds.bad_last")})
    raise web.HTTPSeeOther(f"{PAGE}?done=set")


async def reopen(visit: AdminVisit) -> web.StreamResponse:
    """It takes tokens again."""
    opd = _opd(visit)
    try:
        await reopen_opd(visit.clinic, opd.key, by(visit))
    except BadChange as bad:
        return _page(visit, {opd.key: why(tongue(visit), bad)})
    raise web.HTTPSeeOther(f"{PAGE}?done=set")


async def states(visit: AdminVisit) -> web.StreamResponse:
    """Whose patients get tokens; none chosen means every state's."""
    offered = {state.code for state in visit.request.app[DEPS].states}
    chosen = set(several(visit.form, "states"))
    if not chosen <= offered:
        raise web.HTTPBadRequest
    try:
        await change_setting(visit.clinic, "states", ",".join(sorted(chosen)), by(visit))
    except BadChange as bad:  # something else that was changed before does not fit the files any more
        return _page(visit, {"states": f"{bad.key}: {why(tongue(visit), bad)}"})
    raise web.HTTPSeeOther(f"{PAGE}?done=set")


def _opd(visit: AdminVisit) -> Opd:
    return known(visit.clinic, one_of(visit.form, "opd", *visit.clinic.policy.known_opds))


def _words(visit: AdminVisit, what: str) -> Mapping[str, str]:
    """Of every language; one line each, checked where they are written."""
    return {
        language: field(visit.form, f"{what}-{language}", longest=LONGEST) for language in visit.clinic.policy.languages
    }


def _page(
    visit: AdminVisit, problems: dict[str, str] | None = None, typed: Mapping[str, str] | None = None
) -> web.Response:
    policy, words, said = visit.clinic.policy, visit.request.app[WORDS], tongue(visit)
    opds = [
        {
            "opd": opd,
            "offered": opd.key in policy.opds,
            "lacks": [(language, choice_sound(language, opd.key)) for language in opd.unvoiced(policy.languages)],
            "no_hours": not (opd.hours or opd.exceptions),
        }
        for opd in policy.known_opds.values()
    ]
    return page(
        visit, "opds", "opds", problems=problems, opds=opds, spoken=policy.languages, typed=typed or {},
        states=visit.request.app[DEPS].states, served=policy.served_states,
        opd_name=lambda opd, language=None: opd_name(policy, words.tongue(language or said.language), opd),
    )  # fmt: skip
