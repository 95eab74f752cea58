"""The SMS texts, and the ids under which they are registered (T11)."""

from aiohttp import web

from core.clinic.admin.change_setting import changes
from core.clinic.admin.change_sms import change_sms, key_of, restore_sms
from core.rules.changes import BadChange
from core.rules.sms_template import BadSms, SmsTemplate
from web.forms import field, one_of
from web.pages.admin.common import AdminVisit, by, page, tongue
from web.pages.admin.refused import why

LONGEST = 2000
"""Characters of a text as posted; what is too long for an SMS is told by the rule."""


async def shown(visit: AdminVisit) -> web.StreamResponse:
    """Every text in every language."""
    return await _page(visit)


async def change(visit: AdminVisit) -> web.StreamResponse:
    """Another text, another DLT id, or both together: another text needs another registration."""
    template = _template(visit)
    typed = {"text": field(visit.form, "text", longest=LONGEST), "dlt_id": field(visit.form, "dlt_id", longest=100)}
    try:
        await change_sms(visit.clinic, template, by(visit), **typed)
    except BadChange as bad:
        said = {key_of(template, part): value for part, value in typed.items()}
        return await _page(visit, {bad.key: why(tongue(visit), bad)}, said)
    raise web.HTTPSeeOther(f"/admin/sms?done=set#{template.key}-{template.language}")


async def restore(visit: AdminVisit) -> web.StreamResponse:
    """The text or the id as the file says."""
    template, part = _template(visit), one_of(visit.form, "part", "text", "dlt_id")
    try:
        await restore_sms(visit.clinic, template, part, by(visit))
    except BadChange as bad:
        return await _page(visit, {key_of(template, part): why(tongue(visit), bad)})
    raise web.HTTPSeeOther(f"/admin/sms?done=restored#{template.key}-{template.language}")


def _template(visit: AdminVisit) -> SmsTemplate:
    try:
        return visit.clinic.sms.of(field(visit.form, "key", longest=60), field(visit.form, "language", longest=10))
    except BadSms as error:
        raise web.HTTPBadRequest from error


async def _page(
    visit: AdminVisit, problems: dict[str, str] | None = None, typed: dict[str, str] | None = None
) -> web.Response:
    changed = {each.key: each for each in await changes(visit.clinic)}
    texts = list(visit.clinic.sms)
    missing = sum(text.dlt_id.startswith("PLACEHOLDER") for text in texts)
    return page(
        visit, "sms", "sms", problems=problems, typed=typed or {}, texts=texts, changed=changed, missing=missing,
        key_of=key_of,
    )  # fmt: skip
