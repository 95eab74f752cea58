"""The SMS of a phone that a page plays: what it got since it was lent, and what it sends us."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.clinic.by_sms.receive import receive_sms
from core.clinic.clinic import Clinic
from core.clinic.try_phones import TryPhone

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Message:
    """One that this phone got, or (`own`) sent."""

    id: str
    own: bool
    text: str
    at: datetime


async def messages_of(clinic: Clinic, phone: TryPhone) -> Sequence[Message]:
    """Newest first; of those that we sent, the ones that have left the outbox."""
    async with clinic.ledger.read() as books:
        sent = await books.lookup.sms_of_mobile(phone.number, MOST_SHOWN)
        received = await books.lookup.received_of_mobile(phone.number, MOST_SHOWN)
    messages = [
        *(Message(f"sms-{sms.id}", False, sms.text, sms.sent_at) for sms in sent if sms.sent_at is not None),
        *(Message(f"own-{sms.id}", True, sms.text, sms.received_at) for sms in received if sms.text),
    ]
    newest = sorted(messages, key=lambda message: message.at, reverse=True)
    return [message for message in newest if message.at >= phone.hears_since][:MOST_SHOWN]


async def write_to_us(clinic: Clinic, phone: TryPhone, text: str) -> None:
    """As if a gateway had brought it."""
    await receive_sms(clinic, gateway_id=f"try-{secrets.token_hex(12)}", mobile=phone.number, text=text)
