"""GET /events: server-sent events that tell a page to look again. They carry no facts, so none can be lost.

Each carries a time as its id. A browser that comes back says the last one it had (`Last-Event-ID`), and is told what
the ledger knows of since then, should that have a meaning which a look at the page does not show.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from core.clinic.sign_in import actor
from core.clinic.what_was_missed import what_was_missed
from core.rules.records import WebSession
from core.rules.staff import Doctor, Operator, StaffKind
from web.deps import clinic_of
from web.guard import Visit

HEART_BEAT = 15.0
"""Seconds between signs of life: proxies keep the stream open, and a browser that has gone is noticed."""
AT_MOST = 600.0
"""Seconds until a stream ends and the browser comes again, so that no session is outlived by much."""
BREATH = 0.05
"""Seconds between two events: several things that happen at once are one look."""
CALM_EACH = 0.002
"""Seconds for each open stream, for which what happens to others is gathered after an event: everybody's looks together
are at most some five hundred a second, however busy the clinic is. What happens to oneself does not wait."""
LEAST_CALM = 0.1
SPREAD = 0.5
"""Of that time, over which the pages are woken by what happens to others: one's own must not wait for fifty looks."""
LONGEST_ID = 14
"""Digits; milliseconds since the epoch have 13."""
STREAMS_EACH = 4
"""Open streams a person may have: browsers allow six connections to a host, and pages need some of them."""
EVERYBODY = "clinic"
"""The topic of what may concern everybody."""
NOT_FOR_DOCTORS = frozenset({"state", "roster", "call_back", "grievance"})
"""Kinds of it that no doctor's page shows: others' phones and pauses, plans, the call centre's lists. They were most of
all looks."""
_HEADERS = {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}


@dataclass(eq=False, slots=True)
class Stream:
    """One open stream: what has happened since the last event went out."""

    crowd: Callable[[], int] = lambda: 1
    """How many streams are open."""
    deaf_to: Collection[str] = ()
    """Kinds of what happens to everybody that this page does not show."""
    kinds: set[str] = field(default_factory=set)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    closing: bool = False
    resting: bool = False
    """The page shall not come again before somebody looks at it."""
    _calm_until: float = 0.0
    _later: asyncio.TimerHandle | None = None

    async def follow(self, events: AsyncIterator[tuple[str, Mapping[str, Any]]]) -> None:
        """Collect the kinds of these events until cancelled; one's own wake the page at once."""
        try:
            async for topic, event in events:
                self.hear(topic, str(event.get("kind", "changed")))
        finally:  # the line is lost: a stream that hears nothing any more must not look alive
            self.end()

    def hear(self, topic: str, kind: str) -> None:
        """One event."""
        if topic == EVERYBODY and kind in self.deaf_to:
            return
        loop = asyncio.get_running_loop()
        if topic != EVERYBODY:
            self.wake.set()
        elif self._later is None:
            when = max(loop.time(), self._calm_until) + random.uniform(0, SPREAD * self._calm)
            self._later = loop.call_at(when, self.wake.set)
        self.kinds.add(kind if kind.isidentifier() else "changed")

    def end(self) -> None:
        """Close it from our side; the browser comes again when it still wants to."""
        self.closing = True
        self.wake.set()

    def rest(self) -> None:
        """Close it, and tell the page so: else it came again at once, and closed the next one, for ever."""
        self.resting = True
        self.end()

    async def next_kinds(self) -> set[str]:
        """What has happened, once something has; nothing, when nothing does for a heart-beat."""
        with suppress(TimeoutError):
            async with asyncio.timeout(HEART_BEAT):
                await self.wake.wait()
        self.wake.clear()
        if self._later is not None:
            self._later.cancel()
            self._later = None
        told, self.kinds = self.kinds, set()
        self._calm_until = asyncio.get_running_loop().time() + self._calm
        return told

    @property
    def _calm(self) -> float:
        return max(LEAST_CALM, CALM_EACH * self.crowd())


class Streams:
    """Every open stream of the application, so that they can be counted and ended."""

    def __init__(self) -> None:
        self._open: dict[Stream, str] = {}

    @contextmanager
    def admit(self, who: str, deaf_to: Collection[str] = ()) -> Iterator[Stream]:
        """A stream for this person while the block runs. Their oldest one ends when they have too many.

        So a tab that was closed without our noticing yet makes room for the next.
        """
        theirs = [stream for stream, person in self._open.items() if person == who and not stream.closing]
        for oldest in theirs[: max(0, len(theirs) - STREAMS_EACH + 1)]:
            oldest.rest()
        stream = Stream(lambda: len(self._open), deaf_to)
        self._open[stream] = who
        try:
            yield stream
        finally:
            del self._open[stream]

    def end_all(self) -> None:
        """Every stream ends; who still wants one comes again."""
        for stream in self._open:
            stream.end()

    async def close(self, _app: web.Application) -> None:
        """At shutdown."""
        self.end_all()


STREAMS = web.AppKey("streams", Streams)


async def page(visit: Visit[Doctor | Operator]) -> web.StreamResponse:
    """The stream of one browser tab."""
    deaf_to = NOT_FOR_DOCTORS if visit.session.kind is StaffKind.DOCTOR else ()
    with visit.request.app[STREAMS].admit(actor(visit.session), deaf_to) as stream:
        async with clinic_of(visit.request).line.listen(*_topics(visit.session)) as events:
            following = asyncio.create_task(stream.follow(events))
            try:
                return await _send(visit, stream)
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)


async def _send(visit: Visit[Doctor | Operator], stream: Stream) -> web.StreamResponse:
    response = web.StreamResponse(headers=_HEADERS)
    first = _message(visit.clinic.clock.now(), await _missed(visit))  # in one piece: a page that opens looks again
    await response.prepare(visit.request)
    loop = asyncio.get_running_loop()
    until = loop.time() + AT_MOST
    with suppress(ConnectionError):
        await response.write(b"retry: 2000\n" + first)
        while loop.time() < until:
            kinds = await stream.next_kinds()
            if stream.closing:
                break
            await response.write(_message(visit.clinic.clock.now(), kinds) if kinds else b": still here\n\n")
            await asyncio.sleep(BREATH)
        if stream.resting:
            await response.write(b"event: rest\ndata: rest\n\n")
        await response.write_eof()
    return response


def _message(at: datetime, kinds: Collection[str]) -> bytes:
    """Without kinds nothing has happened; browser and page learn the id all the same (HTML standard, 9.2.6)."""
    told = f"data: {' '.join(sorted(kinds))}" if kinds else "event: here\ndata: here"
    return f"id: {int(at.timestamp() * 1000)}\n{told}\n\n".encode()


async def _missed(visit: Visit[Doctor | Operator]) -> Collection[str]:
    """What this browser was not told while its stream was broken; nothing for one that comes for the first time."""
    # A browser says it by itself unless it was refused in between: then the page does, in the address.
    last = visit.request.headers.get("Last-Event-ID") or visit.request.query.get("last", "")
    ours = last.isascii() and last.isdecimal() and len(last) <= LONGEST_ID
    if visit.session.kind is not StaffKind.DOCTOR or not ours:
        return ()
    since = datetime.fromtimestamp(int(last) / 1000, UTC)
    return await what_was_missed(visit.clinic, visit.person.id, since)


def _topics(session: WebSession) -> tuple[str, ...]:
    if session.kind is StaffKind.DOCTOR:
        return EVERYBODY, actor(session)
    return EVERYBODY, "outbox", f"operator:{session.person_id}"  # a supervisor's phone, too, is rung as an operator's
