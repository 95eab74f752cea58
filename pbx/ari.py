"""Speaks ARI: requests by pooled HTTP, events by a websocket that is opened again whenever it is lost.

https://docs.asterisk.org/Asterisk_22_Documentation/API_Documentation/Asterisk_REST_Interface/
"""

import asyncio
import base64
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self
from urllib.parse import quote

import aiohttp
from yarl import URL

from core.tasks import to_the_end
from pbx.names import APP

log = logging.getLogger(__name__)

_TYPES = (
    "StasisStart",
    "StasisEnd",
    "ChannelDtmfReceived",
    "ChannelHangupRequest",
    "ChannelDestroyed",
    "PlaybackFinished",
    "RecordingFinished",
    "RecordingFailed",
    "ApplicationReplaced",
)
FILTER = {"allowed": [{"type": name} for name in _TYPES]}
"""The events we act on; Asterisk does not even send the others.

Never subscribe to `endpoint:PJSIP` besides: each event of a channel would come twice, keys among them. Contacts are
AMI's (pbx/ami.py).
"""

CONNECTIONS = 48
IDLE_SECONDS = 60.0
"""Shorter than session_keep_alive of http.conf: a connection we take from the pool is one Asterisk still holds."""

REQUEST_SECONDS = 10.0
PING_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
"""Seconds between attempts to connect."""

Event = Mapping[str, Any]


class AriError(Exception):
    """Asterisk refused a request (`status` is HTTP's) or could not be reached (`status` 0)."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


class Ari:
    """A connection to one Asterisk. `async with` it, then `run` it; events go to `on_event` in their order."""

    def __init__(
        self,
        locate: Callable[[], tuple[int, str]],
        on_event: Callable[[Event], None],
        on_connect: Callable[[], Awaitable[None]],
    ) -> None:
        """`locate` gives port and secret afresh for each connection: they change when Asterisk is started anew.

        `on_connect` is awaited after each connection, before its first event is handed on: the time to compare notes.
        """
        self._locate = locate
        self._on_event = on_event
        self._on_connect = on_connect
        self._connected = asyncio.Event()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE_SECONDS)
        self._session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=REQUEST_SECONDS))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    @property
    def connected(self) -> bool:
        """Whether events arrive just now."""
        return self._connected.is_set()

    async def wait_connected(self) -> None:
        """Returns when events arrive and notes have been compared."""
        await self._connected.wait()

    # Requests

    async def get(self, *path: str, **query: str) -> Any:
        """Raises AriError, as the three below do. `path` are the parts of the address, quoted here."""
        return await self._request("GET", path, query)

    async def post(self, *path: str, **body: object) -> Any:
        """Keyword arguments are the request's parameters, sent as JSON."""
        return await self._request("POST", path, {}, body)

    async def put(self, *path: str, body: object) -> Any:
        """The body is sent as it is."""
        return await self._request("PUT", path, {}, body)

    async def delete(self, *path: str, **query: str) -> Any:
        """End or remove."""
        return await self._request("DELETE", path, query)

    async def _request(self, method: str, path: tuple[str, ...], query: Mapping[str, str], body: object = None) -> Any:
        """Who is cancelled meanwhile is cancelled afterwards: what Asterisk has begun (to play) can then be ended."""
        status, answer = await to_the_end(self._answer(method, path, query, body))
        if not 200 <= status < 400:
            raise AriError(status, f"{method} {'/'.join(path)}: {answer.decode(errors='replace').strip()}")
        return json.loads(answer) if answer else None

    async def _answer(
        self, method: str, path: tuple[str, ...], query: Mapping[str, str], body: object
    ) -> tuple[int, bytes]:
        """HTTP's status and the body; 0 and the reason when Asterisk could not be reached."""
        port, secret = self._locate()
        url = f"http://127.0.0.1:{port}/ari/" + "/".join(quote(part, safe="") for part in path)
        try:
            async with self._opened.request(
                method, URL(url, encoded=True), params=query, json=body, headers=_proof(secret)
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return 0, repr(error).encode()

    @property
    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise AriError(0, "not opened")
        return self._session

    # Events

    async def run(self) -> None:
        """Stay connected until cancelled."""
        pause = FIRST_PAUSE
        while True:
            try:
                await self._listen()
                pause = FIRST_PAUSE
            except (aiohttp.ClientError, AriError, TimeoutError, OSError) as error:
                log.info("ARI is not there (%s)", error)
            finally:
                self._connected.clear()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _listen(self) -> None:
        port, secret = self._locate()
        address = f"http://127.0.0.1:{port}/ari/events?app={APP}&subscribeAll=false"
        async with self._opened.ws_connect(
            address, headers=_proof(secret), heartbeat=PING_SECONDS, max_msg_size=0
        ) as socket:
            await self.put("applications", APP, "eventFilter", body=FILTER)
            await self._on_connect()
            self._connected.set()
            log.info("ARI is connected")
            async for message in socket:
                if message.type != aiohttp.WSMsgType.TEXT:
                    continue
                event = json.loads(message.data)
                if event["type"] == "ApplicationReplaced":  # the socket would stay open, but silent for ever
                    log.error("another program has taken over our calls; taking them back")
                    return
                self._dispatch(event)
        log.warning("ARI's events have ended")

    def _dispatch(self, event: Event) -> None:
        try:
            self._on_event(event)
        except Exception:  # one event that we misread must not cost all the following ones
            log.exception("cannot handle %s", event)


def _proof(secret: str) -> dict[str, str]:
    """HTTP basic authentication (RFC 7617)."""
    return {"Authorization": "Basic " + base64.b64encode(f"{APP}:{secret}".encode()).decode()}
