"""Writes the running story of every call to SQL and tells listeners, a batch at a time, behind the conversation's back.

The flow never waits for it: what must not be lost (tokens, consultations) is stored by its own transaction.
"""

import asyncio
import logging

from core.ports import Clock, Ledger, Line
from core.rules.records import CallEvent

log = logging.getLogger(__name__)

TOPIC = "timeline"
MOST_WAITING = 10_000
"""Events kept while the database is away; after that the newest are dropped, and that is logged."""
BATCH = 500
GATHERS = 0.02
"""Seconds in which more events may join the first one of a batch: with many calls one transaction serves them all."""


class LedgerTimeline:
    """Fulfils `core.ports.Timeline`. `run` writes until cancelled; `flush` writes what is left."""

    def __init__(self, ledger: Ledger, line: Line, clock: Clock) -> None:
        self._ledger, self._line, self._clock = ledger, line, clock
        self._queue: asyncio.Queue[CallEvent] = asyncio.Queue(MOST_WAITING)

    def note(self, call_id: str, kind: str, detail: str = "") -> None:
        """Remember one event. Never blocks, never raises."""
        try:
            self._queue.put_nowait(CallEvent(call_id, self._clock.now(), kind, detail))
        except asyncio.QueueFull:
            log.error("timeline full: dropped %s %s of call %s", kind, detail, call_id)

    async def run(self) -> None:
        """Write batches as they come."""
        batch: list[CallEvent] = []
        while True:
            if not batch:
                batch.append(await self._queue.get())
                await asyncio.sleep(GATHERS)
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                await self._write(batch)
            except Exception:
                log.exception("the timeline could not be written, trying again")
                await asyncio.sleep(1)
            else:
                batch.clear()

    async def flush(self) -> None:
        """Write what is left, at the end."""
        left = [self._queue.get_nowait() for _ in range(self._queue.qsize())]
        if left:
            await self._write(left)

    async def _write(self, events: list[CallEvent]) -> None:
        async with self._ledger.write() as books:
            await books.calls.add_events(events)
        for event in events:
            await self._line.publish(
                TOPIC,
                {"call": event.call_id, "at": event.at.isoformat(), "kind": event.kind, "detail": event.detail},
            )
