"""The desk as it is now: who is on the line, whom we owe a call, who works; and the outbox. Looks are audited."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.clinic.clinic import Clinic
from core.clinic.desk.present_caller import PresentCaller, present_caller
from core.clinic.desk.read_grievances import count_grievances
from core.ports import Books, LineCounts
from core.rules.call_back import OwedCaller, owed_callers
from core.rules.grievance import Shelf
from core.rules.records import AuditEntry, CallRecord
from core.rules.sms import ReceivedSms, Sms
from core.rules.staff import Doctor, DoctorState

SHOWN_SMS = 100
SHOWN_ABANDONED = 50
ABANDONED_WITHIN = timedelta(hours=12)
"""Who gave up longer ago is not called any more, as with call-backs."""


@dataclass(frozen=True, slots=True)
class Today:
    """What an operator's first page shows."""

    counts: LineCounts
    doctors: Sequence[tuple[Doctor, DoctorState]]
    owed: Sequence[OwedCaller]
    """Who has waited longest comes first."""
    abandoned: Sequence[CallRecord]
    """Callers who hung up before they had a token, newest first."""
    grievances: Mapping[Shelf, int]
    """How many wait for an answer, by urgency."""
    available: bool
    """Whether key 0 may ring this operator's phone."""
    caller: PresentCaller | None
    """Who is with this operator, or rings."""


@dataclass(frozen=True, slots=True)
class Post:
    """The latest SMS, newest first."""

    sent: Sequence[Sms]
    received: Sequence[ReceivedSms]


async def today(clinic: Clinic, operator_id: int, by: str) -> Today:
    """The desk. What is owed are patients' numbers, so the look is audited."""
    async with clinic.ledger.write() as books:
        doctors = await books.staff.doctors()
        owed = owed_callers(await books.calls.owed_call_backs())
        abandoned = await _abandoned(clinic, books)
        if owed or abandoned:
            await books.audit(AuditEntry(clinic.clock.now(), by, "saw", "call_backs"))
        caller = await present_caller(clinic, books, operator_id, by)
        available = (await books.staff.operator(operator_id)).available
        grievances = await count_grievances(clinic, books, operator_id)
    states = await asyncio.gather(*(_state(clinic, doctor) for doctor in doctors))
    at_work = list(zip(doctors, states, strict=True))
    return Today(await clinic.line.counts(), at_work, owed, abandoned, grievances, available, caller)


async def read_outbox(clinic: Clinic, by: str) -> Post:
    """The latest SMS, out and in: patient data, so the look is audited."""
    async with clinic.ledger.write() as books:
        await books.audit(AuditEntry(clinic.clock.now(), by, "read", "outbox"))
        return Post(await books.outbox.latest(SHOWN_SMS), await books.outbox.latest_received(SHOWN_SMS))


async def _abandoned(clinic: Clinic, books: Books) -> Sequence[CallRecord]:
    return await books.lookup.abandoned_calls(clinic.clock.now() - ABANDONED_WITHIN, SHOWN_ABANDONED)


async def _state(clinic: Clinic, doctor: Doctor) -> DoctorState:
    server = await clinic.line.state(doctor.id)
    return server.state if server else DoctorState.PAUSED
