"""Counts for the wallboard. A file's database counts on our own loop, so others get their turn between two queries."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, and_, case, extract, func, literal, or_, select, union_all

from core.adapters.sql import tables
from core.adapters.sql.gate import Statements
from core.rules.token import TokenState
from core.rules.wallboard import Abandoned, LaneWait, OnTheLine, Promptness

_calls, _tokens, _talks = tables.calls.c, tables.tokens.c, tables.consultations.c
_HUNG_UP = _calls.outcome.like("hangup %")
"""See `ivr.reception`: who hears the flow's last word is `done`."""
_SECONDS_A_DAY = 86_400


class SqlStatistics:
    """See `core.ports.Statistics`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def on_the_line(self, purposes: Collection[str]) -> OnTheLine:
        holding = _tokens.state.in_([TokenState.WAITING, TokenState.CALLED])
        talking = _tokens.state == TokenState.TALKING
        found = (
            select(func.count(), _how_many(holding), _how_many(talking))
            .select_from(tables.calls.outerjoin(tables.tokens, _calls.token_id == _tokens.id))
            .where(_calls.ended_at.is_(None), _calls.purpose.in_(purposes))
        )
        up, held, talked = await self._one(found)
        return OnTheLine(up - held - talked, held, talked)

    async def waiting(self) -> Sequence[LaneWait]:
        lanes = (
            select(_tokens.opd, _tokens.language, func.count(), func.min(_tokens.joined_at))
            .where(_tokens.state == TokenState.WAITING)
            .group_by(_tokens.opd, _tokens.language)
        )
        return [LaneWait(*row) for row in await self._all(lanes)]

    async def promptness(self, day: date, within: timedelta, now: datetime) -> Promptness:
        first = select(func.min(_talks.talked_at)).where(_talks.token_id == _tokens.id).scalar_subquery()
        today = select(_tokens.created_at, first.label("first")).where(_tokens.day == day).subquery().c
        prompt = self._seconds(today.first, today.created_at) <= within.total_seconds()
        judged = or_(prompt, today.created_at <= literal(now - within, _tokens.created_at.type))
        return Promptness(*await self._one(select(_how_many(judged), _how_many(prompt))))

    async def abandoned(self, day: date, since: datetime, purposes: Collection[str]) -> Abandoned:
        hung_up = and_(_calls.started_at >= since, _calls.purpose.in_(purposes), _HUNG_UP)
        served = (
            select(tables.patients.c.mobile)
            .join(tables.tokens, _tokens.patient_id == tables.patients.c.id)
            .where(_tokens.day == day)
        )
        without = select(func.count(_calls.mobile.distinct())).where(
            hung_up, _calls.token_id.is_(None), _calls.mobile.not_in(served)
        )
        talked = select(_talks.id).where(_talks.token_id == _calls.token_id, _talks.patient_call == _calls.id)
        with_one = select(func.count(_calls.token_id.distinct())).where(hung_up, ~talked.exists())
        return Abandoned((await self._one(without))[0], (await self._one(with_one))[0])

    async def consultations(self, edges: Sequence[datetime]) -> Sequence[int]:
        spans = [_ended(place, begin, end) for place, (begin, end) in enumerate(pairwise(edges))]
        return [count for _, count in sorted(await self._all(union_all(*spans)))] if spans else []

    def _seconds(self, later: Any, earlier: Any) -> ColumnElement[Any]:
        """Between two times, to the hundredth: SQLite counts in days, and its fractions of them are not exact."""
        if self._statements.dialect_name == "sqlite":
            return func.round((func.julianday(later) - func.julianday(earlier)) * _SECONDS_A_DAY, 2)
        return extract("epoch", later - earlier)

    async def _one(self, query: Executable) -> tuple[Any, ...]:
        return (await self._all(query))[0]

    async def _all(self, query: Executable) -> Sequence[tuple[Any, ...]]:
        await asyncio.sleep(0)
        return [tuple(row) for row in (await self._statements.execute(query)).all()]


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Rows for which it is true; 0 of none."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _ended(place: int, begin: datetime, end: datetime) -> Select[int, int]:
    """One row for one span: its place, because a union keeps no order."""
    return select(literal(place), func.count()).where(
        _talks.ended_at >= begin, _talks.ended_at < end, _talks.talked_at.is_not(None)
    )
