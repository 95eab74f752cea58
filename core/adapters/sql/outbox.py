"""Messages that go out, exactly one per cause, and those that came in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows
from core.rules.patient_access import CODE_TEMPLATE
from core.rules.sms import ReceivedSms, Sms, SmsState


class _Received(Rows[ReceivedSms]):
    table = tables.received
    kind = ReceivedSms

    async def add(self, sms: ReceivedSms) -> ReceivedSms | None:
        return await self._insert_unless_known(sms)

    async def latest(self, limit: int) -> Sequence[ReceivedSms]:
        return await self._find(order=[self.table.c.id.desc()], limit=limit)

    async def since(self, since: datetime, mobile: str) -> int:
        table = self.table.c
        count = select(func.count()).where(table.mobile == mobile, table.received_at > since)
        return int((await self._statements.execute(count)).scalar_one())

    async def blank(self, mobile: str, since: datetime, until: datetime) -> None:
        table = self.table.c
        await self._change(table.mobile == mobile, table.received_at >= since, table.received_at < until, text="")


class SqlOutbox(Rows[Sms]):
    """See `core.ports.Outbox`."""

    table = tables.outbox
    kind = Sms

    async def add(self, sms: Sms) -> Sms | None:
        return await self._insert_unless_known(sms)

    async def claim_due(self, now: datetime, limit: int, lease: timedelta) -> Sequence[Sms]:
        """A message whose sender's lease has run out is due again: better twice than never."""
        table = self.table.c
        due = (
            select(table.id)
            .where(
                table.state.in_([SmsState.QUEUED, SmsState.SENDING]),
                or_(table.next_attempt_at.is_(None), table.next_attempt_at <= now),
            )
            .order_by(table.id)
            .limit(limit)
            .with_for_update(skip_locked=True)  # two senders on PostgreSQL take different messages
        )
        ids = (await self._statements.execute(due)).scalars().all()
        claimed = await self._change(
            table.id.in_(ids), state=SmsState.SENDING, next_attempt_at=now + lease, attempts=table.attempts + 1
        )
        return sorted(claimed, key=lambda sms: sms.id)

    async def mark(self, sms_id: int, **changes: Any) -> None:
        await self._change(self.table.c.id == sms_id, **changes)

    async def by_gateway_id(self, gateway_id: str) -> Sms | None:
        return await self._first(self.table.c.gateway_id == gateway_id)

    async def latest(self, limit: int) -> Sequence[Sms]:
        return await self._find(order=[self.table.c.id.desc()], limit=limit)

    async def expire_codes(self, before: datetime) -> None:
        table = self.table.c
        old = table.template == CODE_TEMPLATE, table.text != "", table.created_at < before
        unsent = table.state.in_([SmsState.QUEUED, SmsState.SENDING])
        await self._change(*old, unsent, state=SmsState.FAILED, error="its code expired", next_attempt_at=None)
        await self._change(*old, text="")

    async def add_received(self, sms: ReceivedSms) -> ReceivedSms | None:
        return await _Received(self._statements).add(sms)

    async def latest_received(self, limit: int) -> Sequence[ReceivedSms]:
        return await _Received(self._statements).latest(limit)

    async def received_since(self, since: datetime, mobile: str) -> int:
        return await _Received(self._statements).since(since, mobile)

    async def blank_received(self, mobile: str, since: datetime, until: datetime) -> None:
        await _Received(self._statements).blank(mobile, since, until)
