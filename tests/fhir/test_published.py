"""HL7's published examples, as judged by our checkers: what is right is called right, what lacks something is not.

Checkers that pass only our own documents might be as wrong as these; the examples were made by others.
"""

from collections import Counter
from copy import deepcopy
from typing import Any

import pytest

from tests.fhir import abdm
from tests.fhir.published import examples
from tests.fhir.r4_validator import R4

MANDATORY = {
    "AllergyIntolerance": ("patient",),
    "Appointment": ("status", "participant"),
    "Binary": ("contentType",),
    "Bundle": ("type",),
    "Composition": ("status", "type", "date", "author", "title"),
    "Condition": ("subject",),
    "Encounter": ("status", "class"),
    "MedicationRequest": ("status", "intent", "subject"),
    "MedicationStatement": ("status", "subject"),
    "Observation": ("status", "code"),
    "Organization": (),
    "Patient": (),
    "Practitioner": (),
    "ServiceRequest": ("status", "intent", "subject"),
}
"""What our documents are made of, and what R4 asks of each (hl7.org/fhir/R4, each resource's page: 1..1 and 1..*)."""
WRAPPED = {("Binary", "example")}
"""Its base64 has line breaks, which R4 allows and the validator does not; ours has none."""

ABDM_RIGHT = {
    "Patient": "f201 proband",
    "Practitioner": "f201 f202 f203 f204",
    "Organization": "",
    "Encounter": "emerg example f001 f002 f003 f201 home",
    "Condition": "example example2 f001 f002 f003 f201 f202 f203 f204 f205 family-history stroke",
    "AllergyIntolerance": "example fishallergy nka nkda nkla",
    "MedicationRequest": "medrx0313 medrx0314 medrx0324 medrx0327",
    "MedicationStatement": "example004 example005",
    "ServiceRequest": (
        "ambulation colon-biopsy colonoscopy do-not-turn example-implant physical-therapy physiotherapy vent"
    ),
    "Appointment": "",
    "Binary": "example f006",
}
"""The examples that happen to keep ABDM's profile of their type, too, read by eye."""
ABDM_LACKING = {
    "Patient": {
        "identifier": 2, "identifier.type": 4, "identifier.value": 1, "identifier.type.coding.display": 14,
        "name.text": 17, "telecom.value": 2,
    },
    "Practitioner": {"identifier": 1, "identifier.type": 9, "name.text": 10},
    "Organization": {"identifier": 5, "identifier.type": 7, "type.coding.system": 3, "type.coding.display": 1},
    "Encounter": {
        "diagnosis.condition": 1, "diagnosis.use.coding.system": 2, "participant.type.coding.display": 1,
        "reasonCode.coding.system": 1,
    },
    "Condition": {},
    "AllergyIntolerance": {"code.coding.system": 1},
    "MedicationRequest": {"medicationReference": 29, "medicationCodeableConcept.coding.system": 7},
    "MedicationStatement": {"medicationReference": 3, "dosage.doseAndRate.type.coding.system": 3},
    "ServiceRequest": {"requester": 3, "subject": 4, "code.coding.system": 6, "code.coding.display": 4},
    "Appointment": {
        "start": 1, "appointmentType.coding.system": 3, "serviceType.coding.system": 2,
        "serviceCategory.coding.system": 3, "reasonCode.coding.display": 1, "participant.type.coding.display": 2,
    },
    "Binary": {},
}  # fmt: skip
"""In how many of the others each element is not as the profile wants it."""


@pytest.mark.parametrize("kind", MANDATORY)
def test_what_hl7_publishes_is_r4(r4: R4, kind: str) -> None:
    found = {name: r4.problems(each) for name, each in published(kind).items() if (kind, name) not in WRAPPED}
    assert found
    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.mark.parametrize("kind", MANDATORY)
def test_a_published_example_with_an_element_more_or_one_less_is_not(r4: R4, kind: str) -> None:
    for name, example in published(kind).items():
        assert any("nonsense" in problem for problem in r4.problems(example | {"nonsense": 1})), name
        for element in MANDATORY[kind]:
            less = {key: value for key, value in example.items() if key != element}
            assert any(element in problem for problem in r4.problems(less)), (name, element)


@pytest.mark.parametrize("kind", ABDM_RIGHT)
def test_how_published_examples_keep_abdms_profiles(kind: str) -> None:
    found = {name: lacking(example, kind) for name, example in published(kind).items()}
    assert sorted(name for name, elements in found.items() if not elements) == ABDM_RIGHT[kind].split()
    assert Counter(element for elements in found.values() for element in elements) == ABDM_LACKING[kind]


@pytest.mark.parametrize("kind", [kind for kind, right in ABDM_RIGHT.items() if right])
def test_a_published_example_without_what_its_profile_wants_does_not_keep_it(kind: str) -> None:
    wanted = [path for path, rule in abdm.PROFILES[kind]["elements"].items() if rule.get("min") and "." not in path]
    for name in ABDM_RIGHT[kind].split():
        for element in wanted:
            less = {key: value for key, value in published(kind)[name].items() if key != element}
            assert element in lacking(less, kind), (name, element)


def test_a_published_document_is_r4_and_none_of_abdms(r4: R4) -> None:
    """The one that HL7 publishes, and what it would need to be a prescription of ABDM's."""
    document = deepcopy(published("Bundle")["father"])
    assert r4.problems(document) == []
    assert abdm.problems(document) == ["no profile of a document is claimed"]
    document["meta"] = {"profile": [f"{abdm.BEGINS}DocumentBundle"]}
    document["entry"][0]["resource"]["meta"] = {"profile": [f"{abdm.BEGINS}PrescriptionRecord"]}
    assert {problem.partition(":")[0] for problem in abdm.problems(document) if ":" in problem} == {
        "DocumentBundle.meta.versionId", "PrescriptionRecord.author", "PrescriptionRecord.type.coding.system",
        "PrescriptionRecord.type.coding.code", "PrescriptionRecord.type.coding.display", "PrescriptionRecord.section",
        "PrescriptionRecord.section.code.coding.system", "PrescriptionRecord.section.code.coding.code",
        "PrescriptionRecord.section.code.coding.display", "PrescriptionRecord.section.entry",
        "PrescriptionRecord.section.entry.type",
    }  # fmt: skip
    nowhere = {"Practitioner/example", "Patient/d1", "Device/software", "Organization/example"}
    assert {problem for problem in abdm.problems(document) if ":" not in problem} == {
        f"{reference} leads nowhere" for reference in nowhere
    }


def published(kind: str) -> dict[str, dict[str, Any]]:
    """Of a Bundle only documents: others are searches, transactions and R4's own definitions."""
    return {name: each for name, each in examples(kind).items() if each.get("type") == "document" or kind != "Bundle"}


def lacking(example: dict[str, Any], profile: str) -> set[str]:
    """The elements that are not as ABDM's profile wants them."""
    kinds = {reference: reference.partition("/")[0] for reference in abdm.references(example)}
    return {problem.partition(":")[0].partition(".")[2] for problem in abdm.profile_problems(example, profile, kinds)}
