"""The documents of a signed prescription: R4 and ABDM's profiles hold for any of them, and they say what was signed."""

import json
from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from core.rules.dosage import Food
from core.rules.fhir.case import RecordedCase
from core.rules.fhir.consultation_record import consultation_record
from core.rules.fhir.dosage import dosages
from core.rules.fhir.prescription_record import prescription_record
from core.rules.prescription import Medicine
from tests.fhir import abdm
from tests.fhir.cases import BARE, FULL, PDF, cases, voided
from tests.fhir.r4_validator import R4

RECORDS = (prescription_record, consultation_record)


def wrong(r4: R4, bundle: dict[str, Any]) -> list[str]:
    return [*r4.problems(bundle), *abdm.problems(bundle)]


def of_type(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def composition(bundle: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = bundle["entry"][0]["resource"]
    return first


@pytest.mark.parametrize("record", RECORDS)
@pytest.mark.parametrize("case", [FULL, BARE, voided(FULL), voided(BARE)], ids=["full", "bare", "void", "bare-void"])
def test_it_is_what_r4_and_the_profile_ask(r4: R4, record: Any, case: RecordedCase) -> None:
    assert wrong(r4, record(case)) == []


@given(case=cases())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_signed_prescription_gives_right_documents(r4: R4, case: RecordedCase) -> None:
    for record in RECORDS:
        assert wrong(r4, record(case)) == []


@pytest.mark.parametrize("record", RECORDS)
def test_the_same_case_gives_the_same_document(record: Any) -> None:
    assert json.dumps(record(FULL)) == json.dumps(record(replace(FULL)))
    ids = [entry["fullUrl"] for entry in record(FULL)["entry"]]
    assert len(ids) == len(set(ids))


def test_versions() -> None:
    first = replace(FULL, prescription=replace(FULL.prescription, version=1), replaces=None)
    told = [
        (bundle["meta"]["versionId"], composition(bundle)["status"], "relatesTo" in composition(bundle))
        for bundle in map(prescription_record, (first, FULL, voided(first)))
    ]
    assert told == [("1", "final", False), ("2", "amended", True), ("1-void", "entered-in-error", False)]
    (relation,) = composition(prescription_record(FULL))["relatesTo"]
    assert relation["code"] == "replaces"
    assert relation["targetIdentifier"]["value"] == "RX261121000168-prescription"


def test_nothing_of_a_void_one_is_active() -> None:
    bundle = consultation_record(voided(FULL))
    for kind in ("MedicationRequest", "MedicationStatement", "ServiceRequest", "Observation", "Appointment"):
        assert {each["status"] for each in of_type(bundle, kind)} == {"entered-in-error"}, kind
    for kind in ("Condition", "AllergyIntolerance"):
        assert all("clinicalStatus" not in each for each in of_type(bundle, kind)), kind


def test_the_paper_and_the_medicines_are_the_one_section() -> None:
    bundle = prescription_record(FULL)
    (section,) = composition(bundle)["section"]
    assert [entry["type"] for entry in section["entry"]] == ["MedicationRequest"] * 8 + ["Binary"]
    assert b64decode(of_type(bundle, "Binary")[0]["data"]) == PDF
    first = of_type(bundle, "MedicationRequest")[0]
    assert first["medicationCodeableConcept"] == {"text": "PARACETAMOL tablet 500 mg"}
    assert first["dispenseRequest"]["numberOfRepeatsAllowed"] == 1
    assert first["note"] == [{"text": "Prescribed against a warning: no other was there"}]


def test_without_medicines_there_is_the_paper() -> None:
    (section,) = composition(prescription_record(BARE))["section"]
    assert [entry["type"] for entry in section["entry"]] == ["Binary"]


def test_a_consultation_has_a_section_for_everything_that_was_written() -> None:
    titles = [section["title"] for section in composition(consultation_record(FULL))["section"]]
    assert titles == [
        "Chief complaints", "Allergies", "Medical history", "Physical examination", "Other observations",
        "Investigation advice", "Medications", "Follow up", "Referral", "Diagnosis", "Advice",
    ]  # fmt: skip
    bare = [section["title"] for section in composition(consultation_record(BARE))["section"]]
    assert bare == ["Chief complaints", "Investigation advice", "Diagnosis"]


def test_the_patient_is_known_without_a_telephone_number_or_a_made_up_birthday() -> None:
    for record in RECORDS:
        text = json.dumps(record(FULL), ensure_ascii=False)
        assert "9876543210" not in text
        assert "birthDate" not in text
    (patient,) = of_type(prescription_record(FULL), "Patient")
    assert {one["value"] for one in patient["identifier"]} == {"100000009", "91-1234-5678-9012"}
    assert "9 years as stated" in patient["text"]["div"]
    (unlinked,) = of_type(prescription_record(BARE), "Patient")
    assert [one["value"] for one in unlinked["identifier"]] == ["100000017"]


def test_what_was_typed_is_text_and_no_markup() -> None:
    (section, *_) = composition(consultation_record(FULL))["section"]
    assert "बुखार &amp; cough &lt; 3 days<br/>Weakness" in section["text"]["div"]


def test_no_code_is_invented() -> None:
    """Every SNOMED code is one that a profile fixes; LOINC has body weight alone."""
    known = {"440545006", *abdm.PROFILES["OPConsultRecord"]["slices"]["section"]["of"]}
    for record in RECORDS:
        found = list(codings(record(FULL)))
        assert {each["code"] for each in found if each.get("system") == "http://snomed.info/sct"} <= known
        assert {each["code"] for each in found if each.get("system") == "http://loinc.org"} <= {"29463-7"}


@pytest.mark.parametrize(
    ("frequency", "repeat"),
    [
        ("BD", {"frequency": 2, "period": 1, "periodUnit": "d"}),
        ("HS", {"frequency": 1, "period": 1, "periodUnit": "d", "when": ["HS"]}),
        ("weekly", {"frequency": 1, "period": 1, "periodUnit": "wk"}),
        ("every 6 hours", {"frequency": 1, "period": 6, "periodUnit": "h"}),
        ("when it itches", {}),
    ],
)
def test_a_frequency_becomes_timing(frequency: str, repeat: dict[str, Any]) -> None:
    (dosage,) = dosages(Medicine("x", "tablet", "1 mg", frequency, 3))
    bounds = {"boundsDuration": {"value": 3, "unit": "days", "system": "http://unitsofmeasure.org", "code": "d"}}
    assert dosage["timing"] == {"repeat": bounds | repeat}
    assert dosage["text"] == f"{frequency}, for 3 days"


def test_how_much_each_time_is_told() -> None:
    (dosage,) = dosages(Medicine("x", "tablet", "1 mg", "2 TDS", 3))
    assert dosage["timing"]["repeat"]["frequency"] == 3
    assert dosage["doseAndRate"] == [{"doseQuantity": {"value": 2, "unit": "tablet"}}]


def test_insulin_is_counted_in_units() -> None:
    morning, night = dosages(Medicine("insulin isophane", "injection", "40 IU/ml", "10-0-8", 30, route="injection"))
    units = {"unit": "IU", "system": "http://unitsofmeasure.org", "code": "[iU]"}
    assert morning["doseAndRate"] == [{"doseQuantity": {"value": 10, **units}}]
    assert night["doseAndRate"] == [{"doseQuantity": {"value": 8, **units}}]
    assert morning["text"] == "10-0-8 (in IU), for 30 days"
    assert morning["route"] == {"text": "injection"}


def test_a_spoon_is_told_in_millilitres() -> None:
    (dosage,) = dosages(Medicine("paracetamol", "syrup", "125 mg/5 ml", "½-0-½", 3))
    assert dosage["doseAndRate"] == [
        {"doseQuantity": {"value": 2.5, "unit": "ml", "system": "http://unitsofmeasure.org", "code": "mL"}}
    ]


def test_what_is_for_the_skin_has_no_quantity_and_is_not_swallowed() -> None:
    crystals = Medicine("potassium permanganate", "crystals", "standard", "1-0-1", 3, route="topical")
    (dosage,) = dosages(crystals)
    assert "doseAndRate" not in dosage
    assert dosage["method"] == {"text": "apply, do not swallow"}
    assert dosage["route"] == {"text": "topical"}
    assert dosage["text"] == "apply, do not swallow, 1-0-1, for 3 days"


def test_doses_that_differ_over_the_day() -> None:
    whole, half = dosages(Medicine("x", "tablet", "1 mg", "1-1-½", 1, "slowly", Food.BEFORE))
    assert whole["timing"]["repeat"]["when"] == ["MORN", "NOON"]
    assert half["timing"]["repeat"]["when"] == ["NIGHT"]
    assert half["doseAndRate"] == [{"doseQuantity": {"value": 0.5, "unit": "tablet"}}]
    assert whole["text"] == "1-1-½, before food, for 1 day; slowly"
    assert [one["sequence"] for one in (whole, half)] == [1, 2]


def test_as_needed_and_at_once() -> None:
    (needed,) = dosages(Medicine("x", "tablet", "1 mg", "SOS", 2))
    assert needed["asNeededBoolean"] is True
    (once,) = dosages(Medicine("x", "tablet", "1 mg", "STAT", 1))
    assert once["timing"] == {"repeat": {"count": 1}}


def codings(element: Any) -> Any:
    if isinstance(element, dict):
        yield from element.get("coding", [])
        for value in element.values():
            yield from codings(value)
    elif isinstance(element, list):
        for value in element:
            yield from codings(value)
