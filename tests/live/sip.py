"""A telephone in two hundred lines: SIP over UDP (RFC 3261) with digest, calls both ways, RTP and RFC 4733 digits.

For tests that look at packets, and light enough to be many callers at once. It is no softphone: no retransmission (it
only ever talks to loopback), one audio codec (A-law), no authentication of the other side.
"""

import asyncio
import hashlib
import itertools
import re
import secrets
import struct
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tests.live.audio import telephone, write_wav

SILENCE = b"\xd5" * 160
"""20 ms of A-law silence."""

PACKET_SECONDS = 0.02
_cseq = itertools.count(1)


class Refused(Exception):
    """The other side answered with an error; `status` is the SIP status."""

    def __init__(self, status: int, message: "Message") -> None:
        super().__init__(str(status))
        self.status = status
        self.message = message


@dataclass
class Message:
    """One SIP request or response."""

    start: str
    headers: list[tuple[str, str]]
    body: str = ""
    source: tuple[str, int] | None = None
    """Where it came from, which is where its reply goes (RFC 3581)."""

    @classmethod
    def parse(cls, data: bytes, source: tuple[str, int] | None = None) -> Self:
        head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
        start, *lines = head.split("\r\n")
        return cls(
            start,
            [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)],
            body,
            source,
        )

    def header(self, name: str) -> str:
        """The first header of this (lower-case) name, or an empty string."""
        return next((value for key, value in self.headers if key == name), "")

    def every(self, name: str) -> list[tuple[str, str]]:
        """All headers of this name, to be copied into a reply."""
        return [(key, value) for key, value in self.headers if key == name]

    @property
    def status(self) -> int:
        """Of a response; 0 for a request."""
        return int(self.start.split(" ", 2)[1]) if self.start.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        """The request's method, also on its responses."""
        return self.header("cseq").split()[1]

    def encode(self) -> bytes:
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers), f"Content-Length: {len(self.body)}"]
        return ("\r\n".join(lines) + "\r\n\r\n" + self.body).encode()


@dataclass
class Account:
    """Who the phone says it is; with a password it can answer a challenge."""

    user: str
    password: str = ""

    def authorize(self, challenge: str, method: str, uri: str) -> str:
        """The Authorization header for a challenge (RFC 2617, MD5, qop=auth)."""
        asked = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
        cnonce = secrets.token_hex(4)
        secret = _md5(f"{self.user}:{asked['realm']}:{self.password}")
        response = _md5(f"{secret}:{asked['nonce']}:00000001:{cnonce}:auth:{_md5(f'{method}:{uri}')}")
        return (
            f'Digest username="{self.user}", realm="{asked["realm"]}", nonce="{asked["nonce"]}", uri="{uri}", '
            f'response="{response}", algorithm=MD5, cnonce="{cnonce}", qop=auth, nc=00000001'
            + (f', opaque="{asked["opaque"]}"' if "opaque" in asked else "")
        )


