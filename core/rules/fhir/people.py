"""Patient, Practitioner, Organization, Encounter: who met, when and how."""

from core.rules.fhir.case import RecordedCase
from core.rules.fhir.elements import coded, coding, filled, identifier, resource, said
from core.rules.fhir.names import ABDM_IDENTIFIER_TYPE, ABHA_NUMBER, ACT_CODE, IDENTIFIER_TYPE, Element
from core.rules.patient import Gender
from core.rules.prescription import Mode

GENDERS = {Gender.WOMAN: "female", Gender.MAN: "male", Gender.OTHER: "other"}
MODES = {Mode.AUDIO: "by telephone", Mode.VIDEO: "by video", Mode.TEXT: "by text messages"}


def patient(case: RecordedCase) -> Element:
    """No birth date: an age was said, and a day is not made up from it. No telephone number: nobody needs it here."""
    who = case.patient
    age = who.age_at(case.prescription.signed_at.astimezone(case.zone).date())
    name = who.name or "name as recorded by voice"
    text = f"{name}, {GENDERS[who.gender]}, {age} years as stated by the patient, Patient ID {who.code}"
    known = identifier(coded(IDENTIFIER_TYPE, "MR", "Medical record number"), case.system("patient"), who.code)
    place = {"district": who.district, "state": who.state, "postalCode": who.pin_code, "country": "IN"}
    guardian = {"relationship": [said("adult with the minor")], "name": {"text": who.guardian_name}}
    return resource("Patient", case.identity("Patient"), text=[text]) | filled({
        "identifier": [known, *([_abha(case.abha)] if case.abha else [])],
        "name": [{"text": who.name}] if who.name else [],
        "gender": GENDERS[who.gender],
        "address": [filled(place)],
        "contact": [guardian] if who.guardian_name else [],
        "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": who.language}]}}],
    })  # fmt: skip


def _abha(number: str) -> Element:
    return identifier(coded(ABDM_IDENTIFIER_TYPE, "HIN", "Health ID issued by NDHM"), ABHA_NUMBER, number)


def practitioner(case: RecordedCase) -> Element:
    """The doctor, with what T6 prints."""
    who = case.doctor
    licence = identifier(
        coded(IDENTIFIER_TYPE, "MD", "Medical License number"), case.system("registration"), who.registration_number
    )
    text = f"{who.name}, {who.qualification}, registration {who.registration_number}, {who.council}"
    return resource("Practitioner", case.identity("Practitioner"), text=[text]) | {
        "identifier": [licence | {"assigner": {"display": who.council}}],
        "name": [{"text": who.name}],
        "telecom": [{"system": "email" if "@" in who.contact else "phone", "value": who.contact, "use": "work"}],
        "qualification": [{"code": said(who.qualification)}],
    }


def organization(case: RecordedCase) -> Element:
    """The service. It is known by its web address: a number of the facility registry is not ours to make up."""
    address = identifier(said("web address"), "urn:ietf:rfc:3986", case.base)
    return resource("Organization", case.identity("Organization"), text=[case.clinic_name]) | {
        "identifier": [address],
        "name": case.clinic_name,
    }


def encounter(case: RecordedCase) -> Element:
    """The tele-consultation (T6 wants it said)."""
    met, content = case.consultation, case.prescription.content
    kind = f"{'Follow-up tele-consultation' if met.follow_up else 'Tele-consultation'} {MODES[case.prescription.mode]}"
    begun = met.talked_at or met.claimed_at
    causes = [("complaint", "Chief complaint", content.complaint), ("diagnosis", "Diagnosis", content.diagnosis)]
    return resource("Encounter", case.identity("Encounter"), text=[kind]) | filled({
        "identifier": [{"system": case.system("consultation"), "value": str(met.id)}],
        "status": "finished",
        "class": coding(ACT_CODE, "VR", "virtual"),
        "type": [said(kind)],
        "subject": case.refer("Patient"),
        "participant": [{"individual": case.refer("Practitioner", case.doctor.name)}],
        "period": filled({
            "start": case.moment(begun), "end": case.moment(met.hung_up_at) if met.hung_up_at else None,
        }),
        "diagnosis": [
            {"condition": case.refer(f"Condition/{what}"), "use": said(use)}
            for what, use, text in causes if text.strip()
        ],
        "serviceProvider": case.refer("Organization", case.clinic_name),
    })  # fmt: skip
