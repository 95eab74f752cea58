"""A transaction is all or nothing, whatever happens to the task inside it, and gives its connection back."""

import asyncio
import random
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.adapters.sql import SqlLedger, migrate
from core.adapters.sql.engines import POSTGRES_PLACES
from core.rules.patient import Patient
from core.rules.sms import Sms
from core.rules.token import Token, TokenState
from core.tasks import to_the_end


class Torn(Exception):
    """What a test raises in the middle of a block."""


async def _take_token(ledger: SqlLedger, patient: Patient, token: Token, sms: Sms, cancel_before: int = -1) -> None:
    """Three rows that belong together; cancels itself before the given statement (3: before the commit)."""
    task = asyncio.current_task()
    assert task is not None

    def maybe_cancel(step: int) -> None:
        if step == cancel_before:
            task.cancel()

    async with ledger.write() as books:
        maybe_cancel(0)
        stored = await books.patients.add(patient)
        maybe_cancel(1)
        await books.tokens.add(replace(token, patient_id=stored.id))
        maybe_cancel(2)
        await books.outbox.add(sms)
        maybe_cancel(3)


async def _rows(ledger: SqlLedger, patient: Patient) -> tuple[int, int, int]:
    async with ledger.read() as books:
        people = await books.patients.of_mobile(patient.mobile)
        return len(people), len(await books.tokens.in_states(*TokenState)), len(await books.outbox.latest(1000))


async def _everything_is_free(ledger: SqlLedger, patient: Patient) -> None:
    """More transactions than there are connections: a leaked one would let these wait for ever."""

    async def write(number: int) -> None:
        async with ledger.write() as books:
            await books.patients.add(replace(patient, code=f"free-{number}", mobile="+911111111111"))

    async def read() -> None:
        async with ledger.read() as books:
            await books.patients.by_code("free-0")

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        for number in range(2 * POSTGRES_PLACES):
            group.create_task(write(number))
            group.create_task(read())


async def test_an_exception_undoes_everything(ledger: SqlLedger, patient: Patient, token: Token) -> None:
    async def write() -> None:
        async with ledger.write() as books:
            await books.patients.add(patient)
            await books.tokens.add(token)
            raise Torn

    with pytest.raises(Torn):
        await write()
    assert await _rows(ledger, patient) == (0, 0, 0)
    await _everything_is_free(ledger, patient)


@pytest.mark.parametrize("cancel_before", [0, 1, 2])
async def test_cancelled_before_the_commit_nothing_is_there(
    ledger: SqlLedger, patient: Patient, token: Token, sms: Sms, cancel_before: int
) -> None:
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(_take_token(ledger, patient, token, sms, cancel_before))
    assert await _rows(ledger, patient) == (0, 0, 0)
    await _everything_is_free(ledger, patient)


async def test_cancelled_in_the_commit_everything_is_there(
    ledger: SqlLedger, patient: Patient, token: Token, sms: Sms
) -> None:
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(_take_token(ledger, patient, token, sms, cancel_before=3))
    assert await _rows(ledger, patient) == (1, 1, 1)
    await _everything_is_free(ledger, patient)


async def test_cancelled_at_any_moment_never_half(ledger: SqlLedger, patient: Patient, token: Token, sms: Sms) -> None:
    chance = random.Random(20260302)
    for number in range(60):
        one = replace(patient, code=str(number), mobile=f"+91{number}")
        work = _take_token(ledger, one, replace(token, number=str(number)), replace(sms, cause=f"token:{number}"))
        task = asyncio.create_task(work)
        await asyncio.wait({task}, timeout=chance.uniform(0, 0.006))
        task.cancel()
        await asyncio.wait({task})
    async with ledger.read() as books:
        stored = {token.number for token in await books.tokens.in_states(*TokenState)}
        told = {sms.cause.removeprefix("token:") for sms in await books.outbox.latest(1000)}
        people = {str(number) for number in range(60) if await books.patients.by_code(str(number))}
    assert stored == told == people
    await _everything_is_free(ledger, patient)


