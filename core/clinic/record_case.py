"""Gather everything that the document of a signed prescription speaks of."""

from core.clinic.clinic import Clinic
from core.ports import Books
from core.rules.abha import abha_shown
from core.rules.fhir.case import RecordedCase
from core.rules.prescription import SignedPrescription


async def recorded_case(clinic: Clinic, books: Books, signed: SignedPrescription) -> RecordedCase:
    """Whoever asks has been found to have the right to it, and the look is audited by whoever allows it."""
    link = await books.abha_links.of_patient(signed.patient_id)
    replaced = await books.prescriptions.get(signed.replaces_id) if signed.replaces_id is not None else None
    return RecordedCase(
        prescription=signed,
        patient=await books.patients.get(signed.patient_id),
        doctor=await books.staff.doctor(signed.doctor_id),
        consultation=await books.consultations.get(signed.consultation_id),
        pdf=await books.prescriptions.pdf(signed.id),
        base=clinic.policy.public_url,
        clinic_name=clinic.policy.clinic_name,
        zone=clinic.policy.time_zone,
        abha=abha_shown(link.number) if link else None,
        replaces=replaced.number if replaced else None,
    )
