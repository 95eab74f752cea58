"""Everything that happened to a handset, in order, for any number of readers who each keep their own place."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection

from pbx.handset.errors import HandsetDied
from pbx.handset.wire import Event, Kind


class EventLog:
    """Grows until it is closed with the reason why nothing will follow."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._grown = asyncio.Event()
        self._closed: str | None = None

    def so_far(self) -> list[Event]:
        """A copy of what has happened."""
        return self._events.copy()

    def append(self, event: Event) -> None:
        """Add an event and wake who waits."""
        self._events.append(event)
        self._wake()

    def close(self, why: str) -> None:
        """No more events: who waits gets `HandsetDied(why)`."""
        self._closed = why
        self._wake()

    def _wake(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()

    async def read(self, start: int = 0) -> AsyncIterator[tuple[int, Event]]:
        """Events from this index on, past and future, each with its index. Raises `HandsetDied` at the end."""
        index = start
        while True:
            while index < len(self._events):
                yield index, self._events[index]
                index += 1
            if self._closed is not None:
                raise HandsetDied(self._closed)
            await self._grown.wait()

    async def first(
        self, kinds: Collection[Kind], start: int = 0, where: Callable[[Event], bool] = lambda event: True
    ) -> tuple[int, Event]:
        """The first event of these kinds at or after `start`, waiting for it if it has not happened yet."""
        async for index, event in self.read(start):
            if event.kind in kinds and where(event):
                return index, event
        raise AssertionError("read() never returns")
