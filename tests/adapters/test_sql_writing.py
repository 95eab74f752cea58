"""Drafts, sets and a doctor's own day, on both databases: everybody has only their own."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.adapters.sql import SqlLedger
from core.ports import NEW, Duplicate
from core.rules.consultation import Consultation, Outcome
from core.rules.own_day import OwnQueue
from core.rules.patient import Patient
from core.rules.prescription import Medicine
from core.rules.staff import Doctor
from core.rules.token import Token
from core.rules.writing import Draft, MedicineSet

FEVER = (Medicine("paracetamol", "tablet", "500 mg", "1-1-1", 3),)


@pytest.fixture
async def case(
    ledger: SqlLedger, patient: Patient, doctor: Doctor, token: Token, consultation: Consultation
) -> Consultation:
    """Stored with everybody it concerns, and a second doctor."""
    async with ledger.write() as books:
        await books.patients.add(patient)
        await books.staff.add_doctor(doctor)
        await books.staff.add_doctor(replace(doctor, login="vikram", account="doctor-vikram"))
        await books.tokens.add(token)
        return await books.consultations.add(replace(consultation, talked_at=consultation.claimed_at))


async def test_a_draft_is_its_doctors_and_gone_with_the_case(
    ledger: SqlLedger, case: Consultation, now: datetime
) -> None:
    draft = Draft(case.id, 1, "fever", now)
    async with ledger.write() as books:
        assert await books.drafts.save(draft)
        assert await books.drafts.save(replace(draft, content="fever, cough"))
        assert not await books.drafts.save(replace(draft, doctor_id=2, content="mine"))
        assert not await books.drafts.save(replace(draft, consultation_id=99))
    async with ledger.write() as books:
        found = await books.drafts.of(case.id, 1)
        assert found is not None
        assert found.content == "fever, cough"
        assert await books.drafts.of(case.id, 2) is None
        await books.consultations.end(case, Outcome.CLOSED, now)
        assert await books.drafts.of(case.id, 1) is None
        assert not await books.drafts.save(draft)


async def test_an_ending_keeps_what_is_to_follow(ledger: SqlLedger, case: Consultation, now: datetime) -> None:
    day = (now + timedelta(days=3)).date()
    async with ledger.write() as books:
        await books.consultations.end(case, Outcome.CLOSED, now, referred_to="speciality", call_back_on=day)
        await books.consultations.save(replace(case, hung_up_at=now))  # an older copy
        ended = await books.consultations.get(case.id)
    assert (ended.referred_to, ended.call_back_on, ended.outcome) == ("speciality", day, Outcome.CLOSED)


async def test_sets_are_ones_own(ledger: SqlLedger, case: Consultation) -> None:
    async with ledger.write() as books:
        await books.medicine_sets.save(MedicineSet(NEW, 1, "Fever", FEVER, "rest"))
        await books.medicine_sets.save(MedicineSet(NEW, 1, "Cough", (), "steam"))
        await books.medicine_sets.save(MedicineSet(NEW, 1, "Fever", FEVER, "drink"))
        await books.medicine_sets.save(MedicineSet(NEW, 2, "Fever", (), "other"))
    async with ledger.write() as books:
        cough, fever = await books.medicine_sets.of_doctor(1)
        assert (cough.name, fever.advice, fever.medicines) == ("Cough", "drink", FEVER)
        assert not await books.medicine_sets.rename(fever.id, 2, "Stolen")
        assert not await books.medicine_sets.drop(fever.id, 2)
        assert await books.medicine_sets.rename(fever.id, 1, "High fever")
        assert await books.medicine_sets.drop(cough.id, 1)
        assert [one.name for one in await books.medicine_sets.of_doctor(1)] == ["High fever"]


async def test_a_name_that_is_taken_is_refused(ledger: SqlLedger, case: Consultation) -> None:
    async with ledger.write() as books:
        for name in ("Fever", "Cough"):
            await books.medicine_sets.save(MedicineSet(NEW, 1, name, FEVER, ""))
    with pytest.raises(Duplicate):
        async with ledger.write() as books:
            await books.medicine_sets.rename(1, 1, "Cough")


async def test_queue_and_day_are_the_doctors(
    ledger: SqlLedger, case: Consultation, token: Token, patient: Patient, now: datetime
) -> None:
    async with ledger.write() as books:
        other = await books.patients.add(replace(patient, code="100000017"))
        later = now + timedelta(minutes=5)
        await books.tokens.add(replace(token, number="5000", patient_id=other.id, created_at=later))
        day = books.own_days
        assert await day.queues(["RJ"], ["general"], ["hi"]) == [OwnQueue("general", 2, now)]
        assert await day.queues(["RJ"], ["general"], ["en"]) == []
        assert await day.queues(["MP"], ["general"], ["hi"]) == []
        (one,) = await day.cases(1, now)
        assert (one.token, one.patient_code, one.ending) == (token.number, patient.code, "open")
        assert await day.cases(1, now + timedelta(seconds=1)) == []
        assert await day.cases(2, now) == []


async def test_who_has_wrapped_up_is_found(ledger: SqlLedger, case: Consultation, now: datetime) -> None:
    async with ledger.write() as books:
        doctor = replace(await books.staff.doctor(1), wrap_up_seconds=None, back_at=now)
        await books.staff.save_doctor(doctor)
        assert await books.own_days.back_by(now) == [doctor]
        assert await books.own_days.back_by(now - timedelta(seconds=1)) == []
