"""Tries, one-time codes, sessions and reminders, on both databases: counted one after the other, used once."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta

from core.adapters.sql import SqlLedger
from core.ports import NEW
from core.rules.patient import Patient
from core.rules.patient_access import CODE_TEMPLATE, OneTimeCode, PatientSession
from core.rules.reminder import Kind, Reminder, ReminderWish, Way
from core.rules.sms import Sms, SmsState
from core.rules.tries import HOUR

MOBILE = "+919876543210"


async def test_tries_at_once_are_all_counted_and_a_window_ends(ledger: SqlLedger, now: datetime) -> None:
    async def one_more() -> int:
        async with ledger.write() as books:
            return (await books.tries.count("link:1", now, HOUR)).count

    assert sorted(await asyncio.gather(*(one_more() for _ in range(10)))) == list(range(1, 11))
    async with ledger.write() as books:
        assert (await books.tries.of("link:1", now + HOUR - timedelta(seconds=1), HOUR)).count == 10
        assert (await books.tries.of("link:1", now + HOUR, HOUR)).count == 0
        again = await books.tries.count("link:1", now + HOUR, HOUR)
        assert (again.count, again.began_at) == (1, now + HOUR)
        await books.tries.forget("link:1")
        assert (await books.tries.of("link:1", now + HOUR, HOUR)).count == 0


async def test_old_tries_are_dropped(ledger: SqlLedger, now: datetime) -> None:
    async with ledger.write() as books:
        await books.tries.count("old", now, HOUR)
        await books.tries.count("new", now + HOUR, HOUR)
        await books.tries.drop_begun_before(now + HOUR)
        assert (await books.tries.of("old", now, HOUR)).count == 0
        assert (await books.tries.of("new", now + HOUR, HOUR)).count == 1


async def test_a_code_is_tried_so_often_and_used_once_even_at_once(ledger: SqlLedger, now: datetime) -> None:
    code = OneTimeCode(MOBILE, "salt", "hash", now, now + timedelta(minutes=15))
    async with ledger.write() as books:
        await books.one_time_codes.put(code)

    async def use() -> bool:
        async with ledger.write() as books:
            tried = await books.one_time_codes.try_once(MOBILE, now, 5)
            return tried is not None and await books.one_time_codes.use(tried, now)

    assert sorted(await asyncio.gather(*(use() for _ in range(5)))) == [False] * 4 + [True]
    async with ledger.write() as books:
        await books.one_time_codes.put(replace(code, code_hash="another"))
        tried = [await books.one_time_codes.try_once(MOBILE, now, 5) for _ in range(6)]
        assert [each.tries for each in tried if each] == [1, 2, 3, 4, 5]
        await books.one_time_codes.put(code)
        assert await books.one_time_codes.try_once(MOBILE, code.expires_at, 5) is None
        assert await books.one_time_codes.try_once("+919876543211", now, 5) is None


async def test_sessions_are_found_until_they_are_dropped(ledger: SqlLedger, now: datetime) -> None:
    session = PatientSession("h" * 64, now, now + HOUR, mobile=MOBILE)
    async with ledger.write() as books:
        await books.patient_sessions.add(session)
        await books.patient_sessions.add(replace(session, id_hash="i" * 64, expires_at=now + 2 * HOUR))
        await books.patient_sessions.drop_expired(now + HOUR)
        assert await books.patient_sessions.get(session.id_hash) is None
        assert await books.patient_sessions.get("i" * 64) is not None
        await books.patient_sessions.drop("i" * 64)
        assert await books.patient_sessions.get("i" * 64) is None


async def test_texts_of_old_codes_are_forgotten_and_never_go_out(ledger: SqlLedger, sms: Sms, now: datetime) -> None:
    code = replace(sms, template=CODE_TEMPLATE, next_attempt_at=now)
    async with ledger.write() as books:
        for cause, state, at in (("sent", "sent", now), ("late", "queued", now), ("new", "queued", now + HOUR)):
            await books.outbox.add(replace(code, cause=cause, state=SmsState(state), created_at=at))
        await books.outbox.add(sms)
        await books.outbox.expire_codes(now + HOUR)
        kept = {each.cause: (each.text, each.state) for each in await books.outbox.latest(9)}
    assert kept == {
        "sent": ("", SmsState.SENT), "late": ("", SmsState.FAILED),
        "new": (sms.text, SmsState.QUEUED), sms.cause: (sms.text, SmsState.QUEUED),
    }  # fmt: skip


async def test_a_reminder_is_planned_once_and_done_once(ledger: SqlLedger, patient: Patient, now: datetime) -> None:
    day = date(2026, 3, 5)
    async with ledger.write() as books:
        await books.patients.add(patient)
        planned = Reminder(NEW, "follow_up:1", Kind.FOLLOW_UP, 1, day)
        reminder = await books.reminders.plan(planned)
        assert reminder is not None
        assert await books.reminders.plan(planned) is None
        assert list(await books.reminders.due(day - timedelta(days=1), 9)) == []
        assert list(await books.reminders.due(day, 9)) == [reminder]

    async def do(how: str) -> bool:
        async with ledger.write() as books:
            return await books.reminders.done(reminder, now, how)

    assert sorted(await asyncio.gather(do("sms"), do("call"))) == [False, True]
    async with ledger.write() as books:
        assert list(await books.reminders.due(day, 9)) == []


async def test_the_latest_wish_counts(ledger: SqlLedger, now: datetime) -> None:
    async with ledger.write() as books:
        await books.reminder_wishes.save(ReminderWish(MOBILE, Way.CALL, now, "leg-1"))
        await books.reminder_wishes.save(ReminderWish(MOBILE, Way.NOT, now + HOUR, "sms:2"))
        assert await books.reminder_wishes.of_mobile(MOBILE) == ReminderWish(MOBILE, Way.NOT, now + HOUR, "sms:2")
