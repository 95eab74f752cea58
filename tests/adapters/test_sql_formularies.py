"""Formularies, on both databases: kept once, never dropped, at most one in force."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.adapters.sql import SqlLedger
from core.rules.formulary.version import FormularyVersion


async def test_versions_are_kept_once_and_one_is_in_force(ledger: SqlLedger, now: datetime) -> None:
    first = FormularyVersion("0123456789ab", "generic,…", "admin:1", now)
    second = replace(first, version="ba9876543210", at=now + timedelta(days=1))
    async with ledger.write() as books:
        assert await books.formularies.keep(first)
        assert not await books.formularies.keep(replace(first, by="admin:2"))
        assert await books.formularies.keep(second)
        assert await books.formularies.in_force() is None
        await books.formularies.use(first.version)
        await books.formularies.use(second.version)
    async with ledger.read() as books:
        assert await books.formularies.in_force() == replace(second, in_force=True)
        assert await books.formularies.get(first.version) == first
        assert [one.version for one in await books.formularies.all()] == [second.version, first.version]
    with pytest.raises(LookupError, match="nothing"):
        async with ledger.write() as books:
            await books.formularies.use("nothing")
    async with ledger.write() as books:
        assert await books.formularies.in_force() == replace(second, in_force=True)
        await books.formularies.use(None)
        assert await books.formularies.in_force() is None
        with pytest.raises(LookupError):
            await books.formularies.get("nothing")
