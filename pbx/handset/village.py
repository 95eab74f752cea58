"""The trunk's far end: one UDP address behind which subscribers' handsets ring by their numbers.

A stateless SIP proxy (RFC 3261 16.11) of the smallest kind: the switch sends every call for the outside world to the
trunk's one address; each request goes on to the port of the handset whose number stands in its Request-URI, each
response goes back. Only the first transaction passes here: what follows runs directly between switch and handset.
"""

import asyncio
import re
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import unquote

Address = tuple[str, int]

REQUEST = re.compile(r"^(?P<method>[A-Z]+) sips?:(?:(?P<user>[^@;>\s]+)@)?\S+ SIP/2\.0\r\n")
TOP_VIA = re.compile(r"^(?:Via|v)\s*:\s*(?P<value>[^\r\n]+)\r\n", re.IGNORECASE | re.MULTILINE)
ECHOED = re.compile(r"^(?:Via|v|From|f|To|t|Call-ID|i|CSeq)\s*:.*\r\n", re.IGNORECASE | re.MULTILINE)
TO = re.compile(r"^((?:To|t)\s*:.*?)\r\n", re.IGNORECASE | re.MULTILINE)


class Village:
    """The telephone directory of the far end, and its switchboard. Get it by `async with Village.open(…)`."""

    def __init__(self, transport: asyncio.DatagramTransport) -> None:
        self._transport = transport
        self._ports: dict[str, int | None] = {}

    @classmethod
    @asynccontextmanager
    async def open(cls, host: str = "127.0.0.1", port: int = 0) -> "AsyncIterator[Village]":
        """Listen on the trunk's address; port 0 takes a free one. Closed when the block is left."""
        loop = asyncio.get_running_loop()
        transport, switchboard = await loop.create_datagram_endpoint(Switchboard, local_addr=(host, port))
        switchboard.village = village = cls(transport)
        try:
            yield village
        finally:
            transport.close()

    @property
    def port(self) -> int:
        """The UDP port that the switch's trunk must point to."""
        return int(self._transport.get_extra_info("sockname")[1])

    @property
    def host(self) -> str:
        """The address it listens on, which is the handsets', too."""
        return str(self._transport.get_extra_info("sockname")[0])

    def connect(self, number: str, port: int) -> None:
        """Calls for this number ring the handset that listens on this port. `+` and spaces do not matter."""
        self._ports[_plain(number)] = port

    def disconnect(self, number: str) -> None:
        """This subscriber's phone is off: 480 for his callers. (A number never connected is a 404.)"""
        self._ports[_plain(number)] = None

    def route(self, message: str, source: Address) -> tuple[str, Address] | None:
        """What to send where on receiving `message` from `source`; None if nothing."""
        request = REQUEST.match(message)
        if request is None:
            return _response_onward(message)
        if request["method"] == "OPTIONS":
            return _answer(message, "200 OK"), source
        number = _plain(unquote(request["user"] or ""))
        port = self._ports.get(number)
        if port is not None:
            return _request_onward(message, source, (self.host, self.port)), (self.host, port)
        if request["method"] == "ACK":
            return None
        return _answer(message, "480 Temporarily Unavailable" if number in self._ports else "404 Not Found"), source


class Switchboard(asyncio.DatagramProtocol):
    """The village's socket."""

    village: Village

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        """Keep the socket."""
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Pass a message on, byte for byte but for its Via (so Latin-1, which keeps every byte)."""
        routed = self.village.route(data.decode("latin-1"), addr)
        if routed is not None:
            message, target = routed
            self._transport.sendto(message.encode("latin-1"), target)


def _plain(number: str) -> str:
    return number.removeprefix("+").replace(" ", "")


def _request_onward(message: str, source: Address, own: Address) -> str:
    """The request under a Via of ours. Its branch depends on the one below, so that CANCEL and ACK follow INVITE."""
    via = TOP_VIA.search(message)
    if via is None:
        return message
    below = re.sub(r";rport(?!=)", f";rport={source[1]};received={source[0]}", via["value"], count=1)
    branch = f"z9hG4bK{zlib.crc32(via['value'].encode('latin-1')):08x}"
    ours = f"Via: SIP/2.0/UDP {own[0]}:{own[1]};branch={branch}\r\nVia: {below}\r\n"
    return message[: via.start()] + ours + message[via.end() :]


def _response_onward(message: str) -> tuple[str, Address] | None:
    """The response without our Via, and the hop below it, if there is one."""
    ours = TOP_VIA.search(message)
    below = TOP_VIA.search(message, ours.end()) if ours else None
    if ours is None or below is None:
        return None
    return message[: ours.start()] + message[ours.end() :], _sent_from(below["value"])


def _sent_from(via: str) -> Address:
    """Where responses go (RFC 3261 18.2.2, RFC 3581): received and rport if they are there, else sent-by."""
    sent_by = via.split(";")[0].split()[-1]
    host, _, port = sent_by.partition(":")
    parameters = dict(part.partition("=")[::2] for part in via.split(";")[1:])
    return parameters.get("received") or host, int(parameters.get("rport") or port or 5060)


def _answer(request: str, status: str) -> str:
    """A response of our own to a request."""
    headers = "".join(line[0] for line in ECHOED.finditer(request))
    headers = TO.sub(lambda to: to[0] if ";tag=" in to[1] else f"{to[1]};tag=village\r\n", headers, count=1)
    return f"SIP/2.0 {status}\r\n{headers}Content-Length: 0\r\n\r\n"
