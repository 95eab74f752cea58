"""The SMPP gateway against a real short message centre: what arrives there, what comes back, and what breaks."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from aiosmpplib import BindTransceiver, SubmitSm  # type: ignore[import-untyped]
from aiosmpplib import SmppCommandStatus as Status

from core.adapters.sms import SmppAccount, SmppGateway
from core.adapters.sms.smpp.session import LinkLost, Pace, SmppSession, bound_session
from core.adapters.sms.smpp.text import encode
from core.ports import SmsDelayed, SmsRefused
from core.rules.sms import Sms
from tests.adapters.smsc.simulator import Event, Smsc, smsc

PASSWORD = "secret"
SENDER, ENTITY, TEMPLATE = "DURVNI", "1101000000000000001", "1107000000000000001"
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
MOBILE = "+919876543210"
SMS = Sms(7, "token:17", MOBILE, "token", "en", "Duravani: your token is 4821 [A].", TEMPLATE, NOW)
HINDI = replace(
    SMS,
    id=0x1234,
    language="hi",
    text="दूरवाणी: आपका टोकन 4821 है। मरीज़ आईडी 100000009। डॉक्टर के खाली होते ही हम इसी नंबर पर फ़ोन करेंगे।",
)


@dataclass
class Desk:
    """Takes what the gateway brings; as long as `away` counts, it fails like a clinic without its database."""

    receipts: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    messages: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    away: int = 0
    not_yet_known: int = 0

    async def note(self, **receipt: Any) -> bool:
        if self.not_yet_known:
            self.not_yet_known -= 1
            return False
        self.receipts.put_nowait(receipt)
        return True

    async def receive(self, **message: Any) -> None:
        if self.away:
            self.away -= 1
            raise ConnectionError("no database")
        self.messages.put_nowait(message)


@pytest_asyncio.fixture
async def center() -> AsyncIterator[Smsc]:
    async with smsc() as center:
        yield center


@pytest.fixture
def account(center: Smsc) -> SmppAccount:
    return SmppAccount("127.0.0.1", center.port, "duravani", PASSWORD, SENDER, ENTITY)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest_asyncio.fixture
async def gateway(account: SmppAccount, desk: Desk) -> AsyncIterator[SmppGateway]:
    async with SmppGateway(account, desk.note, desk.receive) as gateway:
        await gateway.bound()
        yield gateway


def text_of(parts: list[Event]) -> str:
    """What a phone would show: the SMSC's own reading of each part, put together by the numbers in the headers."""
    numbered = {int(part["udh"][0][-2:], 16): part["text"] for part in parts}
    assert sorted(numbered) == list(range(1, len(parts) + 1))
    return "".join(numbered[number] for number in sorted(numbered))


# Out ------------------------------------------------------------------------------------------------------------------


async def test_english_goes_out_in_the_gsm_alphabet_with_its_dlt_ids(center: Smsc, gateway: SmppGateway) -> None:
    assert await gateway.alive()
    message_id = await gateway.send(SMS)
    assert await center.next("submit") == {
        "event": "submit",
        "message_id": message_id,
        "command_status": 0,
        "text": SMS.text,
        "udh": [],
        "source": [5, 0, SENDER],
        "destination": [1, 1, "919876543210"],
        "esm_class": 0,
        "data_coding": 0,
        "registered_delivery": 1,
        "entity_id": ENTITY,
        "template_id": TEMPLATE,
    }


async def test_long_hindi_arrives_whole_and_every_part_has_its_dlt_ids(center: Smsc, gateway: SmppGateway) -> None:
    message_id = await gateway.send(HINDI)
    parts = [await center.next("submit") for _ in encode(HINDI.text, 0).parts]
    assert len(parts) == 2
    assert text_of(parts) == HINDI.text
    assert {part["udh"][0][:-4] for part in parts} == {"000334"}, "one reference, the message's own"
    assert parts[-1]["message_id"] == message_id
    for part in parts:
        assert (part["esm_class"], part["data_coding"], part["registered_delivery"]) == (0x40, 8, 1)
        assert (part["entity_id"], part["template_id"]) == (ENTITY, TEMPLATE)


