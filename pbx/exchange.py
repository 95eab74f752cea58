"""The Exchange: hears of every call of one Asterisk, rings people, makes rooms, and finds all of it again later."""

import asyncio
import logging
import math
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from ivr.call import Call, Hangup, NoAnswer
from pbx import names
from pbx.ari import Ari, AriError, Event
from pbx.call import AriCall
from pbx.causes import NETWORK_FAILED, NORMAL, reason
from pbx.room import AriRoom, open_bridge
from pbx.snoop import Snoops
from pbx.tasks import Tasks

log = logging.getLogger(__name__)

ASTERISK_GRACE = 5
"""Seconds Asterisk rings longer than we do: it only ends what we could not."""


@dataclass(frozen=True)
class Arrival:
    """A call that has come in: its `kind` of line (`patient`, `staff` …), and the account of a phone of ours."""

    call: AriCall
    kind: str
    account: str


@dataclass(frozen=True)
class Adopted:
    """What the switch held when we came (back): legs that came in, legs we had rung, and who is in which room."""

    arrivals: list[Arrival] = field(default_factory=list)
    rung: list[AriCall] = field(default_factory=list)
    rooms: dict[str, list[str]] = field(default_factory=dict)


class Counts(NamedTuple):
    """What Asterisk holds just now."""

    channels: int
    bridges: int


Conversation = Callable[[Arrival], Awaitable[None]]


