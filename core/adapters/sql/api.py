"""Clients of the API, their tokens, and ABHA numbers."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert

from core.adapters.sql import tables
from core.adapters.sql.gate import Statements
from core.adapters.sql.rows import Rows, values_of
from core.ports import Stale
from core.rules.abha import AbhaLink
from core.rules.api_client import ApiClient, ApiToken


class _Tokens(Rows[ApiToken]):
    table = tables.api_tokens
    kind = ApiToken

    async def add(self, token: ApiToken) -> None:
        await self._statements.execute(insert(self.table).values(**values_of(token)))

    async def live(self, id_hash: str, now: datetime) -> ApiToken | None:
        return await self._first(self.table.c.id_hash == id_hash, self.table.c.expires_at > now)

    async def drop_expired(self, now: datetime) -> None:
        await self._statements.execute(delete(self.table).where(self.table.c.expires_at <= now))

    async def drop_of(self, client_id: int) -> None:
        await self._statements.execute(delete(self.table).where(self.table.c.client_id == client_id))


class SqlApiClients(Rows[ApiClient]):
    """See `core.ports.ApiClients`."""

    table = tables.api_clients
    kind = ApiClient

    def __init__(self, statements: Statements) -> None:
        super().__init__(statements)
        self._tokens = _Tokens(statements)

    async def add(self, client: ApiClient) -> ApiClient:
        return await self._insert(client)

    async def all(self) -> Sequence[ApiClient]:
        return await self._find()

    async def by_client_id(self, client_id: str) -> ApiClient | None:
        return await self._first(self.table.c.client_id == client_id)

    async def revoke(self, client: ApiClient, at: datetime) -> ApiClient:
        table = self.table.c
        revoked = await self._change(table.id == client.id, table.revoked_at.is_(None), revoked_at=at)
        if not revoked:
            raise Stale(f"client {client.client_id} is revoked already")
        await self._tokens.drop_of(client.id)
        return revoked[0]

    async def add_token(self, token: ApiToken) -> None:
        await self._tokens.add(token)

    async def of_token(self, id_hash: str, now: datetime) -> tuple[ApiClient, ApiToken] | None:
        token = await self._tokens.live(id_hash, now)
        client = await self._get(token.client_id) if token else None
        return (client, token) if client and token and client.revoked_at is None else None

    async def drop_expired(self, now: datetime) -> None:
        await self._tokens.drop_expired(now)


class SqlAbhaLinks(Rows[AbhaLink]):
    """See `core.ports.AbhaLinks`."""

    table = tables.abha_links
    kind = AbhaLink

    async def add(self, link: AbhaLink) -> AbhaLink:
        return await self._insert(link)

    async def of_patient(self, patient_id: int) -> AbhaLink | None:
        return await self._first(self.table.c.patient_id == patient_id, self.table.c.withdrawn_at.is_(None))

    async def by_number(self, number: str) -> AbhaLink | None:
        return await self._first(self.table.c.number == number, self.table.c.withdrawn_at.is_(None))

    async def withdraw(self, link: AbhaLink, at: datetime) -> AbhaLink:
        table = self.table.c
        withdrawn = await self._change(table.id == link.id, table.withdrawn_at.is_(None), withdrawn_at=at)
        if not withdrawn:
            raise Stale(f"ABHA link {link.id} is withdrawn already")
        return withdrawn[0]
