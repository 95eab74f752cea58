"""The wire from the web's browser phones to the switch of this home: SIP over WebSocket on loopback (RFC 7118)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession, ClientWebSocketResponse, ClientWSTimeout

from pbx.access_file import AccessFile
from web.deps import PhoneUpstream

LONGEST = 64 * 1024
"""Bytes of a frame."""
CLOSING = ClientWSTimeout(ws_close=2.0)


def phone_upstream(home: Path) -> PhoneUpstream:
    """Opens one for each browser, wherever the switch is by then. Raises OSError or ClientError where none answers."""
    access = AccessFile(home)

    @asynccontextmanager
    async def upstream() -> AsyncIterator[ClientWebSocketResponse]:
        address = f"http://127.0.0.1:{access.read().http_port}/ws"
        async with (
            ClientSession() as session,
            session.ws_connect(address, protocols=("sip",), max_msg_size=LONGEST, timeout=CLOSING) as socket,
        ):
            yield socket

    return upstream
