"""The names of FHIR's and ABDM's world that our documents use: code systems, profiles, fixed codes."""

from typing import Any, Final

Element = dict[str, Any]
"""A resource, or a part of one, as it becomes JSON."""

SNOMED: Final = "http://snomed.info/sct"
LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
_HL7 = "http://terminology.hl7.org/CodeSystem/"
IDENTIFIER_TYPE: Final = f"{_HL7}v2-0203"
ACT_CODE: Final = f"{_HL7}v3-ActCode"
CONFIDENTIALITY: Final = f"{_HL7}v3-Confidentiality"
CONDITION_CLINICAL: Final = f"{_HL7}condition-clinical"
CONDITION_VERIFICATION: Final = f"{_HL7}condition-ver-status"
CONDITION_CATEGORY: Final = f"{_HL7}condition-category"
ALLERGY_CLINICAL: Final = f"{_HL7}allergyintolerance-clinical"
ALLERGY_VERIFICATION: Final = f"{_HL7}allergyintolerance-verification"
OBSERVATION_CATEGORY: Final = f"{_HL7}observation-category"
SECURITY_SERVICE: Final = f"{_HL7}restful-security-service"

ABDM: Final = "https://nrces.in/ndhm/fhir/r4"
ABDM_IDENTIFIER_TYPE: Final = f"{ABDM}/CodeSystem/ndhm-identifier-type-code"
ABHA_NUMBER: Final = "https://healthid.abdm.gov.in"
"""The system of ABHA numbers, as in ABDM's examples."""


def profile(name: str) -> str:
    """The canonical URL of one of ABDM's profiles."""
    return f"{ABDM}/StructureDefinition/{name}"
