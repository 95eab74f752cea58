"""A migrated SQLite database and a Valkey server for every story, and the house around them."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from core.adapters.line import RedisLine
from core.adapters.sql import SqlLedger, migrate
from tests.flows.house import House, open_house


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database, to be copied."""
    path = tmp_path_factory.mktemp("flows") / "template.db"
    asyncio.run(migrate(f"sqlite:///{path}"))
    return path


@pytest_asyncio.fixture
async def house(tmp_path: Path, migrated_file: Path, valkey_url: str) -> AsyncIterator[House]:
    """A clinic that is open; the invariants are checked when its story is over."""
    redis = Redis.from_url(valkey_url)
    await redis.flushall()
    line = RedisLine.open(valkey_url)
    ledger = SqlLedger.open(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'clinic.db')}")
    try:
        async with open_house(tmp_path, line, ledger, redis.flushall) as opened:
            yield opened
    finally:
        await redis.aclose()
        await line.close()
        await ledger.close()
