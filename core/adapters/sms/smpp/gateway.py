"""Sends and receives SMS by SMPP 3.4, bound as transceiver to an operator's short message centre (SMSC).

India (T11): header, entity id and template id travel with every part. SMPP is not encrypted, the password neither: the
link belongs into the operator's VPN.
"""

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType, TracebackType
from typing import Protocol, Self
from uuid import uuid4

from aiosmpplib import (  # type: ignore[import-untyped]
    NPI,
    TON,
    BindTransceiver,
    OptionalParam,
    PhoneNumber,
    SmppCommandStatus,
    SubmitSm,
)

from core.adapters.sms.smpp.delivery import Delivery, Receipt, parse_delivery
from core.adapters.sms.smpp.parts import ReceivedParts, SentParts
from core.adapters.sms.smpp.session import LinkLost, Rejected, SmppSession, bound_session
from core.adapters.sms.smpp.text import encode
from core.ports import SmsDelayed, SmsRefused
from core.rules.sms import Sms
from core.tasks import forever

BIND_PATIENCE = 2.0
"""Seconds a message waits for the link to be bound again before it is delayed."""
TIMEOUT = 60.0
"""Seconds for all parts of a message, well below the outbox's lease."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
"""Seconds before the first and the later attempts to bind again, doubled each time."""
RECEIPT_PAUSES = (0.1, 0.5, 2.0)
"""Seconds: a receipt may come before the id of its message is stored."""
ENTITY_ID, TEMPLATE_ID = 0x1400, 0x1401
"""Optional parameters of the Indian operators (DLT), octet strings."""
RECEIPT_WANTED, WITH_HEADER = 0b0000_0001, 0b0100_0000
"""registered_delivery and esm_class (SMPP 3.4 sections 5.2.17 and 5.2.12)."""
REFUSED: Mapping[int, str] = MappingProxyType(
    {
        SmppCommandStatus.ESME_RINVMSGLEN: "the text is too long",
        SmppCommandStatus.ESME_RINVDSTADR: "no such number",
        SmppCommandStatus.ESME_RX_P_APPN: "it will never be taken",
        SmppCommandStatus.ESME_RX_R_APPN: "it was rejected",
    }
)
"""Errors that are about this message alone and never mend. All else is about the account, the rate or the SMSC
(throttled, queue full, system error, DLT scrubbing): it is tried again, as it may be mended in time."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SmppAccount:
    """Where the SMSC is, and what it knows us by."""

    host: str
    port: int
    system_id: str
    password: str = field(repr=False)
    sender: str
    """The DLT header (letters), a number in E.164, or a short code."""
    entity_id: str = ""
    """The DLT principal entity id; empty for none."""


class OnReceipt(Protocol):
    """Notes a receipt; `status` is `delivered`, `undelivered` or `sent`. False when no such message is known (yet)."""

    def __call__(self, *, gateway_id: str, status: str, error: str | None) -> Awaitable[bool]: ...


class OnMessage(Protocol):
    """Stores a message that somebody wrote. Called again with it when it raises."""

    def __call__(self, *, gateway_id: str, mobile: str, text: str) -> Awaitable[object]: ...


