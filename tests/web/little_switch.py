"""As much of a switch as a browser's telephone needs: SIP over WebSocket that takes its registration and calls it.

What a real one does with voices is tested with Asterisk (tests/live/test_browser_phone.py).
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import ClientSession, ClientWebSocketResponse, web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page

from web.deps import PhoneUpstream

CALLER = "+919876543210"
_ANSWER = """async offer => {
  const other = (window.otherEnd = new RTCPeerConnection());
  await other.setRemoteDescription({ type: "offer", sdp: offer });
  await other.setLocalDescription();
  await new Promise((done) => {
    const look = () => other.iceGatheringState === "complete" && done();
    other.addEventListener("icegatheringstatechange", look);
    look();
  });
  return other.localDescription.sdp;
}"""
VOICE = """
navigator.mediaDevices.getUserMedia = async () => {
  const audio = new AudioContext(), tone = audio.createOscillator(), out = audio.createMediaStreamDestination();
  tone.connect(out);
  tone.start();
  return out.stream;
};
"""
"""A microphone for a browser on a machine that has none."""


class LittleSwitch:
    """One telephone, and one call to it."""

    def __init__(self) -> None:
        self._socket: web.WebSocketResponse | None = None
        self._contact = ""
        self.registered = asyncio.Event()
        self._answers: asyncio.Queue[str] = asyncio.Queue()

    async def page(self, request: web.Request) -> web.WebSocketResponse:
        """The socket of the telephone."""
        self._socket = socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(request)
        async for message in socket:
            await self._hear(message.data)
        self.registered.clear()
        return socket

    async def ring(self) -> None:
        """A call without an offer (RFC 3264, 5): the telephone makes one when it answers."""
        await self.registered.wait()
        await self._send("INVITE", "1 INVITE")

    async def talk(self, page: Page) -> None:
        """Once it has been answered: the other end is made in the same page."""
        while not (answer := await self._answers.get()).startswith("SIP/2.0 200"):
            pass
        voice = str(await page.evaluate(_ANSWER, answer.partition("\r\n\r\n")[2]))
        tag = _headers(answer)["to"].partition("tag=")[2]
        await self._send("ACK", "1 ACK", to_tag=f";tag={tag}", body=voice)

    async def give_up(self) -> None:
        """Before anybody has answered."""
        await self._send("CANCEL", "1 CANCEL")

    async def _hear(self, frame: str) -> None:
        if frame.startswith("REGISTER"):
            headers = _headers(frame)
            self._contact = headers["contact"].partition("<")[2].partition(">")[0]
            same = "".join(f"{name}: {headers[name]}\r\n" for name in ("via", "from", "call-id", "cseq", "contact"))
            await self._say(f"SIP/2.0 200 OK\r\n{same}To: {headers['to']};tag=switch\r\nExpires: 600\r\n")
            self.registered.set()
        elif frame.startswith("SIP/2.0") and _headers(frame)["cseq"] == "1 INVITE":
            self._answers.put_nowait(frame)

    async def _send(self, method: str, cseq: str, *, to_tag: str = "", body: str = "") -> None:
        head = {
            "Via": f"SIP/2.0/WS switch.invalid;branch=z9hG4bK-{'ack' if method == 'ACK' else 'call'}",
            "From": f"<sip:{CALLER}@duravani>;tag=caller",
            "To": f"<{self._contact}>{to_tag}",
            "Call-ID": "the-call",
            "CSeq": cseq,
            "Max-Forwards": "70",
            "Contact": "<sip:switch@switch.invalid;transport=ws>",
        } | ({"Content-Type": "application/sdp"} if body else {})
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        await self._say(f"{method} {self._contact} SIP/2.0\r\n{lines}", body)

    async def _say(self, head: str, body: str = "") -> None:
        assert self._socket is not None
        await self._socket.send_str(f"{head}Content-Length: {len(body.encode())}\r\n\r\n{body}")


@asynccontextmanager
async def upstream_of(switch: LittleSwitch) -> AsyncIterator[PhoneUpstream]:
    """`WebDeps.phone_upstream` to this switch, while the block runs."""
    app = web.Application()
    app.router.add_get("/ws", switch.page)
    async with TestServer(app) as server:

        @asynccontextmanager
        async def upstream() -> AsyncIterator[ClientWebSocketResponse]:
            async with ClientSession() as session, session.ws_connect(server.make_url("/ws"), protocols=("sip",)) as ws:
                yield ws

        yield upstream


def _headers(frame: str) -> Mapping[str, str]:
    lines = frame.partition("\r\n\r\n")[0].split("\r\n")[1:]
    return {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
