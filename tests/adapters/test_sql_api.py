"""Clients of the API, their tokens, and ABHA numbers, in both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.adapters.sql import SqlLedger
from core.ports import NEW, Duplicate, Stale
from core.rules.abha import AbhaLink
from core.rules.api_client import ApiClient, ApiToken
from core.rules.patient import Patient


def client(now: datetime) -> ApiClient:
    return ApiClient(NEW, "client-1", "Hospital", "a" * 64, ("prescriptions.read",), now, "test")


def link(now: datetime, patient: Patient, number: str = "91123456789012") -> AbhaLink:
    return AbhaLink(NEW, patient.id, number, "1", now, "call-1", "operator:1")


async def test_a_token_belongs_to_its_client_until_it_ends(ledger: SqlLedger, now: datetime) -> None:
    hour = timedelta(hours=1)
    async with ledger.write() as books:
        stored = await books.api_clients.add(client(now))
        token = ApiToken("b" * 64, stored.id, ("prescriptions.read",), now, now + hour)
        await books.api_clients.add_token(token)
    async with ledger.read() as books:
        assert await books.api_clients.of_token("b" * 64, now) == (stored, token)
        assert await books.api_clients.of_token("b" * 64, now + hour) is None
        assert await books.api_clients.of_token("c" * 64, now) is None
        assert await books.api_clients.all() == [stored]
        assert await books.api_clients.by_client_id("client-1") == stored


async def test_expired_tokens_go_and_others_stay(ledger: SqlLedger, now: datetime) -> None:
    async with ledger.write() as books:
        stored = await books.api_clients.add(client(now))
        for name, minutes in (("a", 1), ("b", 3)):
            ends = now + timedelta(minutes=minutes)
            await books.api_clients.add_token(ApiToken(name * 64, stored.id, (), now, ends))
        await books.api_clients.drop_expired(now + timedelta(minutes=2))
        assert await books.api_clients.of_token("a" * 64, now) is None
        assert await books.api_clients.of_token("b" * 64, now) is not None


async def test_who_is_revoked_has_no_tokens_and_is_revoked_once(ledger: SqlLedger, now: datetime) -> None:
    async with ledger.write() as books:
        stored = await books.api_clients.add(client(now))
        await books.api_clients.add_token(ApiToken("b" * 64, stored.id, (), now, now + timedelta(hours=1)))
        revoked = await books.api_clients.revoke(stored, now)
        assert revoked == replace(stored, revoked_at=now)
        assert await books.api_clients.of_token("b" * 64, now) is None
    with pytest.raises(Stale):
        async with ledger.write() as books:
            await books.api_clients.revoke(stored, now)


async def test_a_client_id_is_given_once(ledger: SqlLedger, now: datetime) -> None:
    async with ledger.write() as books:
        await books.api_clients.add(client(now))
    with pytest.raises(Duplicate):
        async with ledger.write() as books:
            await books.api_clients.add(client(now))


async def test_one_number_one_patient_as_long_as_it_holds(ledger: SqlLedger, now: datetime, patient: Patient) -> None:
    async with ledger.write() as books:
        one = await books.patients.add(patient)
        two = await books.patients.add(replace(patient, code="100000017"))
        held = await books.abha_links.add(link(now, one))
    for taken in (link(now, two), link(now, one, "91000000000000")):
        with pytest.raises(Duplicate):
            async with ledger.write() as books:
                await books.abha_links.add(taken)
    async with ledger.write() as books:
        assert await books.abha_links.of_patient(one.id) == held
        assert await books.abha_links.by_number("91123456789012") == held
        withdrawn = await books.abha_links.withdraw(held, now)
        assert withdrawn == replace(held, withdrawn_at=now)
        assert await books.abha_links.of_patient(one.id) is None
        assert await books.abha_links.by_number("91123456789012") is None
        await books.abha_links.add(link(now, two))
    with pytest.raises(Stale):
        async with ledger.write() as books:
            await books.abha_links.withdraw(held, now)
