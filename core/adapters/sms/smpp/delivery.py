"""What the SMSC brings (deliver_sm): a receipt for a message of ours, or a message, perhaps in parts.

Read here and not by the library, whose parser gives up on an empty message, on a receipt whose dates have seconds, and
on a 16-bit reference, and which puts parts of different senders together.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from aiosmpplib import TON  # type: ignore[import-untyped]

from core.adapters.sms.smpp.text import decode
from core.rules.mobile import indian_mobile

RECEIPTED_MESSAGE_ID, MESSAGE_STATE, MESSAGE_PAYLOAD = 0x001E, 0x0427, 0x0424
"""Optional parameters (SMPP 3.4 section 5.3.2)."""
_SAR = (0x020C, 0x020E, 0x020F)
"""Reference, total and number of a part, where there is no header."""
_KIND, _RECEIPT, _HEADER = 0b0011_1100, 0b0000_0100, 0b0100_0000
"""Bits of esm_class (section 5.2.12): message type, SMSC delivery receipt, user data header."""
_8_BIT, _16_BIT = 0x00, 0x08
"""Header elements of a concatenated message (3GPP TS 23.040 section 9.2.3.24)."""
_STATES = {
    1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD", 7: "UNKNOWN", 8: "REJECTD"
}  # fmt: skip
"""Section 5.2.28, by the names that the text of a receipt has for them (appendix B)."""
_STATUS = {"DELIVRD": "delivered"} | dict.fromkeys(("EXPIRED", "DELETED", "UNDELIV", "REJECTD"), "undelivered")
"""In the words of `core.clinic.send_sms.note_receipt`. All else is not the end of it."""
_ON_ITS_WAY = "sent"
_FIELD = re.compile(r"\b(id|stat|err):(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of which long message this is."""

    sender: str
    reference: int
    total: int
    number: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message of ours."""

    message_id: str
    status: str
    """`delivered`, `undelivered`, or `sent` for an intermediate state."""
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A deliver_sm."""

    sender_type: int
    sender: str
    esm_class: int
    data_coding: int
    octets: bytes
    """What was written, with its user data header if it has one."""
    options: dict[int, bytes] = field(default_factory=dict)

    @property
    def is_message(self) -> bool:
        """Written by somebody, and no receipt or acknowledgement of a network."""
        return not self.esm_class & _KIND

    @property
    def mobile(self) -> str:
        """The sender: E.164 for an Indian mobile or an international number, else as it came."""
        abroad = self.sender_type == TON.INTERNATIONAL and not self.sender.startswith("+")
        number = f"+{self.sender}" if abroad else self.sender
        return indian_mobile(number) or number

    @property
    def own_id(self) -> str | None:
        """What the SMSC calls it, if it says so."""
        return _c_string(self.options.get(RECEIPTED_MESSAGE_ID, b"")) or None

    def receipt(self) -> Receipt | None:
        """Its meaning as a receipt: by the optional parameters, else by the text, which every SMSC writes its own way.

        None for what is no receipt, or does not say for which message it is.
        """
        if self.esm_class & _KIND != _RECEIPT:
            return None
        fields = _FIELD.findall(decode(self.octets, self.data_coding))
        told = {key.lower(): value for key, value in reversed(fields)}  # the first counts: our own text comes last
        message_id = self.own_id or told.get("id")
        if message_id is None:
            return None
        state = _STATES.get(int.from_bytes(self.options.get(MESSAGE_STATE, b"")), told.get("stat", "").upper())
        error = f"{state}, error {told['err']}" if "err" in told else state
        return Receipt(message_id, _STATUS.get(state, _ON_ITS_WAY), error)

    def part(self) -> Part | None:
        """Which part of a long message; None when it stands alone."""
        for element, value in self._header():
            if element == _8_BIT and len(value) == 3:
                return Part(self.sender, *value)
            if element == _16_BIT and len(value) == 4:
                return Part(self.sender, *struct.unpack("!HBB", value))
        if self.options.keys() >= set(_SAR):
            return Part(self.sender, *(int.from_bytes(self.options[tag]) for tag in _SAR))
        return None

    def text(self, octets: bytes) -> str:
        """`octets`, the whole message's, as text."""
        return decode(octets, self.data_coding)

    @property
    def body(self) -> bytes:
        """The octets of the text, without header."""
        return self.octets[self.octets[0] + 1 :] if self._has_header else self.octets

    @property
    def _has_header(self) -> bool:
        return bool(self.esm_class & _HEADER and self.octets)

    def _header(self) -> Iterator[tuple[int, bytes]]:
        rest = self.octets[1 : self.octets[0] + 1] if self._has_header else b""
        while len(rest) >= 2:
            end = 2 + rest[1]
            yield rest[0], rest[2:end]
            rest = rest[end:]


def parse_delivery(body: bytes) -> Delivery:
    """Read a deliver_sm's body (SMPP 3.4 section 4.6.1). Raises `ValueError` for what is none."""
    octets = _Octets(body)
    try:
        octets.string()  # service_type
        sender_type, _ = octets.take(2)
        sender = octets.string()
        octets.take(2)
        octets.string()  # the number of ours that it was sent to
        esm_class, *_ = octets.take(3)
        for _unused in ("schedule_delivery_time", "validity_period"):
            octets.string()
        _, _, data_coding, _, length = octets.take(5)
        written = octets.take(length)
        options = dict(octets.options())
    except (IndexError, struct.error) as error:
        raise ValueError("a deliver_sm that is too short") from error
    return Delivery(sender_type, sender, esm_class, data_coding, written or options.get(MESSAGE_PAYLOAD, b""), options)


class _Octets:
    """Reads a PDU's body from left to right. `IndexError` past its end."""

    def __init__(self, octets: bytes) -> None:
        self._rest = octets

    def take(self, count: int) -> bytes:
        if len(self._rest) < count:
            raise IndexError
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken

    def string(self) -> str:
        """Up to the NUL that ends it."""
        taken, end, self._rest = self._rest.partition(b"\0")
        if not end:
            raise IndexError
        return taken.decode("ascii", "replace")

    def options(self) -> Iterator[tuple[int, bytes]]:
        """Tag and value of what is left."""
        while self._rest:
            tag, length = struct.unpack("!HH", self.take(4))
            yield tag, self.take(length)


def _c_string(octets: bytes) -> str:
    return octets.partition(b"\0")[0].decode("ascii", "replace")
