"""Conversations by SMS: one a mobile, held by one message at a time, forgotten with what was said in them."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from core.adapters.line import RedisLine
from core.adapters.sql import SqlLedger
from core.clinic.by_sms.receive import receive_sms
from core.ports import NEW
from core.rules.patient import Gender
from core.rules.sms import ReceivedSms
from core.rules.sms_talk import Question, SmsTalk
from core.rules.sms_words import Wish
from core.rules.token import TokenState
from tests.flows.house import MOBILE, OPDS, open_house


@pytest.fixture
def talk(now: datetime) -> SmsTalk:
    return SmsTalk(
        MOBILE, "hi", Wish.TOKEN, Question.PIN_CODE, now, now, consent="sms:1", consented_at=now,
        name="सुनीता", age=8, guardian_name="राम", gender=Gender.WOMAN,
    )  # fmt: skip


async def test_it_comes_back_as_it_was(ledger: SqlLedger, talk: SmsTalk) -> None:
    async with ledger.write() as books:
        await books.sms_talks.save(talk)
    for changed in (replace(talk, question=Question.OPD, pin_code="302001"), talk):
        async with ledger.write() as books:
            await books.sms_talks.save(changed)
            assert await books.sms_talks.of_mobile(MOBILE) == changed
            assert await books.sms_talks.of_mobile("+919876500000") is None


async def test_dropped_and_found_when_old(ledger: SqlLedger, talk: SmsTalk, now: datetime) -> None:
    async with ledger.write() as books:
        await books.sms_talks.save(talk)
        assert await books.sms_talks.asked_before(now - timedelta(seconds=1)) == []
        assert await books.sms_talks.asked_before(now) == [talk]
        await books.sms_talks.drop(MOBILE)
        assert await books.sms_talks.of_mobile(MOBILE) is None


async def test_two_messages_are_answered_one_after_the_other(ledger: SqlLedger, talk: SmsTalk) -> None:
    async with ledger.write() as books:
        await books.sms_talks.save(replace(talk, age=0))

    async def grow() -> None:
        async with ledger.write() as books:
            held = await books.sms_talks.of_mobile(MOBILE)
            assert held is not None
            assert held.age is not None
            await books.sms_talks.save(replace(held, age=held.age + 1))

    await asyncio.gather(*(grow() for _ in range(8)))
    async with ledger.write() as books:
        grown = await books.sms_talks.of_mobile(MOBILE)
    assert grown is not None
    assert grown.age == 8


async def test_received_messages_are_counted_and_blanked(ledger: SqlLedger, now: datetime) -> None:
    minute = timedelta(minutes=1)
    async with ledger.write() as books:
        for number in range(4):
            await books.outbox.add_received(ReceivedSms(NEW, f"SM{number}", MOBILE, "सुनीता", now + number * minute))
        await books.outbox.add_received(ReceivedSms(NEW, "SM9", "+919876500000", "राम", now + minute))
        assert await books.outbox.received_since(now, MOBILE) == 3
        await books.outbox.blank_received(MOBILE, now + minute, now + 3 * minute)
        texts = {sms.gateway_id: sms.text for sms in await books.outbox.latest_received(10)}
    assert texts == {"SM0": "सुनीता", "SM1": "", "SM2": "", "SM3": "सुनीता", "SM9": "राम"}


async def test_a_registration_whose_messages_all_come_three_times_at_once(
    ledger: SqlLedger, line: RedisLine, redis: Redis, tmp_path: Path
) -> None:
    """As gateways do that lose our answer; and on PostgreSQL transactions do run beside each other."""
    async with open_house(tmp_path, line, ledger, redis.flushall) as house:
        for number, text in enumerate(("टोकन", "हाँ", "सुनीता देवी", "34", "औरत", "302001", "1", "टोकन", "रद्द")):
            copies = [receive_sms(house.clinic, gateway_id=f"SM{number}", mobile=MOBILE, text=text) for _ in range(3)]
            assert sum(received is not None for received in await asyncio.gather(*copies)) == 1
        assert await house.sms_templates() == [
            "ask_consent", "ask_name", "ask_age", "ask_gender", "ask_pin_code", "ask_opd", "token", "token_again",
            "token_cancelled",
        ]  # fmt: skip
        assert len(await house.patients()) == 1
        assert (await house.token()).state is TokenState.CANCELLED


async def test_different_messages_at_once_make_one_token(
    ledger: SqlLedger, line: RedisLine, redis: Redis, tmp_path: Path
) -> None:
    async with open_house(tmp_path, line, ledger, redis.flushall) as house:
        house.with_policy(opds={"general": OPDS["general"]})
        await house.patient()
        sent = [receive_sms(house.clinic, gateway_id=f"SM{number}", mobile=MOBILE, text="टोकन") for number in range(6)]
        await asyncio.gather(*sent)
        assert sorted(await house.sms_templates()) == ["token", *["token_again"] * 5]
        assert len(await house.tokens()) == 1