class Voice(asyncio.DatagramProtocol):
    """One RTP stream each way. What is heard is kept as (arrival time, A-law payload)."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, bytes]] = []
        self.sound = b""
        """A-law samples still to be said; silence after that."""
        self._pressing = False
        self._quiet = asyncio.Event()
        self._sounds: list[asyncio.Future[None]] = []
        self._transport: Any = None
        self._sender: asyncio.Task[None] | None = None
        self._sequence, self._stamp, self._source = 1, 0, secrets.randbits(32)

    @property
    def port(self) -> int:
        return int(self._transport.get_extra_info("sockname")[1])

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, _: Any) -> None:
        if len(data) > 12 and data[1] & 0x7F in (0, 8):
            self.heard.append((time.monotonic(), data[12:]))
            if _is_loud(data[12:]):
                for sound in self._sounds:
                    if not sound.done():
                        sound.set_result(None)

    async def hears(self, packets: int = 10) -> None:
        """Returns when so many packets (of 20 ms) that are no silence have arrived from now on."""
        for _ in range(packets):
            sound = asyncio.get_running_loop().create_future()
            self._sounds = [sound]
            await sound

    def save(self, wav: Path) -> Path:
        """Write what was heard as a wav file."""
        samples = _LINEAR[np.frombuffer(b"".join(payload for _, payload in self.heard), dtype=np.uint8)]
        return write_wav(wav, samples.astype(np.float64) / 32768)

    def say(self, wav: Path) -> None:
        """Say this 8 kHz wav from now on."""
        linear = np.round(telephone(wav) * 32768).astype(np.int32)
        self.sound = _nearest(linear).tobytes()

    def talk_to(self, address: tuple[str, int]) -> None:
        """Send 20 ms packets there from now on."""
        self._address = address
        if self._sender is None:
            self._sender = asyncio.create_task(self._send_voice())

    async def said(self) -> None:
        """Returns when all of it was said."""
        self._quiet.clear()
        await self._quiet.wait()

    async def press(self, key: str) -> float:
        """One RFC 4733 event of 100 ms, in which the voice pauses; returns the time its end was sent."""
        event = "0123456789*#".index(key)
        start, self._pressing = self._stamp, True
        for duration in range(160, 960, 160):
            self._send(101, struct.pack("!BBH", event, 10, duration), start, marker=duration == 160)
            await asyncio.sleep(PACKET_SECONDS)
        for _ in range(3):
            self._send(101, struct.pack("!BBH", event, 0x8A, 800), start)
        self._stamp, self._pressing = start + 960, False
        return time.monotonic()

    def flick(self, key: str) -> None:
        """One RFC 4733 event that claims 100 ms, all of it sent at once."""
        event = "0123456789*#".index(key)
        self._send(101, struct.pack("!BBH", event, 10, 160), self._stamp, marker=True)
        for _ in range(3):
            self._send(101, struct.pack("!BBH", event, 0x8A, 800), self._stamp)
        self._stamp += 800

    def close(self) -> None:
        if self._sender is not None:
            self._sender.cancel()
        if self._transport is not None:
            self._transport.close()

    async def _send_voice(self) -> None:
        due = time.monotonic()
        while True:
            if not self._pressing:
                self._send(8, (self.sound[:160] or SILENCE).ljust(160, b"\xd5"), self._stamp)
                self.sound = self.sound[160:]
                self._stamp += 160
                if not self.sound:
                    self._quiet.set()
            due += PACKET_SECONDS
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    def _send(self, kind: int, payload: bytes, stamp: int, marker: bool = False) -> None:
        head = struct.pack(
            "!BBHII", 0x80, kind | (0x80 if marker else 0), self._sequence & 0xFFFF, stamp & 0xFFFFFFFF, self._source
        )
        self._sequence += 1
        if not self._transport.is_closing():  # the call may end in the middle of a key
            self._transport.sendto(head + payload, self._address)


@dataclass
class Dialog:
    """One call, after it was answered or while it rings here. `gone` is set when the other side ends it."""

    phone: "Phone"
    call_id: str
    local: str
    remote: str
    target: str
    voice: Voice
    invite: Message
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    last: Message | None = None
    """What ended it (BYE or CANCEL), with its Reason header."""

    async def bye(self) -> None:
        """Hang up."""
        if not self.gone.is_set():
            self.gone.set()
            await self.phone.request("BYE", self.target, self.call_id, self.local, self.remote)
        self.close()

    async def press(self, keys: str, gap: float = 0.06) -> None:
        """Press keys, one after another, with `gap` seconds in between."""
        for key in keys:
            await self.voice.press(key)
            await asyncio.sleep(gap)

    async def accept(self) -> None:
        """Answer a call that rings here."""
        self.phone.reply(self.invite, 200, "OK", self.local, self.phone.sdp(self.voice))
        self.voice.talk_to(_media(self.invite.body))

    def ring(self) -> None:
        """Say that it rings here."""
        self.phone.reply(self.invite, 180, "Ringing", self.local)

    def refuse(self, status: int) -> None:
        """Do not answer: 486 busy, 603 declined …"""
        self.gone.set()
        self.phone.reply(self.invite, status, "No", self.local)
        self.close()

    def close(self) -> None:
        self.voice.close()
        self.phone.dialogs.pop(self.call_id, None)


class Phone(asyncio.DatagramProtocol):
    """A phone at one address. `async with Phone(...)`; calls that ring here come out of `incoming`."""

    def __init__(self, server: tuple[str, int], account: Account, address: str = "127.0.0.1", port: int = 0) -> None:
        self.server, self.account = server, account
        self.host, self._wanted_port = address, port
        self.incoming: asyncio.Queue[Dialog] = asyncio.Queue()
        self.asked: list[Message] = []
        """Whatever else came: OPTIONS, and what is asked within a call (re-INVITE, UPDATE, INFO)."""
        self.dialogs: dict[str, Dialog] = {}
        self._replies: dict[tuple[str, str], asyncio.Queue[Message]] = {}
        self._arriving: list[asyncio.Future[None]] = []
        self._transport: Any = None

    async def __aenter__(self) -> Self:
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, (self.host, self._wanted_port))
        return self

    async def __aexit__(self, *_: object) -> None:
        for dialog in list(self.dialogs.values()):
            dialog.close()
        self._transport.close()

    @property
    def port(self) -> int:
        return int(self._transport.get_extra_info("sockname")[1])

    # What a test does with it

    async def register(self, expires: int = 300) -> None:
        """Register the account here. Raises Refused."""
        uri = f"sip:{self.server[0]}"
        me = f"<sip:{self.account.user}@{self.server[0]}>"
        await self._ask(
            "REGISTER", uri, secrets.token_hex(8), f"{me};tag={secrets.token_hex(4)}", me, [("Expires", str(expires))]
        )

    async def call(self, number: str, extra: list[tuple[str, str]] | None = None) -> Dialog:
        """Ring a number; the call when it was answered. Raises Refused."""
        voice = await self._voice()
        uri = f"sip:{number}@{self.server[0]}:{self.server[1]}"
        call_id, local = secrets.token_hex(8), f"<sip:{self.account.user}@{self.host}>;tag={secrets.token_hex(4)}"
        try:
            answer = await self._ask("INVITE", uri, call_id, local, f"<{uri}>", extra or [], self.sdp(voice))
        except BaseException:
            voice.close()
            raise
        target = answer.header("contact").strip("<>").split(">")[0]
        dialog = Dialog(self, call_id, local, answer.header("to"), target, voice, answer)
        self.dialogs[call_id] = dialog
        self._send_request("ACK", target, call_id, local, answer.header("to"), [], "", answer.header("cseq").split()[0])
        voice.talk_to(_media(answer.body))
        return dialog

    # How it talks

    async def request(
        self,
        method: str,
        uri: str,
        call_id: str,
        local: str,
        remote: str,
        extra: list[tuple[str, str]] | None = None,
        body: str = "",
    ) -> Message:
        """Send a request and return its final response, whatever it is."""
        number = str(next(_cseq))
        replies = self._replies[(call_id, number)] = asyncio.Queue()
        self._send_request(method, uri, call_id, local, remote, extra or [], body, number)
        try:
            async with asyncio.timeout(30):
                while (reply := await replies.get()).status < 200:
                    continue
        finally:
            del self._replies[(call_id, number)]
        if method == "INVITE" and reply.status >= 300:
            self._send_request("ACK", uri, call_id, local, reply.header("to"), [], "", number, _branch(reply))
        return reply

    async def _ask(
        self, method: str, uri: str, call_id: str, local: str, remote: str, extra: list[tuple[str, str]], body: str = ""
    ) -> Message:
        """Send a request, answer one challenge if there is a password, raise Refused on an error."""
        reply = await self.request(method, uri, call_id, local, remote, extra, body)
        if reply.status == 401 and self.account.password:
            proof = ("Authorization", self.account.authorize(reply.header("www-authenticate"), method, uri))
            reply = await self.request(method, uri, call_id, local, remote, [*extra, proof], body)
        if reply.status >= 300:
            raise Refused(reply.status, reply)
        return reply

    def reply(self, request: Message, status: int, words: str, local: str = "", body: str = "") -> None:
        """Answer a request."""
        headers = [
            *request.every("via"),
            *request.every("record-route"),
            *request.every("from"),
            ("To", local or request.header("to")),
            *request.every("call-id"),
            *request.every("cseq"),
            ("Contact", f"<sip:{self.account.user}@{self.host}:{self.port}>"),
        ]
        if body:
            headers.append(("Content-Type", "application/sdp"))
        self._transport.sendto(
            Message(f"SIP/2.0 {status} {words}", headers, body).encode(), request.source or self.server
        )

    def sdp(self, voice: Voice) -> str:
        """An offer or answer: A-law and telephone events."""
        return (
            f"v=0\r\no=- 1 1 IN IP4 {self.host}\r\ns=-\r\nc=IN IP4 {self.host}\r\nt=0 0\r\n"
            f"m=audio {voice.port} RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
            "a=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n"
        )

    async def _voice(self) -> Voice:
        _, voice = await asyncio.get_running_loop().create_datagram_endpoint(Voice, (self.host, 0))
        return voice

    def _send_request(
        self,
        method: str,
        uri: str,
        call_id: str,
        local: str,
        remote: str,
        extra: list[tuple[str, str]],
        body: str,
        number: str,
        branch: str = "",
    ) -> None:
        headers = [
            ("Via", f"SIP/2.0/UDP {self.host}:{self.port};rport;branch={branch or _new_branch()}"),
            ("Max-Forwards", "70"),
            ("From", local),
            ("To", remote),
            ("Call-ID", call_id),
            ("CSeq", f"{number} {method}"),
            ("Contact", f"<sip:{self.account.user}@{self.host}:{self.port}>"),
            *extra,
        ]
        if body:
            headers.append(("Content-Type", "application/sdp"))
        self._transport.sendto(Message(f"{method} {uri} SIP/2.0", headers, body).encode(), self.server)

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, source: tuple[str, int]) -> None:
        if b"SIP/2.0" not in data:  # a keep-alive, or the voice for somebody who had this port before
            return
        message = Message.parse(data, source)
        key = (message.header("call-id"), message.header("cseq").split()[0])
        if message.status:
            if key in self._replies:
                self._replies[key].put_nowait(message)
        elif message.method == "INVITE" and message.header("call-id") not in self.dialogs:
            self._arriving.append(asyncio.ensure_future(self._ringing(message)))
        elif message.method in ("BYE", "CANCEL"):
            self._ended(message)
        elif message.method != "ACK":
            self.asked.append(message)
            self.reply(message, 200, "OK")

    async def _ringing(self, invite: Message) -> None:
        voice = await self._voice()
        target = re.sub(r"^<|>.*$", "", invite.header("contact"))
        dialog = Dialog(
            self,
            invite.header("call-id"),
            f"{invite.header('to')};tag={secrets.token_hex(4)}",
            invite.header("from"),
            target,
            voice,
            invite,
        )
        self.dialogs[dialog.call_id] = dialog
        self.reply(invite, 100, "Trying")
        self.incoming.put_nowait(dialog)

    def _ended(self, message: Message) -> None:
        self.reply(message, 200, "OK")
        dialog = self.dialogs.get(message.header("call-id"))
        if dialog is None:
            return
        if message.method == "CANCEL":
            self.reply(dialog.invite, 487, "Request Terminated", dialog.local)
        dialog.last = message
        dialog.gone.set()
        dialog.close()


def _media(sdp: str) -> tuple[str, int]:
    address = re.search(r"^c=IN IP4 (\S+)", sdp, re.MULTILINE)
    port = re.search(r"^m=audio (\d+)", sdp, re.MULTILINE)
    if address is None or port is None:
        raise ValueError(f"no media in {sdp!r}")
    return address[1], int(port[1])


def _alaw(code: int) -> int:
    """The 16-bit sample of an A-law byte (ITU-T G.711)."""
    code ^= 0x55
    exponent, mantissa = code >> 4 & 7, code & 15
    magnitude = (mantissa << 4) + 8 if exponent == 0 else (mantissa << 4) + 264 << exponent - 1
    return magnitude if code & 0x80 else -magnitude


_LINEAR = np.array([_alaw(code) for code in range(256)], dtype=np.int32)
_ORDER = np.argsort(_LINEAR)


def _nearest(samples: NDArray[np.int32]) -> NDArray[np.uint8]:
    """The A-law byte at or above each sample: near enough for a test."""
    places = np.searchsorted(_LINEAR[_ORDER], samples).clip(0, 255)
    nearest: NDArray[np.uint8] = _ORDER[places].astype(np.uint8)
    return nearest


def _is_loud(payload: bytes) -> bool:
    return sum(byte not in (0xD5, 0x55) for byte in payload) > len(payload) // 2


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def _branch(message: Message) -> str:
    found = re.search(r"branch=([^;,\s]+)", message.header("via"))
    return found[1] if found else _new_branch()


def _new_branch() -> str:
    return f"z9hG4bK{secrets.token_hex(8)}"
