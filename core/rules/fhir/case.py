"""What a document is made of: the signed prescription and everybody in it, and the ids that they get."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import NAMESPACE_URL, uuid5

from core.rules.consultation import Consultation
from core.rules.fhir.elements import instant
from core.rules.fhir.names import Element
from core.rules.patient import Patient
from core.rules.prescription import SignedPrescription
from core.rules.staff import Doctor


@dataclass(frozen=True, slots=True)
class RecordedCase:
    """One signed prescription, whole. The same case gives the same document, byte for byte."""

    prescription: SignedPrescription
    patient: Patient
    doctor: Doctor
    consultation: Consultation
    pdf: bytes
    """The paper."""
    base: str
    """The deployment's public URL without a slash at the end; our identifiers' systems begin with it."""
    clinic_name: str
    zone: tzinfo
    """The clinic's."""
    abha: str | None = None
    """The patient's ABHA number as it is shown, while they agree that it is used."""
    replaces: str | None = None
    """The number of the version that this one corrects."""

    @property
    def void(self) -> bool:
        """Whether it is not valid any more."""
        return self.prescription.voided_at is not None

    @property
    def changed_at(self) -> datetime:
        """When it was signed, or made void."""
        return self.prescription.voided_at or self.prescription.signed_at

    @property
    def version_id(self) -> str:
        """The version that a correction counts up; a void one says so, for its content is another."""
        return f"{self.prescription.version}{'-void' if self.void else ''}"

    def system(self, what: str) -> str:
        """The system of one kind of our identifiers."""
        return f"{self.base}/id/{what}"

    def moment(self, moment: datetime) -> str:
        """As FHIR writes times."""
        return instant(moment, self.zone)

    def identity(self, what: str) -> str:
        """The id of a resource (RFC 4122, version 5). People and encounters keep theirs in every document."""
        match what:
            case "Patient":
                name = f"patient/{self.patient.code}"
            case "Practitioner":
                name = f"doctor/{self.doctor.id}"
            case "Organization":
                name = "clinic"
            case "Encounter":
                name = f"consultation/{self.consultation.id}"
            case _:
                name = f"prescription/{self.prescription.number}/{what}"
        return str(uuid5(NAMESPACE_URL, f"{self.base}/{name}"))

    def refer(self, what: str, display: str = "") -> Element:
        """A reference to a resource of the same document; `what` may name one of several: `MedicationRequest/2`."""
        kind = what.partition("/")[0]
        reference = {"reference": f"urn:uuid:{self.identity(what)}", "type": kind}
        return reference | ({"display": display} if display else {})
