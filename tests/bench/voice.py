"""The voices of all legs of the load phones, over one RTP socket: each says who it is, and knows whom it hears.

A leg's sound is one packet that no other leg sends; bridges pass A-law on unchanged, so hearing that packet proves
which leg one is bridged with. Legs are told apart by the port that Asterisk has given to each.
"""

import asyncio
import secrets
import struct
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from tests.bench.catalogue import MOST_PACKETS, PACKET, Packet
from tests.bench.wire import Address, Wire

PACKET_SECONDS = 0.02
KEY_SECONDS = 0.1
"""A pressed key; the event says 800 samples, which is as long."""
ALAW, TELEPHONE_EVENT = 8, 101
RTP_PAYLOAD = 12
"""Bytes before it."""
HEAD = struct.Struct("!BBHII")
EVENT = struct.Struct("!BBH")
KEYS = "0123456789*#"
COARSE = bytes(code & 0xF0 | 5 for code in range(256))
"""Keeps sign and segment of an A-law byte: a mixer that has recoded a sample may have moved it by one step."""
MARK, NAME_BYTES = b"duravani".translate(COARSE), 12
"""A leg's packet: this and a random name, again and again."""
KEEPALIVE_SECONDS = 15.0
"""Asterisk ends a leg that is silent for a minute (rtp_timeout)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A prompt, or another leg's voice (its identity in hex), and when its first packet came (ns since 1970)."""

    what: str
    at: int
    is_voice: bool


class Voice:
    """What one leg says and hears."""

    def __init__(self, voices: "Voices") -> None:
        self._voices = voices
        name = MARK + secrets.token_bytes(NAME_BYTES).translate(COARSE)
        self.identity = name.hex()
        self._payload = name * (PACKET // len(name))
        self._to: Address | None = None
        self._sequence, self._stamp, self._source = 0, 0, secrets.randbits(32)
        self._arrivals: deque[int] = deque(maxlen=MOST_PACKETS)
        self.received = 0
        """Packets of sound, since the beginning."""
        self.recent: deque[bytes] = deque(maxlen=MOST_PACKETS)
        """The sound in the last of them."""
        self._latest = ""
        self._heard: asyncio.Queue[Heard] = asyncio.Queue()

    def connect(self, to: Address) -> None:
        """Asterisk's port for this leg is known."""
        self._to = to
        self._voices.by_port[to[1]] = self

    def speak(self) -> None:
        """Say who we are, every 20 ms from now on."""
        self._voices.speaking.add(self)

    def sing(self, packet: bytes) -> None:
        """Say this instead (20 ms of A-law), from now on."""
        self._payload = packet
        self.speak()

    def hush(self) -> None:
        """Say nothing any more."""
        self._voices.speaking.discard(self)

    def close(self) -> None:
        """The leg is gone."""
        self.hush()
        if self._to is not None and self._voices.by_port.get(self._to[1]) is self:
            del self._voices.by_port[self._to[1]]

    async def hears(self, *prompts: str) -> Heard:
        """The next of these prompts that begins; whatever else is heard is passed over."""
        while (heard := await self._heard.get()).what not in prompts:
            pass
        return heard

    async def meets(self) -> Heard:
        """The next leg whose voice is heard."""
        while not (heard := await self._heard.get()).is_voice:
            pass
        return heard

    async def press(self, key: str) -> int:
        """Press a key for 100 ms (RFC 4733); when its end was sent, ns since 1970."""
        start = self._stamp
        self._send(TELEPHONE_EVENT, EVENT.pack(KEYS.index(key), 10, PACKET), start, marker=True)
        await asyncio.sleep(KEY_SECONDS)
        for _ in range(3):  # RFC 4733 2.5.1.4: the end is repeated
            sent = self._send(TELEPHONE_EVENT, EVENT.pack(KEYS.index(key), 0x8A, 5 * PACKET), start)
        self._stamp = start + 6 * PACKET
        return sent

    def say_packet(self) -> None:
        """One packet of our voice."""
        self._send(ALAW, self._payload, self._stamp)
        self._stamp += PACKET

    def receive(self, data: bytes, at: int) -> None:
        """One RTP packet has come."""
        if data[1] & 0x7F != ALAW:
            return
        self._arrivals.append(at)
        payload = data[RTP_PAYLOAD:]
        self.received += 1
        self.recent.append(payload)
        packet = self._voices.catalogue.get(payload)
        if packet is not None:
            self._begins(packet.prompt, self._arrivals[max(0, len(self._arrivals) - 1 - packet.index)], False)
        elif (name := payload[: len(MARK) + NAME_BYTES].translate(COARSE)).startswith(MARK):
            self._begins(name.hex(), at, True)

    def _begins(self, what: str, at: int, is_voice: bool) -> None:
        if what != self._latest:
            self._latest = what
            self._heard.put_nowait(Heard(what, at, is_voice))

    def _send(self, kind: int, payload: bytes, stamp: int, *, marker: bool = False) -> int:
        if self._to is None:
            return time.time_ns()
        self._sequence += 1
        head = HEAD.pack(0x80, kind | marker << 7, self._sequence & 0xFFFF, stamp & 0xFFFFFFFF, self._source)
        return self._voices.wire.send(head + payload, self._to)


class Voices:
    """The RTP socket, and the clock by which all voices speak. `run` it."""

    def __init__(self, catalogue: Mapping[bytes, Packet]) -> None:
        self.catalogue = catalogue
        self.wire = Wire(self._receive)
        self.by_port: dict[int, Voice] = {}
        self.speaking: set[Voice] = set()

    def only_voices(self) -> None:
        """From now on the kernel drops whatever is no leg's voice: music for hundreds is not ours to listen to."""
        self.wire.keep_only(RTP_PAYLOAD, MARK[:4], b"\xf0" * 4)

    def close(self) -> None:
        """Deaf and dumb from now on."""
        self.wire.close()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._speak())
            group.create_task(self._keep_alive())

    async def _speak(self) -> None:
        due = time.monotonic()
        while True:
            for voice in list(self.speaking):
                voice.say_packet()
            due = max(due + PACKET_SECONDS, time.monotonic())
            await asyncio.sleep(due - time.monotonic())

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(KEEPALIVE_SECONDS)
            for voice in list(self.by_port.values()):
                voice.say_packet()
                await asyncio.sleep(0)

    def _receive(self, data: bytes, sender: Address, at: int) -> None:
        voice = self.by_port.get(sender[1])
        if voice is not None:
            voice.receive(data, at)
