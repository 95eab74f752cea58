"""Who may send health records for whom (S11): whoever came in by a code, or has a token with its mobile."""

from dataclasses import dataclass

from core.clinic.clinic import Clinic
from core.clinic.patient_web.sessions import patient_session_in
from core.ports import Books
from core.rules.audit_action import AuditAction
from core.rules.patient import Patient
from core.rules.records import AuditEntry
from core.rules.token import ACTIVE


@dataclass(frozen=True, slots=True)
class RecordDoor:
    """What a session opens, for one patient."""

    patient: Patient
    who: str
    """As in the audit."""
    may_look: bool
    """By a code. By a token one may send, and see that it came: tokens are short, and SMS are read over shoulders."""
    is_open: bool = True
    """False: the token's visit is over, and nothing more is taken by it."""


async def record_door(clinic: Clinic, books: Books, session: str, patient_id: int | None) -> RecordDoor | None:
    """By the session's secret, and for whom (None: the token says it); None where this opens nothing."""
    found = await patient_session_in(clinic, books, session)
    if found is None:
        return None
    if found.token_id is not None and patient_id is None:
        token = await books.tokens.get(found.token_id)
        patient = await books.patients.get(token.patient_id)
        return RecordDoor(patient, f"token:{token.id}", may_look=False, is_open=token.state in ACTIVE)
    people = await books.patients.of_mobile(found.mobile) if found.mobile is not None else ()
    patient_of = {one.id: one for one in people}
    if patient_id is None or patient_id not in patient_of:
        return None
    return RecordDoor(patient_of[patient_id], f"mobile:{found.mobile}", may_look=True)


async def audit_at(
    clinic: Clinic, books: Books, door: RecordDoor, action: AuditAction, subject: str, visitor: str
) -> None:
    """What was done through it."""
    await books.audit(AuditEntry(clinic.clock.now(), door.who, action, subject, visitor))