class SmppGateway:
    """Keeps one session bound while the `async with` block runs. Fulfils `core.ports.SmsGateway`."""

    def __init__(self, account: SmppAccount, on_receipt: OnReceipt, on_message: OnMessage) -> None:
        """Raises `ValueError` for an account that SMPP cannot carry: its fields are ASCII and short (section 5.2)."""
        self._account = account
        self._on_receipt, self._on_message = on_receipt, on_message
        self._source = _source(account.sender)
        self._bind_request().pdu()
        SubmitSm(short_message="-", source=self._source, optional_params=self._dlt("")).pdu()
        self._sent, self._received = SentParts(), ReceivedParts(asyncio.get_running_loop().time)
        self._session: SmppSession | None = None
        self._bound = asyncio.Event()
        self._pause = FIRST_PAUSE
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Does not wait for the SMSC, which may be down for an hour."""
        self._keeper = asyncio.create_task(forever(self._bind_and_serve, "SMPP"))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])

    async def send(self, sms: Sms) -> str:
        """The SMSC's id of the message, of its last part. Raises `SmsRefused` for good, `SmsDelayed` to try again.

        What the SMSC has not answered is delayed: it may have been taken, so a patient may get it twice.
        """
        try:
            async with asyncio.timeout(TIMEOUT):
                session = await self._bound_session()
                ids = [await session.submit(part) for part in self._parts(sms)]
        except Rejected as error:
            why = REFUSED.get(error.status)
            raise SmsRefused(f"SMSC: {error}, {why}") if why else SmsDelayed(f"SMSC: {error}") from error
        except LinkLost as error:
            raise SmsDelayed(f"SMSC: {error}") from error
        except TimeoutError as error:
            raise SmsDelayed("SMSC: no answer") from error
        return self._sent.add(ids)

    async def alive(self) -> bool:
        """Whether we are bound."""
        return self._bound.is_set()

    async def bound(self) -> None:
        """Returns when we are bound."""
        await self._bound.wait()

    async def _bound_session(self) -> SmppSession:
        try:
            async with asyncio.timeout(BIND_PATIENCE):
                await self.bound()
        except TimeoutError as error:
            raise LinkLost("not bound") from error
        assert self._session is not None
        return self._session

    def _parts(self, sms: Sms) -> list[SubmitSm]:
        """One submit_sm for each part. The reference is the message's own, so that a repeated part is the same one."""
        coded = encode(sms.text, sms.id)
        parts = []
        for octets in coded.parts:
            part = SubmitSm(
                short_message=sms.text,
                source=self._source,
                destination=PhoneNumber(sms.mobile.removeprefix("+"), TON.INTERNATIONAL, NPI.ISDN),
                esm_class=WITH_HEADER if coded.joined else 0,
                registered_delivery=RECEIPT_WANTED,
                encoding=coded.encoding,
                optional_params=self._dlt(sms.dlt_template_id),
            )
            part.set_encoded_message(octets)
            parts.append(part)
        return parts

    def _dlt(self, template_id: str) -> list[OptionalParam]:
        ids = {ENTITY_ID: self._account.entity_id, TEMPLATE_ID: template_id}
        return [OptionalParam(tag, value) for tag, value in ids.items() if value]

    def _bind_request(self) -> BindTransceiver:
        return BindTransceiver(system_id=self._account.system_id, password=self._account.password)

    async def _bind_and_serve(self) -> None:
        """One session, from the attempt to bind to its end, and the pause after it."""
        account = self._account
        try:
            async with bound_session(account.host, account.port, self._bind_request(), self._take) as session:
                self._session, self._pause = session, FIRST_PAUSE
                self._bound.set()
                log.info("SMPP: bound to %s:%s", account.host, account.port)
                try:
                    await session.serve()
                finally:
                    self._bound.clear()
        except LinkLost as lost:
            log.warning("SMPP: %s:%s %s; again in %g s", account.host, account.port, lost, self._pause)
        await asyncio.sleep(self._pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    async def _take(self, body: bytes) -> SmppCommandStatus:
        """A deliver_sm: what we cannot keep now the SMSC keeps, and brings again."""
        try:
            delivery = parse_delivery(body)
        except ValueError as error:
            log.warning("SMPP: %s", error)
            return SmppCommandStatus.ESME_RX_P_APPN
        try:
            if (receipt := delivery.receipt()) is not None:
                await self._note(receipt)
            elif delivery.is_message:
                await self._receive(delivery)
        except Exception:  # the database is away, for instance
            log.exception("SMPP: what the SMSC brought is not stored, it keeps it")
            return SmppCommandStatus.ESME_RX_T_APPN
        return SmppCommandStatus.ESME_ROK

    async def _note(self, receipt: Receipt) -> None:
        for pause in (*RECEIPT_PAUSES, None):
            whole = self._sent.whole(receipt)
            if await self._on_receipt(gateway_id=whole.message_id, status=whole.status, error=whole.error):
                return
            if pause is not None:
                await asyncio.sleep(pause)
        log.info("SMPP: a receipt for %s, which nobody knows", receipt.message_id)

    async def _receive(self, delivery: Delivery) -> None:
        octets = self._received.join(delivery)
        if octets is None:
            return
        gateway_id = delivery.own_id or f"smpp-{uuid4().hex}"
        await self._on_message(gateway_id=gateway_id, mobile=delivery.mobile, text=delivery.text(octets))
        self._received.forget(delivery)


def _source(sender: str) -> PhoneNumber:
    if sender.startswith("+"):
        return PhoneNumber(sender.removeprefix("+"), TON.INTERNATIONAL, NPI.ISDN)
    if sender.isdigit():
        return PhoneNumber(sender)
    return PhoneNumber(sender, TON.ALPHANUMERIC)
