"""What was changed while the service runs, as it is written down."""

from collections.abc import Sequence
from typing import Protocol

from core.rules.changes import SettingChanged


class SettingsChanged(Protocol):
    """One value for each key; a key without one is as the deployment's files say."""

    async def all(self) -> Sequence[SettingChanged]: ...
    async def put(self, changed: SettingChanged) -> None:
        """Insert or replace."""
        ...

    async def drop(self, key: str) -> None:
        """Back to what the files say; nothing happens when it was not changed."""
        ...
