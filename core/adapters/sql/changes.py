"""What was changed while the service runs."""

from collections.abc import Sequence

from sqlalchemy import delete

from core.adapters.sql import tables
from core.adapters.sql.rows import Rows
from core.rules.changes import SettingChanged


class SqlSettingsChanged(Rows[SettingChanged]):
    """See `core.ports.SettingsChanged`."""

    table = tables.settings_changed
    kind = SettingChanged

    async def all(self) -> Sequence[SettingChanged]:
        return await self._find()

    async def put(self, changed: SettingChanged) -> None:
        there = await self._change(self.table.c.key == changed.key, value=changed.value, by=changed.by, at=changed.at)
        if not there:
            await self._insert(changed)

    async def drop(self, key: str) -> None:
        await self._statements.execute(delete(self.table).where(self.table.c.key == key))
