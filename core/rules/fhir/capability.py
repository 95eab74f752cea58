"""CapabilityStatement: what the API can do, for whoever asks before they have a token."""

from core.rules.fhir.elements import coded, narrative
from core.rules.fhir.names import SECURITY_SERVICE, Element, profile

SINCE = "2026-11-28"
"""When what it says was changed last."""
OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"


def capability(*, api: str, clinic_name: str, token_endpoint: str) -> Element:
    """`api`: FHIR's base URL."""
    read = "A document by its id: a prescription's number, then -prescription or -consultation."
    found = "A patient's documents, newest first, by ABHA number: patient.identifier=system|number."
    security = {
        "extension": [{"url": OAUTH_URIS, "extension": [{"url": "token", "valueUri": token_endpoint}]}],
        "service": [coded(SECURITY_SERVICE, "OAuth", "OAuth")],
        "description": "OAuth 2.0 client credentials; scope prescriptions.read; only patients who agreed.",
    }
    search = {"name": "patient", "type": "reference", "documentation": "Only chained: patient.identifier."}
    return {
        "resourceType": "CapabilityStatement",
        "text": narrative([f"{clinic_name}: read documents of patients who agreed."]),
        "url": f"{api}/metadata",
        "name": "Duravani",
        "status": "active",
        "date": SINCE,
        "kind": "instance",
        "software": {"name": "Duravani"},
        "implementation": {"description": clinic_name, "url": api},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "security": security,
                "resource": [
                    {
                        "type": "Bundle",
                        "supportedProfile": [profile("DocumentBundle")],
                        "documentation": read,
                        "interaction": [{"code": "read"}],
                        "versioning": "no-version",
                    },
                    {
                        "type": "DocumentReference",
                        "documentation": found,
                        "interaction": [{"code": "search-type"}],
                        "searchParam": [search],
                    },
                ],
            }
        ],
    }
