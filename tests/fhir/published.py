"""The examples that HL7 publishes with FHIR R4: npm's `hl7.fhir.r4.examples` (CC0-1.0)."""

import json
from collections.abc import Mapping
from functools import cache

from tests.fhir.abdm import Resource
from tests.fhir.r4_validator import packages


@cache
def examples(kind: str) -> Mapping[str, Resource]:
    """All of this type, by id. Whoever changes one makes a copy first. Raises `tests.npm.NoNode`."""
    folder = packages() / "hl7.fhir.r4.examples"
    read = (json.loads(path.read_text("utf-8")) for path in folder.glob(f"{kind}-*.json"))
    return {resource["id"]: resource for resource in read}
