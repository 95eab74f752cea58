"""The outbox, SMPP and back, as the house wires them: real database, real line, real short message centre."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiosmpplib import SmppCommandStatus as Status  # type: ignore[import-untyped]

from config.settings import BadSettings, Settings, load_settings
from core.adapters.sms import SmppGateway
from core.clinic.clinic import Clinic
from core.clinic.send_sms import TOPIC, queue_sms, send_due_sms
from core.rules.sms import Sms, SmsState
from house.wiring import open_clinic, open_gateway
from tests.adapters.smsc.simulator import Smsc, smsc

MOBILE = "+919876543210"
PARTS = 3
"""Of the token's SMS in Hindi."""


@dataclass
class House:
    center: Smsc
    clinic: Clinic
    gateway: SmppGateway

    async def queue(self) -> None:
        async with self.clinic.ledger.write() as books:
            await queue_sms(books, self.clinic, "token:17", MOBILE, "token", "hi", token="4821", patient="100000009")

    async def send(self) -> Sms:
        assert await send_due_sms(self.clinic, self.gateway) == 1
        return await self.stored()

    async def stored(self) -> Sms:
        async with self.clinic.ledger.read() as books:
            (sms,) = await books.outbox.latest(10)
        return sms

    async def due_again(self, sms: Sms) -> None:
        """As if the pause were over."""
        assert sms.next_attempt_at is not None
        async with self.clinic.ledger.write() as books:
            await books.outbox.mark(sms.id, next_attempt_at=self.clinic.clock.now())


async def told(events: AsyncIterator[tuple[str, Mapping[str, Any]]], kind: str) -> None:
    """Returns when this was published."""
    async for _, event in events:
        if event["kind"] == kind:
            return


def settings(home: Path, port: int, **more: str) -> Settings:
    account = {"smpp_system_id": "duravani", "smpp_password": "secret", "smpp_sender": "DURVNI"} | more
    return load_settings(home=home, smpp_host="127.0.0.1", smpp_port=port, **account)


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with smsc() as center:
        given = settings(tmp_path, center.port)
        async with open_clinic(given) as clinic, open_gateway(given, clinic) as gateway:
            assert isinstance(gateway, SmppGateway)
            await gateway.bound()
            yield House(center, clinic, gateway)


async def test_throttled_then_sent_then_delivered(house: House) -> None:
    await house.queue()
    await house.center.do(status=Status.ESME_RTHROTTLED, times=1)
    delayed = await house.send()
    assert (delayed.state, delayed.error) == (SmsState.QUEUED, "SMSC: ESME_RTHROTTLED")
    await house.due_again(delayed)
    sent = await house.send()
    assert (sent.state, sent.attempts) == (SmsState.SENT, 2)
    parts = [await house.center.next("submit") for _ in range(1 + PARTS)][1:]
    assert sent.gateway_id == parts[-1]["message_id"]
    async with house.clinic.line.listen(TOPIC) as events:
        for part in parts:
            assert (await house.stored()).state is SmsState.SENT
            await house.center.deliver(f"id:{part['message_id']} stat:DELIVRD err:000".encode(), esm_class=4)
            await told(events, "receipt")
    assert (await house.stored()).state is SmsState.DELIVERED


async def test_a_message_that_dies_with_the_smsc_is_sent_again(house: House) -> None:
    await house.queue()
    await house.center.do(mute=True)
    sending = asyncio.create_task(house.send())
    await house.center.next("submit")
    await house.center.kill()
    delayed = await sending
    assert delayed.state is SmsState.QUEUED
    async with smsc(house.center.port) as successor:
        await house.due_again(delayed)
        await house.gateway.bound()
        sent = await house.send()
        parts = [await successor.next("submit") for _ in range(PARTS)]
    assert (sent.state, sent.gateway_id) == (SmsState.SENT, parts[-1]["message_id"])


async def test_a_refused_number_is_given_up(house: House) -> None:
    await house.queue()
    await house.center.do(number=MOBILE.removeprefix("+"), status=Status.ESME_RINVDSTADR)
    sms = await house.send()
    assert (sms.state, sms.next_attempt_at) == (SmsState.FAILED, None)
    assert sms.error == "SMSC: ESME_RINVDSTADR, no such number"


async def test_who_writes_is_stored(house: House) -> None:
    async with house.clinic.line.listen(TOPIC) as events:
        await house.center.deliver("स्थिति".encode("utf-16-be"), data_coding=8, source_addr="919876543210")
        await told(events, "received")
    async with house.clinic.ledger.read() as books:
        (received,) = await books.outbox.latest_received(10)
    assert (received.mobile, received.text) == (MOBILE, "स्थिति")


async def test_a_password_that_smpp_cannot_carry(tmp_path: Path) -> None:
    given = settings(tmp_path, 2775, smpp_password="nine-char")
    async with open_clinic(given) as clinic:
        with pytest.raises(BadSettings, match="DURAVANI_SMPP_") as error:
            async with open_gateway(given, clinic):
                pass
    assert "nine-char" not in str(error.value)
