"""Takes matches from their queue so that neither a cancelled task nor a broken connection loses one.

A match moves from the common list to one of this taker's own, and is forgotten there when the taker asks for another:
an answer that never arrived is found again. What a process that died had taken comes back by `Line.rebuild`.
"""

import asyncio
from uuid import uuid4

from redis.asyncio import Redis

from core.adapters.line import keys
from core.adapters.line.client import ANSWER_SECONDS, answering
from core.adapters.line.scripts import Scripts
from core.rules.queue import Match


class Matches:
    """The queue of matches as one taker sees it."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis = redis
        self._scripts = scripts
        self._taker = uuid4().hex
        self._last = ""
        self._one_at_a_time = asyncio.Lock()

    async def take(self, timeout: float) -> Match | None:
        """The oldest match nobody has taken; None after `timeout` seconds without one."""
        async with self._one_at_a_time:
            taken = await self._scripts.run("take", self._taker, self._last)
            self._last = ""
            if taken is None:
                taken = await self._move(timeout)
            self._last = taken or ""
            return keys.parse_match(taken) if taken else None

    async def _move(self, timeout: float) -> str | None:
        source, own = keys.key(keys.MATCHES), keys.key(keys.TAKEN, self._taker)
        async with answering(timeout + ANSWER_SECONDS):
            if timeout > 0:  # Redis takes 0 for "for ever"
                moved = await self._redis.blmove(source, own, timeout, "LEFT", "RIGHT")  # type: ignore[arg-type]
            else:
                moved = await self._redis.lmove(source, own, "LEFT", "RIGHT")
        return None if moved is None else str(moved)
