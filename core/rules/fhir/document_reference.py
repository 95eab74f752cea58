"""DocumentReference: what a search for a patient's documents tells of each, and the page of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from core.rules.fhir.document import TYPES, Record, bundle_id
from core.rules.fhir.elements import coded, instant, resource
from core.rules.fhir.names import ABHA_NUMBER, SNOMED, Element
from core.rules.prescription import SignedPrescription


@dataclass(frozen=True, slots=True)
class Listed:
    """One document of a patient."""

    signed: SignedPrescription
    record: Record
    doctor_name: str
    replaced: bool
    """Whether a correction took its place."""

    @property
    def place(self) -> int:
        """Grows with time: a page begins below one."""
        return 2 * self.signed.id + list(Record).index(self.record)


def document_reference(listed: Listed, *, api: str, abha: str, clinic_name: str, zone: tzinfo) -> Element:
    """Of R4 alone: ABDM's profile wants the document itself inside, here is where to fetch it.

    `api` is FHIR's base URL.
    """
    signed, kind = listed.signed, TYPES[listed.record]
    identity = bundle_id(signed.number, listed.record)
    valid = signed.voided_at is None
    status = "current" if valid else "superseded" if listed.replaced else "entered-in-error"
    final = "final" if signed.version == 1 else "amended"
    return resource("DocumentReference", identity, text=[f"{kind.display} {signed.number}, {status}"], abdm=False) | {
        "identifier": [{"system": f"{api}/Bundle", "value": identity}],
        "status": status,
        "docStatus": final if valid else "entered-in-error",
        "type": coded(SNOMED, kind.code, kind.display),
        "subject": {"type": "Patient", "identifier": {"system": ABHA_NUMBER, "value": abha}},
        "date": instant(signed.signed_at, zone),
        "author": [{"type": "Practitioner", "display": listed.doctor_name}],
        "custodian": {"type": "Organization", "display": clinic_name},
        "content": [
            {
                "attachment": {
                    "contentType": "application/fhir+json",
                    "url": f"{api}/Bundle/{identity}",
                    "title": kind.display,
                    "creation": instant(signed.signed_at, zone),
                }
            }
        ],
    }


def searchset(found: Sequence[Element], *, api: str, total: int, links: Mapping[str, str]) -> Element:
    """A page of a search; `links` by relation: its own address (`self`), and that of the `next` one."""
    link = [{"relation": relation, "url": url} for relation, url in links.items()]
    bundle: Element = {"resourceType": "Bundle", "type": "searchset", "total": total, "link": link}
    entries = [
        {"fullUrl": f"{api}/{one['resourceType']}/{one['id']}", "resource": one, "search": {"mode": "match"}}
        for one in found
    ]
    return bundle | ({"entry": entries} if entries else {})
