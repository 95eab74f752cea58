"""The desk's searches over everything that is written down."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import and_, or_, select

from core.adapters.sql import tables
from core.adapters.sql.gate import Statements
from core.adapters.sql.rows import Rows
from core.rules.patient import Patient
from core.rules.records import CallBack, CallBackReason, CallRecord
from core.rules.sms import ReceivedSms, Sms
from core.rules.token import ACTIVE, Token

PATIENT_CALLS = ("patient", "called_back")
"""Purposes of legs in which a patient's own conversation runs."""


class _Patients(Rows[Patient]):
    table = tables.patients
    kind = Patient

    async def named(self, name: str, limit: int) -> Sequence[Patient]:
        table = self.table.c
        return await self._find(table.name.icontains(name, autoescape=True), order=[table.id.desc()], limit=limit)


class _Tokens(Rows[Token]):
    table = tables.tokens
    kind = Token

    async def numbered(self, number: str, since: date, limit: int) -> Sequence[Token]:
        table = self.table.c
        return await self._find(table.number == number, table.day >= since, order=[table.id.desc()], limit=limit)

    async def of_mobile(self, mobile: str, since: date) -> Sequence[Token]:
        table = self.table.c
        patients = select(tables.patients.c.id).where(tables.patients.c.mobile == mobile)
        return await self._find(table.patient_id.in_(patients), table.day >= since, order=[table.id.desc()])


class _Calls(Rows[CallRecord]):
    table = tables.calls
    kind = CallRecord

    async def of_mobile(self, mobile: str, limit: int) -> Sequence[CallRecord]:
        table = self.table.c
        return await self._find(table.mobile == mobile, order=[table.started_at.desc()], limit=limit)

    async def abandoned(self, since: datetime, limit: int) -> Sequence[CallRecord]:
        calls, later, owed = self.table.c, tables.calls.alias().c, tables.call_backs.c
        patients, tokens = tables.patients.c, tables.tokens.c
        rang_again = select(later.id).where(later.mobile == calls.mobile, later.started_at > calls.started_at)
        seen_to = select(owed.id).where(
            owed.mobile == calls.mobile, or_(owed.done_at.is_(None), owed.done_at >= calls.started_at)
        )
        waits = select(tokens.id).where(
            tokens.patient_id == patients.id, patients.mobile == calls.mobile, tokens.state.in_(ACTIVE)
        )
        given_up = and_(
            calls.started_at >= since,
            calls.purpose.in_(PATIENT_CALLS),
            calls.ended_at.is_not(None),
            calls.token_id.is_(None),
            calls.outcome.startswith("hangup"),
        )
        return await self._find(
            given_up, ~rang_again.exists(), ~seen_to.exists(), ~waits.exists(),
            order=[calls.started_at.desc()], limit=limit,
        )  # fmt: skip


class _Sms(Rows[Sms]):
    table = tables.outbox
    kind = Sms

    async def of_mobile(self, mobile: str, limit: int) -> Sequence[Sms]:
        return await self._find(self.table.c.mobile == mobile, order=[self.table.c.id.desc()], limit=limit)

    async def by_cause(self, cause: str) -> Sms | None:
        return await self._first(self.table.c.cause == cause)


class _Received(Rows[ReceivedSms]):
    table = tables.received
    kind = ReceivedSms

    async def of_mobile(self, mobile: str, limit: int) -> Sequence[ReceivedSms]:
        return await self._find(self.table.c.mobile == mobile, order=[self.table.c.received_at.desc()], limit=limit)


class _CallBacks(Rows[CallBack]):
    table = tables.call_backs
    kind = CallBack

    async def get(self, call_back_id: int) -> CallBack | None:
        return await self._first(self.table.c.id == call_back_id)

    async def by_machine(self, mobile: str) -> CallBack | None:
        table = self.table.c
        return await self._first(
            table.mobile == mobile, table.done_at.is_(None), table.reason != CallBackReason.OPERATOR
        )


class SqlLookup:
    """See `core.ports.Lookup`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def patients_named(self, name: str, limit: int) -> Sequence[Patient]:
        return await _Patients(self._statements).named(name, limit)

    async def tokens_numbered(self, number: str, since: date, limit: int) -> Sequence[Token]:
        return await _Tokens(self._statements).numbered(number, since, limit)

    async def tokens_of_mobile(self, mobile: str, since: date) -> Sequence[Token]:
        return await _Tokens(self._statements).of_mobile(mobile, since)

    async def calls_of_mobile(self, mobile: str, limit: int) -> Sequence[CallRecord]:
        return await _Calls(self._statements).of_mobile(mobile, limit)

    async def sms_of_mobile(self, mobile: str, limit: int) -> Sequence[Sms]:
        return await _Sms(self._statements).of_mobile(mobile, limit)

    async def received_of_mobile(self, mobile: str, limit: int) -> Sequence[ReceivedSms]:
        return await _Received(self._statements).of_mobile(mobile, limit)

    async def sms_by_cause(self, cause: str) -> Sms | None:
        return await _Sms(self._statements).by_cause(cause)

    async def call_back(self, call_back_id: int) -> CallBack | None:
        return await _CallBacks(self._statements).get(call_back_id)

    async def owed_by_machine(self, mobile: str) -> CallBack | None:
        return await _CallBacks(self._statements).by_machine(mobile)

    async def abandoned_calls(self, since: datetime, limit: int) -> Sequence[CallRecord]:
        return await _Calls(self._statements).abandoned(since, limit)
