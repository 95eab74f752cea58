"""Real parts for the adapters' tests: databases of both kinds, a Valkey server, one example of everything stored."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from core.adapters.line import RedisLine
from core.adapters.sql import SqlLedger, migrate
from core.ports import NEW
from core.rules.consultation import Consultation
from core.rules.patient import Gender, Patient, Relation
from core.rules.prescription import Medicine, Prescription, SignedPrescription
from core.rules.sms import Sms
from core.rules.staff import Doctor, Operator
from core.rules.token import Priority, Token, TokenState
from tests.postgres import Postgres, private_postgres

NOW = datetime(2026, 3, 2, 4, 30, 15, 123456, tzinfo=UTC)


# Databases ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One cluster for all."""
    with private_postgres() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> Postgres:
    """A cluster with a migrated database `template`."""
    postgres.admin("CREATE DATABASE template")
    asyncio.run(migrate(postgres.url("template")))
    return postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    postgres.admin("DROP DATABASE IF EXISTS empty WITH (FORCE)")
    postgres.admin("CREATE DATABASE empty")
    return postgres.url("empty")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_file'), tmp_path / 'clinic.db')}"
    postgres: Postgres = request.getfixturevalue("migrated_postgres")
    postgres.admin("DROP DATABASE IF EXISTS clinic WITH (FORCE)")
    postgres.admin("CREATE DATABASE clinic TEMPLATE template")
    return postgres.url("clinic")


@pytest_asyncio.fixture
async def ledger(url: str) -> AsyncIterator[SqlLedger]:
    ledger = SqlLedger.open(url)
    yield ledger
    await ledger.close()


# The line -------------------------------------------------------------------------------------------------------------


@pytest_asyncio.fixture
async def redis(valkey_url: str) -> AsyncIterator[Redis]:
    """The bare server, empty."""
    async with Redis.from_url(valkey_url, decode_responses=True) as redis:
        await redis.flushall()
        yield redis


@pytest_asyncio.fixture
async def line(valkey_url: str, redis: Redis) -> AsyncIterator[RedisLine]:
    line = RedisLine.open(valkey_url)
    yield line
    await line.close()


# Examples, not stored yet: `id` is NEW, and references are to the first row of an empty database ----------------------


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def patient() -> Patient:
    return Patient(
        id=NEW,
        code="100000009",
        mobile="+919876543210",
        relation=Relation.SELF,
        gender=Gender.WOMAN,
        age=34,
        age_on=date(2026, 3, 2),
        pin_code="302001",
        state="RJ",
        district=None,
        language="hi",
        created_at=NOW,
    )


@pytest.fixture
def doctor() -> Doctor:
    return Doctor(
        id=NEW,
        login="asha",
        name="Asha",
        qualification="MBBS",
        registration_number="12345",
        council="Rajasthan Medical Council",
        contact="104",
        opds=("general", "paediatrics"),
        languages=("hi", "en"),
        states=(),
        account="doctor-asha",
        sip_digest="d" * 32,
        password_hash="$argon2id$",
        created_at=NOW,
    )


@pytest.fixture
def operator() -> Operator:
    return Operator(
        id=NEW,
        login="desk",
        name="Desk",
        account="operator-desk",
        sip_digest="d" * 32,
        password_hash="$argon2id$",
        created_at=NOW,
    )


@pytest.fixture
def token() -> Token:
    return Token(
        id=NEW,
        number="4711",
        day=date(2026, 3, 2),
        patient_id=1,
        opd="general",
        state_code="RJ",
        language="hi",
        priority=Priority.ROUTINE,
        state=TokenState.WAITING,
        created_at=NOW,
        joined_at=NOW,
    )


@pytest.fixture
def consultation() -> Consultation:
    return Consultation(id=NEW, token_id=1, patient_id=1, doctor_id=1, follow_up=False, claimed_at=NOW)


@pytest.fixture
def prescription() -> SignedPrescription:
    medicine = Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 3, "खाने के बाद")
    content = Prescription("बुखार", "viral fever", medicines=(medicine,), tests=("CBC", "malaria antigen"))
    return SignedPrescription(
        id=NEW,
        consultation_id=1,
        patient_id=1,
        doctor_id=1,
        content=content,
        signed_at=NOW,
        number="20260302-1",
        link_hash="a" * 64,
        link_expires_at=NOW,
        code="314159265358",
    )


@pytest.fixture
def sms() -> Sms:
    return Sms(
        id=NEW,
        cause="token:1",
        mobile="+919876543210",
        template="token",
        language="hi",
        text="आपका टोकन 4711",
        dlt_template_id="1107",
        created_at=NOW,
    )
