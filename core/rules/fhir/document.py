"""A document Bundle: the Composition first, then everything that it speaks of, each under its `urn:uuid`."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.rules.fhir.case import RecordedCase
from core.rules.fhir.elements import coded, coding, filled, narrative
from core.rules.fhir.names import CONFIDENTIALITY, SNOMED, Element, profile


class Record(StrEnum):
    """The documents that there are of a signed prescription; the value ends a Bundle's id."""

    PRESCRIPTION = "prescription"
    CONSULTATION = "consultation"


@dataclass(frozen=True, slots=True)
class RecordType:
    """How ABDM names a document."""

    profile: str
    code: str
    """SNOMED CT, as the profile fixes it."""
    display: str
    """Likewise."""


TYPES = {
    Record.PRESCRIPTION: RecordType("PrescriptionRecord", "440545006", "Prescription record"),
    Record.CONSULTATION: RecordType("OPConsultRecord", "371530004", "Clinical consultation report"),
}


def bundle_id(number: str, record: Record) -> str:
    """`RX261121000176-prescription`."""
    return f"{number}-{record}"


def document_identifier(case: RecordedCase, record: Record, number: str) -> Element:
    """What the document is known by, in whatever system it lies."""
    return {"system": case.system("document"), "value": bundle_id(number, record)}


def document(case: RecordedCase, record: Record, sections: Sequence[Element], others: Sequence[Element]) -> Element:
    """The Bundle. `others` are all resources but the Composition."""
    number, changed = case.prescription.number, case.moment(case.changed_at)
    entries = [_composition(case, record, sections), *others]
    return {
        "resourceType": "Bundle",
        "id": bundle_id(number, record),
        "meta": {
            "versionId": case.version_id,
            "lastUpdated": changed,
            "profile": [profile("DocumentBundle")],
            "security": [coding(CONFIDENTIALITY, "V", "very restricted")],
        },
        "identifier": document_identifier(case, record, number),
        "type": "document",
        "timestamp": changed,
        "entry": [{"fullUrl": f"urn:uuid:{entry['id']}", "resource": entry} for entry in entries],
    }


def composition_status(case: RecordedCase) -> str:
    """`final`; a correction is `amended`, what is void was `entered-in-error`."""
    if case.void:
        return "entered-in-error"
    return "amended" if case.prescription.version > 1 else "final"


def _composition(case: RecordedCase, record: Record, sections: Sequence[Element]) -> Element:
    kind, signed = TYPES[record], case.prescription
    text = [
        f"{kind.display} {signed.number}",
        case.clinic_name,
        f"Signed by {case.doctor.name} for a tele-consultation",
    ]
    if case.void:
        text.insert(0, "NOT VALID ANY MORE")
    return {
        "resourceType": "Composition",
        "id": case.identity(f"Composition/{record}"),
        "meta": {
            "versionId": case.version_id,
            "lastUpdated": case.moment(case.changed_at),
            "profile": [profile(kind.profile)],
        },
        "language": "en-IN",
        "text": narrative(text),
    } | filled({
        "identifier": document_identifier(case, record, signed.number),
        "status": composition_status(case),
        "type": coded(SNOMED, kind.code, kind.display),
        "subject": case.refer("Patient"),
        "encounter": case.refer("Encounter"),
        "date": case.moment(signed.signed_at),
        "author": [case.refer("Practitioner", case.doctor.name)],
        "title": kind.display,
        "attester": [
            {"mode": "professional", "time": case.moment(signed.signed_at), "party": case.refer("Practitioner")}
        ],
        "custodian": case.refer("Organization", case.clinic_name),
        "relatesTo": [{"code": "replaces", "targetIdentifier": document_identifier(case, record, case.replaces)}]
        if case.replaces else [],
        "section": list(sections),
    })  # fmt: skip
