"""GET /events: server-sent events that tell a page to look again. They carry no facts, so none can be lost."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from core.clinic.sign_in import actor
from core.rules.records import WebSession
from core.rules.staff import Doctor, Operator, StaffKind
from web.deps import clinic_of
from web.guard import Visit

HEART_BEAT = 15.0
"""Seconds between signs of life: proxies keep the stream open, and a browser that has gone is noticed."""
AT_MOST = 600.0
"""Seconds until a stream ends and the browser comes again, so that no session is outlived by much."""
BREATH = 0.5
"""Seconds between two events."""
CALM = 1.5
"""Seconds for which what happens to others is gathered: a busy clinic must not make every page look all the time."""
STREAMS_EACH = 4
"""Open streams a person may have: browsers allow six connections to a host, and pages need some of them."""
EVERYBODY = "clinic"
"""The topic of what may concern everybody."""
_HEADERS = {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}


@dataclass(eq=False, slots=True)
class Stream:
    """One open stream: what has happened since the last event went out."""

    kinds: set[str] = field(default_factory=set)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    closing: bool = False

    async def follow(self, events: AsyncIterator[tuple[str, Mapping[str, Any]]]) -> None:
        """Collect the kinds of these events until cancelled; one's own wake the page at once."""
        try:
            async for topic, event in events:
                self._add(topic, str(event.get("kind", "changed")))
        finally:  # the line is lost: a stream that hears nothing any more must not look alive
            self.end()

    def _add(self, topic: str, kind: str) -> None:
        if topic != EVERYBODY:
            self.wake.set()
        elif not self.kinds:
            asyncio.get_running_loop().call_later(CALM, self.wake.set)
        self.kinds.add(kind if kind.isidentifier() else "changed")

    def end(self) -> None:
        """Close it from our side; the browser comes again when it still wants to."""
        self.closing = True
        self.wake.set()

    async def next_message(self) -> bytes:
        """The next event, or a heart-beat when nothing happens."""
        with suppress(TimeoutError):
            async with asyncio.timeout(HEART_BEAT):
                await self.wake.wait()
        if not self.kinds:
            return b": still here\n\n"
        message = " ".join(sorted(self.kinds))
        self.kinds.clear()
        self.wake.clear()
        return f"data: {message}\n\n".encode()


class Streams:
    """Every open stream of the application, so that they can be counted and ended."""

    def __init__(self) -> None:
        self._open: dict[Stream, str] = {}

    @contextmanager
    def admit(self, who: str) -> Iterator[Stream]:
        """A stream for this person while the block runs. Their oldest one ends when they have too many.

        So a tab that was closed without our noticing yet makes room for the next.
        """
        theirs = [stream for stream, person in self._open.items() if person == who and not stream.closing]
        for oldest in theirs[: max(0, len(theirs) - STREAMS_EACH + 1)]:
            oldest.end()
        stream = Stream()
        self._open[stream] = who
        try:
            yield stream
        finally:
            del self._open[stream]

    async def close(self, _app: web.Application) -> None:
        """At shutdown: every stream ends."""
        for stream in self._open:
            stream.end()


STREAMS = web.AppKey("streams", Streams)


async def page(visit: Visit[Doctor | Operator]) -> web.StreamResponse:
    """The stream of one browser tab."""
    with visit.request.app[STREAMS].admit(actor(visit.session)) as stream:
        async with clinic_of(visit.request).line.listen(*_topics(visit.session)) as events:
            following = asyncio.create_task(stream.follow(events))
            try:
                return await _send(visit.request, stream)
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)


async def _send(request: web.Request, stream: Stream) -> web.StreamResponse:
    response = web.StreamResponse(headers=_HEADERS)
    await response.prepare(request)
    loop = asyncio.get_running_loop()
    until = loop.time() + AT_MOST
    with suppress(ConnectionError):
        await response.write(b"retry: 2000\n\n")
        while loop.time() < until:
            message = await stream.next_message()
            if stream.closing:
                break
            await response.write(message)
            await asyncio.sleep(BREATH)
        await response.write_eof()
    return response


def _topics(session: WebSession) -> tuple[str, ...]:
    return (EVERYBODY, actor(session)) if session.kind is StaffKind.DOCTOR else (EVERYBODY, "outbox")
