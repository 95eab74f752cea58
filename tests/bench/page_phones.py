"""The telephones of doctors' pages without their pages: SIP over the panel's own WebSocket (RFC 7118).

Credentials, relay and switch are the real ones, and so is the voice on the wire; only Chromium, which costs more than
all of these, is not there. Each picks up when it is rung, and plays the tone that a test's microphones play.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import ClientWebSocketResponse, WSMsgType

from tests.bench.secure_media import SecureMedia
from tests.bench.tones import STEP, are_of, tone_packet
from tests.bench.voice import PACKET_SECONDS
from tests.live.sip import Account, Message, Refused
from tests.live.town import DOCTOR_TONE

TONE = STEP * round(DOCTOR_TONE / STEP)
HEARS = 8.0
"""Seconds within which a tone must be heard."""
REGISTERED_SECONDS = 600
ATTEMPTS, PAUSE = 20, 0.3
"""How often a phone tries to register, and the seconds in between, as the page does."""


class PagePhone:
    """One doctor's. `register` it, then `run` it."""

    def __init__(self, socket: ClientWebSocketResponse, account: Account, realm: str) -> None:
        self._socket, self._account, self._realm = socket, account, realm
        self._place = f"{secrets.token_hex(6)}.invalid"
        self._tag = secrets.token_hex(4)
        self._calls: dict[str, SecureMedia] = {}
        self.media: SecureMedia | None = None
        """The voice of the call that was picked up."""

    async def register(self) -> None:
        """Raises `Refused` when the switch does not know the account in time, which it is told meanwhile."""
        uri, me = f"sip:{self._realm}", f"<sip:{self._account.user}@{self._realm}>"
        call_id = secrets.token_hex(8)
        proof: list[tuple[str, str]] = []
        for number in range(1, 2 * ATTEMPTS + 1):
            await self._send(
                f"REGISTER {uri} SIP/2.0",
                ("Via", f"SIP/2.0/WS {self._place};branch=z9hG4bK{secrets.token_hex(8)}"), ("Max-Forwards", "70"),
                ("From", f"{me};tag={self._tag}"), ("To", me), ("Call-ID", call_id), ("CSeq", f"{number} REGISTER"),
                self._contact(), ("Expires", str(REGISTERED_SECONDS)), *proof,
            )  # fmt: skip
            answer = Message.parse((await self._socket.receive_str()).encode())
            if answer.status == 200:
                return
            if proof:
                await asyncio.sleep(PAUSE)
            challenge = answer.header("www-authenticate")
            proof = [("Authorization", self._account.authorize(challenge, "REGISTER", uri))]
        raise Refused(answer.status, answer)

    async def run(self) -> None:
        """Pick up, until the socket is closed."""
        async for frame in self._socket:
            if frame.type is WSMsgType.TEXT and frame.data.strip():
                message = Message.parse(frame.data.encode())
                if not message.status:
                    await self._asked(message)

    def close(self) -> None:
        """No call has a voice any more."""
        for media in self._calls.values():
            media.close()

    async def _asked(self, request: Message) -> None:
        call_id = request.header("call-id")
        if request.method == "INVITE":
            self.media = self._calls[call_id] = self._calls.get(call_id) or SecureMedia()
            await self._reply(request, self.media.answer())
        elif request.method != "ACK":
            await self._reply(request)
            if request.method == "BYE" and (media := self._calls.pop(call_id, None)) is not None:
                media.close()

    async def _reply(self, request: Message, body: str = "") -> None:
        copied = [pair for name in ("via", "from", "call-id", "cseq") for pair in request.every(name)]
        to = request.header("to")
        tagged = to if ";tag=" in to else f"{to};tag={self._tag}"
        typed = [("Content-Type", "application/sdp")] if body else []
        await self._send("SIP/2.0 200 OK", *copied, ("To", tagged), self._contact(), *typed, body=body)

    async def _send(self, start: str, *headers: tuple[str, str], body: str = "") -> None:
        await self._socket.send_str(Message(start, [*headers], body).encode().decode())

    def _contact(self) -> tuple[str, str]:
        return "Contact", f"<sip:{self._account.user}@{self._place};transport=ws>"


class PagePhones:
    """All of them, by the doctor's place. `async with` it: they pick up and talk until the block ends."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, url
        self._phones: dict[int, PagePhone] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._talk())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for phone in self._phones.values():
            phone.close()

    async def add(self, place: int, cookie: str) -> None:
        """This doctor's phone is registered, as the page does it. Raises `Refused`, `aiohttp.ClientError`."""
        headers = {"Cookie": f"duravani={cookie}", "Origin": self._url}
        async with self._session.get(f"{self._url}/doctor", headers=headers) as page:
            found = re.search(r'data-csrf="([^"]+)"', await page.text())
        assert found, "no phone on the page"
        asked = self._session.post(f"{self._url}/phone/credentials", headers=headers, data={"csrf": found[1]})
        async with asked as answer:
            answer.raise_for_status()
            lent = await answer.json()
        socket = await self._session.ws_connect(f"{self._url}{lent['socket']}", headers=headers, protocols=("sip",))
        account = Account(lent["account"], lent["password"])
        phone = self._phones[place] = PagePhone(socket, account, lent["uri"].partition("@")[2])
        await phone.register()
        self._tasks.append(asyncio.create_task(phone.run()))

    async def hear(self, tones: Mapping[int, int]) -> int:
        """How many hear the tone (hertz) that is meant for their place, within some seconds."""
        return sum(await asyncio.gather(*(self._hears(place, hz) for place, hz in tones.items())))

    async def _hears(self, place: int, hz: int) -> bool:
        until = time.monotonic() + HEARS
        while not are_of(list(self._media(place).recent)[-25:], hz):
            if time.monotonic() > until:
                return False
            await asyncio.sleep(PACKET_SECONDS)  # until the next packet: a tone is no event
        return True

    def _media(self, place: int) -> SecureMedia:
        media = self._phones[place].media
        assert media is not None, "never rung"
        return media

    async def _talk(self) -> None:
        """All of them play their tone, a packet each 20 ms."""
        tone, due = tone_packet(TONE), time.monotonic()
        while True:
            for phone in self._phones.values():
                if phone.media is not None:
                    phone.media.say(tone)
            due = max(due + PACKET_SECONDS, time.monotonic())
            await asyncio.sleep(due - time.monotonic())