async def test_two_hundred_at_once_each_with_its_own_id(center: Smsc, gateway: SmppGateway) -> None:
    messages = [replace(SMS, id=number, text=f"Your token is {number}.") for number in range(200)]
    ids = await asyncio.gather(*map(gateway.send, messages))
    arrived = [await center.next("submit") for _ in messages]
    assert {told["message_id"]: told["text"] for told in arrived} == dict(
        zip(ids, (message.text for message in messages), strict=True)
    )


@pytest.mark.parametrize(("sender", "seen"), [
    ("DURVNI", [5, 0, "DURVNI"]), ("+919876500000", [1, 1, "919876500000"]), ("56161", [0, 0, "56161"]),
])  # fmt: skip
async def test_the_sender(center: Smsc, account: SmppAccount, desk: Desk, sender: str, seen: list[Any]) -> None:
    async with SmppGateway(replace(account, sender=sender, entity_id=""), desk.note, desk.receive) as gateway:
        await gateway.send(replace(SMS, dlt_template_id=""))
    told = await center.next("submit")
    assert told["source"] == seen
    assert told.keys().isdisjoint({"entity_id", "template_id"})
    await center.next("unbound")


@pytest.mark.parametrize(("status", "raised", "why"), [
    (Status.ESME_RINVDSTADR, SmsRefused, "ESME_RINVDSTADR, no such number"),
    (Status.ESME_RINVMSGLEN, SmsRefused, "ESME_RINVMSGLEN, the text is too long"),
    (Status.ESME_RTHROTTLED, SmsDelayed, "ESME_RTHROTTLED"),
    (Status.ESME_RMSGQFUL, SmsDelayed, "ESME_RMSGQFUL"),
    (Status.ESME_RSYSERR, SmsDelayed, "ESME_RSYSERR"),
    (0x40A, SmsDelayed, "status 0x0000040A"),  # an operator's own
])  # fmt: skip
async def test_errors_and_then_the_same_link_goes_on(
    center: Smsc, gateway: SmppGateway, status: int, raised: type[Exception], why: str
) -> None:
    await center.do(status=status, times=1)
    with pytest.raises(raised, match=why):
        await gateway.send(SMS)
    assert await gateway.send(SMS)
    assert [(await center.next("submit"))["command_status"] for _ in range(2)] == [status, 0]


async def test_one_bad_number_among_good_ones(center: Smsc, gateway: SmppGateway) -> None:
    await center.do(number="919876500000", status=Status.ESME_RINVDSTADR)
    bad = replace(SMS, mobile="+919876500000")
    good, refused, other = await asyncio.gather(*map(gateway.send, (SMS, bad, SMS)), return_exceptions=True)
    assert isinstance(refused, SmsRefused)
    assert isinstance(good, str)
    assert isinstance(other, str)


async def test_a_part_that_is_throttled_keeps_the_rest_back(center: Smsc, gateway: SmppGateway) -> None:
    await center.do(status=Status.ESME_RTHROTTLED, times=1)
    with pytest.raises(SmsDelayed):
        await gateway.send(HINDI)
    await center.next("submit")
    await gateway.send(HINDI)
    assert text_of([await center.next("submit") for _ in range(2)]) == HINDI.text


# Back -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "status"), [("DELIVRD", "delivered"), ("EXPIRED", "undelivered")])
async def test_receipts(account: SmppAccount, desk: Desk, state: str, status: str) -> None:
    """This SMSC sends one for each part, at once: it may overtake the storing of the id."""
    async with smsc(state=state) as center:
        desk.not_yet_known = 1
        async with SmppGateway(replace(account, port=center.port), desk.note, desk.receive) as gateway:
            message_id = await gateway.send(SMS)
            error = f"{state}, error 000"
            assert await desk.receipts.get() == {"gateway_id": message_id, "status": status, "error": error}
            assert (await center.next("delivered"))["command_status"] == Status.ESME_ROK


