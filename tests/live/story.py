"""The story of all calls as it happens: tests and the demo await what the service says, instead of sleeping."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.adapters.timeline import TOPIC
from core.ports import Line
from core.tasks import forever

Listener = Callable[["Event"], None]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline; `who` is the number or account at the other end of that leg."""

    who: str
    call_id: str
    kind: str
    detail: str


class Story:
    """Everything since `follow`; each `told` goes on behind what the last one of the same person found."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.listeners: list[Listener] = []
        self._who: dict[str, str] = {}
        self._read: dict[str, int] = {}
        self._grown = asyncio.Condition()

    @classmethod
    @asynccontextmanager
    async def follow(cls, line: Line) -> AsyncIterator["Story"]:
        """Listen while the block runs."""
        story = cls()
        async with asyncio.TaskGroup() as group:
            listening = asyncio.Event()
            reading = group.create_task(forever(lambda: story._read_all(line, listening), "reading the story"))
            await listening.wait()
            try:
                yield story
            finally:
                reading.cancel()

    async def told(self, who: str, kind: str, detail: str = "", *, seconds: float = 30.0) -> Event:
        """The next event of this person and kind whose detail begins so. `AssertionError` with the story if none."""
        try:
            async with asyncio.timeout(seconds), self._grown:
                while True:
                    for place in range(self._read.get(who, 0), len(self.events)):
                        event = self.events[place]
                        if event.who == who and event.kind == kind and event.detail.startswith(detail):
                            self._read[who] = place + 1
                            return event
                    await self._grown.wait()
        except TimeoutError:
            raise AssertionError(f"nothing was told of {who}: {kind} {detail}; the story:\n{self}") from None

    async def said(self, who: str, prompt: str) -> Event:
        """The service begins to speak this prompt to this person."""
        return await self.told(who, "said", f"{prompt}:")

    def __str__(self) -> str:
        return "\n".join(f"  {event.who} {event.kind} {event.detail}" for event in self.events)

    async def _read_all(self, line: Line, listening: asyncio.Event) -> None:
        """Until the line is lost; whoever called tries again."""
        async with line.listen(TOPIC) as events:
            listening.set()
            async for _, event in events:
                await self._add(str(event["call"]), str(event["kind"]), str(event["detail"]))

    async def _add(self, call_id: str, kind: str, detail: str) -> None:
        if kind == "started":
            self._who[call_id] = detail.rpartition(" ")[2]
        event = Event(self._who.get(call_id, call_id), call_id, kind, detail)
        async with self._grown:
            self.events.append(event)
            self._grown.notify_all()
        for listener in self.listeners:
            listener(event)
