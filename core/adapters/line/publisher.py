"""Tells whoever listens, behind the teller's back: what is told while a batch is under way goes with the next one."""

import asyncio
import logging

from redis.exceptions import RedisError

from core.adapters.line.scripts import Scripts

log = logging.getLogger(__name__)

MOST_WAITING = 10_000
"""Events kept while Redis does not answer; after that they are dropped, which their nature allows."""
BATCH = 500


class Publisher:
    """Keeps the order in which events were told. `flush` waits until all are out."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts
        self._waiting: list[tuple[str, str]] = []
        self._sending: asyncio.Task[None] | None = None

    def tell(self, topic: str, event: str) -> None:
        """An event as JSON. Never blocks, never raises."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append((topic, event))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send(), name="publishing events")

    async def flush(self) -> None:
        """Returns when nothing is under way."""
        if self._sending is not None:
            await asyncio.wait([self._sending])

    async def _send(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                await self._publish(batch)
        finally:
            self._sending = None

    async def _publish(self, batch: list[tuple[str, str]]) -> None:
        try:
            await self._scripts.run("publish", *(text for event in batch for text in event))
        except RedisError as error:
            log.error("%d events could not be published: %s", len(batch), error)
