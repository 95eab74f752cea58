"""Find a patient's documents by ABHA number: a FHIR search over DocumentReference, newest first, in pages."""

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from aiohttp import web

from core.clinic.api.read_record import Documents, find_documents
from core.rules.abha import abha_number, abha_shown
from core.rules.fhir.document import Record
from core.rules.fhir.document_reference import Listed, document_reference, searchset
from core.rules.fhir.names import ABHA_NUMBER, Element
from web.api.answers import ApiRefused, api_base, fhir
from web.api.guard import ApiVisit
from web.forms import Form, read_form

WHOSE, COUNT, BEFORE = "patient.identifier", "_count", "_before"
_TOKEN = re.compile(r"[ -~]{1,200}")
USUAL, MOST = 20, 50
"""Documents on a page."""


async def search(visit: ApiVisit) -> web.StreamResponse:
    """By the address, which proxies may log."""
    return await _search(visit, visit.request.query)


async def search_posted(visit: ApiVisit) -> web.StreamResponse:
    """The same by a form, which they do not."""
    return await _search(visit, await read_form(visit.request))


async def _search(visit: ApiVisit, query: Form) -> web.StreamResponse:
    """A searchset Bundle. What is not known as a parameter is refused: ignoring it would answer another question."""
    if any(name not in (WHOSE, COUNT, BEFORE) or len(query.getall(name)) > 1 for name in query):
        raise ApiRefused(400, f"Only {WHOSE}, {COUNT} and {BEFORE} are known here, each once.")
    if not _TOKEN.fullmatch(query.get(WHOSE, "")):
        raise ApiRefused(400, f"{WHOSE} is needed: {ABHA_NUMBER}|XX-XXXX-XXXX-XXXX")
    count, before = _whole(query.get(COUNT), 1, MOST) or USUAL, _whole(query.get(BEFORE), 1, 2**53)
    abha = _abha(query[WHOSE])
    found = await find_documents(visit.clinic, visit.client, abha) if abha else None
    listed = _listed(found) if found else []
    page = [one for one in listed if before is None or one.place < before]
    links = _links(api_base(visit.request), dict(query), page[count - 1].place if len(page) > count else None)
    resources = _resources(visit, abha_shown(abha), page[:count]) if abha else []
    return fhir(searchset(resources, total=len(listed), links=links, api=api_base(visit.request)))


def _resources(visit: ApiVisit, abha: str, shown: Sequence[Listed]) -> list[Element]:
    base, policy = api_base(visit.request), visit.clinic.policy
    return [
        document_reference(one, api=base, abha=abha, clinic_name=policy.clinic_name, zone=policy.time_zone)
        for one in shown
    ]


def _links(base: str, asked: dict[str, str], last: int | None) -> dict[str, str]:
    """By relation. `last`: the place of the last one on this page, when there are more."""
    pages = {"self": asked} | ({"next": asked | {BEFORE: str(last)}} if last is not None else {})
    return {relation: f"{base}/DocumentReference?{urlencode(query)}" for relation, query in pages.items()}


def _listed(found: Documents) -> list[Listed]:
    """Newest first."""
    every = (
        Listed(signed, record, doctor.name, signed.id in found.replaced)
        for signed, doctor in found.found
        for record in Record
    )
    return sorted(every, key=lambda one: one.place, reverse=True)


def _abha(token: str) -> str | None:
    """The number of `system|value`, or of a value alone; None when no patient of ours can be meant."""
    system, bar, value = token.rpartition("|")
    return abha_number(value) if not bar or system == ABHA_NUMBER else None


def _whole(text: str | None, least: int, most: int) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 16 and least <= int(text) <= most):
        raise ApiRefused(400, f"a number from {least} to {most}, please")
    return int(text)
