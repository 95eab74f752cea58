"""The outbox: one message a cause, due ones are leased to one sender, nothing that was claimed is ever forgotten."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.adapters.sql import SqlLedger
from core.ports import NEW
from core.rules.sms import ReceivedSms, Sms, SmsState

LEASE = timedelta(minutes=1)


async def _claim(ledger: SqlLedger, now: datetime, limit: int = 10) -> Sequence[Sms]:
    async with ledger.write() as books:
        return await books.outbox.claim_due(now, limit, LEASE)


async def _queue(ledger: SqlLedger, sms: Sms, count: int) -> None:
    async with ledger.write() as books:
        for number in range(count):
            await books.outbox.add(replace(sms, cause=f"token:{number}"))


async def test_one_message_a_cause(ledger: SqlLedger, sms: Sms) -> None:
    async with ledger.write() as books:
        stored = await books.outbox.add(sms)
        assert stored is not None
        assert await books.outbox.add(replace(sms, text="something else")) is None
    async with ledger.read() as books:
        assert await books.outbox.latest(10) == [stored]


async def test_a_claimed_message_is_leased_and_comes_back_when_the_lease_is_over(
    ledger: SqlLedger, sms: Sms, now: datetime
) -> None:
    await _queue(ledger, sms, 1)
    (first,) = await _claim(ledger, now)
    assert (first.state, first.attempts, first.next_attempt_at) == (SmsState.SENDING, 1, now + LEASE)
    assert await _claim(ledger, now + LEASE / 2) == []
    (second,) = await _claim(ledger, now + LEASE)
    assert (second.id, second.attempts) == (first.id, 2)


async def test_only_what_is_due_and_unfinished_is_claimed(ledger: SqlLedger, sms: Sms, now: datetime) -> None:
    await _queue(ledger, sms, 5)
    async with ledger.write() as books:
        await books.outbox.mark(1, state=SmsState.SENT, gateway_id="SM1")
        await books.outbox.mark(2, state=SmsState.FAILED, error="no such number")
        await books.outbox.mark(3, state=SmsState.QUEUED, next_attempt_at=now + timedelta(seconds=1))
    assert [one.id for one in await _claim(ledger, now, limit=1)] == [4]
    assert [one.id for one in await _claim(ledger, now)] == [5]
    assert [one.id for one in await _claim(ledger, now + timedelta(seconds=1))] == [3]


async def test_two_senders_never_claim_the_same(ledger: SqlLedger, sms: Sms, now: datetime) -> None:
    await _queue(ledger, sms, 30)
    claimed = await asyncio.gather(*(_claim(ledger, now, limit=4) for _ in range(10)))
    ids = [one.id for batch in claimed for one in batch]
    rest = [one.id for one in await _claim(ledger, now, limit=30)]
    assert sorted(ids + rest) == list(range(1, 31))


async def test_a_receipt_finds_its_message(ledger: SqlLedger, sms: Sms, now: datetime) -> None:
    await _queue(ledger, sms, 2)
    async with ledger.write() as books:
        await books.outbox.mark(2, state=SmsState.SENT, gateway_id="SM2", sent_at=now)
        found = await books.outbox.by_gateway_id("SM2")
        assert found is not None
        assert (found.id, found.sent_at) == (2, now)
        assert await books.outbox.by_gateway_id("SM3") is None
        assert [one.id for one in await books.outbox.latest(1)] == [2]


async def test_a_message_that_came_in_twice_is_kept_once(ledger: SqlLedger, now: datetime) -> None:
    came = ReceivedSms(NEW, "SM9", "+919876543210", "STOP", now)
    async with ledger.write() as books:
        stored = await books.outbox.add_received(came)
        assert stored is not None
        assert await books.outbox.add_received(replace(came, text="STOP again")) is None
        assert await books.outbox.latest_received(5) == [stored]
