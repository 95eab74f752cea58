"""OperationOutcome: why the API did not do what it was asked."""

from core.rules.fhir.names import Element


def outcome(code: str, text: str) -> Element:
    """One error; `code` is of FHIR's IssueType."""
    return {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": code, "diagnostics": text}]}
