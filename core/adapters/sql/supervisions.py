"""Supervisors' legs, found in the call log."""

from collections.abc import Sequence
from datetime import datetime

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows
from core.rules.records import CallRecord
from core.rules.supervision import NO_ANSWER, PURPOSES, RUNG, Supervision, manner_of


class SqlSupervisions(Rows[CallRecord]):
    """See `core.ports.Supervisions`."""

    table = tables.calls
    kind = CallRecord

    async def now(self) -> Sequence[Supervision]:
        return [
            Supervision(record.mobile, record.token_id or 0, manner_of(record.purpose), record.started_at)
            for record in await self._rows(_NOW)
        ]

    async def unanswered(self, account: str, since: datetime) -> bool:
        table = self.table.c
        rung = await self._find(
            table.mobile == account,
            table.purpose == RUNG,
            table.ended_at > since,
            order=[table.started_at.desc()],
            limit=1,
        )
        return bool(rung) and rung[0].outcome == NO_ANSWER


_CALL = tables.calls.c
_NOW = SqlSupervisions._all.where(_CALL.ended_at.is_(None), _CALL.purpose.in_(PURPOSES)).order_by(
    _CALL.started_at, _CALL.id
)
