"""A prescription with everything its page shows, read in the transaction that audits the look."""

from dataclasses import dataclass

from core.ports import Books
from core.rules.patient import Patient
from core.rules.prescription import SignedPrescription
from core.rules.staff import Doctor


@dataclass(frozen=True, slots=True)
class OpenedPrescription:
    """What the patient may see of it: everything."""

    prescription: SignedPrescription
    patient: Patient
    doctor: Doctor
    pdf: bytes = b""
    """Only where it was asked for."""


async def opened(books: Books, signed: SignedPrescription, *, with_pdf: bool) -> OpenedPrescription:
    """Whoever calls has checked that it may be seen, and audits that it was."""
    patient, doctor = await books.patients.get(signed.patient_id), await books.staff.doctor(signed.doctor_id)
    pdf = await books.prescriptions.pdf(signed.id) if with_pdf else b""
    return OpenedPrescription(signed, patient, doctor, pdf)
