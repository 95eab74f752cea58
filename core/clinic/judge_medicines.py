"""What the rules say of the medicines in a draft, while it is typed: nothing is signed, and nothing is kept."""

from core.clinic.clinic import Clinic
from core.rules.consultation import Consultation
from core.rules.patient import Patient
from core.rules.prescribing.check import findings
from core.rules.prescribing.encounter import Encounter
from core.rules.prescribing.finding import Problem
from core.rules.prescription import Mode, Prescription


def encounter_of(
    clinic: Clinic, content: Prescription, mode: Mode, consultation: Consultation, patient: Patient
) -> Encounter:
    """What the rules ask about, besides the medicines."""
    return Encounter(
        mode=mode,
        follow_up=consultation.follow_up,
        age=patient.age_at(clinic.today()),
        gender=patient.gender,
        adult_identified=patient.has_guardian,
        allergies=content.allergies,
        current_medicines=content.current_medicines,
    )


def judge_medicines(
    clinic: Clinic, content: Prescription, mode: Mode, consultation: Consultation, patient: Patient
) -> tuple[Problem, ...]:
    """Refusals and warnings, those included that the doctor has answered with a reason (T2, T3, T8)."""
    encounter = encounter_of(clinic, content, mode, consultation, patient)
    return tuple(findings(content, clinic.policy.formulary, encounter))
