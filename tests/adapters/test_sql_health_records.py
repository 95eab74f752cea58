"""Health records in both databases: page by page, and what a doctor has seen stays (T7)."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from core.adapters.sql import SqlLedger
from core.ports import NEW
from core.rules.health_record import HealthRecord, SentAs
from core.rules.patient import Gender, Patient, Relation

PAGES = (b"first page", b"second page")


@pytest.fixture
async def record(ledger: SqlLedger, now: datetime) -> HealthRecord:
    """One of two pages, which nobody has seen."""
    patient = Patient(
        NEW, "123456789", "+919876543210", Relation.SELF, Gender.WOMAN, 40, date(2024, 5, 6), "302001", "RJ", None,
        "hi", now,
    )  # fmt: skip
    async with ledger.write() as books:
        patient = await books.patients.add(patient)
        new = HealthRecord(NEW, patient.id, SentAs.PDF, len(PAGES), "5e1f", now, "mobile:+919876543210")
        return await books.health_records.add(new, PAGES)


async def test_a_record_is_found_with_its_pages(ledger: SqlLedger, record: HealthRecord) -> None:
    async with ledger.read() as books:
        assert await books.health_records.of_patient(record.patient_id) == [record]
        assert await books.health_records.get(record.id) == record
        assert [await books.health_records.page(record.id, number) for number in (1, 2)] == list(PAGES)
        with pytest.raises(LookupError):
            await books.health_records.page(record.id, 3)


async def test_only_the_first_look_counts_and_then_it_stays(
    ledger: SqlLedger, record: HealthRecord, now: datetime
) -> None:
    async with ledger.write() as books:
        assert await books.health_records.look(record.id, 1, now) == PAGES[0]
        assert await books.health_records.look(record.id, 2, now + timedelta(minutes=1)) == PAGES[1]
        assert await books.health_records.get(record.id) == replace(record, seen_at=now)
        assert not await books.health_records.drop(record.id)
        await books.health_records.drop_unseen_before(now + timedelta(days=1))
        assert await books.health_records.page(record.id, 1) == PAGES[0]


async def test_one_that_nobody_has_seen_is_taken_back_once(ledger: SqlLedger, record: HealthRecord) -> None:
    async def drop() -> bool:
        async with ledger.write() as books:
            return await books.health_records.drop(record.id)

    assert sorted(await asyncio.gather(*(drop() for _ in range(3)))) == [False, False, True]
    async with ledger.read() as books:
        assert await books.health_records.of_patient(record.patient_id) == []
        with pytest.raises(LookupError):
            await books.health_records.page(record.id, 1)


async def test_one_that_is_taken_back_at_this_moment_is_not_seen(
    ledger: SqlLedger, record: HealthRecord, now: datetime
) -> None:
    """What a doctor has seen stays (T7): then it is either seen, or gone."""

    async def look() -> bytes:
        async with ledger.write() as books:
            return await books.health_records.look(record.id, 1, now)

    async with ledger.write() as books:
        assert await books.health_records.drop(record.id)
        looking = asyncio.create_task(look())
        for _ in range(20):  # to whoever does not wait this is time enough
            assert await books.health_records.of_patient(record.patient_id) == []
    with pytest.raises(LookupError):
        await looking


async def test_one_that_nobody_has_seen_for_long_is_forgotten(
    ledger: SqlLedger, record: HealthRecord, now: datetime
) -> None:
    async with ledger.write() as books:
        await books.health_records.drop_unseen_before(now)
        assert await books.health_records.of_patient(record.patient_id) == [record]
        await books.health_records.drop_unseen_before(now + timedelta(seconds=1))
        assert await books.health_records.of_patient(record.patient_id) == []