class AriExchange:
    """One for each switch. The switchboard feeds it events and asks it to compare notes after each connection."""

    def __init__(
        self, ari: Ari, *, spool: Path, recordings: Path, tasks: Tasks, player_of: Callable[[str], str | None]
    ) -> None:
        """`player_of`: the account that rings for a number instead of the trunk, if there is one."""
        self._ari, self._player_of = ari, player_of
        self._spool, self._recordings = spool, recordings
        self._tasks = tasks
        self._snoops = Snoops(ari)
        self._calls: dict[str, AriCall] = {}
        self._ringing: dict[str, _Ringing] = {}
        self._conversation: Conversation | None = None
        self._unserved: list[Arrival] = []
        self._adopted: Adopted | None = None

    # Calls that come in

    def serve(self, conversation: Conversation) -> None:
        """From now on each arrival is given to `conversation`, as a task of its own, and hung up when that ends."""
        self._conversation = conversation
        waiting, self._unserved = self._unserved, []
        for arrival in waiting:
            self._arrive(arrival)

    def converse(self, call: AriCall, conversation: Awaitable[None]) -> asyncio.Task[None]:
        """Run a conversation with a leg; the leg ends with it. Hang-up is caught here, once and for all.

        Only when we ourselves are shut down does the leg stay, to be adopted by the next of us.
        """
        return self._tasks.start(self._converse(call, conversation), f"conversation {call.id}")

    async def ready(self) -> None:
        """Returns when Asterisk can be asked."""
        await self._ari.wait_connected()

    def find(self, call_id: str) -> AriCall | None:
        """The live leg of this id."""
        return self._calls.get(call_id)

    # Calls that go out

    async def ring_account(self, account: str, *, caller: str, timeout: float) -> AriCall:
        """Ring the phone registered as this account. Raises NoAnswer."""
        return await self._ring(f"PJSIP/{account}", account, caller, timeout)

    async def ring_number(self, number: str, *, caller: str, timeout: float) -> AriCall:
        """Ring an outside number by the trunk. Raises NoAnswer, and ValueError when it is no number."""
        if not number.removeprefix("+").isdecimal():
            raise ValueError(f"{number!r} is no number")
        player = self._player_of(number)
        return await self._ring(f"PJSIP/{player or f'{number}@{names.TRUNK}'}", number, caller, timeout)

    # Rooms

    async def open_room(self, name: str) -> AriRoom:
        """Make, or find again, the room of this name. Raises AriError when Asterisk cannot be reached."""
        return await open_bridge(self._ari, name)

    def overhear(self, spied: Call, listener: Call, *, whisper: bool) -> AbstractAsyncContextManager[None]:
        """Let somebody hear a leg, and whisper to its person if they may. Raises Hangup when either is gone."""
        if not (isinstance(spied, AriCall) and isinstance(listener, AriCall)):
            raise TypeError(f"{spied!r} or {listener!r} is no leg of this switch")
        return self._snoops.overhear(spied, listener, whisper=whisper)

    async def announce(self, call: Call, sounds: Sequence[str]) -> None:
        """Play sounds to one leg, inside a room too, unheard by the others. Raises Hangup when it is gone."""
        if not isinstance(call, AriCall):
            raise TypeError(f"{call!r} is no leg of this switch")
        await self._snoops.announce(call, sounds)

    # Taking over, and taking stock

    async def adopt(self) -> Adopted:
        """What Asterisk held when we first connected to it; once, the second time nothing. Waits for the connection.

        Each leg is the caller's from here on: `converse` with it or hang it up. Legs that only rang have been ended.
        """
        await self._ari.wait_connected()
        adopted, self._adopted = self._adopted or Adopted(), Adopted()
        return adopted

    async def counts(self) -> Counts:
        """How many channels and bridges Asterisk has, whoever made them. Raises AriError."""
        channels, bridges = await asyncio.gather(self._ari.get("channels"), self._ari.get("bridges"))
        return Counts(len(channels), len(bridges))

    async def compare_notes(self) -> None:
        """After a connection: whatever happened while no events came is noticed now. Raises AriError."""
        channels, bridges = await asyncio.gather(self._ari.get("channels"), self._ari.get("bridges"))
        present = {str(channel["id"]): channel for channel in channels if channel["name"].startswith("PJSIP/")}
        for call in list(self._calls.values()):
            if call.id not in present:
                self._on_gone(call.id, NETWORK_FAILED)
            elif call.ending:
                self._drop(call.id)
            else:
                await call.recheck()
        for call_id in [each for each, ringing in self._ringing.items() if ringing.placed and each not in present]:
            self._on_gone(call_id, NETWORK_FAILED)
        rooms = {str(bridge["id"]): [str(each) for each in bridge["channels"]] for bridge in bridges}
        await self._snoops.forget_strangers([str(channel["id"]) for channel in channels], rooms)
        rooms = {name: inside for name, inside in rooms.items() if not name.startswith(names.SNOOP)}
        found = self._take_over([each for key, each in present.items() if key not in self._calls], rooms)
        if self._adopted is None:
            self._adopted = found
        else:
            self._serve_late(found)

    def _take_over(self, channels: list[Mapping[str, Any]], rooms: dict[str, list[str]]) -> Adopted:
        """Legs we know nothing of. One that rings for nobody any more is ended."""
        adopted = Adopted(rooms=rooms)
        for channel in channels:
            call_id = str(channel["id"])
            kind = str(channel["dialplan"]["app_data"]).partition(",")[2]
            if call_id.startswith(names.RUNG):
                if channel["state"] != "Up":
                    if call_id not in self._ringing:
                        self._drop(call_id)
                else:
                    adopted.rung.append(self._admit(channel, kind))
            elif channel["dialplan"]["app_name"] == "Stasis":
                call = self._admit(channel)
                adopted.arrivals.append(Arrival(call, kind, call.account))
        return adopted

    def _serve_late(self, found: Adopted) -> None:
        """Calls whose beginning we missed because no events came."""
        for arrival in found.arrivals:
            self._arrive(arrival)
        for call in found.rung:
            self._on_answered(call)

    # Events

    def on_event(self, event: Event) -> None:
        """One event of ARI."""
        self._snoops.on_event(event)
        match event["type"]:
            case "StasisStart":
                self._on_start(event)
            case "ChannelDtmfReceived":
                if (call := self._calls.get(event["channel"]["id"])) is not None:
                    call.on_key(event["digit"], datetime.fromisoformat(event["timestamp"]))
            case "PlaybackFinished":
                self._on_report(event["playback"]["target_uri"], event["playback"]["id"], event)
            case "RecordingFinished" | "RecordingFailed":
                self._on_report(event["recording"]["target_uri"], event["recording"]["name"], event)
            case "ChannelHangupRequest" if event["channel"]["id"] in self._calls:
                self._on_gone(event["channel"]["id"], event.get("cause") or NORMAL)
            case "StasisEnd":
                self._on_gone(event["channel"]["id"], NORMAL)
            case "ChannelDestroyed":
                self._on_gone(event["channel"]["id"], event.get("cause") or NORMAL)

    def _on_start(self, event: Event) -> None:
        channel, kind = event["channel"], event["args"][0] if event["args"] else ""
        if channel["id"] in self._calls or not channel["name"].startswith("PJSIP/"):
            return
        if channel["id"].startswith(names.RUNG):
            self._on_answered(self._admit(channel, kind))
        else:
            call = self._admit(channel)
            self._arrive(Arrival(call, kind, call.account))

    def _on_answered(self, call: AriCall) -> None:
        ringing = self._ringing.get(call.id)
        if ringing is None or ringing.answer.done():
            self._tasks.start(call.hangup(), f"hang up {call.id}")  # answered in the moment nobody wanted it any more
        else:
            ringing.answer.set_result(call)

    def _on_report(self, target: str, name: str, event: Event) -> None:
        call = self._calls.get(target.removeprefix("channel:"))
        if call is not None:
            call.on_report(name, event)

    def _on_gone(self, call_id: str, cause: int) -> None:
        if (call := self._calls.pop(call_id, None)) is not None:
            call.on_gone(cause)
        ringing = self._ringing.get(call_id)
        if ringing is not None and not ringing.answer.done():
            ringing.answer.set_exception(NoAnswer(reason(cause)))

    # How

    def _admit(self, channel: Mapping[str, Any], dialled: str = "") -> AriCall:
        call = AriCall(self._ari, channel, spool=self._spool, recordings=self._recordings, dialled=dialled)
        self._calls[call.id] = call
        return call

    def _arrive(self, arrival: Arrival) -> None:
        if self._conversation is None:
            self._unserved.append(arrival)
        else:
            self.converse(arrival.call, self._conversation(arrival))

    async def _converse(self, call: AriCall, conversation: Awaitable[None]) -> None:
        try:
            await conversation
        except Hangup:
            pass
        except Exception:
            log.exception("the conversation of call %s failed", call.id)
        await call.hangup()

    async def _ring(self, endpoint: str, dialled: str, caller: str, timeout: float) -> AriCall:
        ringing = self._ringing[call_id := f"{names.RUNG}{uuid.uuid4().hex}"] = _Ringing()
        request = asyncio.ensure_future(
            self._ari.post(
                "channels",
                call_id,
                endpoint=endpoint,
                app=names.APP,
                appArgs=dialled,
                callerId=caller,
                timeout=math.ceil(timeout) + ASTERISK_GRACE,
            )
        )
        wanted = False
        try:
            async with asyncio.timeout(timeout):
                await asyncio.shield(request)
                ringing.placed = True
                call = await ringing.answer
            wanted = True
            return call
        except TimeoutError:
            raise NoAnswer("timeout") from None
        except AriError as error:
            raise NoAnswer("unreachable") from error
        finally:
            del self._ringing[call_id]
            if not wanted:
                self._drop(call_id, after=request)

    def _drop(self, call_id: str, after: asyncio.Future[Any] | None = None) -> None:
        """End a channel that is nobody's: not before the request that makes it is through."""
        self._tasks.start(self._delete(call_id, after), f"drop {call_id}")

    async def _delete(self, call_id: str, after: asyncio.Future[Any] | None) -> None:
        try:
            if after is not None:
                await after
            await self._ari.delete("channels", call_id)
        except AriError as error:
            if error.status == 0:
                log.warning("cannot end %s now: %s", call_id, error)


class _Ringing:
    """A phone we are ringing."""

    def __init__(self) -> None:
        self.placed = False
        """Whether Asterisk has taken the request."""
        self.answer: asyncio.Future[AriCall] = asyncio.get_running_loop().create_future()
        self.answer.add_done_callback(lambda future: None if future.cancelled() else future.exception())
