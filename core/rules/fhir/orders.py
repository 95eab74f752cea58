"""MedicationRequest, MedicationStatement, ServiceRequest, Appointment, Binary: what was ordered, and its paper."""

from base64 import b64encode
from datetime import date, datetime, time, timedelta

from core.rules.fhir.case import RecordedCase
from core.rules.fhir.dosage import dosage_text, dosages
from core.rules.fhir.elements import filled, resource, said
from core.rules.fhir.names import UCUM, Element, profile
from core.rules.prescription import Medicine


def medication_request(case: RecordedCase, place: int, medicine: Medicine) -> Element:
    """One medicine, counted from 1; its generic name in capitals (T6)."""
    name, signed = medicine_name(medicine), case.prescription
    return resource(
        "MedicationRequest", case.identity(f"MedicationRequest/{place}"), text=[f"{name}: {dosage_text(medicine)}"]
    ) | filled({
        "status": "entered-in-error" if case.void else "active",
        "intent": "order",
        "medicationCodeableConcept": said(name),
        "subject": case.refer("Patient"),
        "encounter": case.refer("Encounter"),
        "authoredOn": case.moment(signed.signed_at),
        "requester": case.refer("Practitioner", case.doctor.name),
        "reasonReference": [case.refer("Condition/diagnosis")] if signed.content.diagnosis.strip() else [],
        "groupIdentifier": {"system": case.system("prescription"), "value": signed.number},
        "note": [{"text": f"Prescribed against a warning: {medicine.acknowledged.strip()}"}]
        if medicine.acknowledged.strip() else [],
        "dosageInstruction": dosages(medicine),
        "dispenseRequest": {
            "numberOfRepeatsAllowed": medicine.repeats,
            "expectedSupplyDuration": {"value": medicine.days, "unit": "days", "system": UCUM, "code": "d"},
        },
    })  # fmt: skip


def medicine_name(medicine: Medicine) -> str:
    """`PARACETAMOL tablet 500 mg`."""
    return " ".join(part for part in (medicine.generic.upper(), medicine.form, medicine.strength) if part)


def medication_statement(case: RecordedCase) -> Element:
    """What they take already, as told, in one text."""
    text = case.prescription.content.current_medicines
    return resource("MedicationStatement", case.identity("MedicationStatement"), text=[text]) | {
        "status": "entered-in-error" if case.void else "active",
        "medicationCodeableConcept": said(text),
        "subject": case.refer("Patient"),
        "context": case.refer("Encounter"),
        "dateAsserted": case.moment(case.prescription.signed_at),
        "informationSource": case.refer("Patient"),
    }


def service_request(case: RecordedCase, what: str, text: str) -> Element:
    """A test to be done (`1`, `2`, …), or the department that the patient is sent on to (`referral`)."""
    return resource("ServiceRequest", case.identity(f"ServiceRequest/{what}"), text=[text]) | {
        "status": "entered-in-error" if case.void else "active",
        "intent": "order",
        "code": said(text),
        "subject": case.refer("Patient"),
        "encounter": case.refer("Encounter"),
        "authoredOn": case.moment(case.prescription.signed_at),
        "requester": case.refer("Practitioner", case.doctor.name),
    }


def appointment(case: RecordedCase, day: date) -> Element:
    """The day on which we call the patient again: proposed, as no hour was agreed (the profile wants a start)."""
    begins = datetime.combine(day, time(0), case.zone)
    text = "The clinic calls the patient on this day."
    people = [("Patient", "needs-action"), ("Practitioner", "needs-action")]
    return resource("Appointment", case.identity("Appointment"), text=[f"{day.isoformat()}: {text}"]) | {
        "status": "entered-in-error" if case.void else "proposed",
        "description": text,
        "start": case.moment(begins),
        "end": case.moment(begins + timedelta(days=1)),
        "created": case.moment(case.prescription.signed_at),
        "participant": [{"actor": case.refer(who), "status": status} for who, status in people],
    }


def binary(case: RecordedCase) -> Element:
    """The paper (RFC 4648 base64). A Binary has no narrative."""
    return {
        "resourceType": "Binary",
        "id": case.identity("Binary"),
        "meta": {"profile": [profile("Binary")]},
        "contentType": "application/pdf",
        "data": b64encode(case.pdf).decode(),
    }
