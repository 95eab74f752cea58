"""The keys a caller has pressed and nobody has read yet: kept in order, so that callers may type ahead."""

import asyncio
from collections import deque


class Keys:
    """A queue of keys with a way to wait for the next one. Closed by an exception when the caller is gone."""

    def __init__(self) -> None:
        self._unread: deque[str] = deque()
        self._next: asyncio.Future[str] | None = None
        self._end: Exception | None = None

    def __bool__(self) -> bool:
        return bool(self._unread)

    def press(self, key: str) -> None:
        """A key has arrived."""
        self._unread.append(key)
        if self._next is not None and not self._next.done():
            self._next.set_result(key)

    def close(self, end: Exception) -> None:
        """No key will come any more: whoever waits, now or later, gets `end` raised."""
        self._end = end
        if self._next is not None and not self._next.done():
            self._next.set_exception(end)

    def clear(self) -> None:
        """Forget what was typed ahead."""
        self._unread.clear()

    def take(self) -> str:
        """Read the oldest key. Raises IndexError when there is none."""
        return self._unread.popleft()

    def take_back(self) -> None:
        """Forget the newest key: it was a command and answers no question."""
        if self._unread:
            self._unread.pop()

    async def pressed(self) -> str:
        """The next key pressed from now on, which stays unread."""
        if self._end is not None:
            raise self._end
        if self._next is None or self._next.done():
            self._next = asyncio.get_running_loop().create_future()
            self._next.add_done_callback(_retrieve)
        return await asyncio.shield(self._next)


def _retrieve(future: asyncio.Future[str]) -> None:
    """Nobody may be waiting when the caller goes: that is no error to report."""
    if not future.cancelled():
        future.exception()
