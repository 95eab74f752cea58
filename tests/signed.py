"""A prescription of an earlier day, for tests about what comes after: its consultation and its token are long over."""

import itertools
from datetime import datetime

from core.clinic.clinic import Clinic
from core.ports import NEW
from core.rules.consultation import Consultation, Outcome
from core.rules.patient import Patient
from core.rules.prescription import Prescription, SignedPrescription, prescription_number, verification_code
from core.rules.token import Priority, Token, TokenState

_numbers = itertools.count(1)


async def signed_before(
    clinic: Clinic, doctor_id: int, patient: Patient, content: Prescription, at: datetime
) -> SignedPrescription:
    """This doctor has signed it for this patient at that time; nothing is checked, and no SMS is sent."""
    number = next(_numbers)
    async with clinic.ledger.write() as books:
        token = await books.tokens.add(
            Token(
                NEW, f"{number:06}", at.date(), patient.id, "general", patient.state, patient.language,
                Priority.ROUTINE, TokenState.CONSUMED, at, at,
            )
        )  # fmt: skip
        consultation = await books.consultations.add(
            Consultation(
                NEW, token.id, patient.id, doctor_id, follow_up=False, claimed_at=at, talked_at=at, hung_up_at=at,
                ended_at=at, outcome=Outcome.PRESCRIBED,
            )
        )  # fmt: skip
        signed = SignedPrescription(
            id=NEW,
            consultation_id=consultation.id,
            patient_id=patient.id,
            doctor_id=doctor_id,
            content=content,
            signed_at=at,
            number=prescription_number(at.date(), consultation.id),
            link_hash=f"{number:064}",
            link_expires_at=at,
            code=verification_code(number),
        )
        return await books.prescriptions.add(signed, b"%PDF")
