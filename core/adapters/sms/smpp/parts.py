"""Long messages, part by part: which receipts make one whole, and which parts make one message.

Both live in memory, bounded. What a restart forgets: the last part's receipt then counts for its whole message, as its
id is the one that is stored; and somebody whose message was half here writes again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from core.adapters.sms.smpp.delivery import Delivery, Part, Receipt

MOST = 10_000
"""Long messages of ours that are remembered until their receipts are here, and of others until they are complete."""
PATIENCE = 3600.0
"""Seconds after which a part that has waited for the others is given up."""


@dataclass(slots=True)
class _Sent:
    message_id: str
    undelivered: set[str]


class SentParts:
    """Receipts of parts, read as receipts of the whole."""

    def __init__(self) -> None:
        self._sent: dict[str, _Sent] = {}

    def add(self, ids: Sequence[str]) -> str:
        """Remember that these parts are one message; its id, which is the last part's."""
        if len(ids) > 1:
            whole = _Sent(ids[-1], set(ids))
            self._sent |= dict.fromkeys(ids, whole)
            while len(self._sent) > MOST:
                del self._sent[next(iter(self._sent))]
        return ids[-1]

    def whole(self, receipt: Receipt) -> Receipt:
        """Delivered when every part is; undelivered as soon as one is not. Asking twice changes nothing."""
        sent = self._sent.get(receipt.message_id)
        if sent is None:
            return receipt
        if receipt.status == "delivered":
            sent.undelivered.discard(receipt.message_id)
        status = "sent" if receipt.status == "delivered" and sent.undelivered else receipt.status
        return replace(receipt, message_id=sent.message_id, status=status)


@dataclass(slots=True)
class _Received:
    until: float
    parts: dict[int, bytes] = field(default_factory=dict)


class ReceivedParts:
    """Puts the parts of long messages together; `now` is a clock in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._received: dict[tuple[str, int, int], _Received] = {}

    def join(self, delivery: Delivery) -> bytes | None:
        """The octets of the whole message; None while parts are missing."""
        part = delivery.part()
        if part is None or not 1 <= part.number <= part.total:
            return delivery.body
        self._tidy()
        received = self._received.setdefault(_key(part), _Received(self._now() + PATIENCE))
        received.parts[part.number] = delivery.body
        if len(received.parts) < part.total:
            return None
        return b"".join(received.parts[number] for number in sorted(received.parts))

    def forget(self, delivery: Delivery) -> None:
        """It is stored: a failure before that leaves the parts here, for the SMSC brings only the last one again."""
        part = delivery.part()
        if part is not None:
            self._received.pop(_key(part), None)

    def _tidy(self) -> None:
        now = self._now()
        for key in [key for key, received in self._received.items() if received.until < now]:
            del self._received[key]
        while len(self._received) >= MOST:
            del self._received[next(iter(self._received))]


def _key(part: Part) -> tuple[str, int, int]:
    return part.sender, part.reference, part.total
