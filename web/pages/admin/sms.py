"""The SMS texts and the ids under which they are registered (T11)."""

from aiohttp import web

from core.clinic.admin.change_setting import change_setting, changes
from core.rules.changes import BadChange
from web.forms import field
from web.pages.admin.common import AdminVisit, by, page, tongue


async def shown(visit: AdminVisit) -> web.StreamResponse:
    """Every text in every language."""
    return await _page(visit)


async def change_id(visit: AdminVisit) -> web.StreamResponse:
    """Another DLT id for a text. The text itself is a file: another text needs another registration."""
    key, language = field(visit.form, "key", longest=60), field(visit.form, "language", longest=10)
    if not any((template.key, template.language) == (key, language) for template in visit.clinic.sms):
        raise web.HTTPBadRequest
    name = f"sms.{key}.{language}.dlt_id"
    try:
        await change_setting(visit.clinic, name, field(visit.form, "dlt_id", longest=100), by(visit))
    except BadChange:
        return await _page(visit, {name: tongue(visit)("smstexts.bad_id")})
    raise web.HTTPSeeOther("/admin/sms?done=set")


async def _page(visit: AdminVisit, problems: dict[str, str] | None = None) -> web.Response:
    changed = {each.key for each in await changes(visit.clinic)}
    texts = list(visit.clinic.sms)
    missing = sum(text.dlt_id.startswith("PLACEHOLDER") for text in texts)
    return page(visit, "sms", "sms", problems=problems, texts=texts, changed=changed, missing=missing)
