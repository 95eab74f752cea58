"""Callers and phones by the thousand on one SIP socket: RFC 3261 as far as a call on loopback needs it.

Lighter than tests/live/sip.py: all legs share one SIP and one RTP socket, and whatever is measured carries the kernel's
time. Nothing is sent twice: a packet that is lost is a call that fails, and counts as such.
"""

import asyncio
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.bench.catalogue import Packet
from tests.bench.voice import Voice, Voices
from tests.bench.wire import HOST, Address, Wire
from tests.live.sip import Account, Message, Refused

ANSWER_SECONDS = 20.0
"""For a final response."""
REGISTERED_SECONDS = 600
_MEDIA_PORT = re.compile(r"^m=audio (\d+)", re.MULTILINE)
_USER = re.compile(r"sips?:([^@>;]+)@")


@dataclass(slots=True, eq=False)
class Leg:
    """One call, either way. Times are ns since 1970."""

    phones: "Phones"
    call_id: str
    ours: str
    """From or To, with our tag."""
    theirs: str
    target: str
    """Where requests within the call go (the other side's Contact)."""
    invite: Message
    """The INVITE that rings here, or the answer to ours."""
    at: int
    """When the INVITE was sent, or received."""
    voice: Voice
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    """Hung up by either side."""

    def answer(self) -> None:
        """Pick up a leg that rings here."""
        self.phones.reply(self.invite, 200, "OK", self.ours, self.phones.sdp())
        self.voice.connect(_media(self.invite))

    def hang_up(self) -> int:
        """Send a BYE; when it was sent, or 0 when the other side was first."""
        if self.gone.is_set():
            return 0
        self.end()
        return self.phones.send("BYE", self.target, self.call_id, self.ours, self.theirs, 2)

    def end(self) -> None:
        """It is over: forget it."""
        self.gone.set()
        self.voice.close()
        self.phones.legs.pop(self.call_id, None)