async def test_a_receipt_that_nobody_knows_is_acknowledged_all_the_same(
    center: Smsc, gateway: SmppGateway, desk: Desk
) -> None:
    desk.not_yet_known = 1000
    await center.deliver(b"id:gone stat:DELIVRD err:000", esm_class=4)
    assert (await center.next("delivered"))["command_status"] == Status.ESME_ROK
    assert desk.receipts.empty()


@pytest.mark.parametrize(("text", "data_coding"), [("STATUS", 0), ("स्थिति", 8), ("", 0)])
async def test_somebody_writes(center: Smsc, gateway: SmppGateway, desk: Desk, text: str, data_coding: int) -> None:
    octets = encode(text, 0).parts[0]
    sender = {"source_addr_ton": 1, "source_addr_npi": 1, "source_addr": "919876543210"}
    for _ in range(2):
        await center.deliver(octets, data_coding=data_coding, destination_addr="56161", **sender)
    first, again = await desk.messages.get(), await desk.messages.get()
    assert (first["mobile"], first["text"]) == (again["mobile"], again["text"]) == (MOBILE, text)
    assert first["gateway_id"] != again["gateway_id"], "who writes the same twice has written twice"
    assert (await center.next("delivered"))["command_status"] == Status.ESME_ROK


async def test_what_cannot_be_stored_stays_at_the_smsc(center: Smsc, gateway: SmppGateway, desk: Desk) -> None:
    desk.away = 1
    first, last = encode(HINDI.text, 9).parts
    for part in (first, last, last):
        await center.deliver(part, data_coding=8, esm_class=0x40, source_addr="9876543210")
    statuses = sorted([(await center.next("delivered"))["command_status"] for _ in range(3)])
    assert statuses == [Status.ESME_ROK, Status.ESME_ROK, Status.ESME_RX_T_APPN]
    message = await desk.messages.get()
    assert (message["mobile"], message["text"]) == (MOBILE, HINDI.text)


# What breaks ----------------------------------------------------------------------------------------------------------


async def test_an_smsc_that_dies_unanswered_and_comes_back(
    center: Smsc, gateway: SmppGateway, account: SmppAccount
) -> None:
    await center.do(mute=True)
    waiting = asyncio.gather(*(gateway.send(SMS) for _ in range(20)), return_exceptions=True)
    await center.next("submit")
    await center.kill()
    assert {type(result) for result in await waiting} == {SmsDelayed}, "taken or not, the outbox tries them again"
    assert not await gateway.alive()
    async with smsc(account.port) as successor:
        await gateway.bound()
        message_id = await gateway.send(SMS)
        assert (await successor.next("submit"))["message_id"] == message_id


async def test_a_cut_connection_is_bound_again(center: Smsc, gateway: SmppGateway) -> None:
    for _ in range(2):
        await center.next("bound")
        await center.do(drop=True)
    await center.next("bound")
    assert await gateway.send(SMS)


async def test_nobody_there(center: Smsc, account: SmppAccount, desk: Desk) -> None:
    await center.kill()
    async with SmppGateway(account, desk.note, desk.receive) as gateway:
        with pytest.raises(SmsDelayed, match="not bound"):
            await gateway.send(SMS)
        assert not await gateway.alive()


