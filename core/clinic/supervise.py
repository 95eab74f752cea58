"""A supervisor listens to a talk, whispers to its doctor, or joins it. The doctor is told before a word is heard.

What goes on is in the call log: the supervisor's leg, its purpose saying how they are with the talk. So it survives a
reload of the panel and ends with the leg, whatever ends that. See docs/supervision.md.
"""

import uuid

from core.clinic.bring_together import tell_doctor
from core.clinic.clinic import Clinic
from core.clinic.log_call import log_call_end, log_call_start
from core.clinic.steer import leave_talk, supervise_talk
from core.ports import Books
from core.rules.audit_action import AuditAction
from core.rules.consultation import Consultation
from core.rules.records import AuditEntry, CallRecord
from core.rules.staff import Operator, StaffKind
from core.rules.supervision import DEED, PURPOSE, RUNG, Manner

SUPERVISED = "supervised"
"""The kind of event that tells panels to look who is with a talk."""


class NoTalk(Exception):
    """They do not talk (any more)."""


class AnotherTalk(Exception):
    """This supervisor is with another talk: one at a time."""


async def ask_to_supervise(clinic: Clinic, supervisor: Operator, consultation_id: int, manner: Manner) -> None:
    """Have the supervisor's phone rung for this talk; or, if they are with it already, change how.

    Raises `NoTalk`, also for a consultation that does not exist, and `AnotherTalk`.
    """
    async with clinic.ledger.read() as books:
        talks = {each.id: each for each in await books.consultations.in_progress() if each.is_talk}
        running = [each for each in await books.supervisions.now() if each.account == supervisor.account]
    talk = talks.get(consultation_id)
    if talk is None:
        raise NoTalk
    if any(each.token_id != talk.token_id for each in running):
        raise AnotherTalk
    await supervise_talk(clinic, talk, supervisor.id, manner)


async def ask_to_leave(clinic: Clinic, supervisor: Operator) -> None:
    """End the supervisor's part in whatever talk. Does nothing when they are with none."""
    async with clinic.ledger.read() as books:
        running = [each for each in await books.supervisions.now() if each.account == supervisor.account]
    for each in running:
        await leave_talk(clinic, each.token_id, supervisor.id)


# What the switch's side does when it obeys


async def may_supervise(clinic: Clinic, supervisor_id: int) -> bool:
    """Whether they are a supervisor (still) and signed in: what a panel began lasts no longer than its session."""
    async with clinic.ledger.read() as books:
        person = await books.staff.operator(supervisor_id)
        signed_in = await books.sessions.alive(person.kind, person.id, clinic.clock.now())
    return signed_in and person.kind is StaffKind.SUPERVISOR and person.left_at is None


async def ringing_begins(clinic: Clinic, supervisor: Operator, consultation: Consultation) -> str:
    """The supervisor's phone is being rung: the name of this try in the call log."""
    name = f"ringing-{uuid.uuid4().hex}"
    await log_call_start(clinic, name, RUNG, supervisor.account, token_id=consultation.token_id)
    await _look_again(clinic)
    return name


async def ringing_ends(clinic: Clinic, name: str, outcome: str) -> None:
    """`outcome` is one of `core.rules.supervision`."""
    await log_call_end(clinic, name, outcome)
    await _look_again(clinic)


async def be_with_talk(
    clinic: Clinic, call_id: str, supervisor: Operator, consultation: Consultation, manner: Manner
) -> None:
    """The supervisor will be with the talk in this manner: audited, written down, told to the doctor.

    Before anything is heard; at each change of manner too. Raises `NoTalk` when they do not talk any more.
    """
    async with clinic.ledger.write() as books:
        talk = await books.consultations.get(consultation.id)
        if not talk.is_talk:
            raise NoTalk
        fresh = await _write_leg(clinic, books, call_id, supervisor, talk, manner)
        await books.audit(_entry(clinic, supervisor, DEED[manner], talk))
    if fresh:
        clinic.timeline.note(call_id, "started", f"{PURPOSE[manner]} {supervisor.account}")
    clinic.timeline.note(call_id, "supervises", f"{manner} {talk.room}")
    if manner is Manner.JOIN and talk.patient_call is not None:
        clinic.timeline.note(talk.patient_call, "supervisor_joined")  # the patient hears a third voice (T7)
    await tell_doctor(clinic, talk, SUPERVISED)


async def _write_leg(
    clinic: Clinic, books: Books, call_id: str, supervisor: Operator, talk: Consultation, manner: Manner
) -> bool:
    """Whether this leg was not in the call log yet."""
    if await books.calls.get(call_id) is not None:
        await books.calls.update(call_id, purpose=PURPOSE[manner])
        return False
    leg = CallRecord(call_id, PURPOSE[manner], supervisor.account, clinic.clock.now(), token_id=talk.token_id)
    await books.calls.start(leg)
    return True


async def leave(clinic: Clinic, call_id: str, supervisor: Operator, consultation: Consultation) -> None:
    """The supervisor's leg is down. Does nothing when it was never with the talk, or has been left already."""
    async with clinic.ledger.write() as books:
        record = await books.calls.get(call_id)
        if record is None or record.ended_at is not None:
            return
        await books.calls.update(call_id, ended_at=clinic.clock.now(), outcome="done")
        await books.audit(_entry(clinic, supervisor, "left", consultation))
    clinic.timeline.note(call_id, "ended", "done")
    await tell_doctor(clinic, consultation, SUPERVISED)


def _entry(clinic: Clinic, supervisor: Operator, deed: AuditAction, consultation: Consultation) -> AuditEntry:
    return AuditEntry(clinic.clock.now(), f"{supervisor.kind}:{supervisor.id}", deed, f"consultation:{consultation.id}")


async def _look_again(clinic: Clinic) -> None:
    await clinic.line.publish("clinic", {"kind": SUPERVISED})
