"""Condition, AllergyIntolerance, Observation: what was told and found. Of a void document all is entered in error."""

from core.rules.fhir.case import RecordedCase
from core.rules.fhir.elements import coded, filled, resource, said
from core.rules.fhir.names import (
    ALLERGY_CLINICAL,
    ALLERGY_VERIFICATION,
    CONDITION_CATEGORY,
    CONDITION_CLINICAL,
    CONDITION_VERIFICATION,
    LOINC,
    OBSERVATION_CATEGORY,
    UCUM,
    Element,
)

ERROR = ("entered-in-error", "Entered in Error")


def condition(case: RecordedCase, what: str, text: str) -> Element:
    """`complaint` and `history` as told, `diagnosis` as the doctor thinks (provisional: nobody was touched)."""
    certainty = ("provisional", "Provisional") if what == "diagnosis" else ("unconfirmed", "Unconfirmed")
    active = coded(CONDITION_CLINICAL, "active", "Active") if what != "history" else None
    return resource("Condition", case.identity(f"Condition/{what}"), text=[text]) | filled({
        "clinicalStatus": None if case.void else active,  # con-5: none of an error
        "verificationStatus": coded(CONDITION_VERIFICATION, *(ERROR if case.void else certainty)),
        "category": [coded(CONDITION_CATEGORY, "encounter-diagnosis", "Encounter Diagnosis")],
        "code": said(text),
        "subject": case.refer("Patient"),
        "encounter": case.refer("Encounter"),
        "recordedDate": case.moment(case.prescription.signed_at),
        "recorder": case.refer("Practitioner", case.doctor.name),
    })  # fmt: skip


def allergy(case: RecordedCase) -> Element:
    """Allergies as told, in one text: it may also say that there are none."""
    text = case.prescription.content.allergies
    return resource("AllergyIntolerance", case.identity("AllergyIntolerance"), text=[text]) | filled({
        "clinicalStatus": None if case.void else coded(ALLERGY_CLINICAL, "active", "Active"),  # ait-2: none of an error
        "verificationStatus": coded(ALLERGY_VERIFICATION, *(ERROR if case.void else ("unconfirmed", "Unconfirmed"))),
        "code": said(text),
        "patient": case.refer("Patient"),
        "encounter": case.refer("Encounter"),
        "recordedDate": case.moment(case.prescription.signed_at),
        "recorder": case.refer("Practitioner", case.doctor.name),
    })  # fmt: skip


def finding(case: RecordedCase, what: str, name: str, text: str) -> Element:
    """Something the doctor wrote down of the patient's state, in words."""
    return _observation(case, what, f"{name}: {text}") | {"code": said(name), "valueString": text.strip()}


def weight(case: RecordedCase) -> Element:
    """In kilograms, as told (R4's profile of body weight fixes code, category and unit)."""
    kilograms = case.prescription.content.weight_kg
    number = float(kilograms)
    return _observation(case, "weight", f"Body weight: {kilograms} kg") | {
        "category": [coded(OBSERVATION_CATEGORY, "vital-signs", "Vital Signs")],
        "code": coded(LOINC, "29463-7", "Body weight"),
        "valueQuantity": {
            "value": int(number) if number.is_integer() else number, "unit": "kg", "system": UCUM, "code": "kg",
        },
    }  # fmt: skip


def _observation(case: RecordedCase, what: str, text: str) -> Element:
    return resource("Observation", case.identity(f"Observation/{what}"), text=[text]) | {
        "status": "entered-in-error" if case.void else "final",
        "subject": case.refer("Patient"),
        "encounter": case.refer("Encounter"),
        "effectiveDateTime": case.moment(case.prescription.signed_at),
        "performer": [case.refer("Practitioner", case.doctor.name)],
    }
