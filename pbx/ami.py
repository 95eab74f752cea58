"""A guarded bridge to asterisk-ami, which does what ARI does not: security events, contacts, reloads, missed calls.

The library reads in a thread of its own, stops for ever after a silence or an exception, leaks actions nobody answers,
and takes a line break inside a value for a new header. So: its thread only puts events on a queue; everything we send
is checked and given a time limit; what comes in is cleaned first; and a supervisor pings and builds a new client.
"""

import asyncio
import logging
import re
import socket
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from asterisk.ami import Action, AMIClient, Response

from pbx.names import APP

log = logging.getLogger(__name__)

ACTION_SECONDS = 5.0
PING_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0

_BREAKS = re.compile(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""What str.splitlines takes for the end of a line; in AMI only CR LF is."""


class AmiError(Exception):
    """Asterisk refused an action, did not answer it, or cannot be reached."""


@dataclass(frozen=True)
class AmiEvent:
    """One event: its name and its headers, in which a caller may have had a word. Never use them to control calls."""

    name: str
    headers: Mapping[str, str]


class _Listing:
    """The events that answer one action, while they come."""

    def __init__(self) -> None:
        self.events: list[AmiEvent] = []
        self.complete = asyncio.Event()

    def add(self, event: AmiEvent) -> None:
        if event.headers.get("EventList", "").lower() == "complete":
            self.complete.set()
        else:
            self.events.append(event)


class _Answer:
    """Takes the place of the library's future, whose lock only its own threads could wait on."""

    def __init__(self, settle: Callable[[Response], None]) -> None:
        self._settle = settle

    def __setattr__(self, name: str, value: Response) -> None:
        """The library's reader sets `response` when the answer has come."""
        super().__setattr__(name, value)
        if name == "response":
            self._settle(value)


class _Client(AMIClient):  # type: ignore[misc]  # the library is untyped
    """The library's client, deaf to line breaks that are not CR LF."""

    def ask(self, action: Action, settle: Callable[[Response], None]) -> None:
        """Send an action; `settle` is called in the reader's thread when its answer comes. Raises OSError."""
        self._futures[action.keys["ActionID"]] = _Answer(settle)
        self.send(action)

    def _decode_pack(self, pack: bytes) -> str:
        text: str = super()._decode_pack(pack)
        return "\r\n".join(_BREAKS.sub(" ", line) for line in text.split("\r\n"))

    def disconnect(self) -> None:
        """Close for good, also when never connected. Shutting the socket down is what wakes the reader's thread."""
        if self.finished is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            super().disconnect()


class Ami:
    """A connection to one Asterisk. `run` it; it comes back by itself whenever it is lost."""

    def __init__(
        self,
        locate: Callable[[], tuple[int, str]],
        on_event: Callable[[AmiEvent], None],
        on_connect: Callable[[], None] = lambda: None,
    ) -> None:
        """`locate` gives port and secret afresh for each connection. Both callbacks run in the event loop."""
        self._locate = locate
        self._on_event = on_event
        self._on_connect = on_connect
        self._client: _Client | None = None
        self._connected = asyncio.Event()
        self._lost = asyncio.Event()
        self._listings: dict[str, _Listing] = {}
        self._one_at_a_time = asyncio.Lock()

    def alive(self) -> bool:
        """Whether the last ping was answered."""
        return self._connected.is_set()

    async def wait_connected(self) -> None:
        """Returns when actions can be sent."""
        await self._connected.wait()

    async def reload(self, module: str) -> None:
        """Read a module's configuration again, such as `res_pjsip.so`. Raises AmiError."""
        await self.action("Reload", Module=module)

    async def action(self, name: str, **headers: str) -> Mapping[str, str]:
        """Send an action; its response's headers. Raises AmiError, and ValueError for a value with a line break."""
        for value in (name, *headers.values()):
            if _BREAKS.search(value) or "\0" in value:
                raise ValueError(f"AMI cannot carry {value!r}")
        if self._client is None:
            raise AmiError("AMI is not connected")
        async with self._one_at_a_time:
            response = await self._send(self._client, Action(name, {"ActionID": uuid.uuid4().hex, **headers}))
        if response.is_error():
            raise AmiError(f"{name}: {response.keys.get('Message', 'refused')}")
        return dict(response.keys)

    async def list(self, name: str, **headers: str) -> Sequence[AmiEvent]:
        """Send an action that is answered by a list of events; the list. Raises as `action` does."""
        listing = _Listing()
        action_id = uuid.uuid4().hex
        self._listings[action_id] = listing
        try:
            await self.action(name, ActionID=action_id, **headers)
            async with asyncio.timeout(ACTION_SECONDS):
                await listing.complete.wait()
        except TimeoutError as error:
            raise AmiError(f"{name}: the list does not end") from error
        finally:
            del self._listings[action_id]
        return listing.events

    async def run(self) -> None:
        """Stay connected until cancelled."""
        pause = FIRST_PAUSE
        while True:
            try:
                await self._connect()
                pause = FIRST_PAUSE
                while not self._lost.is_set():
                    with suppress(TimeoutError):
                        async with asyncio.timeout(PING_SECONDS):
                            await self._lost.wait()
                            break
                    await self.action("Ping")
            except (AmiError, OSError, TimeoutError) as error:
                log.info("AMI is not there (%s)", error)
            finally:
                self._connected.clear()
                await self._disconnect()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    # How

    async def _connect(self) -> None:
        port, secret = self._locate()
        loop = asyncio.get_running_loop()

        lost = self._lost = asyncio.Event()

        def received(source: object, event: object) -> None:  # in the library's thread: must neither block nor raise
            loop.call_soon_threadsafe(self._receive, client, event)

        def ended(source: object, error: object = None) -> None:  # likewise
            loop.call_soon_threadsafe(lost.set)

        client = _Client(address="127.0.0.1", port=port, timeout=ACTION_SECONDS)
        client.add_listener(on_event=received, on_disconnect=ended)
        self._client = client
        await asyncio.to_thread(client.connect)
        client._socket.settimeout(None)  # a silence is no failure; the ping finds those
        response = await self._send(client, Action("Login", {"ActionID": "login", "Username": APP, "Secret": secret}))
        if response.is_error():
            raise AmiError("login refused")
        self._connected.set()
        self._on_connect()

    async def _send(self, client: _Client, action: Action) -> Response:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Response] = loop.create_future()

        def settle(response: Response) -> None:
            if not answer.done():
                answer.set_result(response)

        def answered(response: Response) -> None:  # in the library's thread
            loop.call_soon_threadsafe(settle, response)

        try:
            await asyncio.to_thread(client.ask, action, answered)
            async with asyncio.timeout(ACTION_SECONDS):
                return await answer
        except (OSError, TimeoutError) as error:
            raise AmiError(f"{action.name}: no answer") from error
        finally:
            client._futures.pop(action.keys["ActionID"], None)

    def _receive(self, client: _Client, event: object) -> None:
        if client is not self._client:
            return
        name, keys = str(getattr(event, "name", "")), getattr(event, "keys", {})
        happened = AmiEvent(name, {str(key): str(value) for key, value in keys.items()})
        listing = self._listings.get(happened.headers.get("ActionID", ""))
        if listing is not None:
            listing.add(happened)
        else:
            self._on_event(happened)

    async def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await asyncio.to_thread(client.disconnect)
