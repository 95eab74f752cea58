"""What an operator sees: how the clinic stands, the calls that are owed, and the outbox. Looks are audited."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.clinic.clinic import Clinic
from core.ports import LineCounts
from core.rules.records import AuditEntry, CallBack
from core.rules.sms import ReceivedSms, Sms
from core.rules.staff import Doctor, DoctorState

SHOWN_SMS = 100


@dataclass(frozen=True, slots=True)
class Desk:
    """What an operator's page shows."""

    counts: LineCounts
    doctors: Sequence[tuple[Doctor, DoctorState]]
    owed: Sequence[CallBack]
    """Oldest first."""
    available: bool
    """Whether key 0 may ring this operator's phone."""


@dataclass(frozen=True, slots=True)
class Post:
    """The latest SMS, newest first."""

    sent: Sequence[Sms]
    received: Sequence[ReceivedSms]


async def desk(clinic: Clinic, operator_id: int) -> Desk:
    """The desk as it is now. The owed call-backs are patients' numbers, so the look is audited."""
    async with clinic.ledger.write() as books:
        doctors = await books.staff.doctors()
        available = (await books.staff.operator(operator_id)).available
        owed = await books.calls.owed_call_backs()
        if owed:
            await books.audit(AuditEntry(clinic.clock.now(), f"operator:{operator_id}", "saw", "call_backs"))
    states = [(doctor, await _state(clinic, doctor)) for doctor in doctors]
    return Desk(await clinic.line.counts(), states, owed, available)


async def read_outbox(clinic: Clinic, operator_id: int) -> Post:
    """The latest SMS, out and in: patient data, so the look is audited."""
    async with clinic.ledger.write() as books:
        await books.audit(AuditEntry(clinic.clock.now(), f"operator:{operator_id}", "read", "outbox"))
        return Post(await books.outbox.latest(SHOWN_SMS), await books.outbox.latest_received(SHOWN_SMS))


async def _state(clinic: Clinic, doctor: Doctor) -> DoctorState:
    server = await clinic.line.state(doctor.id)
    return server.state if server else DoctorState.PAUSED
