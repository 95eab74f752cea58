"""Prescriptions in SQL: one valid one a consultation, its versions, and those of before there were codes."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from hashlib import sha256

import pytest
from alembic import command
from sqlalchemy import Connection, text

from core.adapters.sql import SqlLedger, migrate
from core.adapters.sql.engines import database, writing_gate
from core.adapters.sql.migrate import alembic_config
from core.ports import Duplicate, Stale
from core.rules.consultation import Consultation
from core.rules.patient import Patient
from core.rules.prescription import SignedPrescription, is_verification_code
from core.rules.staff import Doctor
from core.rules.token import Token
from tests.adapters.conftest import NOW

Case = Callable[[SqlLedger], Awaitable[None]]


@pytest.fixture
def store_case(patient: Patient, doctor: Doctor, token: Token, consultation: Consultation) -> Case:
    """What a prescription refers to."""

    async def store(ledger: SqlLedger) -> None:
        async with ledger.write() as books:
            await books.patients.add(patient)
            await books.staff.add_doctor(doctor)
            await books.tokens.add(token)
            await books.consultations.add(consultation)

    return store


async def test_a_correction_needs_the_old_one_to_be_void(
    ledger: SqlLedger, store_case: Case, prescription: SignedPrescription
) -> None:
    await store_case(ledger)
    async with ledger.write() as books:
        first = await books.prescriptions.add(prescription, b"first")
    corrected = replace(
        prescription, number="20260302-2", link_hash="b" * 64, code="271828182843", version=2, replaces_id=first.id
    )
    with pytest.raises(Duplicate):
        async with ledger.write() as books:
            await books.prescriptions.add(corrected, b"second")
    async with ledger.write() as books:
        voided = await books.prescriptions.void(first, NOW)
        second = await books.prescriptions.add(corrected, b"second")
    async with ledger.read() as books:
        assert voided == replace(first, voided_at=NOW)
        assert await books.prescriptions.by_code(first.code) == voided
        assert await books.prescriptions.of_consultation(1) == second
        assert await books.prescriptions.pdf(first.id) == b"first"
        assert list(await books.prescriptions.of_patient(1)) == [second, voided]


async def test_what_is_void_is_not_voided_again(
    ledger: SqlLedger, store_case: Case, prescription: SignedPrescription
) -> None:
    await store_case(ledger)
    async with ledger.write() as books:
        first = await books.prescriptions.add(prescription, b"first")
        await books.prescriptions.void(first, NOW)
    with pytest.raises(Stale):
        async with ledger.write() as books:
            await books.prescriptions.void(first, NOW)


async def test_old_prescriptions_get_codes_and_keep_their_papers_with_fingerprints(empty_url: str) -> None:
    gate = writing_gate(database(empty_url))
    async with gate.transaction() as statements:
        await statements.call(_sign_in_the_seventh)
    await migrate(empty_url)
    async with gate.transaction() as statements:
        codes = [row[0] for row in await statements.execute(text("SELECT code FROM prescriptions"))]
        kept = await statements.execute(text("SELECT pdf, sha256 FROM papers ORDER BY prescription_id"))
        papers = [(bytes(row.pdf), row.sha256) for row in kept]
    await gate.close()
    assert len(set(codes)) == 2
    assert all(map(is_verification_code, codes))
    assert papers == [(pdf, sha256(pdf).hexdigest()) for pdf in (b"paper 1", b"paper 2")]


_AT = "'2026-03-02 04:30:00+00:00'"
_BEFORE = (
    "INSERT INTO patients (id, code, mobile, relation, gender, age, age_on, pin_code, state, language, created_at) "
    f"VALUES (1, '100000009', '+919876543210', 'self', 'woman', 34, '2026-03-02', '302001', 'RJ', 'hi', {_AT})",
    "INSERT INTO staff (id, kind, login, name, account, sip_digest, password_hash, created_at, available) "
    f"VALUES (1, 'doctor', 'asha', 'Asha', 'asha', 'd', 'p', {_AT}, false)",
    "INSERT INTO doctors (id, qualification, registration_number, council, contact, opds, languages, states) "
    "VALUES (1, 'MBBS', '1', 'RMC', '104', '[]', '[]', '[]')",
)
_EACH = (
    "INSERT INTO tokens (id, number, day, patient_id, opd, state_code, language, priority, state, created_at, "
    "joined_at, turns) VALUES "
    f"({{row}}, '{{row}}', '2026-03-02', 1, 'general', 'RJ', 'hi', 'normal', 'consumed', {_AT}, {_AT}, 0)",
    "INSERT INTO consultations (id, token_id, patient_id, doctor_id, follow_up, claimed_at, outcome) "
    f"VALUES ({{row}}, {{row}}, 1, 1, false, {_AT}, 'prescribed')",
    "INSERT INTO prescriptions (id, consultation_id, patient_id, doctor_id, content, signed_at, number, link_hash, "
    f"link_expires_at) VALUES ({{row}}, {{row}}, 1, 1, '{{{{}}}}', {_AT}, 'RX{{row}}', 'hash{{row}}', {_AT})",
)


def _sign_in_the_seventh(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "seventh")
    for statement in [*_BEFORE, *(each.format(row=row) for row in (1, 2) for each in _EACH)]:
        connection.execute(text(statement))
    for row in (1, 2):
        paper = {"row": row, "pdf": f"paper {row}".encode()}
        connection.execute(text("INSERT INTO papers (prescription_id, pdf) VALUES (:row, :pdf)"), paper)
