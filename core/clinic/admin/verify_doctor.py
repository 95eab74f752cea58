"""Whether a doctor may practise (T9): somebody looked up the registration, or has reason to stop them."""

from dataclasses import replace

from core.clinic.clinic import Clinic
from core.clinic.doctor_ready import server_of
from core.rules.records import AuditEntry
from core.rules.staff import Doctor, Verification


async def verify_doctor(clinic: Clinic, doctor_id: int, by: str, state: Verification, note: str = "") -> Doctor:
    """Set the state; who may not practise is paused, after the patient they have now. Raises `LookupError`.

    `by` as in the audit. Nothing happens when it is so already.
    """
    async with clinic.ledger.write() as books:
        before = await books.staff.doctor(doctor_id)
        if before.verification is state:
            return before
        now = clinic.clock.now()
        doctor = replace(before, verification=state, verified_by=by, verified_at=now)
        doctor = doctor if doctor.may_practise else replace(doctor, available=False, back_at=None)
        await books.staff.save_doctor(doctor)
        detail = f"{before.verification} -> {state}" + (f": {note.strip()}" if note.strip() else "")
        await books.audit(
            AuditEntry(now, by, "verified" if doctor.may_practise else "stopped", _subject(doctor), detail)
        )
    await serve_as_written(clinic, doctor)
    return doctor


async def serve_as_written(clinic: Clinic, doctor: Doctor) -> None:
    """The line as the ledger has it: after a change of what they serve, or whether they may."""
    if doctor.available:
        await clinic.line.ready(server_of(clinic, doctor))
    else:
        await clinic.line.pause(doctor.id)
    await clinic.line.publish(f"doctor:{doctor.id}", {"kind": "state"})
    await clinic.line.publish("clinic", {"kind": "state"})


def _subject(doctor: Doctor) -> str:
    return f"doctor:{doctor.id}"
