"""What a client may read: documents of patients who agree to it (T12). Everything else is as if it did not exist."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.clinic.api.manage_clients import name_of_client
from core.clinic.clinic import Clinic
from core.clinic.record_case import recorded_case
from core.ports import Books
from core.rules.api_client import ApiClient
from core.rules.audit_action import AuditAction
from core.rules.fhir.case import RecordedCase
from core.rules.fhir.document import Record
from core.rules.patient import Patient
from core.rules.prescription import SignedPrescription, is_prescription_number
from core.rules.records import AuditEntry
from core.rules.staff import Doctor

_READ: Mapping[Record, AuditAction] = {
    Record.PRESCRIPTION: "read prescription record",
    Record.CONSULTATION: "read consultation record",
}


@dataclass(frozen=True, slots=True)
class Documents:
    """A patient's prescriptions, newest first, with whoever signed them."""

    patient: Patient
    found: Sequence[tuple[SignedPrescription, Doctor]]

    @property
    def replaced(self) -> frozenset[int]:
        """Those that a correction took the place of."""
        return frozenset(signed.replaces_id for signed, _ in self.found if signed.replaces_id is not None)


async def read_record(clinic: Clinic, client: ApiClient, number: str, what: Record) -> RecordedCase | None:
    """The case behind a prescription's number; None when there is none, or the patient does not agree.

    `what` is the document, for the audit.
    """
    async with clinic.ledger.write() as books:
        signed = await books.prescriptions.by_number(number) if is_prescription_number(number) else None
        if signed is None:
            await _note(clinic, books, client, "refused: no such record", "prescription:unknown")
            return None
        agreed = await books.abha_links.of_patient(signed.patient_id) is not None
        action = _READ[what] if agreed else "refused: patient has not agreed"
        await _note(clinic, books, client, action, f"prescription:{signed.id}")
        return await recorded_case(clinic, books, signed) if agreed else None


async def find_documents(clinic: Clinic, client: ApiClient, abha: str) -> Documents | None:
    """Of the patient with this ABHA number (fourteen digits); None when nobody agrees to be found under it."""
    async with clinic.ledger.write() as books:
        link = await books.abha_links.by_number(abha)
        if link is None:
            await _note(clinic, books, client, "refused: nobody has agreed", "patient:unknown")
            return None
        await _note(clinic, books, client, "listed records", f"patient:{link.patient_id}")
        signed = await books.prescriptions.of_patient(link.patient_id)
        doctors = {one.doctor_id: await books.staff.doctor(one.doctor_id) for one in signed}
        patient = await books.patients.get(link.patient_id)
        return Documents(patient, [(one, doctors[one.doctor_id]) for one in signed])


async def _note(clinic: Clinic, books: Books, client: ApiClient, action: AuditAction, subject: str) -> None:
    await books.audit(AuditEntry(clinic.clock.now(), name_of_client(client), action, subject))
