"""Everything about one consultation that its conversation needs, read in one look."""

from dataclasses import dataclass

from core.clinic.clinic import Clinic
from core.rules.consultation import Consultation
from core.rules.patient import Patient
from core.rules.staff import Doctor
from core.rules.token import Token


@dataclass(frozen=True, slots=True)
class Case:
    """A doctor, a patient, and what brings them together."""

    consultation: Consultation
    token: Token
    patient: Patient
    doctor: Doctor


async def load_case(clinic: Clinic, consultation: Consultation) -> Case:
    """Read what belongs to a consultation."""
    async with clinic.ledger.read() as books:
        return Case(
            consultation,
            await books.tokens.get(consultation.token_id),
            await books.patients.get(consultation.patient_id),
            await books.staff.doctor(consultation.doctor_id),
        )