async def test_who_waits_for_the_pen_can_be_cancelled_at_once(ledger: SqlLedger, patient: Patient) -> None:
    async with ledger.write() as books:
        await books.patients.add(patient)
        waiting = [
            asyncio.create_task(_take_token_never(ledger)) for _ in range(2 * POSTGRES_PLACES)
        ]  # on PostgreSQL some of them are inside, the rest wait
        await asyncio.wait(waiting, timeout=0.05)
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
        assert all(task.cancelled() for task in waiting)
    await _everything_is_free(ledger, patient)


async def _take_token_never(ledger: SqlLedger) -> None:
    async with ledger.write():
        await asyncio.Event().wait()


async def test_a_look_cannot_write(ledger: SqlLedger, patient: Patient) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        async with ledger.read() as books:
            await books.patients.add(patient)
    assert await _rows(ledger, patient) == (0, 0, 0)


async def test_a_look_sees_one_moment(ledger: SqlLedger, patient: Patient) -> None:
    async with ledger.read() as looking:
        assert await looking.patients.of_mobile(patient.mobile) == []
        async with ledger.write() as books:
            await books.patients.add(patient)
        assert await looking.patients.of_mobile(patient.mobile) == []
    assert (await _rows(ledger, patient))[0] == 1


async def test_one_token_a_patient_whoever_is_first(ledger: SqlLedger, patient: Patient, token: Token) -> None:
    """Twenty calls at the same moment: the database decides (S16)."""
    async with ledger.write() as books:
        await books.patients.add(patient)

    async def take(number: int) -> None:
        async with ledger.write() as books:
            await books.tokens.add(replace(token, number=str(number)))

    results = await asyncio.gather(*(take(number) for number in range(20)), return_exceptions=True)
    assert results.count(None) == 1
    assert (await _rows(ledger, patient))[1] == 1


async def test_two_ledgers_of_one_file_take_turns(tmp_path: Path, patient: Patient) -> None:
    """As two processes would: `duravani doctor add` beside a running clinic."""
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    await migrate(url)
    ledgers = [SqlLedger.open(url), SqlLedger.open(url)]

    async def write(ledger: SqlLedger, number: int) -> None:
        async with ledger.write() as books:
            assert await books.patients.by_code(str(number)) is None
            await books.patients.add(replace(patient, code=str(number)))

    async with asyncio.TaskGroup() as group:
        for number in range(40):
            group.create_task(write(ledgers[number % 2], number))
    assert (await _rows(ledgers[0], patient))[0] == 40
    for ledger in ledgers:
        await ledger.close()


async def test_sqlite_is_asked_to_survive_a_power_cut(tmp_path: Path) -> None:
    """WAL with synchronous=FULL loses no commit (sqlite.org/pragma.html); NORMAL may lose the last ones."""
    url = f"sqlite:///{tmp_path / 'durable.db'}"
    await migrate(url)
    ledger = SqlLedger.open(url)
    async with ledger._writing.transaction() as connection:
        for pragma, wanted in (("synchronous", 2), ("journal_mode", "wal"), ("foreign_keys", 1)):
            assert (await connection.execute(text(f"PRAGMA {pragma}"))).scalar_one() == wanted
    await ledger.close()


async def test_alive_tells_whether_the_database_answers(ledger: SqlLedger, tmp_path: Path) -> None:
    assert await ledger.alive()
    gone = SqlLedger.open(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}")
    assert not await gone.alive()
    await gone.close()
    nobody = SqlLedger.open(f"postgresql://clinic@/clinic?host={tmp_path}")
    assert not await nobody.alive()
    await nobody.close()


async def test_settle_finishes_what_it_began_and_then_is_cancelled() -> None:
    steps: list[str] = []
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await go_on.wait()
        steps.append("finished")

    async def caller() -> None:
        try:
            await to_the_end(work())
        finally:
            steps.append("cancelled")

    task = asyncio.create_task(caller())
    await begun.wait()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert steps == ["finished", "cancelled"]
