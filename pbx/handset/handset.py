"""A real SIP phone in one's hand: registers, dials, rings, talks, presses keys, records what it hears."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from pbx.handset.errors import (
    CallOver,
    Ended,
    HandsetDied,
    HandsetError,
    NotAnswered,
    Reason,
    RegistrationRefused,
    reason_not_answered,
)
from pbx.handset.pipe import Pipe, open_pipe
from pbx.handset.wire import Do, Event, Kind, Settings, nth_recording

DIAL_SECONDS = 60.0
REACH_SECONDS = 5.0
"""A switch that has said nothing at all by then is unreachable (SIP itself would try for 32 s)."""
PAUSE_SECONDS = 1.2
"""Silence that ends what somebody had to say; shorter ones lie between sentences."""
KEYPAD = frozenset("0123456789*#")


class State(StrEnum):
    """What the handset is doing."""

    IDLE = "idle"
    DIALLING = "dialling"
    RINGING = "ringing"
    TALKING = "talking"


STATE_AFTER = {
    Kind.DIALLING: State.DIALLING,
    Kind.INCOMING: State.RINGING,
    Kind.UP: State.TALKING,
    Kind.GONE: State.IDLE,
}


class Handset:
    """One phone with one line, in a process of its own. Get it by `async with Handset.start(…) as phone`.

    Whatever is awaited during a call raises `CallOver` when the call ends instead, and `HandsetDied` when the process
    does. Time limits are the caller's: `asyncio.timeout`.
    """

    def __init__(self, pipe: Pipe, settings: Settings) -> None:
        self._pipe = pipe
        self._events = pipe.events
        self._settings = settings
        self._call_began = 0
        """Index of the first event of the current (or last) call."""
        self._rings_taken = 0
        """Index after the last incoming call that `ringing` has returned."""

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        *,
        account: str | None = None,
        password: str = "",
        registrar: str = "127.0.0.1:5060",
        caller: str = "+919876543210",
        bind: str = "",
        listen_port: int = 0,
        speak: Path | None = None,
        record: Path | None = None,
    ) -> AsyncIterator[Self]:
        """Switch a phone on; leaving the block hangs up, un-registers and switches it off.

        With an `account` it is a softphone of that account at `registrar` (host:port). Without, it is a subscriber of
        the trunk: `caller` stands in From (empty: withheld) and it rings for any INVITE to its `port`. `speak` is a
        16-bit PCM wav, looped into every call. `record` is where the first call's audio goes (8 kHz, 16 bit); the
        second call's goes to `…-2.wav` and so on. `bind` is the local address for SIP and
        RTP; by default the one from which the registrar is reached.
        """
        settings = Settings(
            registrar=registrar,
            caller=caller,
            account=account,
            password=password,
            bind=bind,
            listen_port=listen_port,
            speak=_absolute(speak),
            record=_absolute(record),
        )
        async with open_pipe(settings) as pipe:
            yield cls(pipe, settings)

    @property
    def port(self) -> int:
        """The UDP port it listens on."""
        return next(int(event.detail["port"]) for event in self.log if event.kind is Kind.READY)

    @property
    def log(self) -> list[Event]:
        """Everything that has happened so far."""
        return self._events.so_far()

    @property
    def state(self) -> State:
        """What the handset is doing now."""
        steps = [STATE_AFTER[event.kind] for event in self.log if event.kind in STATE_AFTER]
        return steps[-1] if steps else State.IDLE

    @property
    def recordings(self) -> list[Path]:
        """The recordings of the calls that came up, in order. A file is complete when its call is over."""
        calls = sum(event.kind in (Kind.DIALLING, Kind.INCOMING) for event in self.log)
        first = self._settings.record
        files = [nth_recording(Path(first), call) for call in range(1, calls + 1)] if first else []
        return [file for file in files if file.exists()]

    async def events(self) -> AsyncIterator[Event]:
        """All events, from the first on, as they happen."""
        async for _, event in self._events.read():
            yield event

    async def register(self) -> None:
        """Register the account; from then on its calls ring here. Raises `RegistrationRefused`."""
        start = len(self.log)
        await self._pipe.ask(Do.REGISTER)
        _, event = await self._events.first({Kind.REGISTRATION}, start)
        if not event.detail["active"]:
            raise RegistrationRefused(event.detail["code"], event.detail["reason"])

    async def dial(self, number: str, *, ring_seconds: float = DIAL_SECONDS) -> None:
        """Call a number; returns when it is answered. Raises `NotAnswered`; cancelling hangs up.

        `ring_seconds` is how long it may ring.
        """
        uri = f"sip:{number.replace('#', '%23')}@{self._settings.registrar}"
        try:
            await self._pipe.ask(Do.DIAL, uri=uri)
            self._call_began = max(i for i, event in enumerate(self.log) if event.kind is Kind.DIALLING)
            await self._answered(ring_seconds)
        except asyncio.CancelledError:
            with suppress(HandsetError):
                await self.hang_up()
            raise

    async def ringing(self) -> Event:
        """The next incoming call, waited for if need be: `detail` has `number`, `name` and `dialled`.

        Each incoming call is returned once, in order.
        """
        index, event = await self._events.first({Kind.INCOMING}, self._rings_taken)
        self._rings_taken = index + 1
        self._call_began = index
        return event

    async def pick_up(self) -> None:
        """Answer the call that rings; returns when both ends talk."""
        await self._ask_in_call(Do.ANSWER)
        await self._in_call({Kind.UP}, self._call_began)

    async def reject(self, code: int = 486) -> None:
        """Refuse the call that rings, by SIP status: 486 busy, 603 declined, 480 not here."""
        await self._pipe.ask(Do.REJECT, code=code)
        await self.gone()

    async def hang_up(self) -> Ended | None:
        """End the call; how it ended, or None when there was none."""
        try:
            await self._pipe.ask(Do.HANG_UP)
        except HandsetDied:
            raise
        except HandsetError:
            return self._over()
        return await self.gone()

    async def gone(self) -> Ended:
        """Wait for the end of the current (or last) call, by either side."""
        _, event = await self._events.first({Kind.GONE}, self._call_began)
        return ended_from(event)

    async def stay(self, seconds: float) -> None:
        """Remain in the call that long; `CallOver` if it ends before."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, seconds)):
                raise CallOver(await self.gone())

    async def keys(self, digits: str) -> None:
        """Press keys (RFC 4733, 100 ms each and 60 ms apart); returns when the last tone has been sent."""
        if not set(digits) <= KEYPAD:
            raise ValueError(f"not keys of a telephone: {digits!r}")
        await self._ask_in_call(Do.KEYS, digits=digits)

    async def say(self, wav: Path) -> None:
        """Speak a 16-bit PCM wav once, in place of what is looped; returns when it has been said."""
        await self._ask_in_call(Do.SAY, wav=_absolute(wav))

    async def hears(self) -> Event:
        """The first beginning of sound after the last key (or after the call came up)."""
        _, event = await self._in_call({Kind.SOUND}, self._turn(), _on)
        return event

    async def pause(self, quiet: float = PAUSE_SECONDS) -> None:
        """Wait until the other side has spoken since the last key and has then been silent for `quiet` seconds."""
        index = self._turn()
        if not self._hearing(index):
            index, _ = await self._in_call({Kind.SOUND}, index, _on)
        while True:
            index, fell_silent = await self._in_call({Kind.SOUND}, index, _off)
            resumed = await self._resumed(index + 1, fell_silent.at + quiet)
            if resumed is None:
                return
            index = resumed

    def kill(self) -> None:
        """Cut the power: no BYE, no un-REGISTER; every later wait raises `HandsetDied`."""
        self._pipe.kill()

    async def _answered(self, ring_seconds: float) -> None:
        start, reason = self._call_began, Reason.UNREACHABLE
        try:
            async with asyncio.timeout(REACH_SECONDS):
                await self._in_call({Kind.TRYING, Kind.UP}, start)
            reason = Reason.NO_ANSWER
            async with asyncio.timeout(ring_seconds):
                await self._in_call({Kind.UP}, start)
        except TimeoutError:
            raise NotAnswered(reason, await self.hang_up() or await self.gone()) from None
        except CallOver as over:
            reached = reason is Reason.NO_ANSWER
            raise NotAnswered(reason_not_answered(over.ended.code, reached=reached), over.ended) from None

    async def _resumed(self, index: int, deadline: float) -> int | None:
        """Where sound begins again at or after `index`, or None if it has not by `deadline` (monotonic seconds)."""
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                index, event = await self._in_call({Kind.SOUND}, index, _on)
        except TimeoutError:
            return None
        return index if event.at < deadline else None

    async def _in_call(
        self, kinds: Collection[Kind], start: int, where: Callable[[Event], bool] = lambda event: True
    ) -> tuple[int, Event]:
        """The first such event at or after `start`; `CallOver` if the call ends before."""
        index, event = await self._events.first(
            {*kinds, Kind.GONE}, start, lambda event: event.kind is Kind.GONE or where(event)
        )
        if event.kind is Kind.GONE:
            raise CallOver(ended_from(event))
        return index, event

    async def _ask_in_call(self, do: Do, **arguments: Any) -> None:
        try:
            await self._pipe.ask(do, **arguments)
        except HandsetDied:
            raise
        except HandsetError:
            if (ended := self._over()) is not None:
                raise CallOver(ended) from None
            raise
        if (ended := self._over()) is not None:
            raise CallOver(ended)

    def _over(self) -> Ended | None:
        """How the current call ended, if it has."""
        endings = [event for event in self.log[self._call_began :] if event.kind is Kind.GONE]
        return ended_from(endings[0]) if endings else None

    def _turn(self) -> int:
        """Index after our last deed in this call: a key pressed, or the call coming up."""
        log = self.log
        deeds = [i for i in range(self._call_began, len(log)) if log[i].kind in (Kind.KEY, Kind.UP)]
        return deeds[-1] + 1 if deeds else self._call_began

    def _hearing(self, index: int) -> bool:
        """Whether there was sound just before the event at `index`."""
        sounds = [event for event in self.log[self._call_began : index] if event.kind is Kind.SOUND]
        return bool(sounds) and _on(sounds[-1])


def _absolute(path: Path | None) -> str | None:
    """For the telephone process, which runs in a folder of its own."""
    return str(path.absolute()) if path else None


def _on(event: Event) -> bool:
    return bool(event.detail["on"])


def _off(event: Event) -> bool:
    return not _on(event)


def ended_from(event: Event) -> Ended:
    """What a GONE event says."""
    detail = event.detail
    return Ended(detail["code"], detail["reason"], detail["q850"], detail["by"] == "us")
