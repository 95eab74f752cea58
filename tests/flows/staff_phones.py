"""Which phones of the staff are registered, as a test says."""

import asyncio
from collections import Counter


class ScriptedPhones:
    """Fulfils `ivr.staff_phones.StaffPhones`."""

    def __init__(self, *online: str) -> None:
        self._online, self._known = set(online), set(online)
        self._gone: Counter[str] = Counter()
        self._changed = asyncio.Event()

    def come(self, account: str) -> None:
        """It has registered."""
        self._online.add(account)
        self._known.add(account)
        self._tell()

    def leave(self, account: str) -> None:
        """It is no longer registered."""
        self._online.discard(account)
        self._gone[account] += 1
        self._tell()

    def remove(self, account: str) -> None:
        """There is no such account any more."""
        self._known.discard(account)
        self.leave(account)

    def is_known(self, account: str) -> bool:
        return account in self._known

    async def online(self, account: str) -> bool:
        return account in self._online

    async def arrives(self, account: str) -> None:
        while account not in self._online:
            await self._changed.wait()

    def departures(self, account: str) -> int:
        return self._gone[account]

    async def departs(self, account: str, since: int) -> None:
        while account in self._online and self._gone[account] <= since:
            await self._changed.wait()

    async def forgotten(self, account: str) -> None:
        while account in self._known:
            await self._changed.wait()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