class Phones:
    """All phones of one SIP server. What rings goes to `on_ring`, by the account that is rung; else it is busy."""

    def __init__(self, server: Address, catalogue: Mapping[bytes, Packet]) -> None:
        self.server = server
        self.voices = Voices(catalogue)
        self.legs: dict[str, Leg] = {}
        self.on_ring: dict[str, Callable[[Leg], object]] = {}
        self._wire = Wire(self._receive)
        self._answers: dict[tuple[str, str], asyncio.Future[Message]] = {}

    @property
    def port(self) -> int:
        """Where all of them are."""
        return self._wire.port

    def close(self) -> None:
        """Switch all of them off."""
        self._wire.close()
        self.voices.close()

    async def register(self, account: Account) -> None:
        """Register this account here. Raises Refused."""
        uri, me = f"sip:{self.server[0]}", f"<sip:{account.user}@{self.server[0]}>"
        call_id, ours = secrets.token_hex(8), f"{me};tag={secrets.token_hex(4)}"
        extra = [("Expires", str(REGISTERED_SECONDS))]
        _, answer = await self.ask("REGISTER", uri, call_id, ours, me, 1, extra)
        if answer.status == 401:
            proof = account.authorize(answer.header("www-authenticate"), "REGISTER", uri)
            _, answer = await self.ask("REGISTER", uri, call_id, ours, me, 2, [*extra, ("Authorization", proof)])
        if answer.status != 200:
            raise Refused(answer.status, answer)

    async def call(self, caller: str, number: str) -> Leg:
        """Ring a number; the leg when it was answered. Raises Refused, TimeoutError."""
        uri = f"sip:{number}@{self.server[0]}:{self.server[1]}"
        call_id, ours = secrets.token_hex(8), f"<sip:{caller}@{HOST}>;tag={secrets.token_hex(4)}"
        sent, answer = await self.ask("INVITE", uri, call_id, ours, f"<{uri}>", 1, body=self.sdp())
        if answer.status != 200:
            raise Refused(answer.status, answer)
        target = _uri(answer)
        leg = Leg(self, call_id, ours, answer.header("to"), target, answer, sent, Voice(self.voices))
        self.legs[call_id] = leg
        leg.voice.connect(_media(answer))
        return leg

    async def ask(
        self,
        method: str,
        uri: str,
        call_id: str,
        ours: str,
        theirs: str,
        number: int,
        extra: Sequence[tuple[str, str]] = (),
        body: str = "",
    ) -> tuple[int, Message]:
        """Send a request and await its final response, whatever it is; when it was sent. Raises TimeoutError."""
        answer = self._answers[call_id, f"{number} {method}"] = asyncio.get_running_loop().create_future()
        try:
            sent = self.send(method, uri, call_id, ours, theirs, number, extra, body)
            async with asyncio.timeout(ANSWER_SECONDS):
                return sent, await answer
        finally:
            del self._answers[call_id, f"{number} {method}"]

    def reply(self, request: Message, status: int, words: str, to: str = "", body: str = "") -> None:
        """Answer a request."""
        copied = [*request.every("via"), *request.every("from"), *request.every("call-id"), *request.every("cseq")]
        headers = [*copied, ("To", to or request.header("to")), self._contact(_user(request.start))]
        self._wire.send(_encode(f"SIP/2.0 {status} {words}", headers, body), self.server)

    def sdp(self) -> str:
        """An offer or answer: A-law and telephone events, at the port that all legs share."""
        return (
            f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
            f"m=audio {self.voices.wire.port} RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n"
        )

    def send(
        self,
        method: str,
        uri: str,
        call_id: str,
        ours: str,
        theirs: str,
        number: int,
        extra: Sequence[tuple[str, str]] = (),
        body: str = "",
    ) -> int:
        """Send a request; when it was sent, ns since 1970."""
        via = f"SIP/2.0/UDP {HOST}:{self._wire.port};rport;branch=z9hG4bK{secrets.token_hex(8)}"
        headers = [
            ("Via", via), ("Max-Forwards", "70"), ("From", ours), ("To", theirs), ("Call-ID", call_id),
            ("CSeq", f"{number} {method}"), self._contact(_user(ours)), *extra,
        ]  # fmt: skip
        return self._wire.send(_encode(f"{method} {uri} SIP/2.0", headers, body), self.server)

    def _contact(self, user: str) -> tuple[str, str]:
        return "Contact", f"<sip:{user}@{HOST}:{self._wire.port}>"

    def _receive(self, data: bytes, _: Address, at: int) -> None:
        if not data.strip():
            return
        message = Message.parse(data)
        if message.status:
            self._answered(message)
        elif message.method == "INVITE":
            self._rung(message, at)
        elif message.method in ("BYE", "CANCEL"):
            self._ended(message)
        elif message.method != "ACK":
            self.reply(message, 200, "OK")

    def _answered(self, message: Message) -> None:
        call_id, cseq = message.header("call-id"), message.header("cseq")
        if message.status < 200:
            return
        if cseq.endswith("INVITE"):
            target = _uri(message) if message.status == 200 else f"sip:{self.server[0]}:{self.server[1]}"
            self.send("ACK", target, call_id, message.header("from"), message.header("to"), int(cseq.split()[0]))
        future = self._answers.get((call_id, cseq))
        if future is not None and not future.done():
            future.set_result(message)

    def _rung(self, invite: Message, at: int) -> None:
        call_id, ring = invite.header("call-id"), self.on_ring.get(_user(invite.start))
        if (known := self.legs.get(call_id)) is not None:
            # Asked within the call (14.2; whoever does not answer is hung up on after half a minute), or sent again.
            if invite.header("to") != known.invite.header("to"):
                self.reply(invite, 200, "OK", body=self.sdp())
            return
        if ring is None:
            self.reply(invite, 486, "Busy Here", f"{invite.header('to')};tag={secrets.token_hex(4)}")
            return
        ours = f"{invite.header('to')};tag={secrets.token_hex(4)}"
        leg = Leg(self, call_id, ours, invite.header("from"), _uri(invite), invite, at, Voice(self.voices))
        self.legs[call_id] = leg
        ring(leg)

    def _ended(self, message: Message) -> None:
        self.reply(message, 200, "OK")
        leg = self.legs.get(message.header("call-id"))
        if leg is None:
            return
        if message.method == "CANCEL":
            self.reply(leg.invite, 487, "Request Terminated", leg.ours)
        leg.end()


def _encode(start: str, headers: Sequence[tuple[str, str]], body: str) -> bytes:
    typed = [("Content-Type", "application/sdp")] if body else []
    return Message(start, [*headers, *typed], body).encode()


def _uri(message: Message) -> str:
    """Of its Contact."""
    return re.sub(r"^.*<|>.*$", "", message.header("contact"))


def _user(text: str) -> str:
    found = _USER.search(text)
    return found[1] if found else ""


def _media(message: Message) -> Address:
    """Where the other side wants our voice."""
    found = _MEDIA_PORT.search(message.body)
    if found is None:
        raise ValueError(f"no media in {message.body!r}")
    return HOST, int(found[1])
