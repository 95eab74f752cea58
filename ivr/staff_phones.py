"""What a conversation may know of the phones of our own people."""

import asyncio
from typing import Protocol


class StaffPhones(Protocol):
    """Which of them are registered. The contract with `pbx`, as in `ivr.call`."""

    def is_known(self, account: str) -> bool:
        """Whether there is this account: that of a browser phone only while it is lent."""
        ...

    async def online(self, account: str) -> bool:
        """Whether a phone is registered as this account; False when the switch cannot be asked."""
        ...

    async def arrives(self, account: str) -> None:
        """Returns when a phone is registered as this account."""
        ...

    def departures(self, account: str) -> int:
        """How often a phone of this account has gone."""
        ...

    async def departs(self, account: str, since: int) -> None:
        """Returns when it has gone more often than `since`, even if it is back already; or is not there."""
        ...

    async def forgotten(self, account: str) -> None:
        """Returns when there is no such account (any more): its phone cannot come back."""
        ...


class Softphones:
    """A house without browser phones, in which softphones are simply rung."""

    def is_known(self, account: str) -> bool:
        """No browser phone is."""
        return False

    async def online(self, account: str) -> bool:
        """Not as far as is known."""
        return False

    async def arrives(self, account: str) -> None:
        """Never, as far as is known."""
        await asyncio.Future()

    def departures(self, account: str) -> int:
        """None is known of."""
        return 0

    async def departs(self, account: str, since: int) -> None:
        """Never, as far as is known."""
        await asyncio.Future()

    async def forgotten(self, account: str) -> None:
        """At once."""
