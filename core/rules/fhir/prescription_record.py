"""ABDM's PrescriptionRecord: one section with the medicines and the paper."""

from core.rules.fhir.case import RecordedCase
from core.rules.fhir.document import TYPES, Record, document
from core.rules.fhir.dosage import dosage_text
from core.rules.fhir.elements import coded, narrative
from core.rules.fhir.findings import condition
from core.rules.fhir.names import SNOMED, Element
from core.rules.fhir.orders import binary, medication_request, medicine_name
from core.rules.fhir.people import encounter, organization, patient, practitioner


def prescription_record(case: RecordedCase) -> Element:
    """The document. Its section is never empty, for the paper is always there, also when only tests were ordered."""
    content, kind = case.prescription.content, TYPES[Record.PRESCRIPTION]
    requests = [medication_request(case, place, each) for place, each in enumerate(content.medicines, 1)]
    lines = [f"{medicine_name(each)}: {dosage_text(each)}" for each in content.medicines]
    section = {
        "title": kind.display,
        "code": coded(SNOMED, kind.code, kind.display),
        "text": narrative(lines or ["No medicines; see the paper."]),
        "entry": [
            *(case.refer(f"MedicationRequest/{place}") for place in range(1, len(requests) + 1)),
            case.refer("Binary"),
        ],
    }
    return document(case, Record.PRESCRIPTION, [section], [*who_met(case), *requests, binary(case)])


def who_met(case: RecordedCase) -> list[Element]:
    """The people, their encounter, and why there was one: in every document."""
    content = case.prescription.content
    reasons = {"complaint": content.complaint, "diagnosis": content.diagnosis}
    why = [condition(case, what, text) for what, text in reasons.items() if text.strip()]
    return [patient(case), practitioner(case), organization(case), encounter(case), *why]
