"""Find a patient's documents by ABHA number: a FHIR search over DocumentReference, newest first, in pages."""

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

WHOSE, COUNT, BEFORE = "patient.identifier", "_count", "_before"
USUAL, MOST = 20, 50
"""Documents on a page."""


async def search(visit: ApiVisit) -> web.StreamResponse:
    """A searchset Bundle. What is not known as a parameter is refused: ignoring it would answer another question."""
    query = visit.request.query
    if any(name not in (WHOSE, COUNT, BEFORE) or len(query.getall(name)) > 1 for name in query):
        raise ApiRefused(400, f"Only {WHOSE}, {COUNT} and {BEFORE} are known here, each once.")
    if not query.get(WHOSE):
        raise ApiRefused(400, f"{WHOSE} is needed: {ABHA_NUMBER}|XX-XXXX-XXXX-XXXX")
    count, before = _whole(query.get(COUNT), 1, MOST) or USUAL, _whole(query.get(BEFORE), 1, 2**53)
    abha = _abha(query[WHOSE])
    found = await find_documents(visit.clinic, visit.client, abha) if abha else None
    listed = _listed(found) if found else []
    page = [one for one in listed if before is None or one.place < before]
    return fhir(_page(visit, abha or "", page[:count], total=len(listed), more=len(page) > count))


def _page(visit: ApiVisit, abha: str, shown: Sequence[Listed], *, total: int, more: bool) -> Element:
    base, policy = api_base(visit.request), visit.clinic.policy
    number = abha_shown(abha)
    resources = [
        document_reference(one, api=base, abha=number, clinic_name=policy.clinic_name, zone=policy.time_zone)
        for one in shown
    ]
    asked = dict(visit.request.query)
    after = _address(base, asked | {BEFORE: str(shown[-1].place)}) if more else None
    return searchset(resources, api=base, total=total, here=_address(base, asked), after=after)


def _address(base: str, query: dict[str, str]) -> str:
    return f"{base}/DocumentReference?{urlencode(query)}"


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
