"""What a doctor sees of the patient they have: card, spoken name, earlier papers (S22). Every look is audited.

They have a patient until the case is over and nobody talks any more: who has signed still speaks with them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from core.clinic.clinic import Clinic
from core.clinic.judge_medicines import Generics, prescribed_before
from core.clinic.record_case import recorded_case
from core.clinic.visit_records import VisitRecords, records_of_visit
from core.ports import Books
from core.rules.audit_action import AuditAction
from core.rules.consultation import Consultation
from core.rules.fhir.case import RecordedCase
from core.rules.patient import Caller, Patient
from core.rules.prescription import Medicine, SignedPrescription
from core.rules.records import AuditEntry
from core.rules.registration import name_of
from core.rules.token import Token

SHOWN_VISITS = 20
"""How many earlier consultations a card lists."""


@dataclass(frozen=True, slots=True)
class PastVisit:
    """An earlier consultation in which they talked."""

    consultation: Consultation
    doctor_name: str
    prescription: SignedPrescription | None
    """Its latest version, which may be void."""


@dataclass(frozen=True, slots=True)
class Card:
    """The patient a doctor is reserved for, talks to or writes for."""

    consultation: Consultation
    """Over already when the doctor has signed or closed it and they still talk."""
    signed: SignedPrescription | None
    """What was signed in it, as it is now: its latest version, which may be void."""
    patient: Patient
    token: Token
    age: int
    """Completed years today, in the clinic's time zone."""
    is_minor: bool
    past: tuple[PastVisit, ...]
    """Newest first."""
    consent: Caller | None
    """What was agreed to on this number (T1, T12); None: nothing, or it was withdrawn."""
    prescribed: Generics
    """What this doctor gave them before (T3)."""
    records: VisitRecords
    """What they sent of their health records (S11)."""

    @property
    def last_with_doctor(self) -> PastVisit | None:
        """Whose condition it may be once more (T5)."""
        return next((visit for visit in self.past if visit.consultation.doctor_id == self.consultation.doctor_id), None)

    @property
    def last_medicines(self) -> tuple[Medicine, ...]:
        """Of the patient's last prescription by this service that had any, and is not void."""
        medicines = next((paper.content.medicines for paper in self._valid_papers if paper.content.medicines), ())
        return tuple(replace(one, acknowledged="", answers=()) for one in medicines)  # that reason was for then

    @property
    def told_last(self) -> Mapping[str, str]:
        """Allergies and current medicines as they stand in the last prescription."""
        last = next((paper.content for paper in self._valid_papers), None)
        return {"allergies": last.allergies, "current_medicines": last.current_medicines} if last else {}

    @property
    def _valid_papers(self) -> Iterator[SignedPrescription]:
        return (visit.prescription for visit in self.past if visit.prescription and not visit.prescription.voided_at)


async def patient_card(clinic: Clinic, doctor_id: int) -> Card | None:
    """The card of the patient whom the doctor has; None while there is none."""
    async with clinic.ledger.write() as books:
        consultation = await books.consultations.present_of_doctor(doctor_id)
        if consultation is None:
            return None
        patient = await books.patients.get(consultation.patient_id)
        await _note(clinic, books, doctor_id, "saw card", patient.id)
        today = clinic.today()
        signed = await books.prescriptions.of_patient(patient.id)
        return Card(
            consultation=consultation,
            signed=_papers(signed).get(consultation.id),
            patient=patient,
            token=await books.tokens.get(consultation.token_id),
            age=patient.age_at(today),
            is_minor=patient.is_minor(today),
            past=await _past(books, consultation, signed),
            consent=await books.callers.get(patient.mobile),
            prescribed=prescribed_before(consultation, signed),
            records=await records_of_visit(books, patient.id, consultation),
        )


async def name_recording(clinic: Clinic, doctor_id: int, consultation_id: int, *, guardian: bool) -> str | None:
    """The stem of the patient's (or their adult's) spoken name: for the doctor who has them now, else None."""
    async with clinic.ledger.write() as books:
        patient = await _present_patient(books, doctor_id, consultation_id)
        if patient is None:
            return None
        await _note(clinic, books, doctor_id, "heard name", patient.id)
        return patient.guardian_recording if guardian else patient.name_recording


async def name_patient(clinic: Clinic, doctor_id: int, consultation_id: int, name: str) -> bool:
    """Write down the name that was spoken (S4). False, and nothing changed, unless the doctor has this patient now.

    Raises `ValueError` for a name that is empty, longer than 80 characters or not made of letters.
    """
    name = clean_name(name)
    async with clinic.ledger.write() as books:
        patient = await _present_patient(books, doctor_id, consultation_id)
        if patient is None:
            return False
        if patient.name != name:
            await books.patients.save(replace(patient, name=name))
            await _note(clinic, books, doctor_id, "named", patient.id)
        return True


def clean_name(name: str) -> str:
    """The name with single spaces, NFC. Raises `ValueError` if it cannot be a name; any script's letters will do."""
    cleaned = name_of(name)
    if cleaned is None:
        raise ValueError("not a name")
    return cleaned


async def earlier_paper(clinic: Clinic, doctor_id: int, prescription_id: int) -> RecordedCase | None:
    """A prescription this doctor may read: their own, or of the patient they have now (S22); else None."""
    async with clinic.ledger.write() as books:
        try:
            prescription = await books.prescriptions.get(prescription_id)
        except LookupError:
            return None
        consultation = await books.consultations.present_of_doctor(doctor_id)
        theirs = consultation is not None and consultation.patient_id == prescription.patient_id
        if prescription.doctor_id != doctor_id and not theirs:
            return None
        entry = AuditEntry(clinic.clock.now(), f"doctor:{doctor_id}", "read", f"prescription:{prescription.id}")
        await books.audit(entry)
        return await recorded_case(clinic, books, prescription)


async def _present_patient(books: Books, doctor_id: int, consultation_id: int) -> Patient | None:
    """The patient of this consultation; None unless it is the one that the doctor has now."""
    consultation = await books.consultations.present_of_doctor(doctor_id)
    if consultation is None or consultation.id != consultation_id:
        return None
    return await books.patients.get(consultation.patient_id)


async def _past(books: Books, current: Consultation, signed: Iterable[SignedPrescription]) -> tuple[PastVisit, ...]:
    consultations = [c for c in await books.consultations.of_patient(current.patient_id) if c.id != current.id]
    papers = _papers(signed)
    shown = consultations[:SHOWN_VISITS]
    names = await _names(books, {c.doctor_id for c in shown})
    return tuple(PastVisit(c, names[c.doctor_id], papers.get(c.id)) for c in shown)


def _papers(signed: Iterable[SignedPrescription]) -> Mapping[int, SignedPrescription]:
    """The latest version of each, by consultation."""
    return {paper.consultation_id: paper for paper in sorted(signed, key=lambda paper: paper.version)}


async def _names(books: Books, doctor_ids: set[int]) -> Mapping[int, str]:
    return {doctor_id: (await books.staff.doctor(doctor_id)).name for doctor_id in doctor_ids}


async def _note(clinic: Clinic, books: Books, doctor_id: int, action: AuditAction, patient_id: int) -> None:
    await books.audit(AuditEntry(clinic.clock.now(), f"doctor:{doctor_id}", action, f"patient:{patient_id}"))
