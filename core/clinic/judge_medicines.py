"""What the rules say of a draft, while it is typed: nothing is signed, and nothing is kept."""

from collections.abc import Iterable

from core.clinic.clinic import Clinic
from core.rules.consultation import Consultation
from core.rules.patient import Patient
from core.rules.prescribing.check import findings, refused_in_words
from core.rules.prescribing.encounter import Encounter
from core.rules.prescribing.finding import Problem
from core.rules.prescription import Mode, Prescription, SignedPrescription

Generics = frozenset[str]


def prescribed_before(consultation: Consultation, papers: Iterable[SignedPrescription]) -> Generics:
    """What this doctor gave this patient in earlier consultations, by papers that are valid (T3: refills)."""
    return frozenset(
        medicine.generic
        for paper in papers
        if paper.doctor_id == consultation.doctor_id
        and paper.consultation_id != consultation.id
        and paper.voided_at is None
        for medicine in paper.content.medicines
    )


def encounter_of(
    clinic: Clinic,
    content: Prescription,
    mode: Mode,
    consultation: Consultation,
    patient: Patient,
    prescribed: Generics | None = None,
) -> Encounter:
    """What the rules ask about, besides the medicines. Whether it is a follow-up is as said: see `as_said`."""
    return Encounter(
        mode=mode,
        follow_up=consultation.follow_up,
        age=patient.age_at(clinic.today()),
        gender=patient.gender,
        adult_identified=patient.has_guardian,
        allergies=content.allergies,
        current_medicines=content.current_medicines,
        prescribed=prescribed,
    )


def judge_medicines(clinic: Clinic, content: Prescription, encounter: Encounter) -> tuple[Problem, ...]:
    """Refusals and warnings, those included that the doctor has answered with a reason (T2, T3, T8)."""
    return tuple(findings(content, clinic.policy.formulary, encounter))


def judge_words(clinic: Clinic, content: Prescription) -> tuple[Problem, ...]:
    """What is refused of the texts as they stand: medicines where no rule would look at them (T3), and what cannot be
    printed."""
    return tuple(refused_in_words(content, clinic.policy.formulary))
