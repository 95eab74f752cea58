"""Formularies, by version."""

from collections.abc import Sequence

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows
from core.rules.formulary.version import FormularyVersion


class SqlFormularies(Rows[FormularyVersion]):
    """See `core.ports.Formularies`."""

    table = tables.formularies
    kind = FormularyVersion

    async def keep(self, one: FormularyVersion) -> bool:
        return await self._insert_unless_known(one) is not None

    async def all(self) -> Sequence[FormularyVersion]:
        return await self._find(order=[self.table.c.at.desc(), self.table.c.version.asc()])

    async def get(self, version: str) -> FormularyVersion:
        found = await self._first(self.table.c.version == version)
        if found is None:
            raise LookupError(f"no formulary of version {version!r} is kept")
        return found

    async def in_force(self) -> FormularyVersion | None:
        return await self._first(self.table.c.in_force)

    async def use(self, version: str | None) -> None:
        await self._change(self.table.c.in_force, in_force=False)
        if version is not None and not await self._change(self.table.c.version == version, in_force=True):
            raise LookupError(f"no formulary of version {version!r} is kept")
