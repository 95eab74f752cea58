"""Tokens: the database itself refuses a second active one for a patient (S16) and a number taken that day (S12)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows
from core.ports import Stale
from core.rules.token import ACTIVE, Priority, Token, TokenState, check_move


class SqlTokens(Rows[Token]):
    """See `core.ports.Tokens`."""

    table = tables.tokens
    kind = Token

    async def add(self, token: Token) -> Token:
        return await self._insert(token)

    async def get(self, token_id: int) -> Token:
        return await self._get(token_id)

    async def move(self, token: Token, to: TokenState, **changes: Any) -> Token:
        check_move(token, to)
        moved = await self._swap(token.id, {"state": token.state}, state=to, **changes)
        if moved is None:
            raise Stale(f"token {token.id} is not {token.state} any more")
        return moved

    async def set_priority(self, token: Token, priority: Priority) -> Token:
        changed = await self._swap(token.id, {"state": TokenState.WAITING}, priority=priority)
        if changed is None:
            raise Stale(f"token {token.id} does not wait any more")
        return changed

    async def rerank(self, token: Token, priority: Priority, joined_at: datetime) -> Token:
        changed = await self._swap(token.id, {"state": TokenState.WAITING}, priority=priority, joined_at=joined_at)
        if changed is None:
            raise Stale(f"token {token.id} does not wait any more")
        return changed

    async def active_of_patient(self, patient_id: int) -> Token | None:
        return await self._first(self.table.c.patient_id == patient_id, self.table.c.state.in_(ACTIVE))

    async def active_of_mobile(self, mobile: str) -> Sequence[Token]:
        patients = select(tables.patients.c.id).where(tables.patients.c.mobile == mobile)
        return await self._find(self.table.c.patient_id.in_(patients), self.table.c.state.in_(ACTIVE))

    async def in_states(self, *states: TokenState) -> Sequence[Token]:
        return await self._find(self.table.c.state.in_(states))
