"""What a doctor may open: papers, the spoken name of the patient they have, the formulary with what they use."""

from aiohttp import web

from core.clinic.medicine_sets import used_medicines
from core.clinic.patient_card import earlier_paper, name_recording
from core.rules.fhir.document import Record, bundle_id
from core.rules.formulary.taken_by import ADULT_FROM, place_offered
from core.rules.staff import Doctor
from web.api.answers import fhir
from web.api.records import MAKERS
from web.deps import DEPS
from web.forms import number_in, whole
from web.guard import Visit
from web.render import pdf_response


async def paper(visit: Visit[Doctor]) -> web.StreamResponse:
    """The PDF of a prescription this doctor may read."""
    found = await earlier_paper(visit.clinic, visit.person.id, whole(visit.request.match_info["id"]))
    if found is None:
        raise web.HTTPNotFound
    return pdf_response(found.pdf, found.prescription.number)


async def record(visit: Visit[Doctor]) -> web.StreamResponse:
    """The same as a FHIR document for another system (T13); with `?record=consultation` the whole consultation."""
    found = await earlier_paper(visit.clinic, visit.person.id, whole(visit.request.match_info["id"]))
    kind = visit.request.query.get("record", Record.PRESCRIPTION)
    if found is None or kind not in list(Record):
        raise web.HTTPNotFound
    response = fhir(MAKERS[Record(kind)](found))
    name = f"{bundle_id(found.prescription.number, Record(kind))}.fhir.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


async def spoken_name(visit: Visit[Doctor]) -> web.StreamResponse:
    """The patient's (or their adult's) own voice saying the name: for the treating doctor only."""
    consultation_id = whole(visit.request.match_info["consultation"])
    guardian = visit.request.match_info["who"] == "guardian"
    stem = await name_recording(visit.clinic, visit.person.id, consultation_id, guardian=guardian)
    file = visit.request.app[DEPS].recordings / f"{stem}.wav"
    if stem is None or not file.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(file, headers={"Content-Type": "audio/wav"})


async def formulary(visit: Visit[Doctor]) -> web.StreamResponse:
    """For the form's script: forms, strengths, list (T3), brand names by generic; and what this doctor used last.

    Each form in each strength comes with its place in the list that is offered to somebody of `?age=` years, or to an
    adult.
    """
    age = number_in(visit.request.query.get("age", ""), ADULT_FROM)
    names: dict[str, list[str]] = {}
    for alias, generic in visit.clinic.policy.formulary.aliases.items():
        names.setdefault(generic, []).append(alias)
    drugs = {
        drug.generic: {
            "forms": drug.forms,
            "strengths": drug.strengths,
            "list": drug.drug_list,
            "lists": {form: drug.list_of(form) for form in drug.forms},
            "made": [
                (product.form, strength, place_offered(drug, product, age))
                for product in drug.products
                for strength in product.strengths
            ],
            "names": names.get(drug.generic, ()),
        }
        for drug in visit.clinic.policy.formulary.values()
    }
    used = await used_medicines(visit.clinic, visit.person.id)
    last = [[one.generic, one.form, one.strength, one.frequency, one.days] for one in used]
    return web.json_response({"drugs": drugs, "used": last})
