"""What callers hear: listen, upload a recording, see what is missing in a language."""

from collections.abc import Sequence

from aiohttp import web

from core.clinic.admin.record_prompt import prompt_sound, prompts, record_prompt, unrecord_prompt
from core.ports import BadSound, Prompt, PromptState
from core.ports.prompts import LARGEST_RECORDING
from web.forms import field, number_in
from web.pages.admin.common import AdminVisit, by, page, tongue

LARGEST_UPLOAD = LARGEST_RECORDING + 16 * 1024
"""Bytes of the whole form."""
A_PAGE = 40
SHOWN = ("all", "texts", *PromptState)
"""`texts` leaves out the numbers and digits."""


async def shown(visit: AdminVisit) -> web.StreamResponse:
    """The sounds of one language."""
    return await _page(visit, visit.request.query.get("language", ""))


async def sound(visit: AdminVisit) -> web.StreamResponse:
    """One of them, as callers hear it."""
    try:
        wav = await prompt_sound(visit.clinic, visit.request.query.get("stem", ""))
    except BadSound as error:
        raise web.HTTPNotFound from error
    if wav is None:
        raise web.HTTPNotFound
    return web.Response(body=wav, content_type="audio/wav")


async def record(visit: AdminVisit) -> web.StreamResponse:
    """A recording takes the place of what is there."""
    stem = field(visit.form, "stem", longest=200)
    try:
        await record_prompt(visit.clinic, stem, visit.file, by(visit))
    except BadSound as bad:
        return await _page(visit, stem.partition("/")[0], {stem: tongue(visit)(f"prompts.bad_{bad.reason}")})
    raise web.HTTPSeeOther(_back(visit, stem, "recorded"))


async def unrecord(visit: AdminVisit) -> web.StreamResponse:
    """Back to the machine's voice."""
    stem = field(visit.form, "stem", longest=200)
    try:
        await unrecord_prompt(visit.clinic, stem, by(visit))
    except BadSound as bad:
        return await _page(visit, stem.partition("/")[0], {stem: tongue(visit)(f"prompts.bad_{bad.reason}")})
    raise web.HTTPSeeOther(_back(visit, stem, "unrecorded"))


def _back(visit: AdminVisit, stem: str, done: str) -> str:
    """To where one was: the form tells the page and what was shown."""
    language, place = stem.partition("/")[0], visit.form.get("page", "1")
    show = visit.form.get("show", "texts")
    show = show if show in SHOWN else "texts"
    return f"/admin/prompts?language={language}&show={show}&page={_number(place)}&done={done}"


def _number(text: str) -> int:
    """Of a page, from 1 on."""
    return max(1, number_in(text, 1))


async def _page(visit: AdminVisit, language: str, problems: dict[str, str] | None = None) -> web.Response:
    languages = visit.clinic.policy.known_languages
    language = language if language in languages else languages[0]
    try:
        every = await prompts(visit.clinic, language)
    except BadSound:
        return page(visit, "prompts", "prompts", language=language, spoken=languages, here=False)
    show = visit.request.query.get("show", "texts")
    chosen = [each for each in every if each.stem in problems] if problems else _chosen(every, show)
    start = (_number(visit.request.query.get("page", "1")) - 1) * A_PAGE
    return page(
        visit, "prompts", "prompts", problems=problems, language=language, spoken=languages, here=True,
        show=show if show in SHOWN else "texts", kinds=SHOWN, prompts=chosen[start : start + A_PAGE],
        number=start // A_PAGE + 1, pages=-(-len(chosen) // A_PAGE),
        counts={state: sum(each.state is state for each in every) for state in PromptState},
    )  # fmt: skip


def _chosen(every: Sequence[Prompt], show: str) -> Sequence[Prompt]:
    if show in tuple(PromptState):
        return [each for each in every if each.state == show]
    return every if show == "all" else [each for each in every if "/prompt/" in each.stem]
