"""ABDM's OPConsultRecord: the consultation in the profile's sections; a section that would be empty is left out."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.rules.fhir.case import RecordedCase
from core.rules.fhir.document import Record, document
from core.rules.fhir.dosage import dosage_text
from core.rules.fhir.elements import coded, filled, narrative, said
from core.rules.fhir.findings import allergy, condition, finding, weight
from core.rules.fhir.names import SNOMED, Element
from core.rules.fhir.orders import (
    appointment,
    medication_request,
    medication_statement,
    medicine_name,
    service_request,
)
from core.rules.fhir.prescription_record import who_met


@dataclass(frozen=True, slots=True)
class _Section:
    title: str
    code: Element
    text: tuple[str, ...]
    resources: tuple[Element, ...] = ()
    """Those that it brings along."""
    mentions: tuple[str, ...] = ()
    """Those that are there already."""


def consultation_record(case: RecordedCase) -> Element:
    """The document. There is a section at least, as nobody signs without a complaint and a diagnosis."""
    sections = list(_sections(case))
    brought = [resource for section in sections for resource in section.resources]
    return document(
        case, Record.CONSULTATION, [_element(case, section) for section in sections], [*who_met(case), *brought]
    )


def _element(case: RecordedCase, section: _Section) -> Element:
    mentioned = [case.refer(what) for what in section.mentions]
    brought = [{"reference": f"urn:uuid:{one['id']}", "type": one["resourceType"]} for one in section.resources]
    return filled({
        "title": section.title, "code": section.code, "text": narrative(section.text), "entry": [*mentioned, *brought],
    })  # fmt: skip


def _sections(case: RecordedCase) -> Iterator[_Section]:
    """The profile's slices, then two of our own (the slicing is open at its end), coded by words alone."""
    yield from _told(case)
    yield from _found(case)
    yield from _ordered(case)
    content = case.prescription.content
    if content.diagnosis.strip():
        yield _Section("Diagnosis", said("Diagnosis"), (content.diagnosis,), mentions=("Condition/diagnosis",))
    if content.advice.strip():
        yield _Section("Advice", said("Advice"), (content.advice,))


def _told(case: RecordedCase) -> Iterator[_Section]:
    content = case.prescription.content
    if content.complaint.strip():
        code = coded(SNOMED, "422843007", "Chief complaint section")
        yield _Section("Chief complaints", code, (content.complaint,), mentions=("Condition/complaint",))
    if content.allergies.strip():
        code = coded(SNOMED, "722446000", "Allergy record")
        yield _Section("Allergies", code, (content.allergies,), (allergy(case),))
    if content.history.strip():
        code = coded(SNOMED, "371529009", "History and physical report")
        yield _Section("Medical history", code, (content.history,), (condition(case, "history", content.history),))


def _found(case: RecordedCase) -> Iterator[_Section]:
    content = case.prescription.content
    physical = [finding(case, "findings", "Findings", content.findings)] if content.findings.strip() else []
    if content.weight_kg.strip():
        physical.append(weight(case))
    if physical:
        text = (content.findings, f"Body weight {content.weight_kg} kg" if content.weight_kg.strip() else "")
        code = coded(SNOMED, "425044008", "Physical exam section")
        yield _Section("Physical examination", code, text, tuple(physical))
    if content.last_period.strip():
        period = finding(case, "last-period", "Last menstrual period", content.last_period)
        code = coded(SNOMED, "404684003", "Clinical finding")
        yield _Section("Other observations", code, (f"Last menstrual period: {content.last_period}",), (period,))


def _ordered(case: RecordedCase) -> Iterator[_Section]:
    content, met = case.prescription.content, case.consultation
    if content.tests:
        code = coded(SNOMED, "721963009", "Order document")
        tests = tuple(service_request(case, str(place), test) for place, test in enumerate(content.tests, 1))
        yield _Section("Investigation advice", code, content.tests, tests)
    medicines = tuple(medication_request(case, place, each) for place, each in enumerate(content.medicines, 1))
    if content.current_medicines.strip():
        medicines += (medication_statement(case),)
    if medicines:
        lines = [f"{medicine_name(each)}: {dosage_text(each)}" for each in content.medicines]
        if content.current_medicines.strip():
            lines.append(f"Takes already: {content.current_medicines}")
        code = coded(SNOMED, "721912009", "Medication summary document")
        yield _Section("Medications", code, tuple(lines), medicines)
    if met.call_back_on is not None:
        code = coded(SNOMED, "390906007", "Follow-up encounter")
        yield _Section("Follow up", code, (met.call_back_on.isoformat(),), (appointment(case, met.call_back_on),))
    if met.referred_to is not None:
        code, text = coded(SNOMED, "306206005", "Referral to service"), f"Referred to: {met.referred_to}"
        yield _Section("Referral", code, (text,), (service_request(case, "referral", text),))
