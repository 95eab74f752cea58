"""Read one document: a FHIR Bundle by a prescription's number, while the patient agrees."""

from aiohttp import web

from core.clinic.api.read_record import read_record
from core.rules.fhir.consultation_record import consultation_record
from core.rules.fhir.document import Record
from core.rules.fhir.prescription_record import prescription_record
from web.api.answers import fhir_unless_known
from web.api.guard import ApiVisit

MAKERS = {Record.PRESCRIPTION: prescription_record, Record.CONSULTATION: consultation_record}


async def bundle(visit: ApiVisit) -> web.StreamResponse:
    """`Bundle/RX261121000176-prescription`. Unknown and not agreed to look alike."""
    number, _, kind = visit.request.match_info["id"].partition("-")
    if kind not in list(Record):
        raise web.HTTPNotFound
    case = await read_record(visit.clinic, visit.client, number, Record(kind))
    if case is None:
        raise web.HTTPNotFound
    return fhir_unless_known(visit.request, MAKERS[Record(kind)](case))
