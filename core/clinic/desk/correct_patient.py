"""Correct what is written of a person at their wish (T12): old values stay in the audit, the Patient ID stays (S5).

Two may have the same person's form open: the later one must not undo what the earlier one has saved.
"""

from collections.abc import Iterator
from dataclasses import replace

from core.clinic.clinic import Clinic
from core.clinic.desk.refused import Refused, refuse
from core.clinic.desk.register_caller import Details, wrong_in
from core.rules.patient import Patient, details_mark
from core.rules.records import AuditEntry
from core.rules.registration import age_of, name_of


async def correct_patient(clinic: Clinic, by: str, mobile: str, patient_id: int, details: Details, seen: str) -> bool:
    """Whether anything was different. A token that waits keeps its place and its state; the next one takes the new.

    `seen`: the `details_mark` of what the form showed. Raises `Refused`, also when somebody has changed the details
    since, or `LookupError` when nobody of that id is on this number.
    """
    async with clinic.ledger.write() as books:
        await books.callers.hold(mobile)
        patient = await books.patients.get(patient_id)
        if patient.mobile != mobile:
            raise LookupError(f"patient {patient_id} is not on this number")
        wrong = tuple(wrong_in(clinic, details, guardian_known=patient.has_guardian))
        if wrong:
            raise Refused(wrong)
        corrected = _corrected(clinic, patient, details)
        changes = "; ".join(_changes(patient, corrected))
        if changes and seen != details_mark(patient):
            raise refuse("seen", "changed_since")
        if changes:
            await books.patients.save(corrected)
            await books.audit(AuditEntry(clinic.clock.now(), by, "corrected", f"patient:{patient.id}", changes))
    return bool(changes)


def _corrected(clinic: Clinic, patient: Patient, details: Details) -> Patient:
    age, state = age_of(details.age), clinic.geography.state_of(details.pin_code)
    assert age is not None
    assert state is not None
    changed = replace(
        patient,
        name=name_of(details.name),
        gender=details.gender,
        guardian_name=name_of(details.guardian) or patient.guardian_name,
    )
    if age != patient.age_at(clinic.today()):  # else it would forget how far the year has gone
        changed = replace(changed, age=age, age_on=clinic.today())
    if details.pin_code != patient.pin_code:
        district = clinic.geography.district_of(details.pin_code)
        changed = replace(changed, pin_code=details.pin_code, state=state, district=district)
    return changed


def _changes(old: Patient, new: Patient) -> Iterator[str]:
    """`age: 34 -> 43`, for the audit."""
    for name in ("name", "gender", "age", "pin_code", "guardian_name"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield f"{name}: {before if before is not None else '-'} -> {after}"