async def test_a_wrong_password(
    center: Smsc, account: SmppAccount, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = replace(account, password="hush-hsh")
    async with SmppGateway(wrong, desk.note, desk.receive) as gateway:
        for _ in range(3):
            await center.next("refused")
        assert not await gateway.alive()
    assert "bind refused: ESME_RINVPASWD; again in 0.5 s" in caplog.text
    assert "again in 1 s" in caplog.text, "the pauses grow"
    assert "hush" not in caplog.text
    assert "hush" not in repr(wrong)


async def test_nothing_is_left_behind(center: Smsc, account: SmppAccount, desk: Desk) -> None:
    before = asyncio.all_tasks()
    async with SmppGateway(account, desk.note, desk.receive) as gateway:
        await gateway.bound()
        await center.do(mute=True)
        unanswered = asyncio.create_task(gateway.send(SMS))
        await center.next("submit")
    with pytest.raises(SmsDelayed):
        await unanswered
    await center.next("unbound")
    await center.next("closed")
    assert asyncio.all_tasks() == before


async def test_no_smpp_at_the_other_end(desk: Desk, account: SmppAccount, caplog: pytest.LogCaptureFixture) -> None:
    async def web_server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()
        writer.close()
        left.set()

    left = asyncio.Event()
    async with await asyncio.start_server(web_server, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with SmppGateway(replace(account, port=port), desk.note, desk.receive) as gateway:
            await left.wait()
            assert not await gateway.alive()
    assert "it does not speak SMPP" in caplog.text


@pytest.mark.parametrize("wrong", [
    {"password": "nine-char"}, {"system_id": "x" * 16}, {"sender": "x" * 21}, {"password": "पासवर्ड"},
    {"sender": "दूर"}, {"entity_id": "११०१"},
])  # fmt: skip
async def test_an_account_that_smpp_cannot_carry(wrong: dict[str, str], desk: Desk) -> None:
    account = SmppAccount("127.0.0.1", 2775, "duravani", PASSWORD, SENDER)
    with pytest.raises(ValueError, match=r"password|system_id|number|ascii") as error:
        SmppGateway(replace(account, **wrong), desk.note, desk.receive)  # type: ignore[arg-type]
    assert "nine-char" not in str(error.value)


# The link alone -------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def serving(center: Smsc, pace: Pace) -> AsyncIterator[tuple[SmppSession, asyncio.Task[None]]]:
    """A session, and the task that ends with it."""

    async def take(body: bytes) -> Status:
        return Status.ESME_ROK

    bind = BindTransceiver(system_id="duravani", password=PASSWORD)
    async with bound_session("127.0.0.1", center.port, bind, take, pace) as session:
        served = asyncio.create_task(session.serve())
        yield session, served
        served.cancel()
        await asyncio.wait([served])


async def test_a_silent_link_is_asked_and_a_dead_one_noticed(center: Smsc) -> None:
    async with serving(center, Pace(answer=0.5, enquire=0.05)) as (session, served):
        for _ in range(3):
            await center.next("enquired")
        assert not served.done()
        center.stall()
        with pytest.raises(LinkLost):
            await served
        with pytest.raises(LinkLost):
            await session.submit(SubmitSm(short_message="hello"))


async def test_an_answer_that_is_late_is_nobodys(center: Smsc) -> None:
    async with serving(center, Pace(answer=0.2)) as (session, _):
        await center.do(mute=True)
        with pytest.raises(TimeoutError):
            await session.submit(SubmitSm(short_message="hello"))
        await center.do(mute=False)
        late = (await center.next("submit"))["message_id"]
        assert await session.submit(SubmitSm(short_message="hello again")) != late


@pytest.mark.parametrize(("request_", "answer"), [
    ("enquire_link", {"command": "enquire_link_resp", "status": Status.ESME_ROK}),
    ("data_sm", {"command": "generic_nack", "status": Status.ESME_RINVCMDID}),
])  # fmt: skip
async def test_what_the_smsc_asks(center: Smsc, request_: str, answer: dict[str, Any]) -> None:
    async with serving(center, Pace()):
        await center.do(request=request_)
        assert await center.next("answer") == {"event": "answer", **answer}


async def test_an_smsc_that_unbinds_us(center: Smsc, gateway: SmppGateway) -> None:
    await center.next("bound")
    await center.do(request="unbind")
    assert (await center.next("answer"))["command"] == "unbind_resp"
    await center.next("bound")
    assert await gateway.send(SMS)
