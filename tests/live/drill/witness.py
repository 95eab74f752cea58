"""Reads what the service tells of its calls where nothing is lost: from the timeline in SQL.

The story that tests listen to comes by Redis, and is silent for a second or two when that dies.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from tests.live.story import Event, Story

LOOK_EVERY = 0.2
"""Seconds after which it looks though the story has told nothing."""
NEWER = """
    SELECT event.id, calls.mobile, event.call_id, event.kind, event.detail
    FROM call_events AS event JOIN calls ON calls.id = event.call_id WHERE event.id > ? ORDER BY event.id
"""


class Witness:
    """Tells each event to everybody who listens, in order. The story only wakes it."""

    def __init__(self, home: Path, story: Story) -> None:
        self.listeners: list[Callable[[Event], None]] = []
        self._database, self._story, self._last = home / "duravani.db", story, 0
        self._woken = asyncio.Event()

    async def follow(self) -> None:
        """Until cancelled."""
        self._story.listeners.append(self._wake)
        try:
            while True:
                for event in self._newer():
                    for listener in tuple(self.listeners):
                        listener(event)
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY):
                        await self._woken.wait()
                self._woken.clear()
        finally:
            self._story.listeners.remove(self._wake)

    def _wake(self, _: Event) -> None:
        self._woken.set()

    def _newer(self) -> Iterator[Event]:
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as database:
            rows = database.execute(NEWER, (self._last,)).fetchall()
        for self._last, who, call_id, kind, detail in rows:
            yield Event(who, call_id, kind, detail)


def everything(database_file: Path) -> list[Event]:
    """All that was ever told."""
    with closing(sqlite3.connect(f"file:{database_file}?mode=ro", uri=True)) as database:
        return [Event(*row[1:]) for row in database.execute(NEWER, (0,))]
